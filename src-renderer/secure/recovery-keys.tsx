import { Button, TextInput } from '@mantine/core'
import { IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'

import type { SecureTask } from '../../src-preload/contract/secure'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

const ASKED = 4

/** Shows the two recovery keys, once, and lets nobody past who has not looked at both. */
export function RecoveryKeys({ task }: { readonly task: Extract<SecureTask, { kind: 'show-recovery-keys' }> }) {
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title="Your two recovery keys"
      action="I have written both down"
      ready={typed.every((text) => text.trim().length >= ASKED)}
      busy={busy}
      problem={problem}
      onSubmit={() => send({ kind: task.kind, id: task.id, lastCharacters: [typed[0].trim().slice(-8), typed[1].trim().slice(-8)] })}
    >
      <p>Either one releases a halt. Write both down and keep them in two places. They are not shown again.</p>
      <ol className="hf-secure__codes">
        {task.codes.map((code, index) => (
          <li key={code}>
            <span>Key {index + 1}</span>
            <code className="hf-secure__code">{code}</code>
          </li>
        ))}
      </ol>
      <div>
        <Button variant="default" size="xs" leftSection={<IconPrinter size={14} />} onClick={() => window.print()}>
          Print
        </Button>
      </div>
      <div className="hf-secure__confirm">
        {([0, 1] as const).map((index) => (
          <TextInput
            key={index}
            label={`Last ${ASKED} characters of key ${index + 1}`}
            autoComplete="off"
            spellCheck={false}
            maxLength={8}
            data-autofocus={index === 0}
            value={typed[index]}
            onChange={({ currentTarget: { value } }) => setTyped(index === 0 ? [value, typed[1]] : [typed[0], value])}
          />
        ))}
      </div>
    </SecureForm>
  )
}
