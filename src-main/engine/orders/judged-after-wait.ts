import { failure, type Failure } from '../../domain/codes'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import type { Decimal } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { EnginePorts } from '../ports'
import { freeBase } from './build-plan'

/** What was signed off of an order. */
export interface Agreed {
  readonly intent: OrderIntent
  readonly quote: Quote
}

/** What an order that waited is judged by. */
export interface AskedAgain {
  /** What the market says now. */
  readonly fresh: Quote
  /** The one of the two by which it is judged, see {@link judgedAfterWait}. */
  readonly quote: Quote
  readonly notionalUsd: Decimal | null
  /** What the account holds free, asked while reducing; null otherwise. */
  readonly heldBase: Decimal | null
}

/** Asks the market, and while reducing the account, by which an order that waited is judged. Moves nothing. */
export async function askAgain(ports: EnginePorts, { intent, quote: agreed }: Agreed): Promise<Result<AskedAgain, Failure>> {
  const { instrument, side, amount, amountUnit, limitPrice } = intent
  const venue = ports.venues.get(intent.venue)
  if (venue === null) return err(failure('VENUE_CLOSED', 'the venue is not connected'))
  const fresh = await venue.reader.quote({ instrument, side, amount, amountUnit, limitPrice })
  if (!fresh.ok) return fresh
  const quote = judgedAfterWait(agreed, fresh.value)
  const notionalUsd = quote.usdPerQuote === null ? null : quote.quoteAmount.mul(quote.usdPerQuote)
  const account = ports.accounts.addressOf(intent.account) ?? intent.account
  const heldBase = ports.tradingState.own().state === 'reducing' ? await freeBase(venue.reader, account, quote) : null
  return ok({ fresh: fresh.value, quote, notionalUsd, heldBase })
}

/** Whether what an order would be judged by has to be asked for again: its quote is too old, or trading reduces since and nobody asked what is held. */
export function isOutdated(
  ports: EnginePorts,
  { quote, heldBase }: { readonly quote: Quote | null; readonly heldBase: Decimal | null },
): boolean {
  if (quote === null || ports.clock.steadyMs() - quote.quotedAtMs > ports.slippage().maxQuoteAgeMs) return true
  return heldBase === null && ports.tradingState.own().state === 'reducing'
}

/**
 * What a swap that waited is judged by. A market that moved against the trader is judged as it is now. One that moved in the trader's favour
 * leaves the signed-off bounds standing: they were judged when they were agreed, and only the age and the range are new.
 */
export function judgedAfterWait(agreed: Quote, fresh: Quote): Quote {
  const better = agreed.side === 'buy' ? fresh.expectedPrice.lt(agreed.expectedPrice) : fresh.expectedPrice.gt(agreed.expectedPrice)
  return better ? { ...agreed, quotedAtMs: fresh.quotedAtMs, range: fresh.range } : fresh
}

/** What is on record of a market that was asked again: what it said, and by which of the two quotes the order is judged. */
export function requotedData({ fresh, quote }: Pick<AskedAgain, 'fresh' | 'quote'>): Record<string, string> {
  const { quoteId, midPrice, expectedPrice, quoteAmount, fillable } = fresh
  return {
    quoteId,
    midPrice: midPrice.toFixed(),
    expectedPrice: expectedPrice.toFixed(),
    quoteAmount: quoteAmount.toFixed(),
    fillable: fillable.toFixed(),
    judgedBy: quote === fresh ? 'this quote' : 'the quote that was signed off',
  }
}
