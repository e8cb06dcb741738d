import { PasswordInput } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { ACT_WORDS } from './act-words'
import { toBytes } from './api'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

/** Asks for the means that an act needs; shows what main says of the act, not what the big window does. */
export function Authorise({ task }: { readonly task: Extract<SecureTask, { kind: 'authorise' }> }) {
  const [keys, setKeys] = useState<readonly [string, string]>(['', ''])
  const needed = ([0, 1] as const).slice(0, task.keysNeeded)
  const words = ACT_WORDS[task.act](task.subject)
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title={words.title}
      action={words.action}
      ready={needed.every((index) => keys[index].trim() !== '')}
      busy={busy}
      problem={problem}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, recoveryKeys: needed.map((index) => toBytes(keys[index])) })
        setKeys(['', ''])
      }}
    >
      <p>
        {words.means} Reason given: <strong>{task.reason}</strong>
      </p>
      {task.changes.length > 0 && (
        <dl className="hf-secure__changes" aria-label="Changes">
          {task.changes.map(({ label, before, after }) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>
                {before !== null && <del>{before}</del>} <ins>{after}</ins>
              </dd>
            </div>
          ))}
        </dl>
      )}
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
      {needed.map((index) => (
        <PasswordInput
          key={index}
          label={needed.length === 1 ? 'Recovery key' : `Recovery key ${index + 1}`}
          description={index === 0 ? 'Shown when Holdfast was set up. Dashes and case do not matter.' : 'The other one of the two.'}
          autoComplete="off"
          autoFocus={index === 0}
          maxLength={200}
          value={keys[index]}
          onChange={({ currentTarget: { value } }) => setKeys(index === 0 ? [value, keys[1]] : [keys[0], value])}
        />
      ))}
    </SecureForm>
  )
}
