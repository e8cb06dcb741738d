import { denial, type Denial } from '../../domain/codes'
import type { GuardFigure } from '../../domain/guard'
import { lossPct } from '../../domain/quote'
import { decimal } from '../../lib/decimal'
import { askBreaker } from '../breaker-guard'
import { figure } from '../verdict'
import { isPrice, volatilityPct } from '../volatility'
import { shown, type Trade } from './trade'

const ONE = decimal(1)
const HUNDRED = decimal(100)
/** How far a quote's time may lie ahead: rounding to whole milliseconds, no more. */
const ROUNDING_MS = 5

/** A slippage breaker that lets nothing through says so here too, in the words of product row X2. */
export function breakerCheck({ input }: Trade): Denial | null {
  const answer = askBreaker(input.breakers.slippage, 'slippage', input.orderId)
  return answer === 'closed' || answer === 'probe' ? null : denial('CIRCUIT_BREAKER_ACTIVE', { breaker: 'slippage' })
}

/** The quote is for this order and its figures can be figures. */
export function quoteCheck({ intent, quote, mayRest }: Trade): Denial | null {
  const { instrument } = quote
  if (instrument.venue !== intent.venue || instrument.symbol !== intent.instrument || quote.side !== intent.side) {
    return denial('QUOTE_UNAVAILABLE', { why: 'the quote is for another order' })
  }
  const fillable = !quote.fillable.isNegative() && quote.fillable.lte(ONE)
  // What rests need not fill now, so nothing may be expected of it yet.
  const expected = mayRest || isPrice(quote.expectedPrice)
  const fee = !quote.feePct.isNegative() && quote.feePct.lt(HUNDRED)
  if (!isPrice(quote.midPrice) || !fillable || !expected || !fee)
    return denial('QUOTE_UNAVAILABLE', { why: 'the quote has figures that cannot be' })
  const priced = intent.type === 'limit' ? intent.limitPrice !== null && isPrice(intent.limitPrice) : intent.limitPrice === null
  return priced && isPrice(intent.amount) ? null : denial('INVALID_INTENT', { field: priced ? 'amount' : 'limitPrice' })
}

/** The quote is fresh. Its time is steady time, as the guards' is. */
export function ageCheck({ input, quote }: Trade, figures: GuardFigure[]): Denial | null {
  const { maxQuoteAgeMs } = input.slippage
  const ageMs = input.nowMs - quote.quotedAtMs
  figures.push(figure('quote age', String(Math.round(ageMs)), String(maxQuoteAgeMs), 'ms'))
  return ageMs >= -ROUNDING_MS && ageMs <= maxQuoteAgeMs
    ? null
    : denial('QUOTE_STALE', { ageMs: String(Math.round(ageMs)), maxAgeMs: String(maxQuoteAgeMs) })
}

/** The market of the last hour is calm enough. Not knowing is not calm: a venue that starts afresh must bring an hour of history. */
export function volatilityCheck({ input, quote }: Trade, figures: GuardFigure[]): Denial | null {
  const pct = volatilityPct(quote)
  const limit = input.slippage.maxVolatilityPct
  const value = pct === null ? 'unknown' : shown(pct)
  figures.push(figure('range of the last hour', value, shown(limit), '% of mid'))
  return pct !== null && pct.lte(limit) ? null : denial('HIGH_VOLATILITY', { rangePct: value, limitPct: shown(limit) })
}

/** All of it can be filled now, unless it may rest. */
export function liquidityCheck({ quote, mayRest }: Trade, figures: GuardFigure[]): Denial | null {
  const pct = shown(quote.fillable.mul(HUNDRED))
  figures.push(figure('fillable now', pct, mayRest ? null : '100', '%'))
  return mayRest || quote.fillable.gte(ONE) ? null : denial('INSUFFICIENT_LIQUIDITY', { fillablePct: pct })
}

/**
 * The expected average price loses no more against mid than the profile allows; a limit order's own price is judged as well, since it may fill
 * there. One that may rest is judged by its own price alone: the part that fills at once fills no worse. Fees are apart. A price better than
 * mid loses nothing.
 */
export function lossCheck({ intent, quote, limitPct, mayRest }: Trade, figures: GuardFigure[]): Denial | null {
  const expected = mayRest ? null : lossPct(intent.side, quote.expectedPrice, quote.midPrice)
  const atLimit = intent.limitPrice === null ? null : lossPct(intent.side, intent.limitPrice, quote.midPrice)
  const limit = shown(limitPct)
  if (expected !== null) figures.push(figure('expected slippage', shown(expected), limit, '% of mid'))
  if (atLimit !== null) figures.push(figure('slippage at the limit price', shown(atLimit), limit, '% of mid'))
  const worst = expected === null || atLimit?.gt(expected) ? atLimit : expected
  // Nothing to judge is nothing to pass; and a limit that is no number is no limit.
  if (worst?.lte(limitPct) && !limitPct.isNegative()) return null
  return denial('EXCEEDED_LIMIT', { slippagePct: worst === null ? 'unknown' : shown(worst), limitPct: limit, profile: intent.riskProfile })
}
