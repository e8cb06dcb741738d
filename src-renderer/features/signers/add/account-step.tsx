import { Button, Radio } from '@mantine/core'

import type { OfferedAccountView } from '../../../../src-preload/contract/signers'
import { Panel } from '../../../ui/panel'
import { Hex } from '../../../ui/values'
import { StepFoot } from './step-foot'

interface Props {
  readonly accounts: readonly OfferedAccountView[]
  readonly chosen: OfferedAccountView | null
  readonly onChoose: (account: OfferedAccountView) => void
  readonly onBack: () => void
  readonly onNext: () => void
}

/** The accounts that a signer offers, one of which is to be used. */
export function AccountStep({ accounts, chosen, onChoose, onBack, onNext }: Props) {
  const at = chosen === null ? '' : String(accounts.indexOf(chosen))
  return (
    <Panel title={accounts.length === 1 ? 'It holds this account' : `It holds ${accounts.length} accounts`}>
      <Radio.Group
        aria-label="Account"
        value={at}
        onChange={(value) => {
          const account = accounts[Number(value)]
          if (account !== undefined) onChoose(account)
        }}
      >
        <div className="hf-accounts">
          {accounts.map((account, index) => (
            <div key={`${account.address} ${account.where}`} className="hf-accounts__row">
              <Radio
                value={String(index)}
                label={<span className="hf-mono">{account.address}</span>}
                description={account.where}
                classNames={{ labelWrapper: 'hf-accounts__label' }}
              />
            </div>
          ))}
        </div>
      </Radio.Group>
      {chosen !== null && (
        <p className="hf-dim">
          Compare it with the address that you know: <Hex value={chosen.address} what="address" />
        </p>
      )}
      <StepFoot onBack={onBack}>
        <Button disabled={chosen === null} onClick={onNext}>
          Use this account
        </Button>
      </StepFoot>
    </Panel>
  )
}
