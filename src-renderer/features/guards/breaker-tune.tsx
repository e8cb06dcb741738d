import { Button, NumberInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'

import type { BreakerStatusView } from '../../../src-preload/contract/breakers'
import { tuneBreaker } from '../../stores/guards'
import { groupDigits } from '../../ui/format/amount'
import { SaidNotice } from '../../ui/notice'
import { SideDrawer } from '../../ui/side-drawer'
import { useSaving } from '../../ui/use-saving'
import { BREAKER_WORDS } from '../../ui/words/breakers'
import { sayProblem } from '../../ui/words/problems'

type Limits = Omit<BreakerStatusView['limits'], 'rateMinSamples'>
type Field = keyof Limits

const MINUTE = 60_000
/** In the order in which a person reads them; times are typed in minutes. */
const FIELDS: readonly { readonly field: Field; readonly label: string; readonly suffix?: string; readonly inMinutes?: true }[] = [
  { field: 'failuresInWindow', label: 'Opens at this many failures' },
  { field: 'windowMs', label: 'Counted over', suffix: ' min', inMinutes: true },
  { field: 'consecutive', label: 'Or this many in a row' },
  { field: 'ratePct', label: 'Or a failure rate of', suffix: ' %' },
  { field: 'recoveryMs', label: 'Stays open for', suffix: ' min', inMinutes: true },
]

type Draft = Readonly<Record<Field, number | string>> & { readonly reason: string }

/** Other thresholds for a breaker, within the bounds in which it cannot be switched off. */
export function BreakerTune({ breaker, onClose }: { readonly breaker: BreakerStatusView; readonly onClose: () => void }) {
  const { id, limits, bounds, tunedFrom } = breaker
  const { name } = BREAKER_WORDS[id]
  const { saving, problem, save } = useSaving(onClose)
  const product = tunedFrom ?? limits
  const shown = (field: Field): number | string => typed(limits[field], field)
  const boundsOf = (field: Field) => ({ min: Number(typed(bounds[field].min, field)), max: Number(typed(bounds[field].max, field)) })
  // A rule that the product does not have may be left out; one that it has may not.
  const wrong = (field: Field) => (value: number | string) => {
    if (value === '' && product[field] === null) return null
    const { min, max } = boundsOf(field)
    return Number.isFinite(Number(value)) && value !== '' && Number(value) >= min && Number(value) <= max ? null : `From ${min} to ${max}.`
  }
  const form = useForm<Draft>({
    initialValues: {
      failuresInWindow: shown('failuresInWindow'),
      windowMs: shown('windowMs'),
      consecutive: shown('consecutive'),
      ratePct: shown('ratePct'),
      recoveryMs: shown('recoveryMs'),
      reason: '',
    },
    validate: {
      failuresInWindow: wrong('failuresInWindow'),
      windowMs: wrong('windowMs'),
      consecutive: wrong('consecutive'),
      ratePct: wrong('ratePct'),
      recoveryMs: wrong('recoveryMs'),
      reason: (value) => (value.trim() === '' ? 'Say why. It is recorded.' : null),
    },
  })
  const send = (thresholds: Limits | null, reason: string) => save(() => tuneBreaker(id, thresholds, reason))
  return (
    <SideDrawer title={`Tune the ${name.toLowerCase()} breaker`} onClose={onClose}>
      <form className="hf-breaker__tune" onSubmit={form.onSubmit(({ reason, ...draft }) => void send(toLimits(draft), reason.trim()))}>
        <p className="hf-dim">
          A milder threshold asks for authority in a small window; a stricter one counts at once. What was counted so far is judged anew
          either way. No breaker can be switched off.
        </p>
        {FIELDS.map(({ field, label, suffix }) => {
          const { min, max } = boundsOf(field)
          const usual = typed(product[field], field)
          return (
            <NumberInput
              key={field}
              label={label}
              description={`${groupDigits(String(min))} to ${groupDigits(String(max))}${suffix ?? ''}; usually ${usual === '' ? 'not judged' : `${usual}${suffix ?? ''}`}`}
              suffix={suffix ?? ''}
              min={min}
              max={max}
              decimalScale={1}
              clampBehavior="none"
              {...form.getInputProps(field)}
            />
          )
        })}
        <TextInput label="Reason" maxLength={500} {...form.getInputProps('reason')} />
        {problem !== null && <SaidNotice said={sayProblem(problem)} />}
        <div className="hf-breaker__acts">
          <Button type="submit" loading={saving} disabled={!form.isDirty()}>
            Change the thresholds
          </Button>
          {tunedFrom !== null && (
            <Button
              variant="default"
              loading={saving}
              onClick={() => {
                if (!form.validateField('reason').hasError) void send(null, form.values.reason.trim())
              }}
            >
              Back to the usual ones
            </Button>
          )}
        </div>
      </form>
    </SideDrawer>
  )
}

const inMinutes = (field: Field): boolean => FIELDS.some((each) => each.field === field && each.inMinutes === true)

/** A threshold as it is typed; empty where the rule does not apply. */
function typed(value: number | null, field: Field): number | '' {
  if (value === null) return ''
  return inMinutes(field) ? value / MINUTE : value
}

function toLimits(draft: Readonly<Record<Field, number | string>>): Limits {
  const whole = (field: Field): number => Math.round(Number(draft[field]) * (inMinutes(field) ? MINUTE : 1))
  const optional = (field: Field): number | null => (draft[field] === '' ? null : whole(field))
  return {
    failuresInWindow: whole('failuresInWindow'),
    windowMs: whole('windowMs'),
    consecutive: optional('consecutive'),
    ratePct: optional('ratePct'),
    recoveryMs: whole('recoveryMs'),
  }
}
