import type { BreakerStatusView, TradingStateView } from '../../../src-preload/contract/breakers'
import type { Problem, Reply } from '../../../src-preload/contract/problem'
import type { ActChange, AdminAct } from '../../domain/admin-act'
import {
  BREAKER_IDS,
  BREAKER_THRESHOLDS,
  boundsOf,
  loosened,
  outOfBounds,
  sameThresholds,
  type BreakerThresholds,
} from '../../domain/breaker'
import { loosensHaltRule, type SystemHaltRule } from '../../domain/trading-state'
import { ribbon } from '../../guards/breakers/ribbon'
import { problemReply, valueReply } from '../../ipc/dispatch'
import type { AppCalls } from '../../ipc/services'
import { describeError } from '../../lib/errors'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'
import { CHANGED_MEANWHILE } from './changed-meanwhile'
import { inEnvironment } from './in-environment'

type Names = Extract<keyof AppCalls, `breaker.${string}` | `trading.${string}`>

const DAY_MS = 24 * 60 * 60_000
/** How many lines of history, and how many failures, a picture of one breaker carries. */
const MOST_SHOWN = 2_000

/** Calls about breakers, and about the trading state that they and people set. */
export function breakerCalls(context: AppContext): Pick<AppCalls, Names> {
  return {
    'breaker.isolate': ({ breaker, reason }) =>
      inEnvironment(context, ({ breakers }) => {
        breakers.isolate(breaker, { by: context.actor(), reason })
        return valueReply({})
      }),
    'breaker.close': ({ breaker, reason }) =>
      inEnvironment(context, async ({ breakers }) => {
        const asked = await context.authorise(
          { act: 'close-breaker', subject: breaker, reason, changes: [], checks: [], approvalsAtLeast: 1 },
          ({ by }): Problem | null => {
            const closed = breakers.reset(breaker, { by: by.join(', '), reason })
            return closed.ok ? null : { code: 'CHECK_BLOCKED', figures: { detail: closed.error } }
          },
        )
        return asked.ok ? valueReply({ closed: asked.value.done }) : asked
      }),
    'breaker.tune': ({ breaker, thresholds, reason }) =>
      inEnvironment(context, async ({ breakers, tuning }) => {
        const before = breakers.thresholds(breaker)
        const after = thresholds ?? BREAKER_THRESHOLDS[breaker]
        const wrong = outOfBounds(breaker, after)
        if (wrong !== null) return problemReply('INVALID_INPUT', { where: wrong })
        const change = (by: string): Problem | null => {
          const kept = recorded(() => tuning.change(breaker, thresholds, { by, reason }))
          if (kept === null) breakers.retune(breaker, after, { by, reason })
          return kept
        }
        if (loosened(before, after).length === 0) return settled(change(context.actor()))
        return asked(context, 'tune-breakers', breaker, reason, thresholdChanges(before, after), (by) =>
          breakers.thresholds(breaker) === before ? change(by) : CHANGED_MEANWHILE,
        )
      }),
    'breaker.day': () => inEnvironment(context, (environment) => valueReply(breakerDay(environment, context.clock.wallMs()))),
    'trading.reduce': ({ reason }) =>
      inEnvironment(context, ({ tradingState }) => {
        tradingState.reduce({ by: context.actor(), reason: 'person', figures: { reason } })
        return valueReply({})
      }),
    'trading.halt': ({ reason, recoverAfterMs }) =>
      inEnvironment(context, ({ tradingState, haltWatcher }) => {
        tradingState.halt({ by: context.actor(), reason: 'person', figures: { reason } }, recoverAfterMs)
        haltWatcher.look()
        return valueReply({})
      }),
    'trading.resume': ({ what, reason }) =>
      inEnvironment(context, async ({ tradingState, haltWatcher }) => {
        const { reducing } = tradingState.own()
        const { systemHalt } = tradingState
        if (what === 'halt' ? systemHalt === null : reducing.length === 0) return problemReply('NOT_FOUND')
        // Ended by itself or by somebody else is for the keeper to say; another reason to reduce, or another halt, nobody was shown.
        const isOther = () =>
          what === 'halt'
            ? tradingState.systemHalt !== null && tradingState.systemHalt !== systemHalt
            : tradingState.own().reducing.some((why) => !reducing.includes(why))
        const before = what === 'halt' ? 'halted' : `reducing (${reducing.join(', ')})`
        const after = what === 'halt' && reducing.length > 0 ? 'reducing' : 'active'
        const subject = what === 'halt' ? 'trading halt' : ''
        return asked(context, 'leave-reducing', subject, reason, [{ label: 'Trading', before, after }], (by) => {
          if (isOther()) return CHANGED_MEANWHILE
          const ended = what === 'halt' ? haltWatcher.lift({ by, reason }) : tradingState.leaveReducing({ by, reason })
          return ended.ok ? null : { code: ended.error === 'NOT_RECORDED' ? 'AUDIT_UNAVAILABLE' : 'NOT_FOUND', figures: {} }
        })
      }),
    'trading.rule': ({ rule, reason }) =>
      inEnvironment(context, async ({ haltWatcher }) => {
        const before = haltWatcher.rule
        const change = (by: string): Problem | null => recorded(() => haltWatcher.changeRule(rule, { by, reason }))
        if (!loosensHaltRule(before, rule)) return settled(change(context.actor()))
        return asked(context, 'tune-breakers', '', reason, ruleChanges(before, rule), (by) =>
          haltWatcher.rule === before ? change(by) : CHANGED_MEANWHILE,
        )
      }),
  }
}

/** The breakers as screens show them, highest priority first. */
export function breakerViews({ breakers }: OpenEnvironment): BreakerStatusView[] {
  return breakers.status().map((breaker) => ({
    id: breaker.id,
    state: breaker.state,
    failuresInWindow: breaker.failuresInWindow,
    samplesInWindow: breaker.samplesInWindow,
    consecutive: breaker.consecutive,
    ratePct: breaker.ratePct,
    limits: { ...breaker.limits },
    bounds: boundsOf(breaker.id),
    tunedFrom: sameThresholds(breaker.limits, BREAKER_THRESHOLDS[breaker.id]) ? null : { ...BREAKER_THRESHOLDS[breaker.id] },
    openedAtMs: breaker.openedAtMs,
    halfOpenAtMs: breaker.halfOpenAtMs,
    probing: breaker.probeOrderId !== null,
    saveTrouble: breaker.saveTrouble?.slice(0, 200) ?? null,
    history: breaker.history.map(({ atMs, kind, by, detail }) => ({ atMs, kind, by: by.slice(0, 200), detail: detail.slice(0, 200) })),
  }))
}

/** The trading state as screens show it. */
export function tradingView({ tradingState, haltWatcher }: OpenEnvironment): TradingStateView {
  const { state, reason, by, sinceMs, figures, reducing, recoverAfterMs, recoversAtMs } = tradingState.current()
  return {
    state,
    reason,
    by: by?.slice(0, 200) ?? null,
    sinceMs: sinceMs === null ? null : Math.max(0, Math.round(sinceMs)),
    figures: { ...figures },
    reducing: [...reducing],
    systemHalt: tradingState.systemHalt !== null,
    recoverAfterMs,
    recoversAtMs,
    rule: { ...haltWatcher.rule },
  }
}

function breakerDay({ breakers, breakerHistory }: OpenEnvironment, nowMs: number) {
  const toMs = Math.round(nowMs)
  const fromMs = Math.max(0, toMs - DAY_MS)
  const states = breakers.views()
  return {
    fromMs,
    toMs,
    breakers: BREAKER_IDS.map((id) => {
      const history = breakerHistory(id, fromMs)
      const failures = history.filter(({ kind, atMs }) => kind === 'failed' && atMs >= fromMs && atMs <= toMs)
      return {
        id,
        pieces: [...ribbon(history, fromMs, toMs, states[id].state)].slice(-MOST_SHOWN),
        failuresAtMs: failures.map(({ atMs }) => atMs).slice(-MOST_SHOWN),
      }
    }),
  }
}

async function asked(
  context: AppContext,
  act: AdminAct,
  subject: string,
  reason: string,
  changes: readonly ActChange[],
  carryOut: (by: string) => Problem | null,
): Promise<Reply<{ done: boolean }>> {
  return context.authorise({ act, subject, reason, changes, checks: [], approvalsAtLeast: 1 }, ({ by }) => {
    const problem = carryOut(by.join(', '))
    context.statusChanged()
    return problem
  })
}

/** Does what is recorded before it is done; a record that cannot be written is a problem that a window has a sentence for. */
function recorded(work: () => unknown): Problem | null {
  try {
    work()
    return null
  } catch (thrown) {
    return { code: 'AUDIT_UNAVAILABLE', figures: { detail: describeError(thrown).slice(0, 500) } }
  }
}

function settled(problem: Problem | null): Reply<{ done: boolean }> {
  return problem === null ? valueReply({ done: true }) : { ok: false, problem }
}

const minutes = (ms: number): string => `${ms / 60_000} min`

function thresholdChanges(before: BreakerThresholds, after: BreakerThresholds): readonly ActChange[] {
  const none = 'not judged'
  const lines: readonly (readonly [string, keyof BreakerThresholds, (value: number) => string])[] = [
    ['Failures', 'failuresInWindow', String],
    ['Window', 'windowMs', minutes],
    ['Failures in a row', 'consecutive', String],
    ['Failure rate', 'ratePct', (value) => `${value} %`],
    ['Recovery', 'recoveryMs', minutes],
  ]
  const said = (value: number | null, say: (value: number) => string): string => (value === null ? none : say(value))
  return lines
    .filter(([, field]) => before[field] !== after[field])
    .map(([label, field, say]) => ({ label, before: said(before[field], say), after: said(after[field], say) }))
}

function ruleChanges(before: SystemHaltRule, after: SystemHaltRule): readonly ActChange[] {
  const ends = ({ recoverAfterMs }: SystemHaltRule): string =>
    recoverAfterMs === null ? 'by a person only' : `after ${minutes(recoverAfterMs)} of quiet`
  const alone = ({ signerAlone }: SystemHaltRule): string => (signerAlone ? 'halts trading' : 'does not halt trading alone')
  const all: readonly ActChange[] = [
    { label: 'The signer breaker', before: alone(before), after: alone(after) },
    { label: 'Open breakers that halt trading', before: String(before.openAtLeast), after: String(after.openAtLeast) },
    { label: 'The halt ends', before: ends(before), after: ends(after) },
  ]
  return all.filter((change) => change.before !== change.after)
}
