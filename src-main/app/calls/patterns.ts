import type { PatternsView } from '../../../src-preload/contract/patterns'
import type { ActChange } from '../../domain/admin-act'
import { PATTERN_KINDS, type PatternKind, type PatternSettings } from '../../domain/pattern'
import { MONTH_FIGURES } from '../../engine/patterns/month-figures'
import { loosenedPatterns } from '../../engine/patterns/pattern-store'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { CHANGED_MEANWHILE } from './changed-meanwhile'
import { inEnvironment } from './in-environment'

type Names = 'patterns.status' | 'patterns.change' | 'patterns.acknowledge'

const MOST_ALARMS = 100

/** What each is called in the main-owned window. */
const LABELS: Readonly<Record<PatternKind | 'onAlarm', string>> = {
  rate: 'Many orders in an hour',
  hour: 'An unusual hour',
  size: 'An unusually large order',
  counterparty: 'A first pair or address',
  signing: 'Many signatures in an hour',
  failures: 'Many failed orders',
  onAlarm: 'What an alarm does',
}

/** Calls about unusual activity (product row P6). What makes it speak sooner is done at once; what makes it speak later is authorised. */
export function patternCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'patterns.status': () => inEnvironment(context, (environment) => valueReply(patternsView(context, environment))),
    'patterns.change': ({ settings, reason }) =>
      inEnvironment(context, async (environment) => {
        const { patternStore } = environment.exposure
        const before = patternStore.get()
        const carryOut = (actor: string): null => {
          patternStore.change(settings, { actor, reason })
          return null
        }
        const changes = changesOf(before, settings)
        if (changes.length === 0) return valueReply({ done: true })
        if (loosenedPatterns(before, settings).length === 0) {
          carryOut(context.actor())
          return valueReply({ done: true })
        }
        return context.authorise({ act: 'change-limits', subject: '', reason, changes, checks: [], approvalsAtLeast: 1 }, ({ by }) =>
          patternStore.get() === before ? carryOut(by.join(', ')) : CHANGED_MEANWHILE,
        )
      }),
    'patterns.acknowledge': ({ alarmId, note }) =>
      inEnvironment(context, ({ exposure: { patterns } }) =>
        patterns.acknowledge(alarmId, context.actor(), note) ? valueReply({ done: true }) : problemReply('NOT_FOUND'),
      ),
  }
}

/** How unusual activity is watched for, and what was found, at this moment. */
export function patternsView(context: AppContext, { exposure, engine }: OpenEnvironment): PatternsView {
  const { patterns, patternStore } = exposure
  const { sensitivity, onAlarm } = patternStore.get()
  return {
    settings: { sensitivity: { ...sensitivity }, onAlarm },
    alarms: patterns
      .alarms()
      .slice(0, MOST_ALARMS)
      .map(({ alarmId, atMs, account, kind, orderId, figures, acknowledged }) => ({
        alarmId,
        atMs: Math.round(atMs),
        account: engine.ports.accounts.labelOf(account).slice(0, 200),
        kind,
        orderId,
        figures: { ...figures },
        acknowledged: acknowledged === null ? null : { ...acknowledged },
      })),
    history: patterns
      .known()
      .slice(0, 100)
      .map(({ label, orders, sinceMs, speaks }) => ({ account: label.slice(0, 200), orders, sinceMs, speaks })),
    month: { relaxed: { ...MONTH_FIGURES.relaxed }, balanced: { ...MONTH_FIGURES.balanced }, strict: { ...MONTH_FIGURES.strict } },
    atMs: context.clock.wallMs(),
  }
}

function changesOf(before: PatternSettings, after: PatternSettings): ActChange[] {
  const changed = PATTERN_KINDS.filter((kind) => before.sensitivity[kind] !== after.sensitivity[kind]).map((kind): ActChange => ({
    label: LABELS[kind],
    before: before.sensitivity[kind],
    after: after.sensitivity[kind],
  }))
  return before.onAlarm === after.onAlarm ? changed : [...changed, { label: LABELS.onAlarm, before: before.onAlarm, after: after.onAlarm }]
}
