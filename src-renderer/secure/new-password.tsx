import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { EMPTY_PAIR, pairIsReady, PasswordPair } from './password-pair'
import { useAnswer } from './use-answer'

/** Makes a new key under a new password. */
export function NewPassword({ task }: { readonly task: Extract<SecureTask, { kind: 'create-keystore' }> }) {
  const [pair, setPair] = useState(EMPTY_PAIR)
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={`New keystore: ${task.label}`}
      action="Create"
      ready={pairIsReady(pair)}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, password: toBytes(pair.password) })
        setPair(EMPTY_PAIR)
      }}
    >
      <p>A new key is made on this machine and kept in an encrypted file. Nobody can recover it without this password.</p>
      <PasswordPair value={pair} onChange={setPair} autoFocus />
    </SecureForm>
  )
}
