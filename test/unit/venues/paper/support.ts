import type { VenueOrderRequest } from '../../../../src-main/domain/plan'
import { decimal, type Decimal } from '../../../../src-main/lib/decimal'
import type { Random } from '../../../../src-main/lib/random'
import type { Result } from '../../../../src-main/lib/result'
import { PAPER_ACCOUNT } from '../../../../src-main/venues/paper/listings'
import { type PaperOpenError, type PaperVenue, type PaperVenueDeps, openPaperVenue } from '../../../../src-main/venues/paper/paper-venue'
import type { PaperRow, PaperStore } from '../../../../src-main/venues/paper/store'
import type { Balance, LastLook, VenueOrderUpdate } from '../../../../src-main/venues/venue'
import { FakeClock } from '../../../support/fake-clock'

/** A last look that lets everything pass. */
export const pass: LastLook = () => null

/** A store in memory that survives its venue, and can be made to fail. */
export class MemoryStore implements PaperStore {
  readonly rows = new Map<string, string>()
  saves = 0
  failWith: Error | null = null

  load(): readonly PaperRow[] {
    return [...this.rows].map(([key, json]) => ({ key, json }))
  }

  save(rows: readonly PaperRow[]): void {
    if (this.failWith !== null) throw this.failWith
    this.saves += 1
    for (const { key, json } of rows) this.rows.set(key, json)
  }

  copy(): MemoryStore {
    const copy = new MemoryStore()
    for (const [key, json] of this.rows) copy.rows.set(key, json)
    return copy
  }
}

/** Always the same eight bytes, made of a number. */
export function seeded(seed: number): Random {
  return {
    bytes: (length) => Uint8Array.from({ length }, (_, index) => (seed * 31 + index * 101) & 255),
    uuid: () => '00000000-0000-4000-8000-000000000000',
  }
}

/** An open venue with all that it stands on. */
export interface Rig {
  readonly venue: PaperVenue
  readonly clock: FakeClock
  readonly store: MemoryStore
  readonly updates: VenueOrderUpdate[]
  readonly faults: unknown[]
}

export function unwrap<T, E>(result: Result<T, E>): T {
  if (!result.ok) throw new Error(`unexpected failure: ${JSON.stringify(result.error)}`)
  return result.value
}

export function open(given: Partial<PaperVenueDeps> & { clock?: FakeClock; store?: MemoryStore; seed?: number } = {}): Rig {
  const clock = given.clock ?? new FakeClock()
  const store = given.store ?? new MemoryStore()
  const faults: unknown[] = []
  const result: Result<PaperVenue, PaperOpenError> = openPaperVenue({
    scheduler: clock,
    random: seeded(given.seed ?? 1),
    onFault: (thrown) => faults.push(thrown),
    ...given,
    clock,
    store,
  })
  const venue = unwrap(result)
  const updates: VenueOrderUpdate[] = []
  venue.orders.subscribe((told) => updates.push(...told))
  return { venue, clock, store, updates, faults }
}

let ids = 0

/** A request with what matters given and the rest plain: a market order at any price. */
export function order(
  given: Partial<Omit<VenueOrderRequest, 'baseAmount' | 'limitPrice'>> & { amount?: string; price?: string } = {},
): VenueOrderRequest {
  const { amount = '1', price, ...rest } = given
  const side = rest.side ?? 'buy'
  return {
    clientOrderId: `order-${++ids}`,
    instrument: 'ETH-USD',
    side,
    type: 'market',
    timeInForce: 'ioc',
    ...rest,
    baseAmount: decimal(amount),
    limitPrice: decimal(price ?? (side === 'buy' ? '5000' : '1')),
  }
}

export function place(venue: PaperVenue, request: VenueOrderRequest, lastLook: LastLook = pass) {
  return venue.placer.place({ kind: 'venue-order', request }, lastLook)
}

export async function balance(venue: PaperVenue, asset: string): Promise<Balance> {
  return unwrap(await venue.reader.balances(PAPER_ACCOUNT)).find((entry) => entry.asset === asset)!
}

/** The best price of a side that a new order would meet. */
export async function bestPrice(venue: PaperVenue, side: 'buy' | 'sell', instrument = 'ETH-USD'): Promise<Decimal> {
  const depth = unwrap(await venue.reader.depth(instrument, 1))
  return (side === 'buy' ? depth.asks : depth.bids)[0]!.price
}
