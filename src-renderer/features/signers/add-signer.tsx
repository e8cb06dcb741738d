import { Button, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { createSigner, importSigner } from '../../stores/signers'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { sayProblem } from '../../ui/words/problems'

type Way = 'create' | 'file' | 'private-key'

/** Adds a signer: a name here, everything secret in the window of main's own. */
export function AddSigner() {
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
    void (way === 'create' ? createSigner(label) : importSigner(label, way)).then((outcome) => {
      setBusy(null)
      setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome)
      if (outcome === null) form.reset()
    })
  }
  return (
    <Panel title="Add a signer">
      <form
        className="hf-signers__add"
        onSubmit={(event) => {
          event.preventDefault()
          begin('create')
        }}
      >
        <TextInput label="Name" placeholder="Trading key" maxLength={60} {...form.getInputProps('label')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <Button type="submit" loading={busy === 'create'} disabled={busy !== null && busy !== 'create'}>
          Create a new key
        </Button>
        <Button variant="default" loading={busy === 'file'} disabled={busy !== null && busy !== 'file'} onClick={() => begin('file')}>
          Import a keystore file
        </Button>
        <Button
          variant="default"
          loading={busy === 'private-key'}
          disabled={busy !== null && busy !== 'private-key'}
          onClick={() => begin('private-key')}
        >
          Import a private key
        </Button>
        <p className="hf-dim">
          The password is asked for in a small window of its own. Afterwards make a test signature, and keep a backup of the key file:
          whoever loses it loses the funds.
        </p>
      </form>
    </Panel>
  )
}
