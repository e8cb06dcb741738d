import { PasswordInput } from '@mantine/core'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

type Task = Extract<SecureTask, { kind: 'unlock-keystore' | 'import-keystore-file' }>

/** Asks for the password of a keystore: to unlock it, or to take it over from another tool. */
export function Unlock({ task }: { readonly task: Task }) {
  const [password, setPassword] = useState('')
  const { problem, busy, send } = useAnswer()
  const importing = task.kind === 'import-keystore-file'
  return (
    <SecureForm
      title={importing ? `Import ${task.file}` : `Unlock ${task.label}`}
      action={importing ? 'Import' : 'Unlock'}
      ready={password !== ''}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, password: toBytes(password) })
        setPassword('')
      }}
    >
      {task.address !== null && (
        <p>
          Account <code className="hf-secure__code">{task.address}</code>
        </p>
      )}
      <PasswordInput
        label="Password"
        description={
          importing
            ? 'The file is opened with it and kept under the same password.'
            : 'The key is held in a process of its own and forgotten when the time is up.'
        }
        autoComplete="off"
        autoFocus
        maxLength={1_000}
        value={password}
        onChange={({ currentTarget: { value } }) => setPassword(value)}
      />
    </SecureForm>
  )
}
