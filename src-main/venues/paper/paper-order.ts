import type { Failure } from '../../domain/codes'
import type { OrderType, Side, TimeInForce } from '../../domain/intent'
import { BPS, FEE_BPS, type Listing } from './listings'
import { divideUp } from './units'

/** Why an order, or the rest of it, was canceled. */
export const CANCEL_REASONS = ['requested', 'price-limit', 'no-liquidity', 'self-trade'] as const
/** Why an order, or the rest of it, was canceled. */
export type CancelReason = (typeof CANCEL_REASONS)[number]

/** Whose order was there first: the maker's rested in the book, the taker's met it. */
export const ROLES = ['maker', 'taker'] as const
export type Role = (typeof ROLES)[number]

/** One trade of ours. */
interface PaperFill {
  readonly atMs: number
  readonly lots: bigint
  readonly priceTicks: bigint
  readonly feeAtoms: bigint
  readonly role: Role
}

/** An order of ours that was accepted, whatever became of it. */
export interface PaperOrder {
  readonly clientOrderId: string
  /** Place in the order of acceptance; the venue's reference is made of it. */
  readonly seq: number
  readonly instrument: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  /** The worst price: a limit, or a market order's collar. */
  readonly limitTicks: bigint
  readonly lots: bigint
  readonly acceptedAtMs: number
  state: 'open' | 'filled' | 'canceled'
  canceledFor: CancelReason | null
  /** As far as it may be filled: all of it, or less while a fault stalls it. */
  capLots: bigint
  /** Its place in the queue of its price: the tick it came in, and the sequence number it got then. */
  queuedTick: number
  queuedSeq: number
  filledLots: bigint
  /** Quote atoms paid or received for it, before fees. */
  notionalAtoms: bigint
  /** Exact fee so far, in 1/10 000 of a quote atom; what is taken is this rounded up. */
  feeExact: bigint
  readonly fills: PaperFill[]
}

/** An order of ours that was refused; kept so that a repeat gets the same answer. */
interface PaperRejection {
  readonly clientOrderId: string
  readonly rejectedAtMs: number
  readonly failure: Failure
  readonly feeAsset: string
}

/** What the venue remembers of one client order id. */
export type PaperRecord =
  { readonly kind: 'order'; readonly order: PaperOrder } | { readonly kind: 'rejection'; readonly rejection: PaperRejection }

/** The venue's own reference of an accepted order. */
export function refOf(order: PaperOrder): string {
  return `PAPER-${order.seq}`
}

/** The client order id of a record. */
export function idOf(record: PaperRecord): string {
  return record.kind === 'order' ? record.order.clientOrderId : record.rejection.clientOrderId
}

/** Quote atoms for `lots` at a price. */
export function notional(listing: Listing, priceTicks: bigint, lots: bigint): bigint {
  return priceTicks * lots * listing.quoteAtomsPerLotTick
}

/** The fee taken so far, quote atoms: rounded up once over all fills, so that many small fills cost no more than one. */
export function feeTaken(order: PaperOrder): bigint {
  return divideUp(order.feeExact, BPS)
}

/** The asset that an open order holds. */
export function heldAsset(listing: Listing, side: Side): string {
  return side === 'buy' ? listing.instrument.quote.symbol : listing.instrument.base.symbol
}

/**
 * What an open order must hold so that every way it can still be filled is paid for, atoms of {@link heldAsset}: what is unfilled, at its worst
 * price and the higher fee. A fill never needs more than it frees.
 */
export function holdOf(listing: Listing, order: PaperOrder): bigint {
  const unfilled = order.lots - order.filledLots
  if (order.side === 'sell') return unfilled * listing.baseAtomsPerLot
  const atWorst = notional(listing, order.limitTicks, unfilled)
  return atWorst + divideUp(order.feeExact + atWorst * FEE_BPS.taker, BPS) - feeTaken(order)
}
