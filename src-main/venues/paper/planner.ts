import { failure, type Failure } from '../../domain/codes'
import type { OrderIntent } from '../../domain/intent'
import type { VenueOrderRequest } from '../../domain/plan'
import type { Quote } from '../../domain/quote'
import { Decimal, fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { PopulateContext, Populated, VenuePlanner } from '../venue'
import { checkRequest } from './check-request'
import { listingOf, type Listing } from './listings'
import { takerFee } from './quoting'

/** Turns an intent into the one request that the paper venue will be asked. Pure: everything it needs is in the quote. */
export class PaperPlanner implements VenuePlanner {
  async populate(intent: OrderIntent, quote: Quote, context: PopulateContext): Promise<Result<Populated, Failure>> {
    const refuse = (detail: string) => err(failure('INVALID_INSTRUCTION', detail))
    const listing = listingOf(intent.instrument)
    if (intent.venue !== 'paper' || listing === undefined) return refuse(`${intent.instrument} is not traded here`)
    if (quote.instrument.symbol !== intent.instrument || quote.side !== intent.side) return refuse('the quote is for another order')
    if (intent.type === 'limit' && intent.limitPrice === null) return refuse('a limit order needs a limit')
    if (!context.slippageLimitPct.isFinite() || context.slippageLimitPct.lt(0)) return refuse('there is no slippage limit')

    const limitPrice =
      intent.type === 'limit' && intent.limitPrice !== null ? intent.limitPrice : collarOf(listing, quote, context.slippageLimitPct)
    const request: VenueOrderRequest = {
      clientOrderId: context.orderId,
      instrument: intent.instrument,
      side: intent.side,
      type: intent.type,
      // As wanted, also where it means nothing: what is asked is compared with what was wanted. A market order never rests.
      timeInForce: intent.timeInForce,
      baseAmount: baseOf(listing, intent, quote),
      limitPrice,
    }
    const checked = checkRequest(request)
    if (!checked.ok) return checked
    return ok({
      steps: [{ kind: 'venue-order', purpose: 'order', request }],
      simulation: null,
      networkFee: null,
      minReceived: minReceived(listing, request),
    })
  }
}

/** The worst price of a market order: mid, worse by the limit, rounded to the tick on the near side of it. */
function collarOf(listing: Listing, quote: Quote, limitPct: Decimal): Decimal {
  const { priceDigits } = listing.instrument
  const part = limitPct.div(100)
  if (quote.side === 'buy') return quote.midPrice.mul(part.add(1)).toDecimalPlaces(priceDigits, Decimal.ROUND_DOWN)
  const floor = quote.midPrice.mul(new Decimal(1).sub(part)).toDecimalPlaces(priceDigits, Decimal.ROUND_UP)
  return Decimal.max(floor, fromUnits(1n, priceDigits))
}

/** The amount in base, rounded down to whole lots. A quote amount counts at the limit, or for a market order as the quote walked it. */
function baseOf(listing: Listing, intent: OrderIntent, quote: Quote): Decimal {
  const base =
    intent.amountUnit === 'base'
      ? intent.amount
      : intent.type === 'limit' && intent.limitPrice !== null
        ? intent.amount.div(intent.limitPrice)
        : quote.baseAmount
  return base.toDecimalPlaces(listing.instrument.amountDigits, Decimal.ROUND_DOWN)
}

/** The least that comes in when all is filled at the worst price: base is received whole, for fees are taken in the quote asset. */
function minReceived(listing: Listing, { side, baseAmount, limitPrice }: VenueOrderRequest): Decimal {
  if (side === 'buy') return baseAmount
  const proceeds = baseAmount.mul(limitPrice)
  return proceeds.sub(takerFee(listing, proceeds))
}
