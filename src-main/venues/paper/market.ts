import type { Side } from '../../domain/intent'
import { LISTINGS, type Listing } from './listings'
import { PriceWalk, streamOf, type Seed } from './price-walk'

/** How often the market moves, ms. */
export const TICK_MS = 500
/** Ticks in the hour of prices that is always known. */
export const HOUR_TICKS = 3_600_000 / TICK_MS
/** How long a shock takes to fade, ticks: half an hour. */
export const SHOCK_TICKS = 1_800_000 / TICK_MS

const MILLION = 1_000_000
const BILLION = 1_000_000_000n
/** A fair price never leaves this band around its anchor, parts per billion; chance alone does not get there. */
const BAND_PPB = 500_000_000

/** A sudden move of one instrument's fair price, which then fades evenly. */
export interface Shock {
  readonly instrument: string
  /** The first tick that feels it. */
  readonly atTick: number
  /** Millionths of the price; negative is down. */
  readonly movePpm: number
}

/** An order that a maker quotes. */
export interface LadderOrder {
  readonly priceTicks: bigint
  readonly lots: bigint
}

/** What the makers quote around a fair price, best first. */
export interface Ladder {
  readonly bids: readonly LadderOrder[]
  readonly asks: readonly LadderOrder[]
}

/** A trade that somebody else brings to the market. */
export interface Flow {
  readonly side: Side
  readonly lots: bigint
}

/**
 * Everybody else: fair prices, the makers' quotes and other people's trades. All of it depends on the seed, the shocks and the tick's number
 * and on nothing before, so the market is the same after a restart, and the hour before the very first tick exists.
 */
export class Market {
  private readonly walks: ReadonlyMap<string, PriceWalk>
  private readonly history = new Map<string, bigint[]>()
  private ranges = new Map<string, { readonly low: bigint; readonly high: bigint }>()
  private at: number

  constructor(
    private readonly seed: Seed,
    private shocks: readonly Shock[],
    tick: number,
  ) {
    this.walks = new Map(
      LISTINGS.flatMap(({ instrument: { symbol }, fair }) =>
        fair.kind === 'walk' ? [[symbol, new PriceWalk(seed, symbol, fair.stepPpb)]] : [],
      ),
    )
    this.at = tick
    this.recall(tick)
  }

  /** The tick that it is. */
  get tick(): number {
    return this.at
  }

  /** Shocks that still matter, to be kept with the state. */
  get recentShocks(): readonly Shock[] {
    return this.shocks.filter(({ atTick }) => this.at - atTick <= SHOCK_TICKS + HOUR_TICKS)
  }

  /** Moves on to a later tick; the hour of prices follows, also over a gap. */
  advanceTo(tick: number): void {
    if (tick <= this.at) return
    const from = this.at
    this.at = tick
    this.shocks = this.recentShocks
    this.ranges = new Map()
    if (tick - from > HOUR_TICKS) this.recall(tick)
    else for (let next = from + 1; next <= tick; next++) this.remember(next)
  }

  /** Lets an instrument's price jump at the next tick. */
  shock(instrument: string, movePpm: number): void {
    this.shocks = [...this.shocks, { instrument, atTick: this.at + 1, movePpm }]
  }

  /** The fair price now, ticks. */
  fairTicks(symbol: string): bigint {
    const last = this.history.get(symbol)?.at(-1)
    if (last === undefined) throw new RangeError(`there is no market for ${symbol}`)
    return last
  }

  /** Fair prices of the last hour, one a tick, oldest first. */
  hour(symbol: string): readonly bigint[] {
    return this.history.get(symbol)?.slice(-HOUR_TICKS - 1) ?? []
  }

  /** The lowest and highest fair price of the last hour, ticks. */
  range(symbol: string): { readonly low: bigint; readonly high: bigint } {
    const known = this.ranges.get(symbol)
    if (known !== undefined) return known
    let low = this.fairTicks(symbol)
    let high = low
    for (const price of this.hour(symbol)) {
      if (price < low) low = price
      if (price > high) high = price
    }
    const range = { low, high }
    this.ranges.set(symbol, range)
    return range
  }

  /** What the makers quote at this tick. */
  ladder(listing: Listing): Ladder {
    const { symbol } = listing.instrument
    const { levels, halfSpreadPpm, gapPpm, curvePpm, firstLots, growthLots } = listing.ladder
    const fair = this.fairTicks(symbol)
    const chance = streamOf(this.seed, `ladder ${symbol}`, this.at)
    const bids: LadderOrder[] = []
    const asks: LadderOrder[] = []
    let bid = fair
    let ask = fair
    for (let level = 0; level < levels; level++) {
      const offset = () => BigInt(halfSpreadPpm + gapPpm * level + curvePpm * level * level + chance.below(gapPpm))
      const lots = () => (BigInt(firstLots + growthLots * level) * BigInt(512 + chance.below(1_024))) / 1_024n
      const bidOffset = (fair * offset()) / BigInt(MILLION)
      const askOffset = (fair * offset()) / BigInt(MILLION)
      // Each level is at least a tick beyond the one before, so that no two meet and the makers never cross.
      bid = fair - bidOffset < bid ? fair - bidOffset : bid - 1n
      ask = fair + askOffset > ask ? fair + askOffset : ask + 1n
      const bidLots = lots()
      asks.push({ priceTicks: ask, lots: lots() })
      if (bid > 0n) bids.push({ priceTicks: bid, lots: bidLots })
    }
    return { bids, asks }
  }

  /** What somebody else trades at this tick; null when nobody does. */
  flow(listing: Listing): Flow | null {
    const chance = streamOf(this.seed, `flow ${listing.instrument.symbol}`, this.at)
    if (chance.below(10) >= 4) return null
    const side = chance.below(2) === 0 ? 'buy' : 'sell'
    return { side, lots: BigInt(Math.max(1, Math.floor((listing.ladder.firstLots * (1 + chance.below(300))) / 100))) }
  }

  private recall(tick: number): void {
    this.history.clear()
    for (let past = tick - HOUR_TICKS; past <= tick; past++) this.remember(past)
  }

  private remember(tick: number): void {
    const fair = new Map<string, bigint>()
    for (const listing of LISTINGS) {
      const { symbol } = listing.instrument
      const price = this.fairAt(listing, tick, fair)
      fair.set(symbol, price)
      const kept = this.history.get(symbol) ?? []
      kept.push(price)
      // Trimmed now and then instead of shifted every tick.
      if (kept.length > 2 * HOUR_TICKS) kept.splice(0, kept.length - HOUR_TICKS - 1)
      this.history.set(symbol, kept)
    }
  }

  /** Crosses come after what they are made of in {@link LISTINGS}. */
  private fairAt({ instrument: { symbol, priceDigits }, fair }: Listing, tick: number, known: ReadonlyMap<string, bigint>): bigint {
    const price =
      fair.kind === 'walk' ? this.walked(symbol, fair.anchorTicks, tick) : cross(fair.numerator, fair.denominator, priceDigits, known)
    const shocked = (price * BigInt(MILLION + this.shockPpm(symbol, tick))) / BigInt(MILLION)
    return shocked > 0n ? shocked : 1n
  }

  private walked(symbol: string, anchorTicks: bigint, tick: number): bigint {
    const offset = this.walks.get(symbol)?.at(tick) ?? 0
    return (anchorTicks * (BILLION + BigInt(Math.max(-BAND_PPB, Math.min(BAND_PPB, offset))))) / BILLION
  }

  private shockPpm(symbol: string, tick: number): number {
    let total = 0
    for (const { instrument, atTick, movePpm } of this.shocks) {
      const age = tick - atTick
      if (instrument === symbol && age >= 0 && age < SHOCK_TICKS) total += Math.trunc((movePpm * (SHOCK_TICKS - age)) / SHOCK_TICKS)
    }
    return Math.max(-MILLION + 1, total)
  }
}

const DIGITS: ReadonlyMap<string, number> = new Map(LISTINGS.map(({ instrument }) => [instrument.symbol, instrument.priceDigits]))

function cross(numerator: string, denominator: string, priceDigits: number, known: ReadonlyMap<string, bigint>): bigint {
  const shift = BigInt(priceDigits + (DIGITS.get(denominator) ?? 0) - (DIGITS.get(numerator) ?? 0))
  return ((known.get(numerator) ?? 0n) * 10n ** shift) / (known.get(denominator) ?? 1n)
}
