import type { BreakerId } from '../domain/breaker'
import type { Verdict } from '../domain/guard'
import type { BreakerView, Guard, GuardInput } from './guard'
import { deny, figure, pass } from './verdict'

/** What a breaker says to one order. */
export type BreakerAnswer = 'closed' | 'probe' | 'probe-in-flight' | 'blocked'

/** Whether a breaker lets this order through: closed, or half-open with no other order as its probe. Anything odd is blocked. */
export function askBreaker(view: BreakerView | undefined, id: BreakerId, orderId: string): BreakerAnswer {
  if (view?.id !== id) return 'blocked'
  if (view.state === 'closed') return 'closed'
  if (view.state !== 'half-open') return 'blocked'
  if (view.probeOrderId === null || view.probeOrderId === orderId) return 'probe'
  return typeof view.probeOrderId === 'string' ? 'probe-in-flight' : 'blocked'
}

/** Product row X4: the guard of one of the seven breakers. */
export function breakerGuard(breaker: BreakerId): Guard {
  const id = `breaker-${breaker}` as const
  // The verdicts of every day are made once: this runs on every keystroke of a ticket.
  const closed = pass(id, [figure('state', 'closed', 'closed')])
  const probe = pass(id, [figure('state', 'half-open', 'closed'), figure('probe', 'this order')])
  return {
    id,
    evaluate({ breakers, orderId, nowMs }: GuardInput): Verdict {
      const view = viewOf(breakers, breaker)
      const answer = askBreaker(view, breaker, orderId)
      if (answer === 'closed') return closed
      if (answer === 'probe') return probe
      const state = view?.state ?? 'unknown'
      if (answer === 'probe-in-flight') {
        const other = view?.probeOrderId ?? 'unknown'
        return deny(id, 'BREAKER_PROBE_IN_FLIGHT', { breaker, probeOrderId: other }, [
          figure('state', state, 'closed'),
          figure('probe', other),
        ])
      }
      const left = timeLeft(view, nowMs)
      return deny(id, 'BREAKER_OPEN', { breaker, state, timeLeftMs: left }, [
        figure('state', state, 'closed'),
        figure('time left', left, '0', 'ms'),
      ])
    },
  }
}

/** The types promise a view of each breaker; a missing one blocks. */
function viewOf(breakers: Partial<GuardInput['breakers']>, id: BreakerId): BreakerView | undefined {
  return breakers[id]
}

/** Time until an open breaker lets a probe through; unknown where a person must act first. */
function timeLeft(view: BreakerView | undefined, nowMs: number): string {
  const leftMs = (view?.halfOpenAtMs ?? NaN) - nowMs
  return Number.isFinite(leftMs) ? String(Math.max(0, Math.ceil(leftMs))) : 'unknown'
}
