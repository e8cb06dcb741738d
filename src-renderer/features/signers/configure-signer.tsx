import { Button, Drawer } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { SignerView } from '../../../src-preload/contract/signers'
import { configureSigner } from '../../stores/signers'
import { SaidNotice } from '../../ui/notice'
import { sayProblem } from '../../ui/words/problems'
import { ConfigFields } from './config/config-fields'
import type { FormValues } from './config/fields'
import { formOf, problemsIn } from './config/forms'

interface Props {
  readonly signer: SignerView
  readonly opened: boolean
  readonly onClose: () => void
}

/** How a signer is reached, to be changed; the account stays the same. */
export function ConfigureSigner({ signer, opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={`Settings of ${signer.label}`}
      position="right"
      size={560}
      zIndex={300}
      padding="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
    >
      {opened && <Form signer={signer} onClose={onClose} />}
    </Drawer>
  )
}

function Form({ signer: { id, label, config }, onClose }: Omit<Props, 'opened'>) {
  const [values, setValues] = useState<FormValues>(() => (config.kind === 'keystore' ? {} : formOf(config.kind).read(config)))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  if (config.kind === 'keystore') return null
  const form = formOf(config.kind)
  const problems = problemsIn(form, values)
  const save = () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    setBusy(true)
    setProblem(null)
    void configureSigner(id, form.build(values)).then((refused) => {
      setBusy(false)
      if (refused === null) onClose()
      else setProblem(refused.code === 'CANCELED_BY_USER' ? null : refused)
    })
  }
  return (
    <form
      className="hf-wizard__fields"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <p className="hf-dim">It must hold the same account by the new way; that is asked before anything changes.</p>
      <ConfigFields
        fields={form.fields}
        values={values}
        problems={tried ? problems : {}}
        label={label}
        onChange={(name, value) => setValues({ ...values, [name]: value })}
      />
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      <div className="hf-signer__actions">
        <Button variant="default" onClick={onClose}>
          Leave it as it is
        </Button>
        <Button type="submit" loading={busy}>
          Save…
        </Button>
      </div>
    </form>
  )
}
