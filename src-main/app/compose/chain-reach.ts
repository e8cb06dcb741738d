import type { Clock } from '../../lib/clock'

/** How long nothing may have got through before people are told, ms: a node that restarts is no news. */
export const LOST_AFTER_MS = 15_000
/** How many calls must have failed by then: a machine that was asleep has asked nobody. */
const LOST_AFTER_CALLS = 3

/** Whom to tell. */
export interface ReachListener {
  /** Nothing has got through since then, wall ms. */
  readonly onLost: (sinceMs: number) => void
  /** Something got through again, after so long, ms. */
  readonly onBack: (afterMs: number) => void
}

/** Tells a network that is gone from a call that failed: by all calls to a chain's endpoints together, once each way. */
export class ChainReach {
  #failed = 0
  /** The first failure since something got through; null while all is well. */
  #since: { readonly wallMs: number; readonly steadyMs: number } | null = null
  #lost = false

  constructor(
    private readonly clock: Clock,
    private readonly listener: ReachListener,
  ) {}

  /** Whether the endpoints are out of reach. */
  get lost(): boolean {
    return this.#lost
  }

  /** A call to an endpoint was served, or was not. */
  heard(served: boolean): void {
    const nowMs = this.clock.steadyMs()
    const since = this.#since
    if (served) {
      const wasLost = this.#lost
      this.forget()
      if (wasLost && since !== null) this.listener.onBack(nowMs - since.steadyMs)
      return
    }
    this.#failed += 1
    this.#since ??= { wallMs: this.clock.wallMs(), steadyMs: nowMs }
    if (this.#lost || this.#failed < LOST_AFTER_CALLS || nowMs - this.#since.steadyMs < LOST_AFTER_MS) return
    this.#lost = true
    this.listener.onLost(this.#since.wallMs)
  }

  /** Other endpoints are in use: what was heard of those before says nothing of them. */
  forget(): void {
    this.#failed = 0
    this.#since = null
    this.#lost = false
  }
}
