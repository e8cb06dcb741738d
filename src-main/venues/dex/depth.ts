import type { Depth, DepthLevel } from '../../domain/quote'
import { Decimal, ZERO } from '../../lib/decimal'
import type { Market } from './markets'
import type { Curve, Segment } from './protocol'

/** Each level reaches this much further from the mid price than the one before. */
const LEVEL_STEP = new Decimal('1.001')
/** Ticks (of 0.01 %) a level spans, rounded up. */
const TICKS_PER_LEVEL = 10
const MAX_LEVELS = 50

/** How many levels are drawn for how many wanted, and how far the curve must be known for them, ticks. */
export function depthReach(wanted: number): { readonly levels: number; readonly reachTicks: number } {
  const levels = Math.max(1, Math.min(MAX_LEVELS, Math.trunc(wanted)))
  return { levels, reachTicks: levels * TICKS_PER_LEVEL }
}

/** A pool's curve as an order book: each level holds what trades while the price moves by 0.1 %, at its average price, before fees. */
export function depthOf(market: Market, curve: Curve, levels: number, atMs: number): Depth {
  const up = walk(market, curve.sqrtPrice, curve.above, LEVEL_STEP.sqrt(), levels)
  const down = walk(market, curve.sqrtPrice, curve.below, new Decimal(1).div(LEVEL_STEP.sqrt()), levels)
  // Token0's price in token1 is the base's price, or its inverse.
  return market.baseIsToken0 ? { asks: up, bids: down, atMs } : { asks: down, bids: up, atMs }
}

function walk(market: Market, sqrtPrice: Decimal, segments: readonly Segment[], step: Decimal, levels: number): readonly DepthLevel[] {
  const result: DepthLevel[] = []
  let from = sqrtPrice
  for (let level = 0; level < levels; level++) {
    const to = from.mul(step)
    const { token0, token1 } = amountsBetween(segments, Decimal.min(from, to), Decimal.max(from, to))
    const [baseRaw, quoteRaw] = market.baseIsToken0 ? [token0, token1] : [token1, token0]
    if (baseRaw.lte(0) || quoteRaw.lte(0)) break
    const sizeBase = baseRaw.div(new Decimal(10).pow(market.base.decimals))
    const sizeQuote = quoteRaw.div(new Decimal(10).pow(market.quote.decimals))
    result.push({ price: sizeQuote.div(sizeBase), sizeBase: sizeBase.toDecimalPlaces(market.base.decimals, Decimal.ROUND_DOWN) })
    from = to
  }
  return result
}

/** What the pool holds between two square roots of the price: L·(1/√a − 1/√b) of token0, L·(√b − √a) of token1 (Uniswap v3 paper, 6.29 and 6.30). */
function amountsBetween(segments: readonly Segment[], low: Decimal, high: Decimal): { readonly token0: Decimal; readonly token1: Decimal } {
  let token0 = ZERO
  let token1 = ZERO
  for (const { from, to, liquidity } of segments) {
    const a = Decimal.max(low, Decimal.min(from, to))
    const b = Decimal.min(high, Decimal.max(from, to))
    if (a.gte(b)) continue
    token0 = token0.add(liquidity.mul(new Decimal(1).div(a).sub(new Decimal(1).div(b))))
    token1 = token1.add(liquidity.mul(b.sub(a)))
  }
  return { token0, token1 }
}
