import { failure, type Failure } from '../../domain/codes'
import { assertNever } from '../../lib/assert-never'
import type { Decimal } from '../../lib/decimal'
import { LISTINGS, listingOf } from './listings'

/** What can be made to go wrong. */
export type PaperFault =
  /** The next order is refused with this failure. */
  | { readonly kind: 'reject-next'; readonly failure: Failure }
  /** The next order is lost on its way: its outcome is unknown, and there is none. */
  | { readonly kind: 'time-out-before-accepting' }
  /** The next order is taken, but the answer is lost: its outcome is unknown, and it is there. */
  | { readonly kind: 'time-out-after-accepting' }
  /** The next order is filled up to `fraction` (0 < f < 1) and then stays open without trading, until cleared. */
  | { readonly kind: 'partial-fill-then-stall'; readonly fraction: Decimal }
  /** Everything takes its time: an order `beforeMs` until the last look and the book, and `afterMs` until its answer. Until cleared. */
  | { readonly kind: 'slow'; readonly beforeMs: number; readonly afterMs: number }
  /** Nothing gets through: reads fail, outcomes are unknown, updates wait. Until cleared. */
  | { readonly kind: 'disconnect' }
  /** The price jumps by `movePct` percent at the next tick, and takes half an hour to come back. Cannot be cleared: it has happened. */
  | { readonly kind: 'volatility-shock'; readonly instrument: string; readonly movePct: Decimal }
  /** The makers leave an instrument (null: all of them) at once; they come back with the first tick after it is cleared. */
  | { readonly kind: 'liquidity-gone'; readonly instrument: string | null }
  /** The next update is told twice. */
  | { readonly kind: 'duplicate-update' }
  /** The next updates that come together come in reverse. */
  | { readonly kind: 'reorder-updates' }

/** The name of a fault. */
export type PaperFaultKind = PaperFault['kind']
/** A fault that meets the next order and is then over. */
export type OrderFault = Extract<
  PaperFault,
  { kind: 'reject-next' | 'time-out-before-accepting' | 'time-out-after-accepting' | 'partial-fill-then-stall' }
>

/** Faults at the hand of tests and drills. They belong to the running venue: a restart ends them, what they caused remains. */
export interface PaperFaults {
  /** Brings a fault about. Throws a `RangeError` on values that make no sense. */
  inject(fault: PaperFault): void
  /** Ends all faults, or those of one kind. */
  clear(kind?: PaperFaultKind): void
  /** What is in force or waits for its occasion. */
  active(): readonly PaperFault[]
}

/** What faults do to the exchange and to the feed. */
export interface FaultEffects {
  setLiquidity(instrument: string, there: boolean): void
  shock(instrument: string, movePpm: number): void
  releaseStalled(): void
  /** Writes and tells what the fault changed. */
  changed(): void
  /** Tells what had to wait. */
  reconnected(): void
}

/** The faults in force: a list, and what the parts of the venue ask of it. */
export class FaultList implements PaperFaults {
  private faults: PaperFault[] = []

  constructor(private readonly effects: FaultEffects) {}

  inject(fault: PaperFault): void {
    const reason = nonsense(fault)
    if (reason !== null) throw new RangeError(`${fault.kind}: ${reason}`)
    if (fault.kind === 'volatility-shock') {
      this.effects.shock(fault.instrument, Math.round(fault.movePct.mul(10_000).toNumber()))
    } else {
      this.faults.push(fault)
      if (fault.kind === 'liquidity-gone') for (const symbol of symbolsOf(fault.instrument)) this.effects.setLiquidity(symbol, false)
    }
    this.effects.changed()
  }

  clear(kind?: PaperFaultKind): void {
    const cleared = this.faults.filter((fault) => kind === undefined || fault.kind === kind)
    this.faults = this.faults.filter((fault) => !cleared.includes(fault))
    for (const fault of cleared) {
      if (fault.kind === 'liquidity-gone') for (const symbol of symbolsOf(fault.instrument)) this.effects.setLiquidity(symbol, true)
    }
    // The order that stalled has used its fault up, but is let go with its kind all the same.
    if (kind === undefined || kind === 'partial-fill-then-stall') this.effects.releaseStalled()
    this.effects.changed()
    if (cleared.some((fault) => fault.kind === 'disconnect')) this.effects.reconnected()
  }

  active(): readonly PaperFault[] {
    return [...this.faults]
  }

  /** Whether nothing gets through. */
  isDisconnected(): boolean {
    return this.faults.some(({ kind }) => kind === 'disconnect')
  }

  /** How slow everything is; null when it is not. The latest word counts. */
  get slow(): Extract<PaperFault, { kind: 'slow' }> | null {
    let slow: Extract<PaperFault, { kind: 'slow' }> | null = null
    for (const fault of this.faults) if (fault.kind === 'slow') slow = fault
    return slow
  }

  /** The fault that waits longest for an order; it is used up. */
  takeForOrder(): OrderFault | null {
    for (const [index, fault] of this.faults.entries()) {
      if (!isOrderFault(fault)) continue
      this.faults.splice(index, 1)
      return fault
    }
    return null
  }

  /** Whether a fault of the update feed waits; it is used up. */
  takeForFeed(kind: 'duplicate-update' | 'reorder-updates'): boolean {
    const index = this.faults.findIndex((fault) => fault.kind === kind)
    if (index >= 0) this.faults.splice(index, 1)
    return index >= 0
  }
}

/** The failure of an answer that never came. */
export const timedOut = (): Failure => failure('TIMEOUT_ERROR', 'the venue did not answer in time')
/** The failure of a venue that cannot be reached. */
export const unreachable = (): Failure => failure('NETWORK_ERROR', 'the venue cannot be reached')

function symbolsOf(instrument: string | null): readonly string[] {
  return instrument === null ? LISTINGS.map((listing) => listing.instrument.symbol) : [instrument]
}

function isOrderFault(fault: PaperFault): fault is OrderFault {
  switch (fault.kind) {
    case 'reject-next':
    case 'time-out-before-accepting':
    case 'time-out-after-accepting':
    case 'partial-fill-then-stall':
      return true
    case 'slow':
    case 'disconnect':
    case 'volatility-shock':
    case 'liquidity-gone':
    case 'duplicate-update':
    case 'reorder-updates':
      return false
    default:
      return assertNever(fault, 'fault')
  }
}

/** Why a fault makes no sense; null when it does. */
function nonsense(fault: PaperFault): string | null {
  if (fault.kind === 'partial-fill-then-stall')
    return fault.fraction.gt(0) && fault.fraction.lt(1) ? null : 'the fraction must lie between 0 and 1'
  if (fault.kind === 'slow') return fault.beforeMs >= 0 && fault.afterMs >= 0 ? null : 'a delay cannot be negative'
  if (fault.kind !== 'volatility-shock' && fault.kind !== 'liquidity-gone') return null
  if (fault.instrument !== null && listingOf(fault.instrument) === undefined) return `${fault.instrument} is not traded here`
  if (fault.kind === 'liquidity-gone') return null
  return fault.movePct.gt(-95) && fault.movePct.lt(1_000) ? null : 'a move lies between -95 % and 1000 %'
}
