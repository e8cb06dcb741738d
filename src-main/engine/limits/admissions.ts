import type { Clock } from '../../lib/clock'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000

interface Admission {
  readonly orderId: string
  /** Steady ms, so that a calendar that is set forward frees nothing. */
  readonly atMs: number
}

/** How many orders were let through just before. */
export interface Pace {
  readonly second: number
  readonly minute: number
}

/** The orders that were let through in the last minute, in their order, and the open ones before each. */
export class Admissions {
  #recent: Admission[] = []
  /** The order in which orders were let through; kept while one may be judged again. */
  readonly #rank = new Map<string, number>()
  #next = 0

  constructor(private readonly clock: Clock) {}

  /** Counts an order as let through now; false when it was before. */
  admit(orderId: string): boolean {
    if (this.#rank.has(orderId)) return false
    this.#recent.push({ orderId, atMs: this.clock.steadyMs() })
    this.#rank.set(orderId, this.#next++)
    return true
  }

  /** Counts an order of the last run. */
  restore(orderId: string, wallMs: number): void {
    // A time ahead of the clock is one that went back: as if it were now.
    const ageMs = Math.max(0, this.clock.wallMs() - wallMs)
    if (ageMs <= MINUTE_MS) this.#recent.push({ orderId, atMs: this.clock.steadyMs() - ageMs })
    this.#rank.set(orderId, this.#next++)
  }

  /** How many were let through in the second and minute before now; for one that was itself, before it was. */
  paceOf(orderId: string | null): Pace {
    const wasAdmitted = orderId !== null && this.#rank.has(orderId)
    const own = wasAdmitted ? this.#recent.findIndex((each) => each.orderId === orderId) : -1
    const self = this.#recent[own]
    // Let through longer ago than a minute: it was judged by its pace then.
    if (self === undefined && wasAdmitted) return { second: 0, minute: 0 }
    const nowMs = self?.atMs ?? this.clock.steadyMs()
    if (self === undefined) this.#forget(nowMs)
    const before = self === undefined ? this.#recent.length : own
    return { second: before - this.#firstWithin(SECOND_MS, nowMs, before), minute: before - this.#firstWithin(MINUTE_MS, nowMs, before) }
  }

  /** Where those begin that were let through within this time before now; they stand in the order of their times. */
  #firstWithin(ms: number, nowMs: number, end: number): number {
    let [low, high] = [0, end]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (nowMs - (this.#recent[middle]?.atMs ?? nowMs) < ms) high = middle
      else low = middle + 1
    }
    return low
  }

  /** Open orders besides this one; for one that was let through, those of before. */
  openBefore(orderId: string, openNow: ReadonlySet<string>): number {
    const rank = this.#rank.get(orderId)
    if (rank === undefined) return openNow.size
    let count = 0
    for (const other of openNow) if ((this.#rank.get(other) ?? Infinity) < rank) count += 1
    return count
  }

  /** Forgets orders that cannot be judged again. */
  keep(isKept: (orderId: string) => boolean): void {
    for (const orderId of [...this.#rank.keys()]) if (!isKept(orderId)) this.#rank.delete(orderId)
  }

  #forget(nowMs: number): void {
    if (this.#recent[0] === undefined || nowMs - this.#recent[0].atMs < MINUTE_MS) return
    this.#recent = this.#recent.filter(({ atMs }) => nowMs - atMs < MINUTE_MS)
  }
}
