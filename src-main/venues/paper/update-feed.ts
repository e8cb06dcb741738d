import type { Cancel } from '../../lib/clock'
import type { VenueOrderUpdate } from '../venue'

/** What may be wrong with a feed. */
export interface FeedFaults {
  isDisconnected(): boolean
  takeForFeed(kind: 'duplicate-update' | 'reorder-updates'): boolean
}

/** Tells subscribers what happened to orders, in order; what happens while they cannot be reached is told when they can. */
export class UpdateFeed {
  private readonly listeners = new Set<(updates: readonly VenueOrderUpdate[]) => void>()
  private waiting: readonly VenueOrderUpdate[] = []
  private telling = false

  constructor(
    private readonly faults: FeedFaults,
    private readonly onFault: (thrown: unknown) => void,
  ) {}

  subscribe(listener: (updates: readonly VenueOrderUpdate[]) => void): Cancel {
    // A set of its own functions, so that the same listener may subscribe twice and each is canceled alone.
    const own = (updates: readonly VenueOrderUpdate[]) => listener(updates)
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
    this.waiting = [...this.waiting, ...told]
    this.flush()
  }

  /** Tells what waits, if anybody can be reached. A listener that makes more happen hears of it after this. */
  flush(): void {
    if (this.telling) return
    this.telling = true
    while (this.waiting.length > 0 && !this.faults.isDisconnected()) {
      const together = this.waiting
      this.waiting = []
      for (const listener of this.listeners) this.tell(listener, together)
    }
    this.telling = false
  }

  /** Forgets subscribers and what waits for them. */
  close(): void {
    this.listeners.clear()
    this.waiting = []
  }

  private tell(listener: (updates: readonly VenueOrderUpdate[]) => void, updates: readonly VenueOrderUpdate[]): void {
    try {
      listener(updates)
    } catch (thrown) {
      this.onFault(thrown)
    }
  }
}
