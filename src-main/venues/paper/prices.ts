import { Decimal, fromUnits } from '../../lib/decimal'
import type { Exchange } from './exchange'
import { listingOf, type Listing } from './listings'

/** Digits that an average price has beyond those of its instrument. */
const AVERAGE_DIGITS = 8

/** A price in ticks as quote per base. */
export function priceOf(listing: Listing, ticks: bigint): Decimal {
  return fromUnits(ticks, listing.instrument.priceDigits)
}

type Rounding = typeof Decimal.ROUND_UP | typeof Decimal.ROUND_DOWN | typeof Decimal.ROUND_HALF_EVEN

/** The average price of `lots` that cost `notionalAtoms`, to eight digits beyond the instrument's; to the nearest unless told otherwise. */
export function averagePrice(listing: Listing, notionalAtoms: bigint, lots: bigint, rounding: Rounding = Decimal.ROUND_HALF_EVEN): Decimal {
  const { quote, amountDigits, priceDigits } = listing.instrument
  const exact = fromUnits(notionalAtoms, quote.decimals).div(fromUnits(lots, amountDigits))
  return exact.toDecimalPlaces(priceDigits + AVERAGE_DIGITS, rounding)
}

/**
 * The mid price of an instrument, quote per base: the middle between the makers' best bid and ask, or the fair price when a side is empty.
 * Our own orders do not move it, so nobody can talk his own slippage down.
 */
export function midPrice(exchange: Exchange, listing: Listing): Decimal {
  const { symbol } = listing.instrument
  const book = exchange.book(symbol)
  const bid = book.bestOfMakers('bids')
  const ask = book.bestOfMakers('asks')
  return bid === null || ask === null ? priceOf(listing, exchange.market.fairTicks(symbol)) : priceOf(listing, bid + ask).div(2)
}

/** USD for one unit of an asset, at mid; null when there is no market for it. */
export function usdPer(exchange: Exchange, asset: string): Decimal | null {
  if (asset === 'USD') return new Decimal(1)
  const listing = listingOf(`${asset}-USD`)
  return listing === undefined ? null : midPrice(exchange, listing)
}
