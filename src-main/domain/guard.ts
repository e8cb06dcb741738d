import type { Denial } from './codes'

/** The guards in the order in which they judge (product: kill switch first, signer policy last). */
export const GUARD_IDS = [
  'kill-switch',
  'trading-state',
  'breaker-signer',
  'breaker-trade',
  'breaker-network',
  'breaker-volatility',
  'breaker-slippage',
  'breaker-system',
  'breaker-confirmation',
  'limits',
  'slippage',
  'policy',
] as const
/** A guard. */
export type GuardId = (typeof GUARD_IDS)[number]

/** A figure a guard looked at, with its limit, for people and the log; decimal strings with a unit. */
export interface GuardFigure {
  readonly name: string
  readonly value: string
  readonly limit: string | null
  readonly unit: string
}

/** What one guard decided. */
export type Verdict =
  | { readonly guard: GuardId; readonly outcome: 'pass'; readonly figures: readonly GuardFigure[] }
  | { readonly guard: GuardId; readonly outcome: 'deny'; readonly denial: Denial; readonly figures: readonly GuardFigure[] }

/** What a signature is for; closed. Every signature passes the signing gate under one of these. */
export const SIGNING_PURPOSES = ['order', 'approve', 'cancel', 'fund-move', 'audit-head', 'auth', 'test'] as const
/** What a signature is for. */
export type SigningPurpose = (typeof SIGNING_PURPOSES)[number]
