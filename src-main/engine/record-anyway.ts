import type { AuditAppender, AuditFact } from '../domain/audit-event'
import type { Cancel, Clock, Scheduler } from '../lib/clock'

/** How many facts are kept for a log that takes none; what comes after them is told and logged, and not written later. */
const MOST_OWED = 5_000

/** Records an act that reduces risk, or a finding, as far as that can be done now. Never throws. */
export type RecordAnyway = (fact: AuditFact) => void

/** What records that may not hold anything up are made of. */
export interface OwedRecordsParts {
  readonly audit: AuditAppender & { onAppend(listener: () => void): Cancel }
  readonly clock: Pick<Clock, 'wallMs'>
  readonly scheduler: Scheduler
  /** Tells people of a fact that the log did not take, as what it is. */
  readonly unrecorded: (fact: AuditFact) => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/**
 * Records for what never waits for a record: cancels, tightening, and findings. What the log does not take, broken or full, people are told of at once,
 * and it is written when the log takes entries again, with the time at which it happened.
 */
export class OwedRecords {
  readonly #owed: AuditFact[] = []
  #due = false

  constructor(private readonly parts: OwedRecordsParts) {
    parts.audit.onAppend(() => this.#writeSoon())
  }

  /** See {@link RecordAnyway}. */
  readonly record: RecordAnyway = (fact) => {
    const { audit, clock, unrecorded, onFault } = this.parts
    try {
      audit.append(fact)
    } catch (thrown) {
      const happenedAtMs = Math.max(0, Math.round(clock.wallMs()))
      if (this.#owed.length < MOST_OWED) this.#owed.push({ ...fact, data: { ...fact.data, happenedAtMs } })
      quietly(() => onFault(`recording ${fact.type}`, thrown))
      quietly(() => unrecorded(fact))
    }
  }

  /** Not within the append that is being heard of. */
  #writeSoon(): void {
    if (this.#due || this.#owed.length === 0) return
    this.#due = true
    this.parts.scheduler.after(0, () => {
      this.#due = false
      this.#write()
    })
  }

  #write(): void {
    for (let [next] = this.#owed; next !== undefined; [next] = this.#owed) {
      try {
        this.parts.audit.append(next)
      } catch {
        return // the next entry that the log takes tries again
      }
      this.#owed.shift()
    }
  }
}

/** Telling of it must not stop the act either. */
function quietly(tell: () => void): void {
  try {
    tell()
  } catch {
    // nobody is left to be told
  }
}
