import { Button } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { OfferedAccountView, SignerConfigView } from '../../../../src-preload/contract/signers'
import { stopSetUp } from '../../../stores/device-prompt'
import { discoverAccounts } from '../../../stores/signers'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Panel } from '../../../ui/panel'
import { sayProblem } from '../../../ui/words/problems'
import { SIGNER_KIND_WORDS } from '../../../ui/words/signers'
import { ConfigFields } from '../config/config-fields'
import type { FormValues } from '../config/fields'
import { formOf, problemsIn, type ConfiguredKind } from '../config/forms'
import { CONNECT_HELP } from './connect-help'
import { SharedKey } from './shared-key'
import { StepFoot } from './step-foot'
import { unlessStopped } from './unless-stopped'

interface Props {
  readonly kind: ConfiguredKind
  readonly values: FormValues
  readonly onChange: (values: FormValues) => void
  readonly onBack: () => void
  readonly onFound: (config: SignerConfigView, accounts: readonly OfferedAccountView[]) => void
}

/** How the signer is reached; ends with the accounts that it says it holds. */
export function ConnectStep({ kind, values, onChange, onBack, onFound }: Props) {
  const form = formOf(kind)
  const [tried, setTried] = useState(false)
  const [looking, setLooking] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const problems = problemsIn(form, values)
  const look = () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    const config = form.build(values)
    setLooking(true)
    setProblem(null)
    void discoverAccounts(config).then((reply) => {
      setLooking(false)
      if (!reply.ok) setProblem(unlessStopped(reply.problem))
      else if (reply.value.accounts.length === 0) setProblem({ code: 'NOT_FOUND', figures: { detail: 'no account' } })
      else onFound(config, reply.value.accounts)
    })
  }
  const asked = problem?.figures['reason'] === 'KEY_NOT_INITIALISED' && Object.keys(problems).length === 0 ? form.build(values) : null
  const without = asked?.kind === 'mpc_2pc' ? asked : null
  return (
    <Panel title={kind === 'ledger' ? 'Connect the device' : 'How it is reached'}>
      <form
        className="hf-wizard__fields"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          look()
        }}
      >
        <ul className="hf-wizard__help">
          {CONNECT_HELP[kind].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        {kind === 'env_private_key' && (
          <Notice tone="attention" title="For development only.">
            A key in a variable is in plain text for every program of yours. Never let it hold funds; live refuses it.
          </Notice>
        )}
        <ConfigFields
          fields={form.fields}
          values={values}
          problems={tried ? problems : {}}
          label={SIGNER_KIND_WORDS[kind].name}
          onChange={(name, value) => onChange({ ...values, [name]: value })}
        />
        {tried && Object.keys(problems).length > 0 && (
          <p className="hf-danger" role="alert">
            Something is missing or not right: see the fields above.
          </p>
        )}
        {problem !== null && without !== null && <SharedKey config={without} onMade={look} />}
        {problem !== null && without === null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
        <StepFoot onBack={onBack}>
          {looking && (
            <Button variant="default" onClick={() => void stopSetUp()}>
              Stop looking
            </Button>
          )}
          <Button type="submit" loading={looking}>
            Look for accounts
          </Button>
        </StepFoot>
      </form>
    </Panel>
  )
}
