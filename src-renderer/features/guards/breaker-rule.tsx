import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { TradingStateView } from '../../../src-preload/contract/breakers'
import type { Problem } from '../../../src-preload/contract/problem'
import { changeHaltRule } from '../../stores/guards'
import { roughly } from '../../ui/format/time'
import { SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { sayProblem } from '../../ui/words/problems'

type Rule = TradingStateView['rule']

const NEVER = 'never'
const MINUTE = 60_000
const MOST_OPEN = 5
const AFTER_MINUTES = [15, 30, 60, 240, 1_440]

/** When open breakers halt all trading, and whether that ends by itself. */
export function BreakerRule({ rule, onClose }: { readonly rule: Rule; readonly onClose: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [saving, setSaving] = useState(false)
  const form = useForm({
    initialValues: { signerAlone: rule.signerAlone, openAtLeast: rule.openAtLeast, after: endingOf(rule), reason: '' },
    validate: {
      openAtLeast: (value) => (Number.isInteger(value) && value >= 1 && value <= MOST_OPEN ? null : `From 1 to ${MOST_OPEN}.`),
      reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null),
    },
  })
  const send = async (next: Rule, reason: string) => {
    setSaving(true)
    const outcome = await changeHaltRule(next, reason)
    setSaving(false)
    setProblem(outcome)
    if (outcome === null) onClose()
  }
  return (
    <SideDrawer title="When breakers halt all trading" onClose={onClose}>
      <form
        className="hf-breaker__tune"
        onSubmit={form.onSubmit(
          ({ signerAlone, openAtLeast, after, reason }) =>
            void send({ signerAlone, openAtLeast, recoverAfterMs: after === NEVER ? null : Number(after) }, reason.trim()),
        )}
      >
        <p className="hf-dim">
          A milder rule asks for authority in a small window; a stricter one counts at once. Breakers that a person isolated do not count.
          The kill switch has triggers of its own, and nothing here ever arms it.
        </p>
        <NumberInput
          label="Open breakers that halt all trading"
          description={`1 to ${MOST_OPEN}; usually 3`}
          min={1}
          max={MOST_OPEN}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps('openAtLeast')}
        />
        <Checkbox label="The signer breaker halts all trading alone" {...form.getInputProps('signerAlone', { type: 'checkbox' })} />
        <Select
          label="The halt ends"
          description="While trading is halted no order can be a probe, so a half-open breaker counts as quiet."
          allowDeselect={false}
          data={endings(rule)}
          {...form.getInputProps('after')}
        />
        <TextInput label="Reason" maxLength={500} {...form.getInputProps('reason')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <div className="hf-breaker__acts">
          <Button type="submit" loading={saving} disabled={!form.isDirty()}>
            Change the rule
          </Button>
        </div>
      </form>
    </SideDrawer>
  )
}

const endingOf = ({ recoverAfterMs }: Pick<Rule, 'recoverAfterMs'>): string => (recoverAfterMs === null ? NEVER : String(recoverAfterMs))

/** The endings that can be chosen, and the one in force. */
function endings({ recoverAfterMs }: Rule) {
  const times = new Set([...AFTER_MINUTES.map((minutes) => minutes * MINUTE), ...(recoverAfterMs === null ? [] : [recoverAfterMs])])
  return [
    { value: NEVER, label: 'when a person lifts it' },
    ...[...times].sort((a, b) => a - b).map((ms) => ({ value: String(ms), label: `after ${roughly(ms)} without an open breaker` })),
  ]
}
