import { TRADING_STATES, type TradingStateSnapshot } from '../domain/trading-state'
import type { GuardFigure, Verdict } from '../domain/guard'
import { fromUnits, type Decimal } from '../lib/decimal'
import type { Guard, GuardInput } from './guard'
import { deny, figure, pass } from './verdict'

const ID = 'trading-state'
const ACTIVE = pass(ID, [figure('state', 'active', 'active')])

/**
 * Product rows X4, B9: while reducing only orders that take risk away pass, while halted none. What the kill switch says is its own guard's to
 * judge; this one judges what is kept of the environment. A state that cannot be understood denies.
 */
export const tradingStateGuard: Guard = {
  id: ID,
  evaluate(input: GuardInput): Verdict {
    const { trading } = input
    if (!isSnapshot(trading)) return deny(ID, 'TRADING_STATE_UNREADABLE', {}, [figure('state', 'unreadable', 'active')])
    if (trading.state === 'active') return ACTIVE
    const facts = {
      state: trading.state,
      reason: trading.reason ?? 'unknown',
      by: trading.by ?? 'unknown',
      sinceMs: trading.sinceMs === null ? 'unknown' : String(trading.sinceMs),
    }
    const figures = [figure('state', trading.state, 'active'), figure('reason', facts.reason)]
    if (trading.state === 'halted') return deny(ID, 'TRADING_HALTED', facts, [...figures, figure('by', facts.by)])
    const why = addsRisk(input, figures)
    return why === null ? pass(ID, figures) : deny(ID, 'TRADING_REDUCED', { ...facts, ...why }, figures)
  },
}

/** Why an order does not take risk away, with its figures; null when it does: on spot, a sale of what is held, for cash. */
function addsRisk(
  { purpose, intent, quote, heldBase, request, tx, call }: GuardInput,
  figures: GuardFigure[],
): Record<string, string> | null {
  if (purpose === 'fund-move' || intent === null || quote === null) return { why: 'no-sale' }
  const { base, quote: cash } = quote.instrument
  if (quote.instrument.symbol !== intent.instrument || quote.side !== intent.side) return { why: 'no-sale' }
  if (intent.side !== 'sell') return { why: 'buys', asset: base.symbol }
  // Both kinds of venue give exactly 1 for what counts as a dollar, and nothing else is cash.
  if (quote.usdPerQuote?.eq(1) !== true) return { why: 'not-for-cash', asset: cash.symbol }
  const sold: Decimal[] = [quote.baseAmount]
  if (request !== null) sold.push(request.baseAmount)
  if (tx !== null) {
    const paid = paidBy(call, base.address)
    if (paid === null) return { why: 'other-token', asset: base.symbol }
    sold.push(fromUnits(paid, base.decimals))
  }
  if (heldBase === null) return { why: 'held-unknown', asset: base.symbol }
  const most = sold.reduce((a, b) => (b.gt(a) ? b : a))
  figures.push(figure('sold', most.toFixed(), heldBase.toFixed(), base.symbol))
  // A figure that is no number is no figure: compared, it is never at most what is held.
  return most.lte(heldBase) && sold.every((amount) => amount.isFinite() && amount.isPositive())
    ? null
    : { why: 'more-than-held', asset: base.symbol, sold: most.toFixed(), held: heldBase.toFixed() }
}

/** The most of the token that a call can take from us, smallest units; null when it is another token, or another kind of call. */
function paidBy(call: GuardInput['call'], token: string | null): bigint | null {
  if (call === null || token === null) return null
  if (call.kind === 'swap') return call.tokenIn === token ? call.amountInMaxRaw : null
  if (call.kind === 'approve') return call.token === token && !call.unlimited ? call.amountRaw : null
  return null
}

/** Whether this is a whole and consistent snapshot. */
function isSnapshot(value: TradingStateSnapshot | null | undefined): value is TradingStateSnapshot {
  if (typeof value !== 'object' || value === null) return false
  const { state, reason } = value
  return TRADING_STATES.includes(state) && (state === 'active') === (reason === null)
}
