import { Button, NumberInput, SegmentedControl, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'

import type { SettingsView } from '../../../src-preload/contract/app'
import type { Problem } from '../../../src-preload/contract/problem'
import { updateSettings } from '../../stores/settings'
import { SaidNotice } from '../../ui/notice'
import { Panel } from '../../ui/panel'
import { RISK_PROFILE_WORDS, STUCK_ACTION_WORDS } from '../../ui/words/orders'
import { sayProblem } from '../../ui/words/problems'

const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d+)?$/
const whole = (least: number, most: number) => (value: number | string) =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most ? null : `A whole number from ${least} to ${most}.`

/** The limits that the guards and signers use. Every change is recorded; a looser one is asked for in the main-owned window. */
export function TradingSettings({ settings }: { readonly settings: SettingsView }) {
  const [saving, setSaving] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const form = useForm<SettingsView>({
    initialValues: settings,
    validate: {
      unlockMinutes: whole(1, 480),
      maxQuoteAgeSec: whole(1, 300),
      stuckAfterSec: whole(30, 3_600),
      stuckMostBumps: whole(1, 10),
      maxVolatilityPct: (value) => (PLAIN.test(value) ? null : 'Only digits and one point, such as 50 or 12.5.'),
    },
  })
  const save = async (change: Partial<SettingsView>) => {
    setSaving(true)
    const outcome = await updateSettings(change)
    setSaving(false)
    setProblem(outcome)
    return outcome === null
  }
  return (
    <Panel title="Trading">
      <form
        className="hf-settings__form"
        onSubmit={form.onSubmit((values) => {
          void save(values).then((saved) => {
            if (saved) form.resetDirty(values)
          })
        })}
      >
        <Select
          label="Risk profile of new tickets"
          description={RISK_PROFILE_WORDS[form.values.riskProfile].means}
          data={Object.entries(RISK_PROFILE_WORDS).map(([value, { name, limit }]) => ({
            value,
            label: `${name}, up to ${limit} slippage`,
          }))}
          {...form.getInputProps('riskProfile')}
        />
        <NumberInput
          label="Signers lock themselves after"
          suffix=" min"
          min={1}
          max={480}
          allowDecimal={false}
          {...form.getInputProps('unlockMinutes')}
        />
        <NumberInput
          label="Oldest price an order may be based on"
          suffix=" s"
          min={1}
          max={300}
          allowDecimal={false}
          {...form.getInputProps('maxQuoteAgeSec')}
        />
        <TextInput
          label="Largest price range of the last hour"
          description="Percent of the price. A market that moves more counts as too volatile."
          inputMode="decimal"
          rightSection={<span className="hf-label">%</span>}
          {...form.getInputProps('maxVolatilityPct')}
        />
        <Select
          label="A chain transaction that waits too long"
          description={STUCK_ACTION_WORDS[form.values.stuckAction].means}
          data={Object.entries(STUCK_ACTION_WORDS).map(([value, { name }]) => ({ value, label: name }))}
          {...form.getInputProps('stuckAction')}
        />
        <NumberInput
          label="Too long is after"
          suffix=" s"
          min={30}
          max={3_600}
          allowDecimal={false}
          {...form.getInputProps('stuckAfterSec')}
        />
        <NumberInput label="Most replacements by itself" min={1} max={10} allowDecimal={false} {...form.getInputProps('stuckMostBumps')} />
        <p className="hf-dim">What is tighter counts at once. For what is looser a small window asks for your authority.</p>
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <Button type="submit" loading={saving} disabled={!form.isDirty()}>
          Save
        </Button>
        <div>
          <span className="hf-settings__label" id="colours">
            Colours
          </span>
          <SegmentedControl
            fullWidth
            aria-labelledby="colours"
            data={[
              { value: 'auto', label: 'As the system' },
              { value: 'light', label: 'Light' },
              { value: 'dark', label: 'Dark' },
            ]}
            value={settings.colourScheme}
            onChange={(colourScheme) => void save({ colourScheme })}
          />
        </div>
      </form>
    </Panel>
  )
}
