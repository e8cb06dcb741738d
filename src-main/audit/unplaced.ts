import type { BreakList } from './break-list'

/** Entries that were set aside are kept as runs of neighbours; beyond this many runs they are reported with what is known by then. */
const MAX_RUNS = 5_000

/** Genuine entries that stand `shift` places before (positive) or after (negative) where they belong. */
interface DisplacedRun {
  readonly kind: 'displaced'
  readonly from: number
  to: number
  readonly shift: number
}

/** Entries that the key vouches nothing in. */
interface AlienRun {
  readonly kind: 'alien'
  readonly from: number
  to: number
  /** Whether each one's hash fits its own text. */
  readonly selfConsistent: boolean
  /** The stored hash of the last of them. */
  lastHashHex: string
}

type Run = DisplacedRun | AlienRun

interface Interval {
  readonly from: number
  readonly to: number
}

/**
 * Entries that do not stand in their own place. Whether one was moved, copied, slipped in or replaced, and what is missing, only shows
 * when the next entry in its place is known, so they are set aside until then.
 */
export class Unplaced {
  /** Hashes of entries set aside at places that somebody asked for. */
  readonly hashes = new Map<number, string>()
  private runs: Run[] = []
  /** Where single entries that stand far from their place belong. */
  private readonly turnedUp: number[] = []

  constructor(private readonly found: BreakList) {}

  get isEmpty(): boolean {
    return this.runs.length === 0
  }

  addDisplaced(seq: number, belongsAt: number): void {
    const shift = belongsAt - seq
    const last = this.runs.at(-1)
    if (last?.kind === 'displaced' && last.to + 1 === seq && last.shift === shift) last.to = seq
    else this.runs.push({ kind: 'displaced', from: seq, to: seq, shift })
  }

  addAlien(seq: number, hashHex: string, selfConsistent: boolean): void {
    const last = this.runs.at(-1)
    if (last?.kind === 'alien' && last.to + 1 === seq && last.selfConsistent === selfConsistent) {
      last.to = seq
      last.lastHashHex = hashHex
    } else this.runs.push({ kind: 'alien', from: seq, to: seq, selfConsistent, lastHashHex: hashHex })
  }

  /** The number of the last entry set aside, when there is no room for more. */
  lastSeqIfFull(): number | null {
    return this.runs.length >= MAX_RUNS ? (this.runs.at(-1)?.to ?? null) : null
  }

  /**
   * Reports what happened between two places that are accounted for: `afterSeq` and the one behind `throughSeq`. `attestedHashHex` is
   * what the entry behind says the hash at `throughSeq` was, when that entry is genuine.
   */
  settle(afterSeq: number, throughSeq: number, attestedHashHex: string | null): void {
    const { runs } = this
    this.runs = []
    const originals = this.originalsOf(runs, afterSeq)
    this.reportRuns(runs, originals, attestedHashHex === null ? null : { seq: throughSeq, hashHex: attestedHashHex })
    const accounted = [...originals, ...runs.filter((run) => run.kind === 'alien')]
    for (const gap of gaps(accounted, afterSeq + 1, throughSeq)) this.reportMissing(gap)
  }

  /** The same at the end of the log. Returns the last place that is accounted for. */
  settleEnd(afterSeq: number): number {
    const { runs } = this
    this.runs = []
    const originals = this.originalsOf(runs, afterSeq)
    // Only a genuine entry proves that the places before it were ever taken; a forged one behind a gap proves nothing.
    let endSeq = originals.reduce((last, { to }) => Math.max(last, to), afterSeq)
    const isReached = (run: AlienRun): boolean => run.from <= endSeq + 1
    const strangers: Run[] = []
    for (const run of runs) {
      if (run.kind === 'alien' && !isReached(run)) strangers.push(run)
      else if (run.kind === 'alien') endSeq = Math.max(endSeq, run.to)
    }
    for (const { from, to } of strangers) this.found.add('INSERTED', from, to, 'behind the end of the chain, and not made with the key')
    const rest = runs.filter((run) => !strangers.includes(run))
    this.reportRuns(rest, originals, null)
    const accounted = [...originals, ...rest.filter((run) => run.kind === 'alien')]
    for (const gap of gaps(accounted, afterSeq + 1, endSeq)) this.reportMissing(gap)
    for (const seq of this.turnedUp) this.found.foundElsewhere(seq)
    return endSeq
  }

  /** The places that displaced entries came from. A copy of an entry that stands in its own place came from nowhere. */
  private originalsOf(runs: readonly Run[], afterSeq: number): Interval[] {
    return runs.flatMap((run) => {
      if (run.kind !== 'displaced') return []
      const original = { from: run.from + run.shift, to: run.to + run.shift }
      return original.to > afterSeq ? [{ from: Math.max(original.from, afterSeq + 1), to: original.to }] : []
    })
  }

  private reportRuns(runs: readonly Run[], originals: readonly Interval[], attested: { seq: number; hashHex: string } | null): void {
    for (const run of runs) {
      if (run.kind === 'displaced') this.reportDisplaced(run, originals)
      else this.reportAlien(run, originals, attested)
    }
  }

  private reportDisplaced({ from, to, shift }: DisplacedRun, originals: readonly Interval[]): void {
    const first = from + shift
    const last = to + shift
    const cameFromHere = originals.some((original) => original.from <= last && first <= original.to)
    const place = first === last ? `entry ${first}` : `entries ${first} to ${last}`
    if (cameFromHere || this.found.covers('DELETED', first)) {
      this.found.add('REORDERED', from, to, `belongs at ${place}`)
      if (first === last && this.turnedUp.length < MAX_RUNS) this.turnedUp.push(first)
    } else this.found.add('INSERTED', from, to, `a copy of ${place}`)
  }

  private reportAlien(
    { from, to, selfConsistent, lastHashHex }: AlienRun,
    originals: readonly Interval[],
    attested: { seq: number; hashHex: string } | null,
  ): void {
    if (originals.some((original) => original.from <= to && from <= original.to)) {
      this.found.add('INSERTED', from, to, 'not made with the key, and another entry belongs there')
      return
    }
    const lastIsReplaced = selfConsistent && attested?.seq === to && attested.hashHex !== lastHashHex
    const through = lastIsReplaced ? to - 1 : to
    if (from <= through) {
      if (selfConsistent) this.found.add('BAD_MAC', from, through, 'its authentication code was not made with the key')
      else this.found.add('EDITED', from, through, 'neither its hash nor its authentication code fits')
    }
    if (lastIsReplaced) this.found.add('EDITED', to, to, 'replaced: the entry after it attests another hash')
  }

  private reportMissing({ from, to }: Interval): void {
    this.found.add('DELETED', from, to, from === to ? 'the entry is missing' : 'the entries are missing')
  }
}

/** What the intervals leave uncovered between two places. */
function gaps(covered: readonly Interval[], from: number, to: number): Interval[] {
  const missing: Interval[] = []
  let next = from
  for (const interval of [...covered].sort((a, b) => a.from - b.from)) {
    if (interval.from > next && next <= to) missing.push({ from: next, to: Math.min(interval.from - 1, to) })
    next = Math.max(next, interval.to + 1)
  }
  if (next <= to) missing.push({ from: next, to })
  return missing
}
