import type { BreakerThresholds } from '../../domain/breaker'
import { err, ok, type Result } from '../../lib/result'
import { NO_SAMPLES, addSample, brokenRule, type OpeningRule, type Samples } from './samples'

/*
 * The state machine of one breaker (product row X4): closed → open → half-open → closed, and isolated when a person opened it.
 * Pure: every function gives back the next state (the same object where nothing changed). Times are `Clock.steadyMs`.
 */

/** Why a breaker opened. */
export type OpenCause = OpeningRule | 'half-open-failure' | 'unreadable-state'

interface Counts {
  /** Outcomes of late; while not closed they are history only. */
  readonly samples: Samples
  /** Failures since the last success. */
  readonly consecutive: number
}
/** Lets orders through and counts. */
interface ClosedBreaker extends Counts {
  readonly kind: 'closed'
}
/** Lets nothing through until `halfOpenAtMs`. */
export interface OpenBreaker extends Counts {
  readonly kind: 'open'
  readonly openedAtMs: number
  readonly halfOpenAtMs: number
  readonly cause: OpenCause
}
/** Lets one order through, the probe, whose outcome decides. */
interface HalfOpenBreaker extends Counts {
  readonly kind: 'half-open'
  readonly openedAtMs: number
  readonly probeOrderId: string | null
}
/** Opened by a person; stays so until a person resets it. */
interface IsolatedBreaker extends Counts {
  readonly kind: 'isolated'
  readonly isolatedAtMs: number
  readonly by: string
  readonly reason: string
}
/** A breaker, with what each of its states needs and nothing else. */
export type BreakerState = ClosedBreaker | OpenBreaker | HalfOpenBreaker | IsolatedBreaker

/** A person's act upon a breaker: who, and why. */
export interface BreakerAct {
  readonly by: string
  readonly reason: string
}

/** What a breaker says to the next order: `probe` lets one through, which must acquire it first. */
export type BreakerDecision = 'pass' | 'probe' | 'probe-in-flight' | 'blocked'

/** A breaker that has seen nothing yet. */
export const FRESH_BREAKER: BreakerState = { kind: 'closed', samples: NO_SAMPLES, consecutive: 0 }

/** What the breaker says now. A time that is no number blocks. */
export function decide(state: BreakerState, nowMs: number): BreakerDecision {
  switch (state.kind) {
    case 'closed':
      return 'pass'
    case 'open':
      return nowMs >= state.halfOpenAtMs ? 'probe' : 'blocked'
    case 'half-open':
      return state.probeOrderId === null ? 'probe' : 'probe-in-flight'
    default:
      return 'blocked'
  }
}

/** The state as time has made it: an open breaker becomes half-open when its recovery is over. */
export function settle(state: BreakerState, nowMs: number): BreakerState {
  if (state.kind !== 'open' || !(nowMs >= state.halfOpenAtMs)) return state
  const { samples, consecutive, openedAtMs } = state
  return { kind: 'half-open', samples, consecutive, openedAtMs, probeOrderId: null }
}

/** Opens now, for the full recovery. */
export function open(counts: Counts, thresholds: BreakerThresholds, nowMs: number, cause: OpenCause): OpenBreaker {
  const { samples, consecutive } = counts
  return { kind: 'open', samples, consecutive, openedAtMs: nowMs, halfOpenAtMs: nowMs + thresholds.recoveryMs, cause }
}

/** Opens a closed breaker whose counts break a rule. */
export function openIfBroken(state: BreakerState, thresholds: BreakerThresholds, nowMs: number): BreakerState {
  if (state.kind !== 'closed') return state
  const rule = brokenRule(state.samples, state.consecutive, thresholds, nowMs)
  return rule === null ? state : open(state, thresholds, nowMs, rule)
}

/**
 * The state under other thresholds, with all that it counted: a closed breaker whose counts break a rule now opens; an open one recovers as long
 * after its opening as it would have under them.
 */
export function retuned(state: BreakerState, thresholds: BreakerThresholds, nowMs: number): BreakerState {
  const settled = settle(state, nowMs)
  return settled.kind === 'open'
    ? settle({ ...settled, halfOpenAtMs: settled.openedAtMs + thresholds.recoveryMs }, nowMs)
    : openIfBroken(settled, thresholds, nowMs)
}

/**
 * Counts a success. Only the success of the probe closes a half-open breaker, with a clean window; `orderId` is null for what belongs to no
 * order, and that is never the probe.
 */
export function recordSuccess(state: BreakerState, thresholds: BreakerThresholds, nowMs: number, orderId: string | null): BreakerState {
  const settled = settle(state, nowMs)
  if (settled.kind === 'half-open' && orderId !== null && settled.probeOrderId === orderId) return FRESH_BREAKER
  return { ...settled, samples: addSample(settled.samples, 'success', nowMs, thresholds.windowMs), consecutive: 0 }
}

/**
 * Counts a failure. It may open a closed breaker, and reopens a half-open one for the full recovery whoever it came from, the probe or an
 * order sent earlier; while open or isolated it is history and extends nothing.
 */
export function recordFailure(state: BreakerState, thresholds: BreakerThresholds, nowMs: number): BreakerState {
  const settled = settle(state, nowMs)
  const counted = {
    ...settled,
    samples: addSample(settled.samples, 'failure', nowMs, thresholds.windowMs),
    consecutive: settled.consecutive + 1,
  }
  return counted.kind === 'half-open' ? open(counted, thresholds, nowMs, 'half-open-failure') : openIfBroken(counted, thresholds, nowMs)
}

/** Makes the order the probe of a half-open breaker, or says what the breaker says instead. A closed breaker needs no probe. */
export function acquireProbe(state: BreakerState, orderId: string, nowMs: number): Result<BreakerState, 'blocked' | 'probe-in-flight'> {
  const settled = settle(state, nowMs)
  if (settled.kind === 'closed') return ok(settled)
  if (settled.kind !== 'half-open') return err('blocked')
  if (settled.probeOrderId === orderId) return ok(settled)
  return settled.probeOrderId === null ? ok({ ...settled, probeOrderId: orderId }) : err('probe-in-flight')
}

/** Gives the probe back: the order ended without saying anything about what the breaker watches, such as denied by another guard. */
export function releaseProbe(state: BreakerState, orderId: string): BreakerState {
  return state.kind === 'half-open' && state.probeOrderId === orderId ? { ...state, probeOrderId: null } : state
}

/** Opens by a person's hand, from any state. */
export function isolate(state: BreakerState, nowMs: number, act: BreakerAct): BreakerState {
  const { samples, consecutive } = state
  return { kind: 'isolated', samples, consecutive, isolatedAtMs: nowMs, by: act.by, reason: act.reason }
}

/** Closes with a clean window by a person's hand. Needs somebody who answers for it; whether they may is the caller's to know. */
export function reset(acknowledge: BreakerAct): Result<BreakerState, 'ACKNOWLEDGEMENT_NEEDED'> {
  return acknowledge.by.trim() === '' || acknowledge.reason.trim() === '' ? err('ACKNOWLEDGEMENT_NEEDED') : ok(FRESH_BREAKER)
}
