import { Button, TextInput } from '@mantine/core'
import { IconEye, IconPrinter } from '@tabler/icons-react'
import { useState } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import type { SecureTask } from '../../src-preload/contract/secure'
import { CopyButton } from '../ui/copy-button'
import type { Said } from '../ui/words/said'
import { SecureForm } from './form'
import { useAnswer } from './use-answer'

const ASKED = 4

/**
 * Shows the two recovery keys, once, and lets nobody past who has not kept both: they are covered while their ends are typed, so that the
 * check is of the paper and not of the screen.
 */
export function RecoveryKeys({ task }: { readonly task: Extract<SecureTask, { kind: 'show-recovery-keys' }> }) {
  const [typed, setTyped] = useState<readonly [string, string]>(['', ''])
  const [covered, setCovered] = useState(false)
  const { problem, busy, send } = useAnswer()
  return (
    <SecureForm
      title="Your two recovery keys"
      action="I have written both down"
      ready={typed.every((text) => text.trim().length >= ASKED)}
      busy={busy}
      problem={problem}
      say={sayWrong}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, lastCharacters: [typed[0].trim().slice(-8), typed[1].trim().slice(-8)] })
        setTyped(['', ''])
      }}
    >
      <p>Either one releases a halt. Write both down and keep them in two places. They are not shown again.</p>
      <ol className="hf-secure__codes">
        {task.codes.map((code, index) => (
          <li key={code}>
            <span>
              Key {index + 1} {!covered && <CopyButton text={code} what={`key ${index + 1}`} />}
            </span>
            <code className="hf-secure__code">{covered ? code.replace(/[^-]/g, '•') : code}</code>
          </li>
        ))}
      </ol>
      <div className="hf-secure__tools">
        {covered ? (
          <Button variant="default" size="xs" leftSection={<IconEye size={14} aria-hidden />} onClick={() => setCovered(false)}>
            Show the keys again
          </Button>
        ) : (
          <Button variant="default" size="xs" leftSection={<IconPrinter size={14} aria-hidden />} onClick={() => window.print()}>
            Print
          </Button>
        )}
        <span>A copied key stays on the clipboard, where other programs can read it. Paper is safer.</span>
      </div>
      <div className="hf-secure__confirm">
        {([0, 1] as const).map((index) => (
          <TextInput
            key={index}
            label={`Last ${ASKED} characters of key ${index + 1}`}
            autoComplete="off"
            spellCheck={false}
            maxLength={8}
            onFocus={() => setCovered(true)}
            data-autofocus={index === 0}
            value={typed[index]}
            onChange={({ currentTarget: { value } }) => setTyped(index === 0 ? [value, typed[1]] : [typed[0], value])}
          />
        ))}
      </div>
    </SecureForm>
  )
}

function sayWrong({ code }: Problem): Said | null {
  if (code !== 'WRONG_KEY') return null
  return {
    what: 'Those are not the last characters of both keys.',
    means: 'Trading is not armed yet.',
    now: 'Compare with your paper, or show the keys again.',
  }
}
