import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import type { Decimal } from '../../lib/decimal'

/** What the value of an order is taken from. */
export interface ExposureOf {
  readonly intent: Pick<OrderIntent, 'limitPrice'>
  readonly quote: Pick<Quote, 'baseAmount' | 'quoteAmount' | 'usdPerQuote'>
}

/**
 * The most that an order can be worth, USD: what the quote says, or all of it at its own limit price where that is more. Null when it is not
 * known, or no figure that can be; then no limit in USD can be kept.
 */
export function exposureUsd({ intent: { limitPrice }, quote: { baseAmount, quoteAmount, usdPerQuote } }: ExposureOf): Decimal | null {
  if (usdPerQuote === null) return null
  const atLimit = limitPrice === null ? null : baseAmount.mul(limitPrice)
  const inQuote = atLimit?.gt(quoteAmount) === true ? atLimit : quoteAmount
  const usd = inQuote.mul(usdPerQuote)
  // Not above zero is no value of an order: NaN compares false.
  return usd.gt(0) && usd.isFinite() ? usd : null
}
