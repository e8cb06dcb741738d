import { failure, type Failure } from '../../domain/codes'
import type { Quote, QuoteRequest } from '../../domain/quote'
import { Decimal, fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import { facing, within } from './book'
import type { Exchange } from './exchange'
import { FEE_PCT, listingOf, type Listing } from './listings'
import { HOUR_TICKS, TICK_MS } from './market'
import { notional } from './paper-order'
import { averagePrice, midPrice, priceOf, usdPer } from './prices'
import { least, stepsDown, wholeSteps } from './units'

/** Digits of the filled part of an amount. */
const FILLABLE_DIGITS = 12

/** What walking the book came to. */
interface Walk {
  /** What is wanted in all; estimated at the last price where the book ends before a quote amount is reached. */
  readonly wantedLots: bigint
  readonly walkedLots: bigint
  readonly notionalAtoms: bigint
  readonly levels: number
  readonly worstTicks: bigint | null
}

/**
 * What an order would cost now, by walking the makers' side of the book as matching would. Our own orders are left out: meeting one cancels it.
 *
 * Amounts are rounded down to whole lots. A quote amount is spent level by level for a market order, and counts at the limit for a limit
 * order. With a limit, only what it allows is walked; where that is nothing the expected price is the limit itself.
 */
export function quoteOrder(exchange: Exchange, request: QuoteRequest, quoteId: string, quotedAtMs: number): Result<Quote, Failure> {
  const refuse = (detail: string) => err(failure('INVALID_INSTRUCTION', detail))
  const listing = listingOf(request.instrument)
  if (listing === undefined) return refuse(`${request.instrument} is not traded here`)
  const { instrument } = listing
  const { quote, amountDigits, priceDigits } = instrument
  const limitTicks = request.limitPrice === null ? null : wholeSteps(request.limitPrice, priceDigits)
  if (request.limitPrice !== null && limitTicks === null)
    return refuse(`a price must be positive, with at most ${priceDigits} digits after the point`)
  const wanted = wantedOf(listing, request, limitTicks)
  if (wanted === null) return refuse('an amount must be positive')

  const walk = walkBook(exchange, listing, request, limitTicks, wanted)
  if (walk.wantedLots === 0n) return refuse(`the smallest amount is ${instrument.minAmountBase}`)
  const mid = midPrice(exchange, listing)
  const bestTicks = exchange.book(instrument.symbol).bestOfMakers(facing(request.side))
  const bestPrice = bestTicks === null ? mid : priceOf(listing, bestTicks)
  const unwalked = limitTicks === null ? bestPrice : priceOf(listing, limitTicks)
  // Against whoever asks: a buyer is not promised a price a hair better than the book's.
  const rounding = request.side === 'buy' ? Decimal.ROUND_UP : Decimal.ROUND_DOWN
  const expectedPrice = walk.walkedLots === 0n ? unwalked : averagePrice(listing, walk.notionalAtoms, walk.walkedLots, rounding)
  const baseAmount = fromUnits(walk.wantedLots, amountDigits)
  const quoteAmount =
    walk.walkedLots === walk.wantedLots
      ? fromUnits(walk.notionalAtoms, quote.decimals)
      : baseAmount.mul(expectedPrice).toDecimalPlaces(quote.decimals, rounding)
  return ok({
    quoteId,
    instrument,
    side: request.side,
    baseAmount,
    quoteAmount,
    midPrice: mid,
    bestPrice,
    expectedPrice,
    worstPrice: walk.worstTicks === null ? unwalked : priceOf(listing, walk.worstTicks),
    fillable: new Decimal(walk.walkedLots.toString()).div(walk.wantedLots.toString()).toDecimalPlaces(FILLABLE_DIGITS, Decimal.ROUND_DOWN),
    depthLevelsWalked: walk.levels,
    fee: takerFee(listing, quoteAmount),
    feeAsset: quote.symbol,
    feePct: FEE_PCT.taker,
    range: rangeOf(exchange, listing, mid),
    usdPerQuote: usdPer(exchange, quote.symbol),
    quotedAtMs,
  })
}

/** The taker's fee for an amount of the quote asset, rounded up to the atom. */
export function takerFee(listing: Listing, quoteAmount: Decimal): Decimal {
  const { decimals } = listing.instrument.quote
  return quoteAmount.mul(FEE_PCT.taker).div(100).toDecimalPlaces(decimals, Decimal.ROUND_UP)
}

/** What is wanted: lots, or quote atoms to be spent or received; null when that is no amount. */
function wantedOf(
  listing: Listing,
  request: QuoteRequest,
  limitTicks: bigint | null,
): { readonly lots: bigint } | { readonly atoms: bigint } | null {
  if (request.amountUnit === 'base') {
    const lots = stepsDown(request.amount, listing.instrument.amountDigits)
    return lots === null ? null : { lots }
  }
  const atoms = stepsDown(request.amount, listing.instrument.quote.decimals)
  if (atoms === null) return null
  return limitTicks === null ? { atoms } : { lots: atoms / notional(listing, limitTicks, 1n) }
}

function walkBook(
  exchange: Exchange,
  listing: Listing,
  { side }: QuoteRequest,
  limitTicks: bigint | null,
  wanted: { readonly lots: bigint } | { readonly atoms: bigint },
): Walk {
  const { symbol } = listing.instrument
  let walkedLots = 0n
  let notionalAtoms = 0n
  let levels = 0
  let worstTicks: bigint | null = null
  let enough = false
  for (const { priceTicks, marketLots } of exchange.book(symbol).best(facing(side))) {
    if (limitTicks !== null && !within(side, limitTicks, priceTicks)) break
    if (marketLots === 0n) continue
    const stillWanted = 'lots' in wanted ? wanted.lots - walkedLots : (wanted.atoms - notionalAtoms) / notional(listing, priceTicks, 1n)
    const lots = least(stillWanted, marketLots)
    if (lots > 0n) {
      walkedLots += lots
      notionalAtoms += notional(listing, priceTicks, lots)
      levels += 1
      worstTicks = priceTicks
    }
    enough = stillWanted <= marketLots
    if (enough) break
  }
  if ('lots' in wanted) return { wantedLots: wanted.lots, walkedLots, notionalAtoms, levels, worstTicks }
  const beyond = enough ? 0n : (wanted.atoms - notionalAtoms) / notional(listing, worstTicks ?? exchange.market.fairTicks(symbol), 1n)
  return { wantedLots: walkedLots + beyond, walkedLots, notionalAtoms, levels, worstTicks }
}

function rangeOf(exchange: Exchange, listing: Listing, mid: Decimal): Quote['range'] {
  const { low, high } = exchange.market.range(listing.instrument.symbol)
  return {
    low: Decimal.min(priceOf(listing, low), mid),
    high: Decimal.max(priceOf(listing, high), mid),
    coversMs: HOUR_TICKS * TICK_MS,
  }
}
