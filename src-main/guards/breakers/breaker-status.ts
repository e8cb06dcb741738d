import { RATE_MIN_SAMPLES, type BreakerId, type BreakerStateName, type BreakerThresholds } from '../../domain/breaker'
import type { BreakerCell } from './breaker-cell'
import type { BreakerEvent } from './breaker-store'
import type { Moment } from './persisted'
import { countSamples } from './samples'

/** One breaker for the screen. Times are wall times in whole ms. */
export interface BreakerStatus {
  readonly id: BreakerId
  readonly state: BreakerStateName
  readonly failuresInWindow: number
  /** Outcomes in the window, counted as far as they are kept. */
  readonly samplesInWindow: number
  readonly consecutive: number
  /** Failures over samples, percent, two digits; null while there are none. */
  readonly ratePct: string | null
  readonly limits: BreakerThresholds & { readonly rateMinSamples: number }
  readonly openedAtMs: number | null
  readonly halfOpenAtMs: number | null
  readonly probeOrderId: string | null
  /** Who isolated it, and why; null otherwise. */
  readonly isolated: { readonly by: string; readonly reason: string } | null
  /** Why its state could not be saved, which keeps it open; null when it is saved. */
  readonly saveTrouble: string | null
  /** The latest events, oldest first. */
  readonly history: readonly BreakerEvent[]
}

/** What the screen shows of a breaker now. */
export function breakerStatus(cell: BreakerCell, now: Moment): BreakerStatus {
  const { id, state, thresholds, view } = cell
  const { failures, total } = countSamples(state.samples, now.steadyMs, thresholds.windowMs)
  const wall = (steadyMs: number): number => Math.max(0, Math.ceil(now.wallMs + (steadyMs - now.steadyMs)))
  const openedAtMs = state.kind === 'closed' ? null : state.kind === 'isolated' ? state.isolatedAtMs : state.openedAtMs
  return {
    id,
    state: view.state,
    failuresInWindow: failures,
    samplesInWindow: total,
    consecutive: state.consecutive,
    ratePct: total === 0 ? null : ((failures * 100) / total).toFixed(2),
    limits: { ...thresholds, rateMinSamples: RATE_MIN_SAMPLES },
    openedAtMs: openedAtMs === null ? null : wall(openedAtMs),
    halfOpenAtMs: view.halfOpenAtMs === null ? null : wall(view.halfOpenAtMs),
    probeOrderId: view.probeOrderId,
    isolated: state.kind === 'isolated' ? { by: state.by, reason: state.reason } : null,
    saveTrouble: cell.saveTrouble,
    history: cell.history,
  }
}
