import type { ExchangeState } from './exchange-state'
import { ACCOUNTS, type Account } from './ledger'
import { ASSETS, LISTINGS, listingOf, type Listing } from './listings'
import { feeTaken, heldAsset, holdOf, notional, type PaperOrder } from './paper-order'

type Tally = Map<string, Record<Account, bigint>>

/**
 * What is wrong with a state that was read; null when it adds up. Every order is checked against its fills, and the balances are computed
 * once more from the orders and must agree to the atom.
 */
export function auditState(state: ExchangeState): string | null {
  const assets = ASSETS.map(({ symbol }) => symbol)
  const instruments = LISTINGS.map(({ instrument }) => instrument.symbol)
  if (!hasKeys(state.starting, assets) || !hasKeys(state.accounts, assets)) return 'the assets are not those of this venue'
  if (!hasKeys(state.makersLeft, instruments)) return 'the instruments are not those of this venue'
  if (state.shocks.some(({ instrument }) => !instruments.includes(instrument))) return 'a shock to an unknown instrument'

  const tally: Tally = new Map(assets.map((asset) => [asset, { free: state.starting[asset] ?? 0n, held: 0n, market: 0n, fees: 0n }]))
  const seqs = new Set<number>()
  for (const record of state.records) {
    if (record.kind === 'rejection') continue
    const { order } = record
    const listing = listingOf(order.instrument)
    const flaw = listing === undefined ? 'unknown instrument' : flawOf(listing, order, state)
    if (listing === undefined || flaw !== null) return `order ${order.clientOrderId}: ${flaw ?? ''}`
    if (seqs.has(order.seq)) return `order ${order.clientOrderId}: its number is taken`
    seqs.add(order.seq)
    replay(tally, listing, order)
  }
  for (const [asset, computed] of tally) {
    for (const account of ACCOUNTS) if (state.accounts[asset]?.[account] !== computed[account]) return `the ${account} balance of ${asset}`
  }
  return null
}

function flawOf(listing: Listing, order: PaperOrder, state: ExchangeState): string | null {
  const sum = (part: (fill: PaperOrder['fills'][number]) => bigint) => order.fills.reduce((total, fill) => total + part(fill), 0n)
  if (order.seq >= state.nextSeq || order.queuedSeq >= state.nextSeq || order.queuedTick > state.tick) return 'its place in the queue'
  if (order.filledLots > order.capLots || order.capLots > order.lots) return 'its amount'
  if (sum(({ lots }) => lots) !== order.filledLots) return 'its fills'
  if (sum(({ lots, priceTicks }) => notional(listing, priceTicks, lots)) !== order.notionalAtoms) return 'its value'
  if (sum(({ feeAtoms }) => feeAtoms) !== feeTaken(order)) return 'its fee'
  if ((order.state === 'filled') !== (order.filledLots === order.lots)) return 'its state'
  if ((order.state === 'canceled') !== (order.canceledFor !== null)) return 'its reason'
  return null
}

/** Books the sum of what an order did. Orders overlapped in time, so that balances may pass below zero on the way. */
function replay(tally: Tally, listing: Listing, order: PaperOrder): void {
  const book = (asset: string, from: Account, to: Account, atoms: bigint) => {
    const entry = tally.get(asset)
    if (entry === undefined) return
    entry[from] -= atoms
    entry[to] += atoms
  }
  const { base, quote } = listing.instrument
  const [seller, buyer] = order.side === 'buy' ? (['market', 'free'] as const) : (['free', 'market'] as const)
  book(base.symbol, seller, buyer, order.filledLots * listing.baseAtomsPerLot)
  book(quote.symbol, buyer, seller, order.notionalAtoms)
  book(quote.symbol, 'free', 'fees', feeTaken(order))
  if (order.state === 'open') book(heldAsset(listing, order.side), 'free', 'held', holdOf(listing, order))
}

function hasKeys(object: Readonly<Record<string, unknown>>, keys: readonly string[]): boolean {
  return Object.keys(object).length === keys.length && keys.every((key) => Object.hasOwn(object, key))
}
