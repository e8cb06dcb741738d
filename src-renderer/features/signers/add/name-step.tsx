import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { OfferedAccountView } from '../../../../src-preload/contract/signers'
import { known } from '../../../stores/remote'
import { addSigner, useSigners } from '../../../stores/signers'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Facts, Panel } from '../../../ui/panel'
import { Hex } from '../../../ui/values'
import { sayProblem } from '../../../ui/words/problems'
import { SIGNER_KIND_WORDS } from '../../../ui/words/signers'
import { StepFoot } from './step-foot'
import { unlessStopped } from './unless-stopped'

interface Props {
  readonly account: OfferedAccountView
  readonly onBack: () => void
  readonly onAdded: (id: string) => void
}

/** What it is called here; then it is asked once more whether it holds the account, and taken in. */
export function NameStep({ account, onBack, onAdded }: Props) {
  const [label, setLabel] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const others = useSigners(({ signers }) => known(signers))?.filter(
    ({ address }) => address.toLowerCase() === account.address.toLowerCase(),
  )
  const missing = label.trim() === '' ? 'Give it a name, such as “Trading”.' : null
  const add = () => {
    setTried(true)
    if (missing !== null) return
    setBusy(true)
    setProblem(null)
    void addSigner(label.trim(), account.config, account.address).then((reply) => {
      setBusy(false)
      if (reply.ok) onAdded(reply.value.id)
      else setProblem(unlessStopped(reply.problem))
    })
  }
  return (
    <Panel title="Name it">
      <form
        className="hf-wizard__fields"
        onSubmit={(event) => {
          event.preventDefault()
          add()
        }}
      >
        <Facts
          facts={[
            { label: 'Kind', value: SIGNER_KIND_WORDS[account.config.kind].name },
            { label: 'Address', value: <Hex value={account.address} what="address" whole /> },
            { label: 'Where', value: account.where },
          ]}
        />
        <TextInput
          label="Name"
          description="How orders, records and alerts call it."
          placeholder="Trading"
          maxLength={60}
          value={label}
          error={tried ? missing : null}
          onChange={({ currentTarget }) => setLabel(currentTarget.value)}
        />
        {others !== undefined && others.length > 0 && (
          <Notice tone="info" title="Another signer holds this address.">
            {`This one steps in when ${others.map((other) => other.label).join(' and ')} cannot be reached. The order can be changed afterwards.`}
          </Notice>
        )}
        {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
        <StepFoot onBack={onBack}>
          <Button type="submit" loading={busy}>
            Add this signer
          </Button>
        </StepFoot>
      </form>
    </Panel>
  )
}
