import { failure, type Failure } from '../../domain/codes'
import type { Side } from '../../domain/intent'
import type { VenueOrderRequest } from '../../domain/plan'
import { Decimal, fromUnits } from '../../lib/decimal'
import { Book, facing, restsIn, within, type BookSide } from './book'
import { Changes } from './changes'
import { checkRequest, isClientOrderId } from './check-request'
import { Ledger } from './ledger'
import { FEE_BPS, LISTINGS, listingOf, type Listing } from './listings'
import { Market, type LadderOrder } from './market'
import { feeTaken, heldAsset, holdOf, idOf, notional, type CancelReason, type PaperOrder, type PaperRecord, type Role } from './paper-order'
import type { ExchangeState } from './exchange-state'
import { least } from './units'

/** What came of submitting, as the venue remembers it. */
export type Submitted = { readonly kind: 'accepted'; readonly order: PaperOrder } | { readonly kind: 'rejected'; readonly failure: Failure }

/**
 * The exchange itself: matching by price and time, balances, orders, and the market around them. It lives in memory, acts at once and knows
 * nothing of writing or telling: what happened is gathered in {@link changes}.
 *
 * Two orders of ours never trade with each other: the one that rests is canceled (as exchanges call it, "expire maker").
 */
export class Exchange {
  readonly changes = new Changes()
  readonly ledger: Ledger
  readonly market: Market
  private readonly records: Map<string, PaperRecord>
  private readonly openOrders = new Map<string, PaperOrder>()
  private readonly resting = new Map<string, ReturnType<Book['rest']>>()
  private readonly books = new Map<string, Book>()
  private readonly withoutMakers = new Set<string>()
  private nextSeq: number

  constructor(private readonly origin: ExchangeState) {
    this.ledger = new Ledger(origin.accounts)
    this.market = new Market(origin.seed, origin.shocks, origin.tick)
    this.records = new Map(origin.records.map((record) => [idOf(record), record]))
    this.nextSeq = origin.nextSeq
    for (const record of origin.records)
      if (record.kind === 'order' && record.order.state === 'open') this.openOrders.set(idOf(record), record.order)
    for (const listing of LISTINGS) this.rebuild(listing)
  }

  /** Everything that must survive, as it is now; `records` only those asked for. */
  state(recordIds: Iterable<string>): ExchangeState {
    const left: Record<string, Readonly<Record<BookSide, bigint>>> = {}
    for (const [symbol, book] of this.books) left[symbol] = { bids: book.makersLeft('bids'), asks: book.makersLeft('asks') }
    return {
      seed: this.origin.seed,
      starting: this.origin.starting,
      accounts: this.ledger.all(),
      nextSeq: this.nextSeq,
      tick: this.market.tick,
      shocks: this.market.recentShocks,
      makersLeft: left,
      records: [...recordIds].flatMap((id) => this.records.get(id) ?? []),
    }
  }

  /** The book of an instrument that is traded here. */
  book(symbol: string): Book {
    const book = this.books.get(symbol)
    if (book === undefined) throw new RangeError(`there is no book for ${symbol}`)
    return book
  }

  /** What is remembered of a client order id. */
  record(clientOrderId: string): PaperRecord | null {
    return this.records.get(clientOrderId) ?? null
  }

  /** Client order ids of all open orders, oldest first. */
  open(): readonly string[] {
    return [...this.openOrders.keys()]
  }

  /**
   * Takes an order. An id that is known gets its first answer and nothing else happens. With `stallAfter` (0..1) the order is filled up to that
   * part and then stays open without trading.
   */
  submit(request: VenueOrderRequest, nowMs: number, stallAfter: Decimal | null = null): Submitted {
    const known = this.records.get(request.clientOrderId)
    if (known !== undefined) return answerOf(known)
    const checked = checkRequest(request)
    if (!checked.ok) return this.reject(request, checked.error, nowMs)
    const { listing, limitTicks, lots } = checked.value
    const order: PaperOrder = {
      clientOrderId: request.clientOrderId,
      seq: this.nextSeq,
      instrument: request.instrument,
      side: request.side,
      type: request.type,
      // A market order never rests, whatever it says.
      timeInForce: request.type === 'market' ? 'ioc' : request.timeInForce,
      limitTicks,
      lots,
      acceptedAtMs: nowMs,
      state: 'open',
      canceledFor: null,
      capLots: stallAfter === null ? lots : BigInt(stallAfter.mul(lots.toString()).toFixed(0, Decimal.ROUND_DOWN)),
      queuedTick: this.market.tick,
      queuedSeq: this.nextSeq,
      filledLots: 0n,
      notionalAtoms: 0n,
      feeExact: 0n,
      fills: [],
    }
    const asset = heldAsset(listing, order.side)
    const hold = holdOf(listing, order)
    const { free } = this.ledger.of(asset)
    if (hold > free) {
      const [needs, has] = [hold, free].map((atoms) => fromUnits(atoms, listing.instrument.quote.decimals).toFixed())
      return this.reject(request, failure('INSUFFICIENT_FUNDS', `${asset}: needs ${needs ?? ''}, free ${has ?? ''}`), nowMs)
    }
    this.nextSeq += 1
    this.ledger.move(asset, 'free', 'held', hold)
    this.records.set(order.clientOrderId, { kind: 'order', order })
    this.openOrders.set(order.clientOrderId, order)
    this.changed(order)
    this.changes.tell({ kind: 'accepted', clientOrderId: order.clientOrderId, atMs: nowMs })
    this.work(listing, order, nowMs)
    return { kind: 'accepted', order }
  }

  /** Refuses an order and remembers that, unless its id is known already. */
  reject(request: VenueOrderRequest, why: Failure, nowMs: number): Submitted {
    const known = this.records.get(request.clientOrderId)
    if (known !== undefined) return answerOf(known)
    if (isClientOrderId(request.clientOrderId)) {
      const { clientOrderId } = request
      const feeAsset = listingOf(request.instrument)?.instrument.quote.symbol ?? 'USD'
      this.records.set(clientOrderId, { kind: 'rejection', rejection: { clientOrderId, rejectedAtMs: nowMs, failure: why, feeAsset } })
      this.changes.records.add(clientOrderId)
    }
    return { kind: 'rejected', failure: why }
  }

  /** Cancels what is left of an open order; false when there is none. */
  cancel(clientOrderId: string, nowMs: number): boolean {
    const order = this.openOrders.get(clientOrderId)
    if (order === undefined) return false
    this.end(this.listing(order), order, 'requested', nowMs)
    return true
  }

  /** Moves the market to a later tick: the makers quote anew, meet our orders on their way, and others trade. */
  enterTick(tick: number, nowMs: number): void {
    if (tick <= this.market.tick) return
    this.market.advanceTo(tick)
    for (const listing of LISTINGS) {
      const { symbol } = listing.instrument
      const book = this.book(symbol)
      this.changes.instruments.add(symbol)
      book.removeMakers()
      if (this.withoutMakers.has(symbol)) continue
      const ladder = this.market.ladder(listing)
      this.quote(listing, 'sell', ladder.asks, nowMs)
      this.quote(listing, 'buy', ladder.bids, nowMs)
      const flow = this.market.flow(listing)
      if (flow !== null) this.others(listing, flow.side, flow.lots, null, nowMs)
    }
  }

  /** Lets the makers leave an instrument, and keeps them away until they may come back. */
  setLiquidity(symbol: string, there: boolean): void {
    if (there) {
      this.withoutMakers.delete(symbol)
      return
    }
    this.withoutMakers.add(symbol)
    this.book(symbol).removeMakers()
    this.changes.instruments.add(symbol)
    this.changes.touch()
  }

  /** Lets an instrument's price jump at the next tick. */
  shock(symbol: string, movePpm: number): void {
    this.market.shock(symbol, movePpm)
    this.changes.touch()
  }

  /** Lets orders that a fault had stalled trade again, as if they came in now. */
  releaseStalled(nowMs: number): void {
    for (const order of [...this.openOrders.values()]) {
      if (order.capLots === order.lots) continue
      this.unrest(order)
      order.capLots = order.lots
      order.queuedTick = this.market.tick
      order.queuedSeq = this.nextSeq++
      this.changed(order)
      this.work(this.listing(order), order, nowMs)
    }
  }

  /** Fills what can be filled now; the rest rests, stalls or is canceled. */
  private work(listing: Listing, order: PaperOrder, nowMs: number): void {
    const book = this.book(order.instrument)
    while (order.filledLots < order.capLots) {
      const maker = book.front(facing(order.side))
      if (maker === null || !within(order.side, order.limitTicks, maker.priceTicks)) break
      const own = maker.clientOrderId === null ? undefined : this.openOrders.get(maker.clientOrderId)
      if (own !== undefined) {
        this.end(listing, own, 'self-trade', nowMs)
        continue
      }
      const lots = least(order.capLots - order.filledLots, maker.lots)
      book.fill(maker, lots)
      this.settle(listing, order, lots, maker.priceTicks, 'taker', nowMs)
    }
    if (order.filledLots === order.capLots) return
    if (order.timeInForce === 'gtc') this.rest(order)
    else this.end(listing, order, book.front(facing(order.side)) === null ? 'no-liquidity' : 'price-limit', nowMs)
  }

  /** The makers' orders come in, best first; what does not meet an order of ours rests. */
  private quote(listing: Listing, side: Side, orders: readonly LadderOrder[], nowMs: number): void {
    for (const { priceTicks, lots } of orders) {
      const left = this.others(listing, side, lots, priceTicks, nowMs)
      if (left > 0n) this.book(listing.instrument.symbol).rest(restsIn(side), priceTicks, left, null)
    }
  }

  /** Somebody else takes from the book, within a limit or at any price; what was left of it comes back. */
  private others(listing: Listing, side: Side, lots: bigint, limitTicks: bigint | null, nowMs: number): bigint {
    const book = this.book(listing.instrument.symbol)
    let left = lots
    while (left > 0n) {
      const maker = book.front(facing(side))
      if (maker === null || (limitTicks !== null && !within(side, limitTicks, maker.priceTicks))) break
      const taken = least(left, maker.lots)
      book.fill(maker, taken)
      left -= taken
      const order = maker.clientOrderId === null ? undefined : this.openOrders.get(maker.clientOrderId)
      if (order !== undefined) this.settle(listing, order, taken, maker.priceTicks, 'maker', nowMs)
    }
    return left
  }

  /** Books a trade of ours: what was held pays for it, and what it no longer needs becomes free. */
  private settle(listing: Listing, order: PaperOrder, lots: bigint, priceTicks: bigint, role: Role, nowMs: number): void {
    const { base, quote, priceDigits, amountDigits } = listing.instrument
    const paid = notional(listing, priceTicks, lots)
    const held = holdOf(listing, order)
    const feeBefore = feeTaken(order)
    order.filledLots += lots
    order.notionalAtoms += paid
    order.feeExact += paid * FEE_BPS[role]
    const feeAtoms = feeTaken(order) - feeBefore
    order.fills.push({ atMs: nowMs, lots, priceTicks, feeAtoms, role })
    if (order.side === 'buy') {
      this.ledger.move(quote.symbol, 'held', 'market', paid)
      this.ledger.move(quote.symbol, 'held', 'fees', feeAtoms)
      this.ledger.move(quote.symbol, 'held', 'free', held - paid - feeAtoms - holdOf(listing, order))
      this.ledger.move(base.symbol, 'market', 'free', lots * listing.baseAtomsPerLot)
    } else {
      this.ledger.move(base.symbol, 'held', 'market', lots * listing.baseAtomsPerLot)
      this.ledger.move(quote.symbol, 'market', 'free', paid)
      this.ledger.move(quote.symbol, 'free', 'fees', feeAtoms)
    }
    if (order.filledLots === order.lots) {
      order.state = 'filled'
      this.openOrders.delete(order.clientOrderId)
    }
    if (order.filledLots === order.capLots) this.resting.delete(order.clientOrderId)
    this.changed(order)
    this.changes.tell({
      kind: 'fill',
      clientOrderId: order.clientOrderId,
      atMs: nowMs,
      baseAmount: fromUnits(lots, amountDigits),
      price: fromUnits(priceTicks, priceDigits),
      fee: fromUnits(feeAtoms, quote.decimals),
      feeAsset: quote.symbol,
      remainingBase: fromUnits(order.lots - order.filledLots, amountDigits),
    })
  }

  /** Ends an open order unfilled or partly filled, and frees what it held. */
  private end(listing: Listing, order: PaperOrder, why: CancelReason, nowMs: number): void {
    this.unrest(order)
    this.ledger.move(heldAsset(listing, order.side), 'held', 'free', holdOf(listing, order))
    order.state = 'canceled'
    order.canceledFor = why
    this.openOrders.delete(order.clientOrderId)
    this.changed(order)
    const remainingBase = fromUnits(order.lots - order.filledLots, listing.instrument.amountDigits)
    this.changes.tell({ kind: 'canceled', clientOrderId: order.clientOrderId, atMs: nowMs, remainingBase, why })
  }

  private rest(order: PaperOrder): void {
    if (order.filledLots === order.capLots) return
    const book = this.book(order.instrument)
    const resting = book.rest(restsIn(order.side), order.limitTicks, order.capLots - order.filledLots, order.clientOrderId)
    this.resting.set(order.clientOrderId, resting)
  }

  private unrest(order: PaperOrder): void {
    const resting = this.resting.get(order.clientOrderId)
    if (resting === undefined) return
    this.book(order.instrument).remove(resting)
    this.resting.delete(order.clientOrderId)
  }

  private changed(order: PaperOrder): void {
    this.changes.records.add(order.clientOrderId)
    this.changes.instruments.add(order.instrument)
  }

  private listing(order: PaperOrder): Listing {
    const listing = listingOf(order.instrument)
    if (listing === undefined) throw new RangeError(`${order.instrument} is not traded here`)
    return listing
  }

  /** The book as it was when the state was written: our older orders, what the makers had left of this tick's quotes, our newer orders. */
  private rebuild(listing: Listing): void {
    const { symbol } = listing.instrument
    const book = new Book()
    this.books.set(symbol, book)
    const ours = [...this.openOrders.values()].filter(({ instrument }) => instrument === symbol).sort((a, b) => a.queuedSeq - b.queuedSeq)
    for (const order of ours) if (order.queuedTick < this.market.tick) this.rest(order)
    const ladder = this.market.ladder(listing)
    const left = this.origin.makersLeft[symbol]
    for (const side of ['bids', 'asks'] as const) {
      // Makers are taken from best first, so what is left of a side is its far end.
      let gone = ladder[side].reduce((sum, { lots }) => sum + lots, 0n) - (left?.[side] ?? 0n)
      for (const { priceTicks, lots } of ladder[side]) {
        const taken = least(gone, lots)
        gone -= taken
        if (lots > taken) book.rest(side, priceTicks, lots - taken, null)
      }
    }
    for (const order of ours) if (order.queuedTick >= this.market.tick) this.rest(order)
  }
}

function answerOf(record: PaperRecord): Submitted {
  return record.kind === 'order' ? { kind: 'accepted', order: record.order } : { kind: 'rejected', failure: record.rejection.failure }
}
