import type { Cancel } from '../../lib/clock'
import type { VenueOrderUpdate } from '../venue'

/** What may be wrong with a feed. */
export interface FeedFaults {
  isDisconnected(): boolean
  takeForFeed(kind: 'duplicate-update' | 'reorder-updates'): boolean
}

/** Tells subscribers what happened to orders, in order; what happens while they cannot be reached is told when they can. */
export class UpdateFeed {
  private readonly listeners = new Set<(update: VenueOrderUpdate) => void>()
  private waiting: VenueOrderUpdate[] = []
  private telling = false

  constructor(
    private readonly faults: FeedFaults,
    private readonly onFault: (thrown: unknown) => void,
  ) {}

  subscribe(listener: (update: VenueOrderUpdate) => void): Cancel {
    // A set of its own functions, so that the same listener may subscribe twice and each is canceled alone.
    const own = (update: VenueOrderUpdate) => listener(update)
    this.listeners.add(own)
    return () => {
      this.listeners.delete(own)
    }
  }

  /** Tells what happened together. */
  push(updates: readonly VenueOrderUpdate[]): void {
    let told = [...updates]
    if (told.length > 1 && this.faults.takeForFeed('reorder-updates')) told = told.reverse()
    const [first] = told
    if (first !== undefined && this.faults.takeForFeed('duplicate-update')) told.unshift(first)
    for (const update of told) this.waiting.push(update)
    this.flush()
  }

  /** Tells what waits, if anybody can be reached. A listener that makes more happen hears of it after this. */
  flush(): void {
    if (this.telling) return
    this.telling = true
    let next = 0
    for (; next < this.waiting.length && !this.faults.isDisconnected(); next++) {
      const update = this.waiting[next]
      if (update === undefined) continue
      for (const listener of this.listeners) this.tell(listener, update)
    }
    this.waiting = this.waiting.slice(next)
    this.telling = false
  }

  /** Forgets subscribers and what waits for them. */
  close(): void {
    this.listeners.clear()
    this.waiting = []
  }

  private tell(listener: (update: VenueOrderUpdate) => void, update: VenueOrderUpdate): void {
    try {
      listener(update)
    } catch (thrown) {
      this.onFault(thrown)
    }
  }
}
