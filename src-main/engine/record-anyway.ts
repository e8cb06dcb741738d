import type { AuditAppender, AuditFact, AuditRef } from '../domain/audit-event'
import type { Cancel, Clock, Scheduler } from '../lib/clock'
import type { OwedEvent, OwedStore } from './owed-store'
import { isUnrecordable, standInFor } from './unrecordable'

/** How many facts are kept for a log that takes none; what comes after them is told and logged, and not written later. */
const MOST_OWED = 5_000
/** How many are written to the log in one go. */
const AT_ONCE = 100

/** Records an act that reduces risk, or a finding, as far as that can be done now. Never throws. */
export type RecordAnyway = (fact: AuditFact) => void

/** What records that may not hold anything up are made of. */
export interface OwedRecordsParts {
  readonly audit: AuditAppender & { onAppend(listener: () => void): Cancel }
  readonly store: OwedStore
  readonly clock: Pick<Clock, 'wallMs'>
  readonly scheduler: Scheduler
  /** Tells people of a fact that the log did not take, as what it is. */
  readonly unrecorded: (fact: AuditFact) => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/**
 * Records for what never waits for a record: cancels, tightening, findings, and what chains and venues say has happened. What the log does not take,
 * broken or full, people are told of at once, and it is written when the log takes entries again, in its order and with the time at which it happened.
 * Until then it is in the database, so that a restart does not lose it; where not even that can be written, in memory. A fact that the log can never take
 * bars none behind it: that there was one, and its hash, is written in its place.
 */
export class OwedRecords {
  /** What the database did not take: newer than what is in it. */
  readonly #unstored: AuditFact[] = []
  /** Something may be owed: looked up only where it may, for this is asked at each entry. */
  #owes = true
  #due = false

  constructor(private readonly parts: OwedRecordsParts) {
    parts.audit.onAppend(() => this.#writeSoon())
    // What the last run left: the log may take entries by now.
    this.#writeSoon()
  }

  /** See {@link RecordAnyway}. */
  readonly record: RecordAnyway = (fact) => {
    try {
      this.parts.audit.append(fact)
    } catch (thrown) {
      quietly(() => {
        const late = this.#late(fact, thrown)
        if (!isUnrecordable(thrown) || !this.#took(late)) this.#keep(late)
      })
      this.#tell(fact, thrown)
    }
  }

  /** Keeps what the log has refused of an order's life, in the transaction that journals it. Throws when it cannot. */
  readonly owe = (fact: AuditFact, event: OwedEvent, thrown: unknown): void => {
    this.#storeAll()
    this.#owes = true
    this.parts.store.add(this.#late(fact, thrown), event)
    this.#tell(fact, thrown)
  }

  #late(fact: AuditFact, thrown: unknown): AuditFact {
    const late = { ...fact, data: { ...fact.data, happenedAtMs: Math.max(0, Math.round(this.parts.clock.wallMs())) } }
    return isUnrecordable(thrown) ? standInFor(late, thrown) : late
  }

  #took(fact: AuditFact): boolean {
    try {
      this.parts.audit.append(fact)
      return true
    } catch {
      return false
    }
  }

  /** Writes what is owed, or what stands in for it. */
  readonly #pay = (fact: AuditFact): AuditRef => {
    const { audit } = this.parts
    try {
      return audit.append(fact)
    } catch (thrown) {
      if (!isUnrecordable(thrown)) throw thrown
      return audit.append(standInFor(fact, thrown))
    }
  }

  #keep(fact: AuditFact): void {
    if (this.#unstored.length >= MOST_OWED) return
    this.#unstored.push(fact)
    this.#owes = true
    this.#storeAll()
  }

  #storeAll(): void {
    if (this.#unstored.length === 0 || this.parts.store.count() >= MOST_OWED) return
    for (let [next] = this.#unstored; next !== undefined; [next] = this.#unstored) {
      this.parts.store.add(next, null)
      this.#unstored.shift()
    }
  }

  #tell(fact: AuditFact, thrown: unknown): void {
    quietly(() => this.parts.onFault(`recording ${fact.type}`, thrown))
    quietly(() => this.parts.unrecorded(fact))
  }

  /** Not within the append that is being heard of. */
  #writeSoon(): void {
    if (this.#due || !this.#owes) return
    this.#due = true
    this.parts.scheduler.after(0, () => {
      this.#due = false
      // What is not taken now is tried again at the next entry that the log takes.
      quietly(() => this.#write())
    })
  }

  #write(): void {
    while (this.parts.store.pay(AT_ONCE, this.#pay) > 0);
    for (let [next] = this.#unstored; next !== undefined; [next] = this.#unstored) {
      this.#pay(next)
      this.#unstored.shift()
    }
    this.#owes = false
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
