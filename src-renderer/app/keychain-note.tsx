import { useStatus } from '../stores/status'
import { Notice } from '../ui/notice'

/** Says on every screen, until it is mended, that this machine keeps no secret. */
export function KeychainNote() {
  const missing = useStatus(({ status }) => status !== null && !status.keychain.available)
  if (!missing) return null
  return (
    <Notice tone="attention" title="This machine has no keychain that keeps secrets." live="status">
      The key of the encrypted record lies in a file that every program of yours can read, and live trading stays locked. Log in to a
      desktop session with a keyring, and start again.
    </Notice>
  )
}
