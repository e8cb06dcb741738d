import { ZERO, type Decimal } from '../lib/decimal'
import type { AmountUnit, Side } from './intent'
import type { Instrument } from './instrument'

/** One price level, best first in a list; `size` in base. */
export interface DepthLevel {
  readonly price: Decimal
  readonly sizeBase: Decimal
}

/** An order book, or what a pool's curve looks like as one. */
export interface Depth {
  readonly bids: readonly DepthLevel[]
  readonly asks: readonly DepthLevel[]
  readonly atMs: number
}

/** What to quote. */
export interface QuoteRequest {
  readonly instrument: string
  readonly side: Side
  readonly amount: Decimal
  readonly amountUnit: AmountUnit
  /** Quote per base, or null for a market order. */
  readonly limitPrice: Decimal | null
}

/** The price range of the last 60 minutes that the volatility breaker watches (product row X4). */
export interface PriceRange {
  readonly low: Decimal
  readonly high: Decimal
  /** How much of the hour the range covers, ms. */
  readonly coversMs: number
}

/**
 * What a venue says an order would cost now. Prices are quote per base. Fees are apart from slippage:
 * `expectedPrice` is the average over the walk of the book or curve before fees.
 */
export interface Quote {
  readonly quoteId: string
  readonly instrument: Instrument
  readonly side: Side
  /** Base bought or sold when all is filled. */
  readonly baseAmount: Decimal
  /** Quote asset paid or received at the expected price, before fees. */
  readonly quoteAmount: Decimal
  readonly midPrice: Decimal
  readonly bestPrice: Decimal
  readonly expectedPrice: Decimal
  /** The price of the last level walked: the marginal price. */
  readonly worstPrice: Decimal
  /** The part of the amount that the visible liquidity can fill, 0..1. */
  readonly fillable: Decimal
  readonly depthLevelsWalked: number
  /** Venue fee in `feeAsset`. */
  readonly fee: Decimal
  readonly feeAsset: string
  /** Venue fee rate, percent. */
  readonly feePct: Decimal
  readonly range: PriceRange | null
  /** USD per unit of the quote asset; null when unknown (then the highest tier applies). */
  readonly usdPerQuote: Decimal | null
  /** Steady time, ms (`Clock.steadyMs`), so that its age is true whatever the calendar does. */
  readonly quotedAtMs: number
}

/** What trading at `price` instead of mid loses, percent of mid; negative when it gains. Null where mid is no price. */
export function lossPct(side: Side, price: Decimal, mid: Decimal): Decimal | null {
  if (!mid.isFinite() || mid.lte(ZERO)) return null
  const loss = side === 'buy' ? price.minus(mid) : mid.minus(price)
  return loss.mul(100).div(mid)
}
