import { UnstyledButton } from '@mantine/core'
import { IconBuildingBank, IconCloud, IconCode, IconDeviceUsb, IconFileDigit, IconServer, type Icon } from '@tabler/icons-react'

import type { SignerView } from '../../../../src-preload/contract/signers'
import { useStatus } from '../../../stores/status'
import { SIGNER_KIND_GROUPS, SIGNER_KIND_WORDS } from '../../../ui/words/signers'

const ICONS: Readonly<Record<SignerView['kind'], Icon>> = {
  ledger: IconDeviceUsb,
  keystore: IconFileDigit,
  remote: IconServer,
  mpc_2pc: IconServer,
  pkcs11: IconBuildingBank,
  aws_kms: IconCloud,
  gcp_kms: IconCloud,
  azure_key_vault: IconCloud,
  env_private_key: IconCode,
}

/** Where the key is to lie. */
export function KindStep({ onChoose }: { readonly onChoose: (kind: SignerView['kind']) => void }) {
  const live = useStatus(({ status }) => status?.environment === 'live')
  return (
    <div className="hf-kinds">
      {SIGNER_KIND_GROUPS.filter(({ kinds }) => !live || !kinds.includes('env_private_key')).map(({ name, kinds }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          {kinds.map((kind) => {
            const { name: called, forWhom } = SIGNER_KIND_WORDS[kind]
            const Symbol = ICONS[kind]
            return (
              <UnstyledButton key={kind} className="hf-kind" onClick={() => onChoose(kind)}>
                <Symbol size={20} stroke={1.75} aria-hidden />
                <span>
                  <strong>{called}</strong>
                  <span className="hf-dim">{forWhom}</span>
                </span>
              </UnstyledButton>
            )
          })}
        </section>
      ))}
    </div>
  )
}
