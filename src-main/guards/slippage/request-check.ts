import { denial, type Denial } from '../../domain/codes'
import type { GuardFigure } from '../../domain/guard'
import type { VenueOrderRequest } from '../../domain/plan'
import { Decimal } from '../../lib/decimal'
import { figure } from '../verdict'
import { isPrice } from '../volatility'
import { shown, type Trade } from './trade'

/** What an exchange will be asked is what was wanted, at a price that the limit allows. */
export function requestCheck(trade: Trade, request: VenueOrderRequest, figures: GuardFigure[]): Denial | null {
  const { intent, quote, limitPct } = trade
  const fields = ['instrument', 'side', 'type', 'timeInForce'] as const
  const different = fields.find((field) => request[field] !== intent[field])
  if (different !== undefined) return mismatch(different, request[different], intent[different])
  if (!isPrice(request.limitPrice)) return mismatch('limitPrice', request.limitPrice.toString(), 'a price')
  if (!isPrice(request.baseAmount)) return mismatch('baseAmount', request.baseAmount.toString(), 'an amount')
  if (!amountFits(trade, request)) return mismatch('baseAmount', shown(request.baseAmount), `${shown(intent.amount)} ${intent.amountUnit}`)

  const buy = intent.side === 'buy'
  const worse = (price: Decimal, than: Decimal): boolean => (buy ? price.gt(than) : price.lt(than))
  if (intent.limitPrice !== null && worse(request.limitPrice, intent.limitPrice)) {
    return mismatch('limitPrice', shown(request.limitPrice), shown(intent.limitPrice))
  }
  const hundred = buy ? limitPct.plus(100) : limitPct.neg().plus(100)
  const worst = quote.midPrice.mul(hundred).div(100)
  figures.push(
    figure('worst price', shown(request.limitPrice), shown(worst), `${quote.instrument.quote.symbol} per ${quote.instrument.base.symbol}`),
  )
  if (!worse(request.limitPrice, worst)) return null
  return denial('EXCEEDED_LIMIT', {
    price: shown(request.limitPrice),
    worstAllowed: shown(worst),
    limitPct: shown(limitPct),
    profile: intent.riskProfile,
  })
}

/**
 * Whether the base amount is the amount wanted. In base: that amount, rounded down to what the venue accepts. In quote: worth that amount at
 * the price that sized it, expected or limit, with or without the fee, rounded down likewise.
 */
function amountFits({ intent, quote }: Trade, { baseAmount }: VenueOrderRequest): boolean {
  const digit = new Decimal(10).pow(-quote.instrument.amountDigits)
  if (intent.amountUnit === 'base') return baseAmount.lte(intent.amount) && intent.amount.minus(baseAmount).lt(digit)
  const net = quote.feePct.neg().plus(100).div(100)
  const most = intent.amount.div(net)
  const least = intent.amount.mul(net)
  const prices = intent.limitPrice === null ? [quote.expectedPrice] : [quote.expectedPrice, intent.limitPrice]
  return prices.some((price) => isPrice(price) && baseAmount.mul(price).lte(most) && baseAmount.plus(digit).mul(price).gt(least))
}

function mismatch(field: string, found: string, wanted: string): Denial {
  return denial('CALLDATA_MISMATCH', { field, found, wanted })
}
