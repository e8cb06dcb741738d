import type { HaltMode } from './kill-switch'

/** How far a halt goes after what is already out: the modes of a halt that do anything about it. */
export const SWEEP_MODES = ['graceful', 'emergency'] as const satisfies readonly HaltMode[]
/** How far a halt goes after what is already out. */
export type SweepMode = (typeof SWEEP_MODES)[number]

/** What a sweep has come to with one order. */
export const SWEEP_FATES = [
  /** Asked to be canceled; nobody has said so yet. */
  'canceling',
  /** The venue holds it no more, or the chain took the cancel in its place. */
  'canceled',
  /** It ended by itself before the cancel got there: filled, mined, refused. */
  'ended',
  /** Sent to a chain, and left to finish: only an emergency goes after it. */
  'left-to-finish',
  /** A cancel is on the chain and waits to be mined in its place. */
  'cancel-sent',
  /** Only the owner can sign its cancel: a locked keystore, a device. */
  'needs-owner',
  /** The venue, or our own guards, said no. */
  'refused',
  /** The venue did not answer, or still lists it: it may be out. */
  'no-answer',
  /** It may have been on its way when the gate closed; nobody knows whether it got there. */
  'unknown',
  /** Not one of ours: listed and left alone. */
  'foreign',
] as const
/** What a sweep has come to with one order. */
export type SweepFate = (typeof SWEEP_FATES)[number]

/** Where a venue stands in a sweep. `retrying`: the quick tries are over, slow ones go on while trading is halted. */
export const SWEEP_VENUE_PHASES = ['asking', 'clear', 'retrying', 'stopped'] as const
/** Where a venue stands in a sweep. */
export type SweepVenuePhase = (typeof SWEEP_VENUE_PHASES)[number]

/** Where a sweep stands. `clear`: nothing that it went after is out any more. */
export const SWEEP_PHASES = ['running', 'clear', 'retrying', 'stopped'] as const
/** Where a sweep stands. */
export type SweepPhase = (typeof SWEEP_PHASES)[number]

/** By what a sweep came about. */
export const SWEEP_CAUSES = ['halt', 'asked', 'start-up', 'drill'] as const
/** By what a sweep came about. */
export type SweepCause = (typeof SWEEP_CAUSES)[number]

/** One order in a sweep. */
export interface SweepItem {
  readonly orderId: string
  readonly fate: SweepFate
  /** Why it is still out, in a closed code; null when it is not, or nothing is known to be wrong. */
  readonly code: string | null
  /** For the log and for experts; empty when there is nothing to say. */
  readonly detail: string
  /** How often it was asked for. */
  readonly tries: number
}

/** One venue in a sweep. */
export interface SweepVenue {
  readonly venue: string
  readonly phase: SweepVenuePhase
  /** Why the venue could not be asked what it holds; null when it could. */
  readonly problem: string | null
  readonly items: readonly SweepItem[]
}

/** A sweep: one going-after of everything that was out. */
export interface SweepReport {
  readonly sweepId: string
  readonly mode: SweepMode
  readonly cause: SweepCause
  readonly by: string
  /** Whether orders that are not ours are canceled too. */
  readonly foreignToo: boolean
  readonly startedAtMs: number
  /** When nothing was out any more, or the quick tries were over; null before. */
  readonly finishedAtMs: number | null
  readonly phase: SweepPhase
  readonly venues: readonly SweepVenue[]
}

/** Counts of a sweep. */
export interface SweepFigures {
  readonly canceled: number
  readonly ended: number
  readonly leftToFinish: number
  readonly waiting: number
  readonly failing: number
  readonly foreign: number
  /** Venues that could not be asked what they hold. */
  readonly notAsked: number
}

const OVER: ReadonlySet<SweepFate> = new Set<SweepFate>(['canceled', 'ended', 'left-to-finish', 'foreign'])
const FAILING: ReadonlySet<SweepFate> = new Set<SweepFate>(['needs-owner', 'refused', 'no-answer', 'unknown'])

/** Whether the sweep has no more business with an order. */
export function isOver(fate: SweepFate): boolean {
  return OVER.has(fate)
}

/** Whether an order is out that should not be, and nothing is on its way that would change it. */
export function isFailing(fate: SweepFate): boolean {
  return FAILING.has(fate)
}

/** Counts what became of everything. */
export function sweepFigures({ venues }: Pick<SweepReport, 'venues'>): SweepFigures {
  const fates = venues.flatMap(({ items }) => items.map(({ fate }) => fate))
  const count = (fits: (fate: SweepFate) => boolean): number => fates.filter(fits).length
  return {
    canceled: count((fate) => fate === 'canceled'),
    ended: count((fate) => fate === 'ended'),
    leftToFinish: count((fate) => fate === 'left-to-finish'),
    waiting: count((fate) => fate === 'canceling' || fate === 'cancel-sent'),
    failing: count(isFailing),
    foreign: count((fate) => fate === 'foreign'),
    notAsked: venues.filter(({ problem }) => problem !== null).length,
  }
}

/** The mode that goes further. */
export function furtherMode(a: SweepMode, b: SweepMode): SweepMode {
  return a === 'emergency' || b === 'emergency' ? 'emergency' : 'graceful'
}
