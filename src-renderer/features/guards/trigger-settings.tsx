import { Button, Checkbox, NumberInput, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { Problem } from '../../../src-preload/contract/problem'
import type { WatchSettingsView } from '../../../src-preload/contract/watch'
import { changeWatch } from '../../stores/watch'
import { groupDigits } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { sayProblem } from '../../ui/words/problems'

type Settings = WatchSettingsView
type NumberKey = { [K in keyof Settings]: Settings[K] extends number ? K : never }[keyof Settings]
type SwitchKey = { [K in keyof Settings]: Settings[K] extends boolean ? K : never }[keyof Settings]

/** Bounds as main holds them: it refuses anything else. */
const NUMBERS: Readonly<Record<NumberKey, { readonly label: string; readonly least: number; readonly most: number }>> = {
  breakersCount: { label: 'Open breakers that halt', least: 1, most: 7 },
  verifyEveryMin: { label: 'Check the whole record every (min)', least: 5, most: 1_440 },
  clockOverSec: { label: 'Clock jump that halts (s)', least: 5, most: 600 },
  diskBelowMb: { label: 'Free space below which to halt (MB)', least: 50, most: 100_000 },
  balanceDropPct: { label: 'Balance drop that halts (%)', least: 1, most: 90 },
  balanceWithinMin: { label: 'Balance drop within (min)', least: 5, most: 1_440 },
  slowMorePct: { label: 'Slower than usual by (%)', least: 25, most: 1_000 },
  deadManAfterMin: { label: 'Halt without a sign of you after (min)', least: 5, most: 20_160 },
  deadManWarnMin: { label: 'Warn before that (min)', least: 1, most: 60 },
}
const MODES = [
  { value: 'gate-only', label: 'stays out until you cancel it' },
  { value: 'graceful', label: 'is canceled: resting orders' },
  { value: 'emergency', label: 'is canceled: resting orders and what waits on a chain' },
]

/** Changes when trading halts by itself. What lets more pass asks for authority in a small window; what lets less pass counts at once. */
export function TriggerSettings({ settings, onClose }: { readonly settings: Settings; readonly onClose: () => void }) {
  const [problem, setProblem] = useState<Problem | null>(null)
  const [saving, setSaving] = useState(false)
  const form = useForm<Settings & { reason: string }>({
    initialValues: { ...settings, reason: '' },
    validate: (values) => ({
      ...Object.fromEntries((Object.keys(NUMBERS) as NumberKey[]).map((key) => [key, wrongWith(key, values[key])])),
      ...(values.deadManWarnMin >= values.deadManAfterMin ? { deadManWarnMin: 'Shorter than the time before the halt.' } : {}),
      reason: values.reason.trim() === '' ? 'Say why. It is recorded.' : null,
    }),
  })
  const submit = form.onSubmit(({ reason, ...after }) => {
    const change = Object.fromEntries(Object.entries(after).filter(([key, value]) => settings[key as keyof Settings] !== value))
    setSaving(true)
    void changeWatch(change, reason.trim()).then((outcome) => {
      setSaving(false)
      setProblem(outcome?.code === 'CANCELED_BY_USER' ? null : outcome)
      if (outcome === null) onClose()
    })
  })
  const number = (key: NumberKey) => (
    <NumberInput
      label={NUMBERS[key].label}
      description={range(key)}
      min={NUMBERS[key].least}
      max={NUMBERS[key].most}
      allowDecimal={false}
      clampBehavior="none"
      {...form.getInputProps(key)}
    />
  )
  const toggle = (key: SwitchKey, label: string) => <Checkbox label={label} {...form.getInputProps(key, { type: 'checkbox' })} />
  return (
    <SideDrawer title="When trading halts by itself" onClose={onClose}>
      <form className="hf-breaker__tune" onSubmit={submit}>
        <p className="hf-dim">A milder setting asks for authority in a small window; a stricter one counts at once.</p>
        {toggle('breakersOn', 'Halt on open breakers')}
        {number('breakersCount')}
        {toggle('signerBreakerOn', 'The signer breaker halts alone')}
        {number('verifyEveryMin')}
        {toggle('clockOn', 'Halt when the clock jumps')}
        {number('clockOverSec')}
        {number('diskBelowMb')}
        {toggle('balanceOn', 'Halt when a balance drops')}
        {number('balanceDropPct')}
        {number('balanceWithinMin')}
        {toggle('slowOn', 'Tell when it gets slower than usual, or fails more (halts nothing)')}
        {number('slowMorePct')}
        {toggle('deadManOn', 'Dead-man switch')}
        {number('deadManAfterMin')}
        {number('deadManWarnMin')}
        <Select label="What is already out" allowDeselect={false} data={MODES} {...form.getInputProps('mode')} />
        <TextInput label="Reason" maxLength={500} {...form.getInputProps('reason')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <div className="hf-breaker__acts">
          <Button type="submit" loading={saving} disabled={!form.isDirty()}>
            Change
          </Button>
        </div>
      </form>
    </SideDrawer>
  )
}

function wrongWith(key: NumberKey, value: number): string | null {
  const { least, most } = NUMBERS[key]
  return Number.isInteger(value) && value >= least && value <= most ? null : `From ${range(key)}.`
}

function range(key: NumberKey): string {
  const { least, most } = NUMBERS[key]
  return `${groupDigits(String(least))} to ${groupDigits(String(most))}`
}
