import type { Decimal } from '../../lib/decimal'

/** Exposure limits in force (product row B9, after RTS 6 Art. 15). Every one applies: none can be absent. */
export interface ExposureLimits {
  /** The most that one order may be worth, USD. */
  readonly maxOrderUsd: Decimal
  /** The most of one base asset that may be bought and sold in a UTC day together, USD. */
  readonly maxAssetDayUsd: Decimal
  /** The most that may be bought and sold of all assets in a UTC day, USD. */
  readonly maxDayUsd: Decimal
  readonly maxOrdersPerSecond: number
  readonly maxOrdersPerMinute: number
  readonly maxOpenOrders: number
  /** How often the very same order may be placed within the window, before a person must have looked. */
  readonly repeatCount: number
  readonly repeatWindowMs: number
}

/** What is already used, without the order that is judged. For an order that was let through before, the counts are those it met then. */
export interface LimitUsage {
  /** Of the order's base asset, today, filled and open, USD. */
  readonly assetDayUsd: Decimal
  /** Of all assets, today, filled and open, USD. */
  readonly dayUsd: Decimal
  readonly ordersLastSecond: number
  readonly ordersLastMinute: number
  readonly openOrders: number
  /** The same order, let through within the window and since a person last looked. */
  readonly repeats: number
  /** Whether the same order was refused for its repetition, and no person has looked since. */
  readonly throttled: boolean
}

/** The limits and their usage at one moment. What cannot be told denies. */
export type LimitFacts =
  | { readonly kind: 'known'; readonly limits: ExposureLimits; readonly usage: LimitUsage }
  | { readonly kind: 'unknown'; readonly why: string }
