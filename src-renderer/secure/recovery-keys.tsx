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
  const [typed, setTyped] = useState<readonly string[]>(() => task.codes.map(() => ''))
  const [covered, setCovered] = useState(false)
  const { problem, busy, send } = useAnswer()
  const one = task.codes.length === 1
  return (
    <SecureForm
      title={one ? 'Your new recovery key' : 'Your two recovery keys'}
      action={one ? 'I have written it down' : 'I have written both down'}
      ready={typed.every((text) => text.trim().length >= ASKED)}
      busy={busy}
      problem={problem}
      say={sayWrong}
      onSubmit={() => {
        send({ kind: task.kind, id: task.id, lastCharacters: typed.map((text) => text.trim().slice(-8)) })
        setTyped(task.codes.map(() => ''))
      }}
    >
      <p>
        {one
          ? 'It releases a halt by itself. Write it down and keep it apart from the other. It is not shown again, and the key that it replaces stops working now.'
          : 'Either one releases a halt. Write both down and keep them in two places. They are not shown again.'}
      </p>
      <ol className="hf-secure__codes">
        {task.codes.map((code, index) => (
          <li key={code}>
            <span className="hf-secure__label">
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
        {task.codes.map((code, index) => (
          <TextInput
            key={code}
            label={`Last ${ASKED} characters of key ${index + 1}`}
            autoComplete="off"
            spellCheck={false}
            maxLength={8}
            onFocus={() => setCovered(true)}
            data-autofocus={index === 0}
            value={typed[index] ?? ''}
            onChange={({ currentTarget: { value } }) => setTyped(typed.map((text, at) => (at === index ? value : text)))}
          />
        ))}
      </div>
    </SecureForm>
  )
}

function sayWrong({ code }: Problem): Said | null {
  if (code !== 'WRONG_KEY') return null
  return {
    what: 'Those are not the last characters that were shown.',
    means: 'The keys do not count yet.',
    now: 'Compare with your paper, or show the keys again.',
  }
}
