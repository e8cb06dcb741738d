import { Button, Popover, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { PolicyKind } from '../../../src-preload/contract/policy'
import type { Problem } from '../../../src-preload/contract/problem'
import { beginPolicyAnew } from '../../stores/policy'
import { sayProblem } from '../../ui/words/problems'

/** Puts what set-up makes in the place of a policy that cannot be read, for a reason. */
export function BeginAnew({ which }: { readonly which: PolicyKind }) {
  const [opened, setOpened] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm({
    initialValues: { reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  return (
    <Popover opened={opened} onChange={setOpened} trapFocus withinPortal shadow="md" position="bottom-start">
      <Popover.Target>
        <Button size="compact-sm" variant="default" onClick={() => setOpened(!opened)}>
          Begin anew…
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <form
          className="hf-policy__reason"
          onSubmit={form.onSubmit(({ reason }) => {
            void beginPolicyAnew(which, reason.trim()).then((outcome) => {
              setProblem(outcome)
              if (outcome === null) setOpened(false)
            })
          })}
        >
          <p>What cannot be read is kept aside. A small window asks for your authority.</p>
          <TextInput label="Reason" maxLength={500} data-autofocus {...form.getInputProps('reason')} />
          {problem !== null && <p className="hf-danger">{sayProblem(problem).what}</p>}
          <Button type="submit" size="compact-sm">
            Begin anew
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  )
}
