import { failure, type Failure } from '../../domain/codes'
import type { Instrument } from '../../domain/instrument'
import type { Depth, DepthLevel, Quote, QuoteRequest } from '../../domain/quote'
import { fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { Balance, Health, PricePoint, VenueReader } from '../venue'
import type { BookSide } from './book'
import { reach, reachSettled, type PaperCore } from './core'
import { ASSETS, LISTINGS, listingOf, PAPER_ACCOUNT, type Listing } from './listings'
import { TICK_MS } from './market'
import { midPrice, priceOf, usdPer } from './prices'
import { quoteOrder } from './quoting'

/** Ticks between two points of the price history: five seconds. */
const POINT_TICKS = 10

/** The reading side of the paper venue. Times are calendar time, save a quote's, which is steady, for its age is what matters. */
export class PaperReader implements VenueReader {
  readonly id = 'paper' as const
  private quotes = 0

  constructor(private readonly core: PaperCore) {}

  async instruments(): Promise<Result<readonly Instrument[], Failure>> {
    const failed = await reach(this.core)
    return failed === null ? ok(LISTINGS.map(({ instrument }) => instrument)) : err(failed)
  }

  async quote(request: QuoteRequest): Promise<Result<Quote, Failure>> {
    const failed = await reach(this.core)
    if (failed !== null) return err(failed)
    const quotedAtMs = Math.floor(this.core.clock.steadyMs())
    return quoteOrder(this.core.exchange, request, `paper-${quotedAtMs}-${++this.quotes}`, quotedAtMs)
  }

  async depth(instrument: string, levels: number): Promise<Result<Depth, Failure>> {
    const failed = await reach(this.core)
    if (failed !== null) return err(failed)
    const listing = listingOf(instrument)
    if (listing === undefined) return err(notTraded(instrument))
    const side = (which: BookSide) => this.levels(listing, which, levels)
    return ok({ bids: side('bids'), asks: side('asks'), atMs: this.core.clock.wallMs() })
  }

  async prices(instrument: string): Promise<Result<readonly PricePoint[], Failure>> {
    const failed = await reach(this.core)
    if (failed !== null) return err(failed)
    const listing = listingOf(instrument)
    if (listing === undefined) return err(notTraded(instrument))
    const { exchange, clock } = this.core
    const nowMs = clock.wallMs()
    const hour = exchange.market.hour(instrument)
    const points: PricePoint[] = []
    // Spaced back from now, whatever the calendar did in between.
    for (let index = 0; index < hour.length - 1; index += POINT_TICKS) {
      points.push({ atMs: nowMs - (hour.length - 1 - index) * TICK_MS, price: priceOf(listing, hour[index] ?? 0n) })
    }
    points.push({ atMs: nowMs, price: midPrice(exchange, listing) })
    return ok(points)
  }

  async balances(account: string): Promise<Result<readonly Balance[], Failure>> {
    const failed = await reachSettled(this.core)
    if (failed !== null) return err(failed)
    if (account !== PAPER_ACCOUNT) return err(failure('NOT_FOUND', 'there is no such account'))
    const { exchange } = this.core
    return ok(
      ASSETS.map(({ symbol, decimals }) => {
        const entries = exchange.ledger.of(symbol)
        const [free, held] = [fromUnits(entries.free, decimals), fromUnits(entries.held, decimals)]
        const usd = usdPer(exchange, symbol)
        return { asset: symbol, token: null, free, held, usd: usd === null ? null : free.add(held).mul(usd) }
      }),
    )
  }

  async health(): Promise<Health> {
    const { faults, outbox, stopped, lastTickMs } = this.core
    const { slow } = faults
    const latencyMs = slow === null ? 0 : slow.beforeMs + slow.afterMs
    const trouble = stopped ? 'stopped' : faults.isDisconnected() ? 'not connected' : (outbox.failure?.detail ?? null)
    return { ok: trouble === null, lastSuccessMs: lastTickMs, latencyMs: trouble === null ? latencyMs : null, detail: trouble ?? 'running' }
  }

  private levels(listing: Listing, side: BookSide, count: number): readonly DepthLevel[] {
    const { symbol, amountDigits } = listing.instrument
    const levels: DepthLevel[] = []
    for (const { priceTicks, lots } of this.core.exchange.book(symbol).best(side)) {
      if (levels.length >= count) break
      levels.push({ price: priceOf(listing, priceTicks), sizeBase: fromUnits(lots, amountDigits) })
    }
    return levels
  }
}

function notTraded(instrument: string): Failure {
  return failure('INVALID_INSTRUCTION', `${instrument} is not traded here`)
}
