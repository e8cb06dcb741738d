import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import type { Decimal } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import type { VenueOrders, VenuePlacer, VenuePlanner, VenueReader } from '../venue'
import type { PaperCore } from './core'
import { Exchange } from './exchange'
import { freshState, type ExchangeState } from './exchange-state'
import { FaultList, type PaperFault, type PaperFaults } from './faults'
import { listingOf } from './listings'
import { TICK_MS } from './market'
import { PaperOrders } from './orders'
import { Outbox, type Told } from './outbox'
import { PaperPlacer } from './placer'
import { PaperPlanner } from './planner'
import { midPrice, priceOf } from './prices'
import type { Seed } from './price-walk'
import { PaperReader } from './reader'
import { fromRows, type StateFault } from './state-rows'
import type { PaperStore } from './store'
import { UpdateFeed } from './update-feed'

/** What the paper venue is made of. */
export interface PaperVenueDeps {
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** Draws the market's seed on the very first opening; later openings use the stored one. */
  readonly random: Random
  readonly store: PaperStore
  /** Faults in force from the beginning. */
  readonly faults?: readonly PaperFault[]
  /** Hears of what a listener threw; the venue goes on. */
  readonly onFault?: (thrown: unknown) => void
}

/** Why the venue did not open. Stored state is never reset here: whoever asks decides, by emptying the store. */
export interface PaperOpenError {
  readonly code: StateFault['code'] | 'STORE_FAILED'
  readonly detail: string
}

/** The book of an instrument moved. Prices are the best of all orders, null where a side is empty. */
interface MarketEvent {
  readonly instrument: string
  readonly midPrice: Decimal
  readonly bestBid: Decimal | null
  readonly bestAsk: Decimal | null
  readonly atMs: number
}

/** An exchange in this process: no network, no account, no key. */
export interface PaperVenue {
  readonly reader: VenueReader
  readonly planner: VenuePlanner
  readonly placer: VenuePlacer
  readonly orders: VenueOrders
  readonly faults: PaperFaults
  /** Moves the market on by hand: to the clock's tick, and by one at least. */
  tick(): void
  /** Calls for every instrument whose book moved: all of them each tick, and those that orders touched. */
  onMarket(listener: (event: MarketEvent) => void): Cancel
  /** Stops the market, writes what is unwritten and refuses everything from then on. */
  stop(): void
}

/**
 * Opens the paper venue from its store, or anew where that is empty. The market follows the clock while the venue is open; while it is shut,
 * orders rest as they are, and meet the market as it then is on opening.
 */
export function openPaperVenue(deps: PaperVenueDeps): Result<PaperVenue, PaperOpenError> {
  const { clock, scheduler, store } = deps
  const onFault = deps.onFault ?? (() => undefined)
  const clockTick = () => Math.floor(clock.wallMs() / TICK_MS)

  const loaded = loadState(deps, clockTick())
  if (!loaded.ok) return loaded
  const exchange = new Exchange(loaded.value.state)
  const listeners = new Set<(event: MarketEvent) => void>()
  const tell = ({ updates, instruments }: Told) => {
    feed.push(updates)
    if (listeners.size === 0) return
    for (const instrument of instruments) {
      const event = marketEvent(exchange, instrument, clock.wallMs())
      for (const listener of listeners) attempt(() => listener(event), onFault)
    }
  }
  const outbox = new Outbox(exchange, store, tell)
  const faults: FaultList = new FaultList({
    setLiquidity: (symbol, there) => exchange.setLiquidity(symbol, there),
    shock: (symbol, movePpm) => exchange.shock(symbol, movePpm),
    releaseStalled: () => exchange.releaseStalled(clock.wallMs()),
    changed: () => outbox.flush(),
    reconnected: () => feed.flush(),
  })
  const feed: UpdateFeed = new UpdateFeed(faults, onFault)
  const core: PaperCore = { clock, scheduler, exchange, outbox, faults, stopped: false, lastTickMs: clock.wallMs() }

  exchange.enterTick(clockTick(), clock.wallMs())
  if (loaded.value.fresh) exchange.changes.touch()
  const unsaved = outbox.flush()
  if (unsaved !== null) return err({ code: 'STORE_FAILED', detail: unsaved.detail })

  const tick = () => {
    // While what happened is not written the market waits: nothing more may happen that could not be told.
    if (core.stopped || outbox.flush() !== null) return
    const nowMs = clock.wallMs()
    exchange.enterTick(Math.max(exchange.market.tick + 1, clockTick()), nowMs)
    core.lastTickMs = nowMs
    outbox.flush()
  }
  let cancelTimer: Cancel = () => undefined
  const schedule = () => {
    cancelTimer = scheduler.after(TICK_MS, () => {
      attempt(tick, onFault)
      if (!core.stopped) schedule()
    })
  }
  schedule()
  for (const fault of deps.faults ?? []) faults.inject(fault)

  return ok({
    reader: new PaperReader(core),
    planner: new PaperPlanner(),
    placer: new PaperPlacer(core),
    orders: new PaperOrders(core, feed),
    faults,
    tick,
    onMarket(listener) {
      const own = (event: MarketEvent) => listener(event)
      listeners.add(own)
      return () => {
        listeners.delete(own)
      }
    },
    stop() {
      if (core.stopped) return
      cancelTimer()
      // The tick itself is written here, so that a market moved by hand is found where it was left.
      exchange.changes.touch()
      outbox.flush()
      core.stopped = true
      listeners.clear()
      feed.close()
    },
  })
}

function loadState(deps: PaperVenueDeps, tick: number): Result<{ readonly state: ExchangeState; readonly fresh: boolean }, PaperOpenError> {
  try {
    const rows = deps.store.load()
    if (rows.length === 0) return ok({ state: freshState(drawSeed(deps.random), tick), fresh: true })
    const state = fromRows(rows)
    return state.ok ? ok({ state: state.value, fresh: false }) : state
  } catch (thrown) {
    return err({ code: 'STORE_FAILED', detail: `the paper venue's state could not be read: ${describeError(thrown)}` })
  }
}

function drawSeed(random: Random): Seed {
  const bytes = random.bytes(8)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return [view.getUint32(0), view.getUint32(4)]
}

function marketEvent(exchange: Exchange, symbol: string, atMs: number): MarketEvent {
  const listing = listingOf(symbol)
  if (listing === undefined) throw new RangeError(`${symbol} is not traded here`)
  const book = exchange.book(symbol)
  const [bid, ask] = [book.front('bids'), book.front('asks')]
  return {
    instrument: symbol,
    midPrice: midPrice(exchange, listing),
    bestBid: bid === null ? null : priceOf(listing, bid.priceTicks),
    bestAsk: ask === null ? null : priceOf(listing, ask.priceTicks),
    atMs,
  }
}

function attempt(work: () => void, onFault: (thrown: unknown) => void): void {
  try {
    work()
  } catch (thrown) {
    onFault(thrown)
  }
}
