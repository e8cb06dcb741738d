import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import { createSigner, importSigner } from '../../../stores/signers'
import { SaidNotice } from '../../../ui/notice'
import { Panel } from '../../../ui/panel'
import { sayProblem } from '../../../ui/words/problems'
import { StepFoot } from './step-foot'

type Way = 'create' | 'file' | 'private-key'

interface Props {
  readonly onBack: () => void
  readonly onAdded: (id: string) => void
}

/** A key file: a name here, everything secret in the window of main's own. */
export function KeyFileStep({ onBack, onAdded }: Props) {
  const form = useForm({
    initialValues: { label: '' },
    validate: { label: (value) => (value.trim() === '' ? 'Give it a name, such as “Trading key”.' : null) },
  })
  const [busy, setBusy] = useState<Way | null>(null)
  const [problem, setProblem] = useState<Problem | null>(null)
  const begin = (way: Way) => {
    if (form.validate().hasErrors) return
    const label = form.getValues().label.trim()
    setBusy(way)
    setProblem(null)
    void (way === 'create' ? createSigner(label) : importSigner(label, way)).then((reply) => {
      setBusy(null)
      if (reply.ok) onAdded(reply.value.id)
      else if (reply.problem.code !== 'CANCELED_BY_USER') setProblem(reply.problem)
    })
  }
  const way = (name: Way) => ({ loading: busy === name, disabled: busy !== null && busy !== name })
  return (
    <Panel title="A new key, or one you have">
      <form
        className="hf-wizard__fields"
        onSubmit={(event) => {
          event.preventDefault()
          begin('create')
        }}
      >
        <TextInput label="Name" placeholder="Trading key" maxLength={60} {...form.getInputProps('label')} />
        <p className="hf-dim">
          The password is asked for in a small window of its own. Keep a backup of the key file: whoever loses it loses the funds, and
          whoever has it and the password can spend them.
        </p>
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <StepFoot onBack={onBack}>
          <Button variant="default" {...way('file')} onClick={() => begin('file')}>
            Import a keystore file
          </Button>
          <Button variant="default" {...way('private-key')} onClick={() => begin('private-key')}>
            Import a private key
          </Button>
          <Button type="submit" {...way('create')}>
            Create a new key
          </Button>
        </StepFoot>
      </form>
    </Panel>
  )
}
