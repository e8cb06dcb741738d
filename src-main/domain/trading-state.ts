import type { BreakerId, BreakerStateName } from './breaker'

/** Whether orders may leave (product rows X4, B9): all of them, those that take risk away, or none. Cancels always may. */
export const TRADING_STATES = ['active', 'reducing', 'halted'] as const
/** Whether orders may leave. */
export type TradingStateName = (typeof TRADING_STATES)[number]

/** What can move trading to reducing; closed. */
export const REDUCING_REASONS = ['person', 'loss-limit', 'unusual-activity', 'balance-drop'] as const
/** What moved trading to reducing. */
export type ReducingReason = (typeof REDUCING_REASONS)[number]

/** What can halt trading of an environment short of the kill switch; closed. */
export const SYSTEM_HALT_REASONS = ['breakers', 'person', 'unreadable-state'] as const
/** What halted trading of an environment. */
export type SystemHaltReason = (typeof SYSTEM_HALT_REASONS)[number]

/** Why trading is not active. */
export type TradingReason = 'kill-switch' | SystemHaltReason | ReducingReason
/** All of them. */
export const TRADING_REASONS: readonly TradingReason[] = [...new Set(['kill-switch' as const, ...SYSTEM_HALT_REASONS, ...REDUCING_REASONS])]

/** The trading state at one moment. */
export interface TradingStateSnapshot {
  readonly state: TradingStateName
  /** The gravest reason; null while active. */
  readonly reason: TradingReason | null
  readonly by: string | null
  /** Wall time, ms; null while active or when it cannot be known. */
  readonly sinceMs: number | null
  /** Ready for a sentence and for the log; decimal strings and names. */
  readonly figures: Readonly<Record<string, string>>
  /** Every reason to reduce that stands, oldest first, also while halted. */
  readonly reducing: readonly ReducingReason[]
  /** How long it must be quiet before a system-wide halt ends by itself, ms; null when only a person ends it. */
  readonly recoverAfterMs: number | null
  /** Wall time at which it ends by itself if it stays quiet, ms; null when it does not, or is not quiet now. */
  readonly recoversAtMs: number | null
}

/** Nothing stands in the way. */
export const TRADING_ACTIVE: TradingStateSnapshot = {
  state: 'active',
  reason: null,
  by: null,
  sinceMs: null,
  figures: {},
  reducing: [],
  recoverAfterMs: null,
  recoversAtMs: null,
}

/** When open breakers halt all trading of the environment, and whether that ends by itself. */
export interface SystemHaltRule {
  /** Whether the signer breaker alone is enough: what cannot sign soundly should not trade. */
  readonly signerAlone: boolean
  /** How many breakers have to be open at once. */
  readonly openAtLeast: number
  /** How long no breaker may have been open or isolated before the halt ends by itself, ms; null when only a person ends it. */
  readonly recoverAfterMs: number | null
}

const MINUTE = 60_000

/** The rule of a fresh environment. */
export const DEFAULT_HALT_RULE: SystemHaltRule = { signerAlone: true, openAtLeast: 3, recoverAfterMs: null }

/** Bounds of the rule: it can be made milder, never switched off, and what ends by itself gives people time to look. */
export const HALT_RULE_BOUNDS = { openAtLeast: { min: 1, max: 5 }, recoverAfterMs: { min: 5 * MINUTE, max: 24 * 60 * MINUTE } } as const

/** Whether one rule lets more through than another, in any respect. */
export function loosensHaltRule(before: SystemHaltRule, after: SystemHaltRule): boolean {
  const ends = (rule: SystemHaltRule): number => rule.recoverAfterMs ?? Infinity
  return (before.signerAlone && !after.signerAlone) || after.openAtLeast > before.openAtLeast || ends(after) < ends(before)
}

/**
 * The breakers that call for a halt under the rule; empty when none do. Only what opened by failures counts: a person who isolates one has said
 * what should stop. Breakers that somebody in authority has seen open and let be count, but do not call again by themselves.
 */
export function callingForHalt(
  views: Readonly<Record<BreakerId, { readonly id: BreakerId; readonly state: BreakerStateName }>>,
  rule: SystemHaltRule,
  acknowledged: readonly BreakerId[],
): readonly BreakerId[] {
  const open = Object.values(views)
    .filter(({ state }) => state === 'open')
    .map(({ id }) => id)
  const fresh = open.filter((id) => !acknowledged.includes(id))
  if (fresh.length === 0) return []
  return (rule.signerAlone && fresh.includes('signer')) || open.length >= rule.openAtLeast ? open : []
}

/** Whether every breaker would let at least a probe through: none is open, none isolated. */
export function isQuiet(views: Readonly<Record<BreakerId, { readonly state: BreakerStateName }>>): boolean {
  return Object.values(views).every(({ state }) => state === 'closed' || state === 'half-open')
}
