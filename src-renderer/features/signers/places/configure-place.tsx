import { Button, Drawer } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import type { SecretSourceView } from '../../../../src-preload/contract/signers'
import { setSecretPlace } from '../../../stores/secret-places'
import { SaidNotice } from '../../../ui/notice'
import { sayProblem } from '../../../ui/words/problems'
import { SECRET_PLACE_WORDS } from '../../../ui/words/secret-places'
import { ConfigFields } from '../config/config-fields'
import type { FormValues } from '../config/fields'
import { problemsIn } from '../config/forms'
import { placeFormOf } from './place-forms'

interface Props {
  readonly kind: SecretSourceView['kind']
  readonly place: SecretSourceView | null
  readonly opened: boolean
  readonly onClose: () => void
}

/** How a place is reached, to be set up or changed. */
export function ConfigurePlace({ kind, place, opened, onClose }: Props) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      title={SECRET_PLACE_WORDS[kind].name}
      position="right"
      size={560}
      zIndex={300}
      padding="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ inner: 'hf-below-strip', overlay: 'hf-below-strip' }}
    >
      {opened && <Form kind={kind} place={place} onClose={onClose} />}
    </Drawer>
  )
}

function Form({ kind, place, onClose }: Omit<Props, 'opened'>) {
  const form = placeFormOf(kind)
  const [values, setValues] = useState<FormValues>(() => (place === null ? form.fresh : form.read(place)))
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const problems = problemsIn(form, values)
  const save = () => {
    setTried(true)
    if (Object.keys(problems).length > 0) return
    setBusy(true)
    setProblem(null)
    void setSecretPlace(kind, form.build(values)).then((refused) => {
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
      <p className="hf-dim">Nothing secret is typed in this window. What opens the place is kept in Holdfast’s own store, encrypted.</p>
      <ConfigFields
        fields={form.fields}
        values={values}
        problems={tried ? problems : {}}
        label={SECRET_PLACE_WORDS[kind].name}
        onChange={(name, value) => setValues({ ...values, [name]: value })}
      />
      {problem !== null && <SaidNotice said={sayProblem(problem)} tone="attention" />}
      <div className="hf-places__acts">
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
