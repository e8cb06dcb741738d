import { Button, Popover, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import { sayProblem } from '../../ui/words/problems'

interface Props {
  readonly open: string
  readonly means: string
  readonly action: string
  readonly act: (reason: string) => Promise<Problem | null>
}

/** An act that needs a reason, asked for where it is done. */
export function WithReason({ open, means, action, act }: Props) {
  const [opened, setOpened] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md" position="top-start">
      <Popover.Target>
        <Button size="compact-sm" variant="default" onClick={() => setOpened(!opened)}>
          {open}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="hf-limits__reason"
          onSubmit={form.onSubmit(({ reason }) => {
            void act(reason.trim()).then((outcome) => {
              setProblem(outcome)
              if (outcome === null) setOpened(false)
            })
          })}
        >
          <p>{means}</p>
          <TextInput label="Reason" maxLength={500} data-autofocus {...form.getInputProps('reason')} />
          {problem !== null && <p className="hf-danger">{sayProblem(problem).what}</p>}
          <Button type="submit" size="compact-sm">
            {action}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
