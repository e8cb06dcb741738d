import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import type { LimitSettingsView } from '../../../src-preload/contract/limits'
import { changeLimits } from '../../stores/limits'
import { SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { useSaving } from '../../ui/use-saving'
import { LIMIT_ORDER, LIMIT_WORDS, LOSS_BASIS_WORDS } from '../../ui/words/limits'
import { sayProblem } from '../../ui/words/problems'

type Typed = (typeof LIMIT_ORDER)[number]
type Draft = Record<Typed, string> & { lossBasis: LimitSettingsView['lossBasis']; reason: string }

const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d{1,2})?$/
const WHOLE = /^[1-9]\d{0,5}$/

/** Other limits. Tighter ones count at once; looser ones are asked for in the main-owned window. */
export function TuneLimits({ settings, onClose }: { readonly settings: LimitSettingsView; readonly onClose: () => void }) {
  const { saving, problem, save } = useSaving(onClose)
  const wrong = (name: Typed) => (value: string) =>
    (LIMIT_WORDS[name].whole ? WHOLE : PLAIN).test(value)
      ? null
      : LIMIT_WORDS[name].whole
        ? 'A whole number from 1.'
        : 'Only digits and one point.'
  const typed = Object.fromEntries(LIMIT_ORDER.map((name) => [name, String(settings[name])])) as Record<Typed, string>
  const form = useForm<Draft>({
    initialValues: { ...typed, lossBasis: settings.lossBasis, reason: '' },
    validate: {
      ...(Object.fromEntries(LIMIT_ORDER.map((name) => [name, wrong(name)])) as Record<Typed, (value: string) => string | null>),
      reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null),
    },
  })
  return (
    <SideDrawer title="Change the limits" onClose={onClose}>
      <form
        className="hf-limits__form"
        onSubmit={form.onSubmit(({ reason, ...draft }) => void save(() => changeLimits(changeOf(settings, draft), reason.trim())))}
      >
        <p className="hf-dim">
          Tighter limits count at once. For a looser one a small window asks for your authority. No agent can change any.
        </p>
        {LIMIT_ORDER.map((name) => {
          const { name: label, unit, means } = LIMIT_WORDS[name]
          return (
            <TextInput
              key={name}
              label={label}
              description={means}
              inputMode="decimal"
              rightSection={unit === '' ? undefined : <span className="hf-label">{unit}</span>}
              rightSectionWidth={52}
              {...form.getInputProps(name)}
            />
          )
        })}
        <Select
          label="Losses are measured from"
          allowDeselect={false}
          data={Object.entries(LOSS_BASIS_WORDS).map(([value, label]) => ({ value, label }))}
          {...form.getInputProps('lossBasis')}
        />
        <TextInput label="Reason" maxLength={500} {...form.getInputProps('reason')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <Button type="submit" loading={saving} disabled={!form.isDirty()}>
          Change the limits
        </Button>
      </form>
    </SideDrawer>
  )
}

/** What differs of what was typed, as the limits are kept. */
function changeOf(before: LimitSettingsView, draft: Omit<Draft, 'reason'>): Partial<LimitSettingsView> {
  const typed = LIMIT_ORDER.filter((name) => draft[name] !== String(before[name])).map((name): [Typed, string | number] => [
    name,
    typeof before[name] === 'number' ? Number(draft[name]) : draft[name],
  ])
  return { ...Object.fromEntries(typed), ...(draft.lossBasis === before.lossBasis ? {} : { lossBasis: draft.lossBasis }) }
}
