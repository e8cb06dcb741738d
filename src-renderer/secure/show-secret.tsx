import { useState } from 'react'
import { Checkbox } from '@mantine/core'

import type { SecureTask } from '../../src-preload/contract/secure'
import { CopyButton } from '../ui/copy-button'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

/** Shows a secret that main has made, once; nobody can ask for it again. */
export function ShowSecret({ task }: { readonly task: Extract<SecureTask, { kind: 'show-secret' }> }) {
  const [kept, setKept] = useState(false)
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={task.title}
      action="Done"
      ready={kept}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id })
      }}
    >
      <p>{task.means} It is shown once.</p>
      <div>
        <span className="hf-secure__label">
          Secret <CopyButton text={task.secret} what="the secret" />
        </span>
        <output className="hf-secure__code" aria-label="Secret">
          {task.secret}
        </output>
      </div>
      <Checkbox label="I have put it where it belongs" checked={kept} onChange={({ currentTarget: { checked } }) => setKept(checked)} />
    </SecureForm>
  )
}
