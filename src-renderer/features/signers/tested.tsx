import { took } from '../../ui/format/time'
import { Notice } from '../../ui/notice'

/** What a test signature came to. */
export function Tested({ ok, latencyMs }: { readonly ok: boolean; readonly latencyMs: number }) {
  return ok ? (
    <Notice tone="good" live="status" title={`It signs, in ${took(latencyMs)}.`}>
      The signature was made and verified. Nothing was sent.
    </Notice>
  ) : (
    <Notice tone="danger" live="alert" title="The test signature failed.">
      Do not use this signer before you know why. Nothing was sent.
    </Notice>
  )
}
