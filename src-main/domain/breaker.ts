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

/** Samples a window needs before its failure rate means anything. */
export const RATE_MIN_SAMPLES = 10

/** The breakers that are not closed, highest priority first. */
export function breakersNotClosed(views: Readonly<Record<BreakerId, { readonly state: BreakerStateName }>>): readonly BreakerId[] {
  return BREAKER_IDS.filter((id) => views[id].state !== 'closed')
}
