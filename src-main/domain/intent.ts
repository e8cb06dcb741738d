import type { Decimal } from '../lib/decimal'
import type { Environment } from './environment'
import type { VenueId } from './instrument'

export const SIDES = ['buy', 'sell'] as const
/** Buying or selling the base asset. */
export type Side = (typeof SIDES)[number]

export const ORDER_TYPES = ['market', 'limit'] as const
export type OrderType = (typeof ORDER_TYPES)[number]

/** `gtc` rests until filled or canceled; `ioc` fills what it can at once and cancels the rest. */
export const TIMES_IN_FORCE = ['gtc', 'ioc'] as const
export type TimeInForce = (typeof TIMES_IN_FORCE)[number]

export const AMOUNT_UNITS = ['base', 'quote'] as const
/** Whether an amount counts base or quote asset. */
export type AmountUnit = (typeof AMOUNT_UNITS)[number]

/** Who proposed the order. */
export const ORDER_SOURCES = ['person', 'agent'] as const
export type OrderSource = (typeof ORDER_SOURCES)[number]

/** Slippage limits by profile, percent of mid (product row X2). */
export const RISK_PROFILES = ['conservative', 'moderate', 'aggressive'] as const
export type RiskProfile = (typeof RISK_PROFILES)[number]

/** What somebody wants to trade, before anything is known of how. */
export interface OrderIntent {
  readonly environment: Environment
  readonly venue: VenueId
  readonly instrument: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly amount: Decimal
  readonly amountUnit: AmountUnit
  /** Quote per base; null for a market order. */
  readonly limitPrice: Decimal | null
  readonly riskProfile: RiskProfile
  /** A signer's id, or the paper account. */
  readonly account: string
  readonly source: OrderSource
}
