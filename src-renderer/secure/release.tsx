import { PasswordInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { toBytes } from './api'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

/** Releases a halt with one of the recovery keys; shows main's own checklist, not the big window's. */
export function Release({ task }: { readonly task: Extract<SecureTask, { kind: 'release' }> }) {
  const [key, setKey] = useState('')
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title="Release the halt"
      action="Release"
      ready={key.trim() !== ''}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, recoveryKey: toBytes(key) })
        setKey('')
      }}
    >
      <p>
        Orders can leave this machine again as soon as this is released. Reason given: <strong>{task.reason}</strong>
      </p>
      <ul className="hf-secure__checks" aria-label="Checks">
        {task.checks.map(({ label, ok, detail }) => (
          <li key={label}>
            {ok ? <IconCheck size={16} aria-label="In order" /> : <IconAlertTriangle size={16} aria-label="Not in order" />}
            <span>
              <strong>{label}</strong>: {detail}
            </span>
          </li>
        ))}
      </ul>
      <PasswordInput
        label="Recovery key"
        description="One of the two that were shown when Holdfast was set up. Dashes and case do not matter."
        autoComplete="off"
        autoFocus
        maxLength={200}
        value={key}
        onChange={({ currentTarget: { value } }) => setKey(value)}
      />
    </SecureForm>
  )
}
