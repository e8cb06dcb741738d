import type { SignerView } from '../../../src-preload/contract/signers'
import { configureSigner } from '../../stores/signers'
import { ConfigDrawer } from './config/config-drawer'
import { formOf } from './config/forms'

interface Props {
  readonly signer: SignerView
  readonly opened: boolean
  readonly onClose: () => void
}

/** How a signer is reached, to be changed; the account stays the same. */
export function ConfigureSigner({ signer: { id, label, config }, opened, onClose }: Props) {
  if (config.kind === 'keystore') return null
  const form = formOf(config.kind)
  return (
    <ConfigDrawer
      title={`Settings of ${label}`}
      note="It must hold the same account by the new way; that is asked before anything changes."
      form={form}
      initial={form.read(config)}
      label={label}
      save={(changed) => configureSigner(id, changed)}
      opened={opened}
      onClose={onClose}
    />
  )
}
