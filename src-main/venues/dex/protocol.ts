import type { Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import type { Decimal } from '../../lib/decimal'
import type { Result } from '../../lib/result'
import type { PricePoint } from '../venue'
import type { Head } from './chain-head'
import type { ProfileInstrument } from './chain-profile'
import type { Market, RawPrice } from './markets'
import type { SwapAnswer } from './swap-quote'
import type { Trade } from './trade'

/** What a pool says of a trade: `answer` is null when it is larger than the pool. */
export interface PoolQuote {
  readonly midPrice: Decimal
  readonly answer: SwapAnswer | null
}

/** A stretch of the curve with one liquidity; ends as square roots of raw token1 per raw token0. */
export interface Segment {
  readonly from: Decimal
  readonly to: Decimal
  readonly liquidity: Decimal
}

/** The curve on both sides of the price, nearest stretch first. */
export interface Curve {
  readonly sqrtPrice: Decimal
  readonly above: readonly Segment[]
  readonly below: readonly Segment[]
}

/** Prices of the past, oldest first; `sinceMs` is from when on they are known (wall time). */
export interface PriceHistory {
  readonly points: readonly PricePoint[]
  readonly sinceMs: number
}

/** What the router must hold to, in the tokens' smallest units. */
export interface SwapLimits {
  /** Exact input, or the most that may be paid. */
  readonly amountInMaxRaw: bigint
  /** The least that must come out, or the exact output. */
  readonly amountOutMinRaw: bigint
  readonly recipient: string
  readonly deadlineSec: number
}

/** One Uniswap version: what it says of its pools, and how its router is called. */
export interface Protocol {
  readonly venue: ProfileInstrument['venue']
  /** Who is called and who needs the allowance. */
  readonly router: string
  price(market: Market, block: number): Promise<Result<RawPrice, Failure>>
  quote(market: Market, trade: Trade, block: number): Promise<Result<PoolQuote, Failure>>
  /** The curve around the price, as far as `reachTicks` (of 0.01 %) to each side where that is known. */
  curve(market: Market, block: number, reachTicks: number): Promise<Result<Curve, Failure>>
  history(market: Market, head: Head): Promise<Result<PriceHistory, Failure>>
  swapCall(market: Market, trade: Trade, limits: SwapLimits): Hex
  /** The amount that the router's answer to such a call tells: received for an exact input, paid for an exact output; null when it is no such answer. */
  swapAnswer(trade: Trade, returnData: Hex): bigint | null
}
