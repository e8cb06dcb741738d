import type { Asset, Instrument } from '../../domain/instrument'
import { decimal, fromUnits, toUnits } from '../../lib/decimal'

/** The one account of the paper venue. */
export const PAPER_ACCOUNT = 'paper-main'

/** Fee rates in basis points (1/100 of a percent), taken in the quote asset. */
export const FEE_BPS = { maker: 10n, taker: 20n } as const
/** Basis points in one whole. */
export const BPS = 10_000n
/** The same rates in percent. */
export const FEE_PCT = { maker: fromUnits(FEE_BPS.maker, 2), taker: fromUnits(FEE_BPS.taker, 2) } as const

/** How an instrument's fair price comes about: a walk around an anchor, or the quotient of two others. */
type FairPrice =
  | { readonly kind: 'walk'; readonly anchorTicks: bigint; readonly stepPpb: number }
  | { readonly kind: 'cross'; readonly numerator: string; readonly denominator: string }

/** How the makers' orders lie around the fair price, per side; offsets in millionths of the price, sizes in lots. */
interface LadderShape {
  readonly levels: number
  readonly halfSpreadPpm: number
  readonly gapPpm: number
  /** Added once per level squared: the book thins out. */
  readonly curvePpm: number
  readonly firstLots: number
  readonly growthLots: number
}

/** An instrument with what the exchange needs besides: whole ticks, lots and atoms (the smallest unit of an asset). */
export interface Listing {
  readonly instrument: Instrument
  readonly minLots: bigint
  readonly baseAtomsPerLot: bigint
  /** Quote atoms that one lot costs at a price of one tick; whole by choice of digits, so that nothing is ever rounded but fees. */
  readonly quoteAtomsPerLotTick: bigint
  readonly fair: FairPrice
  readonly ladder: LadderShape
}

const DECIMALS = 8
const asset = (symbol: string): Asset => ({ symbol, decimals: DECIMALS, address: null })
const USD = asset('USD')
const ETH = asset('ETH')
const BTC = asset('BTC')
const SOL = asset('SOL')

/** The assets of the venue. */
export const ASSETS: readonly Asset[] = [USD, ETH, BTC, SOL]

/** What a new account owns, in whole units. */
export const STARTING_BALANCES: Readonly<Record<string, string>> = { USD: '100000', ETH: '10', BTC: '1', SOL: '500' }

interface Terms {
  readonly priceDigits: number
  readonly amountDigits: number
  readonly minAmountBase: string
}

function list(base: Asset, quote: Asset, terms: Terms, fair: FairPrice, ladder: LadderShape): Listing {
  const { priceDigits, amountDigits, minAmountBase } = terms
  return {
    instrument: {
      symbol: `${base.symbol}-${quote.symbol}`,
      venue: 'paper',
      base,
      quote,
      priceDigits,
      amountDigits,
      minAmountBase,
      orderTypes: ['market', 'limit'],
    },
    minLots: toUnits(decimal(minAmountBase), amountDigits),
    baseAtomsPerLot: 10n ** BigInt(base.decimals - amountDigits),
    quoteAtomsPerLotTick: 10n ** BigInt(quote.decimals - priceDigits - amountDigits),
    fair,
    ladder,
  }
}

/** Everything that is traded here. SOL is thin on purpose: a few hundred move its price, and its depth runs out before the account does. */
export const LISTINGS: readonly Listing[] = [
  list(
    ETH,
    USD,
    { priceDigits: 2, amountDigits: 4, minAmountBase: '0.001' },
    { kind: 'walk', anchorTicks: 2_500_00n, stepPpb: 42_000 },
    { levels: 30, halfSpreadPpm: 50, gapPpm: 60, curvePpm: 8, firstLots: 30_000, growthLots: 7_000 },
  ),
  list(
    BTC,
    USD,
    { priceDigits: 1, amountDigits: 5, minAmountBase: '0.0001' },
    { kind: 'walk', anchorTicks: 60_000_0n, stepPpb: 35_000 },
    { levels: 30, halfSpreadPpm: 20, gapPpm: 40, curvePpm: 6, firstLots: 15_000, growthLots: 5_000 },
  ),
  list(
    SOL,
    USD,
    { priceDigits: 2, amountDigits: 3, minAmountBase: '0.01' },
    { kind: 'walk', anchorTicks: 150_00n, stepPpb: 60_000 },
    { levels: 25, halfSpreadPpm: 200, gapPpm: 300, curvePpm: 30, firstLots: 5_000, growthLots: 1_000 },
  ),
  list(
    ETH,
    BTC,
    { priceDigits: 5, amountDigits: 3, minAmountBase: '0.01' },
    { kind: 'cross', numerator: 'ETH-USD', denominator: 'BTC-USD' },
    { levels: 25, halfSpreadPpm: 100, gapPpm: 250, curvePpm: 10, firstLots: 2_000, growthLots: 500 },
  ),
]

const BY_SYMBOL: ReadonlyMap<string, Listing> = new Map(LISTINGS.map((listing) => [listing.instrument.symbol, listing]))

/** The listing of a symbol; undefined when it is not traded here. */
export function listingOf(symbol: string): Listing | undefined {
  return BY_SYMBOL.get(symbol)
}
