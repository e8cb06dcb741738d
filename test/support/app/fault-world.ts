import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import { denial, failure, type FailureCode } from '../../../src-main/domain/codes'
import type { Hex } from '../../../src-main/domain/evm'
import type { OrderState } from '../../../src-main/domain/order'
import { createConfirmationMonitor } from '../../../src-main/confirmations/monitor'
import { openPaper } from '../../../src-main/app/compose/open-paper'
import type { OrderDraft } from '../../../src-main/engine/orders/parse-draft'
import type { Venue } from '../../../src-main/engine/ports'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { Random } from '../../../src-main/lib/random'
import type { ChainBlock } from '../../../src-main/venues/chain'
import type { PaperVenue } from '../../../src-main/venues/paper/paper-venue'
import type { VenueOrders, VenuePlacer } from '../../../src-main/venues/venue'
import { PAPER_SELL } from './drafts'
import { ARMED, engineBench, SWAP, TRIGGERED, type EngineBench } from './engine-bench'

/** What stands between the engine and a venue: it passes a call on, or does something else with it. */
export type Meddler = (go: () => Promise<unknown>) => Promise<unknown>
/** Where a fault can stand. */
export type Port = 'quote' | 'place' | 'cancel' | 'find' | 'chain-read' | 'realised'

/** What a venue tells in one go. */
type Updates = Parameters<Parameters<VenueOrders['subscribe']>[0]>[0]

/** The two venues of the matrix: the real paper exchange, and a chain in the test's hand under the real confirmation monitor. */
export type FaultVenue = 'paper' | 'dex'

/** The engine on real journal, audit log, breakers, guards and verification between two venues whose every answer can be meddled with. */
export interface FaultWorld {
  readonly bench: EngineBench
  readonly paper: PaperVenue
  readonly chain: TinyChain
  readonly meddlers: Map<Port, Meddler>
  /** What happens to an exchange's updates on their way; null: they arrive. */
  feed: ((updates: Updates, deliver: (updates: Updates) => void) => void) | null
  /** How often an order was handed to a venue, by order or transaction hash. */
  readonly left: Map<string, number>
  draft(venue: FaultVenue): OrderDraft
  /** From now on no write lasts. */
  fillDisk(): void
  halt(): void
  /** All is as it should be again: nothing meddles, there is room, trading is armed. */
  mend(): void
  state(orderId: string): OrderState | null
  /** What its venue really did of an order, whatever stands in between: `nothing`, `took it`, `traded`. */
  truth(orderId: string): Promise<'nothing' | 'took it' | 'traded'>
  /** Failures that the breakers count, such as `network 1`. */
  fed(): readonly string[]
  close(): void
}

/** Blocks on which the real monitor can stand. */
export class TinyChain {
  readonly blocks: ChainBlock[] = [block(0, 0)]
  /** Whether what is mined from now on is carried out, or fails. */
  reverts = false
  private readonly mined = new Map<string, { readonly block: number; readonly succeeded: boolean }>()

  constructor(private readonly nowMs: () => number) {}

  get head(): ChainBlock {
    return this.blocks.at(-1)!
  }

  /** Mines a block with these transactions in it. */
  mine(hashes: readonly string[]): void {
    const next = block(this.blocks.length, Math.floor(this.nowMs() / 1000))
    this.blocks.push(next)
    for (const hash of hashes) if (!this.mined.has(hash)) this.mined.set(hash, { block: next.number, succeeded: !this.reverts })
  }

  blockOf(hash: string): ChainBlock | null {
    const found = this.mined.get(hash)
    return found === undefined ? null : this.blocks[found.block]!
  }

  succeeded(hash: string): boolean {
    return this.mined.get(hash)?.succeeded === true
  }

  /** Transactions that were mined: one account sends here. */
  get count(): number {
    return this.mined.size
  }
}

const hex = (number: number): Hex => `0x${number.toString(16).padStart(64, '0')}`
const block = (number: number, timestampSec: number): ChainBlock => ({
  number,
  hash: hex(number + 1_000),
  parentHash: hex(number + 999),
  timestampSec,
})

/** The same market in every run. */
const SAME: Random = {
  bytes: (length) => new Uint8Array(length).fill(7),
  uuid: () => '00000000-0000-4000-8000-000000000007',
}

/** Makes a world in a folder of its own. */
export async function faultWorld(): Promise<FaultWorld> {
  const meddlers = new Map<Port, Meddler>()
  const left = new Map<string, number>()
  const meddled = <T>(port: Port, go: () => Promise<T>): Promise<T> => {
    const meddler = meddlers.get(port)
    return meddler === undefined ? go() : (meddler(go) as Promise<T>)
  }
  const placing = (placer: VenuePlacer): VenuePlacer => ({
    place: (what, look) =>
      meddled('place', async () => {
        const outcome = await placer.place(what, look)
        const id = what.kind === 'signed-tx' ? what.hash : what.request.clientOrderId
        if (outcome.kind !== 'withheld') left.set(id, (left.get(id) ?? 0) + 1)
        return outcome
      }),
    cancel: (id) => meddled('cancel', () => placer.cancel(id)),
  })
  const bench = engineBench({
    ports: (ports) => ({
      ...ports,
      placerOf: (id) => (id === 'paper' ? placing(paper.placer) : placing(bench.venue.placer)),
    }),
  })
  const { clock, db } = bench
  const paper = openPaper({
    db,
    clock,
    scheduler: clock,
    random: SAME,
    onFault: (thrown) => void bench.faults.push({ orderId: 'paper', thrown }),
  })
  const chain = new TinyChain(() => clock.wallMs())

  const world: FaultWorld = {
    bench,
    paper,
    chain,
    meddlers,
    feed: null,
    left,
    draft: (venue) => (venue === 'paper' ? PAPER_SELL : SWAP),
    fillDisk: () => void db.pragma('query_only = 1'),
    halt: () => {
      bench.gate.snapshot = TRIGGERED
      bench.gate.look = denial('KILL_SWITCH_TRIGGERED')
    },
    mend: () => {
      meddlers.clear()
      world.feed = null
      paper.faults.clear()
      if (db.open) db.pragma('query_only = 0')
      bench.gate.snapshot = ARMED
      bench.gate.look = null
    },
    state: (orderId) => bench.engine.journal.get(orderId)?.state ?? null,
    truth: async (orderId) => {
      const hashes = bench.engine.transactions
        .ofOrder(orderId)
        .flatMap(({ purpose, hash }) => (purpose === 'order' && hash !== null ? [hash] : []))
      if (hashes.length > 0) {
        if (hashes.some((hash) => chain.succeeded(hash))) return 'traded'
        return hashes.some((hash) => left.has(hash)) ? 'took it' : 'nothing'
      }
      const found = await paper.orders.find(orderId)
      if (!found.ok) throw new Error(found.error.detail)
      if (found.value === null || found.value.state === 'rejected') return 'nothing'
      return found.value.filledBase.isZero() ? 'took it' : 'traded'
    },
    fed: () =>
      BREAKER_IDS.flatMap((id) => {
        const { failuresInWindow } = bench.breakers.status().find((breaker) => breaker.id === id)!
        return failuresInWindow === 0 ? [] : [`${id} ${failuresInWindow}`]
      }),
    close: () => {
      if (db.open) db.pragma('query_only = 0')
      paper.stop()
      bench.close()
    },
  }
  bench.venues.set('paper', paperVenue(world, meddled))
  bench.venues.set('uniswap-v3', chainVenue(world, meddled))
  await bench.engine.recover()
  return world
}

type Meddled = <T>(port: Port, go: () => Promise<T>) => Promise<T>

function paperVenue(world: FaultWorld, meddled: Meddled): Venue {
  const { reader, planner, orders } = world.paper
  return {
    id: 'paper',
    reader: { ...bound(reader), quote: (request) => meddled('quote', () => reader.quote(request)) },
    planner: bound(planner),
    orders: {
      subscribe: (listener) =>
        orders.subscribe((updates) => {
          if (world.feed === null) listener(updates)
          else world.feed(updates, listener)
        }),
      find: (id) => meddled('find', () => orders.find(id)),
      open: () => meddled('find', () => orders.open()),
    },
    chain: null,
  }
}

function chainVenue(world: FaultWorld, meddled: Meddled): Venue {
  const { bench, chain } = world
  const { venue } = bench
  const { reader: base } = venue.chain
  const read = <T>(answer: () => T): Promise<Result<T, never>> => meddled('chain-read', async () => ok(answer()))
  const known = (hash: string): boolean => (world.left.get(hash) ?? 0) > 0
  const reader = {
    ...base,
    block: (which: number | 'latest' | 'finalized') =>
      read(() => (which === 'latest' ? chain.head : which === 'finalized' ? chain.blocks[0]! : (chain.blocks[which] ?? null))),
    receipt: (hash: Hex) =>
      read(() => {
        const at = chain.blockOf(hash)
        if (at === null) return null
        return {
          hash,
          blockNumber: at.number,
          blockHash: at.hash,
          succeeded: chain.succeeded(hash),
          gasUsed: 50_000n,
          effectiveGasPriceWei: 1n,
        }
      }),
    transaction: (hash: Hex) =>
      read(() => (known(hash) ? { hash, from: '', nonce: 0, blockNumber: chain.blockOf(hash)?.number ?? null } : null)),
    transactionCount: () => read(() => chain.count),
  }
  const monitor = createConfirmationMonitor({ chain: reader, clock: bench.clock, scheduler: bench.clock, random: SAME, pollMs: 1_000 })
  return {
    ...venue.venue,
    reader: { ...venue.reader, quote: (request) => meddled('quote', () => venue.reader.quote(request)) },
    chain: { ...venue.chain, reader, monitor, receipts: { realised: () => meddled('realised', async () => venue.realised) } },
  }
}

/** The methods of a class instance as members of a plain object, so that one of them can be put in the place of another. */
function bound<T extends object>(instance: T): T {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(instance)).filter((name) => name !== 'constructor')
  const methods = names.map((name) => {
    const method: unknown = Reflect.get(instance, name)
    return [name, typeof method === 'function' ? method.bind(instance) : method] as const
  })
  return Object.fromEntries([...Object.entries(instance), ...methods]) as T
}

/** An answer that says that it failed. */
export const failing =
  (code: FailureCode): Meddler =>
  () =>
    Promise.resolve(err(failure(code, 'as the test wants it')))
/** No answer, ever. */
export const never: Meddler = () => new Promise(() => undefined)
