/** The seven breakers (product row X4), highest priority first. */
export const BREAKER_IDS = ['signer', 'trade', 'network', 'volatility', 'slippage', 'system', 'confirmation'] as const
/** A breaker. */
export type BreakerId = (typeof BREAKER_IDS)[number]

/** A breaker's state; `isolated` when a person opened it. */
export const BREAKER_STATES = ['closed', 'open', 'half-open', 'isolated'] as const
/** A breaker's state. */
export type BreakerStateName = (typeof BREAKER_STATES)[number]

/** When a breaker opens and how long it stays open; null where the rule does not apply. */
export interface BreakerThresholds {
  readonly failuresInWindow: number
  readonly windowMs: number
  readonly consecutive: number | null
  /** Failure rate in the window, percent, judged from 10 samples on. */
  readonly ratePct: number | null
  readonly recoveryMs: number
}

const MINUTE = 60_000

/** Product row X4's table. */
export const BREAKER_THRESHOLDS: Readonly<Record<BreakerId, BreakerThresholds>> = {
  signer: { failuresInWindow: 3, windowMs: 10 * MINUTE, consecutive: 2, ratePct: null, recoveryMs: 60 * MINUTE },
  trade: { failuresInWindow: 5, windowMs: 10 * MINUTE, consecutive: 3, ratePct: 80, recoveryMs: 30 * MINUTE },
  network: { failuresInWindow: 3, windowMs: 5 * MINUTE, consecutive: 2, ratePct: 60, recoveryMs: 15 * MINUTE },
  volatility: { failuresInWindow: 10, windowMs: 30 * MINUTE, consecutive: null, ratePct: null, recoveryMs: 60 * MINUTE },
  slippage: { failuresInWindow: 8, windowMs: 15 * MINUTE, consecutive: 4, ratePct: 70, recoveryMs: 45 * MINUTE },
  system: { failuresInWindow: 10, windowMs: 20 * MINUTE, consecutive: 5, ratePct: 40, recoveryMs: 30 * MINUTE },
  confirmation: { failuresInWindow: 5, windowMs: 30 * MINUTE, consecutive: 3, ratePct: 50, recoveryMs: 60 * MINUTE },
}

/** Whole numbers between which a value may be set. */
interface Bounds {
  readonly min: number
  readonly max: number
}

/** Outermost bounds of any breaker's thresholds: within them every rule can still be reached. What each breaker may have is narrower. */
export const BREAKER_BOUNDS: Readonly<Record<keyof BreakerThresholds, Bounds>> = {
  // More than are kept of either kind could never be counted.
  failuresInWindow: { min: 1, max: 40 },
  windowMs: { min: MINUTE, max: 4 * 60 * MINUTE },
  consecutive: { min: 1, max: 20 },
  // A rate of 100 % would need a window without a single success.
  ratePct: { min: 5, max: 95 },
  recoveryMs: { min: 5 * MINUTE, max: 24 * 60 * MINUTE },
}

const LONGEST_WINDOW = 4

/**
 * Between which values a breaker's thresholds may be set: at most twice as mild as product row X4's table, as strict as one likes. So none can be
 * switched off, and no rule of the table can be dropped.
 */
export function boundsOf(id: BreakerId): Readonly<Record<keyof BreakerThresholds, Bounds>> {
  const { failuresInWindow, windowMs, consecutive, ratePct, recoveryMs } = BREAKER_THRESHOLDS[id]
  const outer = BREAKER_BOUNDS
  return {
    failuresInWindow: { min: 1, max: failuresInWindow * 2 },
    windowMs: { min: windowMs / 2, max: windowMs * LONGEST_WINDOW },
    consecutive: { min: 1, max: consecutive === null ? outer.consecutive.max : consecutive * 2 },
    ratePct: { min: outer.ratePct.min, max: ratePct === null ? outer.ratePct.max : Math.min(outer.ratePct.max, Math.ceil(ratePct * 1.25)) },
    recoveryMs: { min: recoveryMs / 2, max: outer.recoveryMs.max },
  }
}

/** The first threshold that a breaker may not have; null when it may have them all. */
export function outOfBounds(id: BreakerId, thresholds: BreakerThresholds): keyof BreakerThresholds | null {
  const bounds = boundsOf(id)
  const product = BREAKER_THRESHOLDS[id]
  const fields = Object.keys(bounds) as (keyof BreakerThresholds)[]
  const wrong = fields.find((field) => {
    const value = thresholds[field]
    if (value === null) return product[field] !== null
    return !Number.isInteger(value) || value < bounds[field].min || value > bounds[field].max
  })
  return wrong ?? null
}

/**
 * The thresholds that let more through after than before. A window is milder when it is shorter; where a rate is judged also when it is longer,
 * for more successes of long ago would hide the failures of now.
 */
export function loosened(before: BreakerThresholds, after: BreakerThresholds): readonly (keyof BreakerThresholds)[] {
  const limit = (value: number | null): number => value ?? Infinity
  const milder: Readonly<Record<keyof BreakerThresholds, boolean>> = {
    failuresInWindow: after.failuresInWindow > before.failuresInWindow,
    windowMs: after.windowMs < before.windowMs || (after.windowMs > before.windowMs && before.ratePct !== null),
    consecutive: limit(after.consecutive) > limit(before.consecutive),
    ratePct: limit(after.ratePct) > limit(before.ratePct),
    recoveryMs: after.recoveryMs < before.recoveryMs,
  }
  return (Object.keys(milder) as (keyof BreakerThresholds)[]).filter((field) => milder[field])
}

/** Whether two sets of thresholds are the same. */
export function sameThresholds(a: BreakerThresholds, b: BreakerThresholds): boolean {
  return (Object.keys(BREAKER_BOUNDS) as (keyof BreakerThresholds)[]).every((field) => a[field] === b[field])
}

/** Samples a window needs before its failure rate means anything. */
export const RATE_MIN_SAMPLES = 10

/** The breakers that are not closed, highest priority first. */
export function breakersNotClosed(views: Readonly<Record<BreakerId, { readonly state: BreakerStateName }>>): readonly BreakerId[] {
  return BREAKER_IDS.filter((id) => views[id].state !== 'closed')
}
