import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import type { PatternSettingsView, PatternsView } from '../../../src-preload/contract/patterns'
import { changePatterns } from '../../stores/limits'
import { SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { useSaving } from '../../ui/use-saving'
import { ALARM_ACTION_WORDS, PATTERN_ORDER, PATTERN_WORDS, SENSITIVITY_WORDS } from '../../ui/words/patterns'
import { sayProblem } from '../../ui/words/problems'

type Draft = PatternSettingsView['sensitivity'] & { onAlarm: PatternSettingsView['onAlarm']; reason: string }

const options = (words: Readonly<Record<string, string>>) => Object.entries(words).map(([value, label]) => ({ value, label }))

/** How easily unusual activity is told of, with what each choice came to on a recorded month. */
export function TunePatterns({ view: { settings, month }, onClose }: { readonly view: PatternsView; readonly onClose: () => void }) {
  const { saving, problem, save } = useSaving(onClose)
  const form = useForm<Draft>({
    initialValues: { ...settings.sensitivity, onAlarm: settings.onAlarm, reason: '' },
    validate: { reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null) },
  })
  const submit = ({ reason, onAlarm, ...sensitivity }: Draft) => save(() => changePatterns({ sensitivity, onAlarm }, reason.trim()))
  return (
    <SideDrawer title="Tune what counts as unusual" onClose={onClose}>
      <form className="hf-limits__form" onSubmit={form.onSubmit((draft) => void submit(draft))}>
        <table className="hf-limits__month">
          <caption>On a recorded month of one account</caption>
          <thead>
            <tr>
              <th scope="col">Choice</th>
              <th scope="col">False alarms</th>
              <th scope="col">Found</th>
            </tr>
          </thead>
          <tbody>
            {(['relaxed', 'balanced', 'strict'] as const).map((choice) => (
              <tr key={choice}>
                <th scope="row">{SENSITIVITY_WORDS[choice]}</th>
                <td className="hf-num">
                  {month[choice].falseAlarms} in {month[choice].judged} orders
                </td>
                <td className="hf-num">
                  {month[choice].found} of {month[choice].episodes}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {PATTERN_ORDER.map((kind) => (
          <Select
            key={kind}
            label={PATTERN_WORDS[kind].name}
            description={PATTERN_WORDS[kind].means}
            allowDeselect={false}
            data={options(SENSITIVITY_WORDS)}
            {...form.getInputProps(kind)}
          />
        ))}
        <Select
          label="When something is unusual"
          allowDeselect={false}
          data={options(ALARM_ACTION_WORDS)}
          {...form.getInputProps('onAlarm')}
        />
        <TextInput label="Reason" maxLength={500} {...form.getInputProps('reason')} />
        <p className="hf-dim hf-small">A stricter choice counts at once. For a quieter one a small window asks for your authority.</p>
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <Button type="submit" loading={saving} disabled={!form.isDirty()}>
          Change
        </Button>
      </form>
    </SideDrawer>
  )
}
