import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { EMPTY_PAIR, pairIsReady, PasswordPair } from './password-pair'
import { useAnswer } from './use-answer'

/** A person chooses the password that they approve and unlock with. */
export function SetPassword({ task }: { readonly task: Extract<SecureTask, { kind: 'set-password' }> }) {
  const [pair, setPair] = useState(EMPTY_PAIR)
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={task.again ? `New password for ${task.name}` : `Password for ${task.name}`}
      action={task.again ? 'Change the password' : 'Add this person'}
      ready={pairIsReady(pair)}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, password: toBytes(pair.password) })
        setPair(EMPTY_PAIR)
      }}
    >
      <p>
        {task.name} types it, and nobody else needs to know it. It unlocks Holdfast and approves what {task.name} may approve; a slow hash
        of it is all that is kept.
      </p>
      <PasswordPair value={pair} onChange={setPair} autoFocus />
    </SecureForm>
  )
}
