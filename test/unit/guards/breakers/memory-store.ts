import type { BreakerId } from '../../../../src-main/domain/breaker'
import type { BreakerEvent, BreakerEventKind, BreakerStore } from '../../../../src-main/guards/breakers/breaker-store'

/** A store that outlives the sets that use it, and fails on demand. */
export class MemoryStore implements BreakerStore {
  readonly states = new Map<BreakerId, string>()
  readonly events: { readonly id: BreakerId; readonly kind: BreakerEventKind; readonly detail: string; readonly by: string }[] = []
  saves = 0
  /** Fails the n-th save from now on; every one with `always`. */
  failing: 'always' | number | null = null
  loadFails = false
  eventFails = false

  load(id: BreakerId): string | null {
    if (this.loadFails) throw new Error('cannot be read')
    return this.states.get(id) ?? null
  }

  save(id: BreakerId, json: string): void {
    this.saves++
    if (typeof this.failing === 'number') {
      this.failing -= 1
      if (this.failing === 0) {
        this.failing = null
        throw new Error('disk full')
      }
    }
    if (this.failing === 'always') throw new Error('disk full')
    this.states.set(id, json)
  }

  event(id: BreakerId, kind: BreakerEventKind, detail: string, by: string): void {
    if (this.eventFails) throw new Error('disk full')
    this.events.push({ id, kind, detail, by })
  }

  recent(id: BreakerId): readonly BreakerEvent[] {
    return this.events.filter((event) => event.id === id).map(({ kind, detail, by }) => ({ atMs: 0, kind, by, detail }))
  }
}
