import { RATE_MIN_SAMPLES, type BreakerThresholds } from '../../domain/breaker'

/**
 * Outcomes that may still count, as steady times in ms, oldest first. Failures and successes apart, so that many successes can never push a
 * failure out. Each list keeps the latest {@link MAX_KEPT}: more failures than that have opened the breaker long ago, and with fewer successes
 * counted than there were the rate is judged too high, never too low.
 */
export interface Samples {
  readonly failures: readonly number[]
  readonly successes: readonly number[]
}

/** How many outcomes of either kind are kept. */
export const MAX_KEPT = 64

/** A clean window. */
export const NO_SAMPLES: Samples = { failures: [], successes: [] }

/** The window with one outcome more, and without what has left it. */
export function addSample(samples: Samples, outcome: 'success' | 'failure', nowMs: number, windowMs: number): Samples {
  const { failures, successes } = samples
  return outcome === 'failure'
    ? { failures: append(failures, nowMs, windowMs), successes }
    : { failures: failures.length === 0 ? failures : inWindow(failures, nowMs, windowMs), successes: append(successes, nowMs, windowMs) }
}

/** How many outcomes lie in the window now; one exactly `windowMs` old still does. */
export function countSamples(samples: Samples, nowMs: number, windowMs: number): { failures: number; total: number } {
  const failures = samples.failures.length - expired(samples.failures, nowMs, windowMs)
  return { failures, total: failures + samples.successes.length - expired(samples.successes, nowMs, windowMs) }
}

/** Which rule of the thresholds opens a breaker. */
export type OpeningRule = 'failures-in-window' | 'consecutive' | 'rate'

/** The first rule that these outcomes break, or null. */
export function brokenRule(samples: Samples, consecutive: number, thresholds: BreakerThresholds, nowMs: number): OpeningRule | null {
  const { failures, total } = countSamples(samples, nowMs, thresholds.windowMs)
  if (failures >= thresholds.failuresInWindow) return 'failures-in-window'
  if (thresholds.consecutive !== null && consecutive >= thresholds.consecutive) return 'consecutive'
  if (thresholds.ratePct !== null && total >= RATE_MIN_SAMPLES && failures * 100 >= thresholds.ratePct * total) return 'rate'
  return null
}

function append(times: readonly number[], nowMs: number, windowMs: number): readonly number[] {
  const last = times[times.length - 1] ?? nowMs
  // Steady time does not run back; if it did, nothing may count as older than it is.
  const atMs = nowMs > last ? nowMs : last
  const from = Math.max(expired(times, nowMs, windowMs), times.length + 1 - MAX_KEPT)
  // Made at its full length: growing a copy by one costs a second copy.
  const kept = times.length - from
  const next = new Array<number>(kept + 1)
  for (let index = 0; index < kept; index++) next[index] = times[from + index] as number
  next[kept] = atMs
  return next
}

function inWindow(times: readonly number[], nowMs: number, windowMs: number): readonly number[] {
  const from = expired(times, nowMs, windowMs)
  return from === 0 ? times : times.slice(from)
}

/** How many of the oldest have left the window. Each leaves once, so this is constant time on average when called on every append. */
function expired(times: readonly number[], nowMs: number, windowMs: number): number {
  const sinceMs = nowMs - windowMs
  let count = 0
  while (count < times.length && (times[count] as number) < sinceMs) count++
  return count
}
