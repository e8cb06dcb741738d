import { failure, type Failure } from '../../domain/codes'
import { describeError } from '../../lib/errors'
import type { VenueOrderUpdate } from '../venue'
import type { Exchange } from './exchange'
import { toRows } from './state-rows'
import type { PaperStore } from './store'

/** What may be told once it is written. */
export interface Told {
  readonly updates: readonly VenueOrderUpdate[]
  readonly instruments: readonly string[]
}

/**
 * Writes first, then tells. Everything that happens in one turn of the event loop is written together, so that thousands of orders cost one
 * transaction; no outcome, update or balance leaves before the transaction that holds it is durable.
 */
export class Outbox {
  private failed: Failure | null = null
  private settling: Promise<Failure | null> | null = null

  constructor(
    private readonly exchange: Exchange,
    private readonly store: PaperStore,
    private readonly tell: (told: Told) => void,
  ) {}

  /** Why the last write failed; null when all is well. */
  get failure(): Failure | null {
    return this.failed
  }

  /** Writes and tells what has happened. On failure nothing is told and all of it is kept for the next try. */
  flush(): Failure | null {
    const { changes } = this.exchange
    if (changes.pending) {
      try {
        this.store.save(toRows(this.exchange.state(changes.records)))
      } catch (thrown) {
        this.failed = failure(
          isDiskFull(thrown) ? 'DISK_FULL' : 'INTERNAL',
          `the paper venue's state could not be written: ${describeError(thrown)}`,
        )
        return this.failed
      }
    }
    this.failed = null
    this.tell(changes.take())
    return null
  }

  /** Flushes at the end of this turn, once for all who ask; the answer is null when what they did is durable. */
  settle(): Promise<Failure | null> {
    this.settling ??= Promise.resolve().then(() => {
      this.settling = null
      return this.flush()
    })
    return this.settling
  }
}

function isDiskFull(thrown: unknown): boolean {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
  return code === 'DISK_FULL' || code === 'SQLITE_FULL' || code === 'ENOSPC'
}
