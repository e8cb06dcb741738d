import { z } from 'zod'

import type { BreakerThresholds } from '../../domain/breaker'
import { FRESH_BREAKER, open, openIfBroken, type BreakerState } from './machine'
import { MAX_KEPT } from './samples'

/** Both clocks at one moment: what is kept is wall time, what is counted is steady time. */
export interface Moment {
  readonly steadyMs: number
  readonly wallMs: number
}

const wallMs = z.number().int().min(0).max(8.64e15)
const counts = {
  samples: z.strictObject({ failures: z.array(wallMs).max(MAX_KEPT), successes: z.array(wallMs).max(MAX_KEPT) }),
  consecutive: z.number().int().min(0),
}
const persisted = z.strictObject({
  version: z.literal(1),
  state: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('closed'), ...counts }),
    z.strictObject({
      kind: z.literal('open'),
      ...counts,
      openedAtMs: wallMs,
      cause: z.enum(['failures-in-window', 'consecutive', 'rate', 'half-open-failure', 'unreadable-state']),
    }),
    z.strictObject({ kind: z.literal('half-open'), ...counts, openedAtMs: wallMs, probeOrderId: z.string().min(1).nullable() }),
    z.strictObject({ kind: z.literal('isolated'), ...counts, isolatedAtMs: wallMs, by: z.string(), reason: z.string() }),
  ]),
})

/** The state as text. Times become wall times, so that time off counts; fractions are rounded up, so that nothing ends early. */
export function toJson(state: BreakerState, now: Moment): string {
  const wall = (steadyMs: number): number => Math.max(0, Math.ceil(now.wallMs - (now.steadyMs - steadyMs)))
  const samples = { failures: state.samples.failures.map(wall), successes: state.samples.successes.map(wall) }
  const { consecutive } = state
  return JSON.stringify({ version: 1, state: { kind: state.kind, samples, consecutive, ...own(state, wall) } })
}

/** What a state has beside its counts; the end of the recovery follows from its start. */
function own(state: BreakerState, wall: (steadyMs: number) => number): object {
  switch (state.kind) {
    case 'closed':
      return {}
    case 'open':
      return { openedAtMs: wall(state.openedAtMs), cause: state.cause }
    case 'half-open':
      return { openedAtMs: wall(state.openedAtMs), probeOrderId: state.probeOrderId }
    case 'isolated':
      return { isolatedAtMs: wall(state.isolatedAtMs), by: state.by, reason: state.reason }
  }
}

/** A state read back. */
export interface Restored {
  readonly state: BreakerState
  /** False when the text could not be understood and the breaker opened instead. */
  readonly readable: boolean
}

/** Reads a state back. What cannot be read opens the breaker for its full recovery: a broken record must not close it. */
export function fromJson(text: string, thresholds: BreakerThresholds, now: Moment): Restored {
  const parsed = persisted.safeParse(parseJson(text))
  if (!parsed.success) return { state: open(FRESH_BREAKER, thresholds, now.steadyMs, 'unreadable-state'), readable: false }
  return { state: restore(parsed.data.state, thresholds, now), readable: true }
}

function restore(kept: z.output<typeof persisted>['state'], thresholds: BreakerThresholds, now: Moment): BreakerState {
  // What seems to lie ahead happened before a clock was set back: it counts as of now, so no period is shortened by that.
  const steady = (atWallMs: number): number => now.steadyMs - Math.max(0, now.wallMs - atWallMs)
  const times = (kind: readonly number[]): number[] => kind.map(steady).sort((a, b) => a - b)
  const samples = { failures: times(kept.samples.failures), successes: times(kept.samples.successes) }
  const { consecutive } = kept
  switch (kept.kind) {
    case 'closed':
      // Thresholds may have been tightened meanwhile.
      return openIfBroken({ kind: 'closed', samples, consecutive }, thresholds, now.steadyMs)
    case 'open':
      return open({ samples, consecutive }, thresholds, steady(kept.openedAtMs), kept.cause)
    case 'half-open':
      // The probe stays the probe: its order may still be out, and its outcome decides.
      return { kind: 'half-open', samples, consecutive, openedAtMs: steady(kept.openedAtMs), probeOrderId: kept.probeOrderId }
    case 'isolated':
      return { kind: 'isolated', samples, consecutive, isolatedAtMs: steady(kept.isolatedAtMs), by: kept.by, reason: kept.reason }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
