import './wizard.css'

import { Stepper } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import { useEffect, useState } from 'react'

import type { OfferedAccountView, SignerConfigView, SignerView } from '../../../../src-preload/contract/signers'
import { hrefOf } from '../../../stores/navigation'
import { stopSetUp } from '../../../stores/device-prompt'
import { leaveSetUp } from '../../../stores/signers'
import { ScreenHead } from '../../../ui/panel'
import { SIGNER_KIND_WORDS } from '../../../ui/words/signers'
import type { FormValues } from '../config/fields'
import { formOf } from '../config/forms'
import { AccountStep } from './account-step'
import { CompareStep } from './compare-step'
import { ConnectStep } from './connect-step'
import { KeyFileStep } from './key-file-step'
import { KindStep } from './kind-step'
import { NameStep } from './name-step'
import { TestStep } from './test-step'

type Kind = SignerView['kind']
type Step = 'kind' | 'key-file' | 'connect' | 'account' | 'compare' | 'name' | 'test'

const STEP_NAMES: Readonly<Record<Step, string>> = {
  kind: 'Kind',
  'key-file': 'Key',
  connect: 'Connect',
  account: 'Account',
  compare: 'Compare',
  name: 'Name',
  test: 'Test',
}

/** The steps to a signer of a kind. */
export function stepsOf(kind: Kind | null): readonly Step[] {
  if (kind === 'keystore') return ['kind', 'key-file', 'test']
  return kind === 'ledger' ? ['kind', 'connect', 'account', 'compare', 'name', 'test'] : ['kind', 'connect', 'account', 'name', 'test']
}

/** Takes a person from the kind of signer to a test signature. It can be left at any step; before the name nothing is kept. */
export function AddSigner() {
  const [kind, setKind] = useState<Kind | null>(null)
  const [step, setStep] = useState<Step>('kind')
  const [values, setValues] = useState<FormValues>({})
  const [config, setConfig] = useState<SignerConfigView | null>(null)
  const [accounts, setAccounts] = useState<readonly OfferedAccountView[]>([])
  const [account, setAccount] = useState<OfferedAccountView | null>(null)
  const [id, setId] = useState<string | null>(null)
  // Whoever leaves waits for no device any more, and needs nothing that was typed and not used.
  useEffect(
    () => () => {
      void stopSetUp()
      void leaveSetUp()
    },
    [],
  )

  const steps = stepsOf(kind)
  const choose = (chosen: Kind) => {
    setKind(chosen)
    setAccount(null)
    if (chosen === 'keystore') {
      setStep('key-file')
      return
    }
    // Another look at the same kind keeps what was typed.
    if (chosen !== kind) setValues(formOf(chosen).fresh)
    setStep('connect')
  }
  const added = (newId: string) => {
    setId(newId)
    setStep('test')
  }
  return (
    <div className="hf-wizard">
      <a className="hf-wizard__back" href={hrefOf('signers')}>
        <IconArrowLeft size={14} aria-hidden /> Signers
      </a>
      <ScreenHead title={kind === null ? 'Add a signer' : `Add a signer: ${SIGNER_KIND_WORDS[kind].name}`} />
      <Stepper active={steps.indexOf(step)} size="sm" iconSize={28} allowNextStepsSelect={false} aria-label="Steps">
        {steps.map((each) => (
          <Stepper.Step key={each} label={STEP_NAMES[each]} />
        ))}
      </Stepper>
      {step === 'kind' && <KindStep onChoose={choose} />}
      {step === 'key-file' && <KeyFileStep onBack={() => setStep('kind')} onAdded={added} />}
      {step === 'connect' && kind !== null && kind !== 'keystore' && (
        <ConnectStep
          kind={kind}
          values={values}
          onChange={setValues}
          onBack={() => setStep('kind')}
          onFound={(asked, found) => {
            setConfig(asked)
            setAccounts(found)
            setAccount(found.length === 1 ? (found[0] ?? null) : null)
            setStep('account')
          }}
        />
      )}
      {step === 'account' && config !== null && (
        <AccountStep
          accounts={accounts}
          chosen={account}
          onChoose={setAccount}
          onBack={() => setStep('connect')}
          onNext={() => setStep(kind === 'ledger' ? 'compare' : 'name')}
        />
      )}
      {step === 'compare' && account !== null && (
        <CompareStep account={account} onBack={() => setStep('account')} onConfirmed={() => setStep('name')} />
      )}
      {step === 'name' && account !== null && (
        <NameStep account={account} onBack={() => setStep(kind === 'ledger' ? 'compare' : 'account')} onAdded={added} />
      )}
      {step === 'test' && id !== null && <TestStep id={id} />}
    </div>
  )
}
