/** What can be rehearsed (product row B7). */
export const DRILL_KINDS = ['halt', 'emergency-halt', 'breaker-storm', 'venue-outage'] as const
/** What can be rehearsed. */
export type DrillKind = (typeof DRILL_KINDS)[number]

/** What a drill takes the time of. */
export const DRILL_MEASURES = [
  /** From the press to the gate being closed in memory. */
  'gate-closed',
  /** From the press to the first lease being gone from the disk. */
  'lease-gone',
  /** From the press to one of the waiting transactions being refused to go out again for more. */
  'speed-up-refused',
  /** From the press to every transaction that waited having a cancel in its place. */
  'cancels-sent',
  /** From the press to the chain having taken those cancels, and nothing else, at every one of their nonces. */
  'chain-clear',
  /** From the press to the venue holding none of our orders. */
  'all-canceled',
  /** To a look that nothing can leave, that nothing is out, and that the whole record is intact. */
  'verified',
  /** From the halt to its release by a person. */
  'recovered',
  /** From the first failed order to the breaker standing open. */
  'breaker-open',
  /** To an order being refused because of it. */
  'order-refused',
  /** From the outage to the venue's health saying so. */
  'outage-seen',
  /** From the end of the outage to the venue answering again. */
  'back-again',
] as const
/** What a drill takes the time of. */
export type DrillMeasureName = (typeof DRILL_MEASURES)[number]

/** `awaits-release`: the halt it made is a person's to release, and the drill waits for it. `interrupted`: a real halt came, or the app ended. */
export const DRILL_RESULTS = ['running', 'awaits-release', 'passed', 'failed', 'interrupted'] as const
/** How a drill stands. */
export type DrillResult = (typeof DRILL_RESULTS)[number]

/**
 * The times held out for, ms: halted within 30 s, verified within 2 min, as an operator counts them. Closing the gate is a boolean in memory, and giving the lease up one
 * unlink of a local file: two seconds are ample for either on a slow disk, and what takes longer has failed. Null: taken, not judged.
 */
export const DRILL_TARGETS_MS: Readonly<Record<DrillMeasureName, number | null>> = {
  'gate-closed': 2_000,
  'lease-gone': 2_000,
  'speed-up-refused': 2_000,
  'cancels-sent': 30_000,
  'chain-clear': 30_000,
  'all-canceled': 30_000,
  verified: 120_000,
  recovered: null,
  'breaker-open': 30_000,
  'order-refused': 30_000,
  'outage-seen': 30_000,
  'back-again': 120_000,
}

/** One time taken; null where it never came to it. */
export interface DrillMeasure {
  readonly name: DrillMeasureName
  readonly tookMs: number | null
  readonly targetMs: number | null
}

/** A drill and what came of it. */
export interface DrillReport {
  readonly drillId: string
  readonly kind: DrillKind
  readonly by: string
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly result: DrillResult
  readonly measures: readonly DrillMeasure[]
  /** Transactions that waited on the chain of an emergency's rehearsal, and how many of them a cancel took the place of; null for other drills. */
  readonly chain: { readonly waiting: number; readonly canceled: number } | null
  readonly notes: readonly string[]
}
