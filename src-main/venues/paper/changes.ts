import type { VenueOrderUpdate } from '../venue'

/** What happened since the state was last written: gathered by the exchange, taken by whoever writes it down and then tells it. */
export class Changes {
  /** Client order ids of records that are new or changed. */
  readonly records = new Set<string>()
  /** Instruments whose book was touched. */
  readonly instruments = new Set<string>()
  private updates: VenueOrderUpdate[] = []
  private stale = false

  /** Whether there is anything to be written. */
  get pending(): boolean {
    return this.stale || this.records.size > 0
  }

  /** Something changed that is in no record: balances or the market's own state. */
  touch(): void {
    this.stale = true
  }

  /** Something to be told, once what it tells of is written. */
  tell(update: VenueOrderUpdate): void {
    this.updates.push(update)
  }

  /** Empties it, and hands over what is to be told. */
  take(): { readonly updates: readonly VenueOrderUpdate[]; readonly instruments: readonly string[] } {
    const taken = { updates: this.updates, instruments: [...this.instruments] }
    this.updates = []
    this.instruments.clear()
    this.records.clear()
    this.stale = false
    return taken
  }
}
