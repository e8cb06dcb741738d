import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'

import type { Problem } from '../../../../src-preload/contract/problem'
import { trySecret } from '../../../stores/secret-places'
import { Notice, SaidNotice } from '../../../ui/notice'
import { Panel } from '../../../ui/panel'
import { sayProblem } from '../../../ui/words/problems'
import { sayUnreadable } from '../../../ui/words/secret-places'
import { isOutsideRef, NO_REF } from '../config/fields'

type Outcome =
  | { readonly kind: 'tried'; readonly ref: string; readonly found: boolean; readonly detail: string }
  | { readonly kind: 'problem'; readonly problem: Problem }

/** Whether a reference can be read now: before a signer needs it. What is there is never shown. */
export function TryReference() {
  const [ref, setRef] = useState('')
  const [wrong, setWrong] = useState(false)
  const [busy, setBusy] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)
  const asked = ref.trim()
  const test = () => {
    setOutcome(null)
    setWrong(!isOutsideRef(asked))
    if (!isOutsideRef(asked)) return
    setBusy(true)
    void trySecret(asked).then((reply) => {
      setBusy(false)
      if (reply.ok) setOutcome({ kind: 'tried', ref: asked, ...reply.value })
      else if (reply.problem.code !== 'CANCELED_BY_USER') setOutcome({ kind: 'problem', problem: reply.problem })
    })
  }
  return (
    <Panel title="Try a reference">
      <form
        className="hf-places__try"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          test()
        }}
      >
        <TextInput
          label="Reference"
          description="As it will stand in a signer’s settings. Only whether it can be read is told, never what is there."
          placeholder="vault:kv/holdfast/hsm#pin"
          error={wrong ? NO_REF : null}
          value={ref}
          maxLength={400}
          spellCheck={false}
          autoComplete="off"
          onChange={({ currentTarget }) => {
            setRef(currentTarget.value)
            setWrong(false)
          }}
        />
        <Button type="submit" variant="default" loading={busy}>
          Try it
        </Button>
      </form>
      {outcome?.kind === 'problem' && <SaidNotice said={sayProblem(outcome.problem)} />}
      {outcome?.kind === 'tried' &&
        (outcome.found ? (
          <Notice tone="good" live="status" title="It can be read now.">
            <span className="hf-mono hf-places__note">{outcome.ref}</span>
          </Notice>
        ) : (
          <Unreadable secret={outcome.ref} detail={outcome.detail} />
        ))}
    </Panel>
  )
}

function Unreadable({ secret, detail }: { readonly secret: string; readonly detail: string }) {
  const { said, note } = sayUnreadable(secret, detail)
  return (
    <Notice tone="attention" live="alert" title={said.what}>
      {said.means} {said.now}
      <div className="hf-dim hf-places__note">
        <span className="hf-mono">{secret}</span>: {note}
      </div>
    </Notice>
  )
}
