import type { Quote } from '../domain/quote'
import { decimal, type Decimal } from '../lib/decimal'

/** Range of the last hour over mid that counts as a volatility event, percent (product row X4: move > 50 %). */
export const VOLATILITY_EVENT_PCT = 50

const HUNDRED = decimal(100)

/**
 * Range of the last 60 minutes over mid, percent; null when it cannot be known. The mid itself belongs to the range, and a range that covers
 * less than the hour is taken for what it covers.
 */
export function volatilityPct({ range, midPrice }: Pick<Quote, 'range' | 'midPrice'>): Decimal | null {
  if (range === null || !isPrice(midPrice) || !isPrice(range.low) || !isPrice(range.high)) return null
  if (range.high.lt(range.low) || !Number.isFinite(range.coversMs) || range.coversMs < 0) return null
  const low = range.low.lt(midPrice) ? range.low : midPrice
  const high = range.high.gt(midPrice) ? range.high : midPrice
  return high.minus(low).mul(HUNDRED).div(midPrice)
}

/** What a quote tells the volatility breaker: a failure when the market moved too far, null when the quote does not say. */
export function volatilityOutcome(
  quote: Pick<Quote, 'range' | 'midPrice'>,
  limitPct: Decimal | number = VOLATILITY_EVENT_PCT,
): 'success' | 'failure' | null {
  const pct = volatilityPct(quote)
  if (pct === null) return null
  return pct.lte(limitPct) ? 'success' : 'failure'
}

/** Whether this can be a price: finite and above zero. */
export function isPrice(value: Decimal): boolean {
  return value.isFinite() && value.isPositive() && !value.isZero()
}
