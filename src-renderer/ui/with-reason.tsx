import './with-reason.css'

import { Button, Popover, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState, type ReactNode } from 'react'

import type { Problem } from '../../src-preload/contract/problem'
import { sayProblem } from './words/problems'

interface Props {
  /** On the button that opens the form. */
  readonly open: string
  /** What the act does, and what it asks for. */
  readonly means: string
  /** On the button that carries it out. */
  readonly action: string
  readonly act: (reason: string) => Promise<Problem | null>
  /** It stops trading: the button is as red as HALT. */
  readonly stops?: boolean
  /** More to fill in, above the reason. */
  readonly children?: ReactNode
}

/** An act that needs a reason, which is recorded; asked for where it is done. */
export function WithReason({ open, means, action, act, stops = false, children }: Props) {
  const [opened, setOpened] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md" position="top-start">
      <Popover.Target>
        <Button className="hf-with-reason__open" size="compact-sm" variant="default" onClick={() => setOpened(!opened)}>
          {open}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="hf-with-reason"
          onSubmit={form.onSubmit(({ reason }) => {
            void act(reason.trim()).then((outcome) => {
              setProblem(outcome)
              if (outcome !== null) return
              form.reset()
              setOpened(false)
            })
          })}
        >
          <p>{means}</p>
          {children}
          <TextInput label="Reason" maxLength={500} data-autofocus {...form.getInputProps('reason')} />
          {problem !== null && (
            <p className="hf-danger" role="alert">
              {sayProblem(problem).what}
            </p>
          )}
          <Button type="submit" size="compact-sm" {...(stops ? { color: 'red' } : {})}>
            {action}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
