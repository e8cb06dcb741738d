import '../add/wizard.css'

import { Button } from '@mantine/core'
import { useEffect, useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import { leaveSetUp } from '../../../stores/signers'
import { SaidNotice } from '../../../ui/notice'
import { SideDrawer } from '../../../ui/side-drawer'
import { sayProblem } from '../../../ui/words/problems'
import { ConfigFields } from './config-fields'
import type { ConfigField, FormValues } from './fields'
import { problemsIn } from './forms'

interface FormProps<C> {
  readonly form: { readonly fields: readonly ConfigField[]; readonly build: (values: FormValues) => C }
  readonly initial: FormValues
  readonly note: string
  /** What the window that takes a secret in calls it. */
  readonly label: string
  readonly save: (config: C) => Promise<Problem | null>
  readonly onClose: () => void
}

interface Props<C> extends FormProps<C> {
  readonly title: string
  readonly opened: boolean
}

/** How a signer, or a place of secrets, is reached: set up or changed beside the screen. What was typed for it and not used is forgotten when it is left. */
export function ConfigDrawer<C>({ title, opened, ...form }: Props<C>) {
  return (
    opened && (
      <SideDrawer title={title} size={560} onClose={form.onClose}>
        <Form {...form} />
      </SideDrawer>
    )
  )
}

function Form<C>({ form, initial, note, label, save, onClose }: FormProps<C>) {
  const [values, setValues] = useState(initial)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  useEffect(() => () => void leaveSetUp(), [])
  const problems = problemsIn(form, values)
  const submit = () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    setBusy(true)
    setProblem(null)
    void save(form.build(values)).then((refused) => {
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
        submit()
      }}
    >
      <p className="hf-dim">{note}</p>
      <ConfigFields
        fields={form.fields}
        values={values}
        problems={tried ? problems : {}}
        label={label}
        onChange={(name, value) => setValues({ ...values, [name]: value })}
      />
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      <div className="hf-wizard__actions">
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
