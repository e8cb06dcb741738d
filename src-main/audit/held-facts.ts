import type { AuditFact } from '../domain/audit-event'

/** Facts that wait for the next entry, to be written ahead of it in the same transaction, until they are known to be on disk. */
export class HeldFacts {
  #held: { readonly fact: AuditFact; waits: boolean }[] = []

  /** Whether the next entry has something to take along. */
  get anyWaits(): boolean {
    return this.#held.some(({ waits }) => waits)
  }

  hold(fact: AuditFact): void {
    this.#held.push({ fact, waits: true })
  }

  /** What the next entry takes along, oldest first. */
  take(): readonly AuditFact[] {
    const waiting = this.#held.filter(({ waits }) => waits)
    for (const each of waiting) each.waits = false
    return waiting.map(({ fact }) => fact)
  }

  /** These are not in the log after all: they wait again. */
  undone(facts: readonly AuditFact[]): void {
    for (const each of this.#held) if (facts.includes(each.fact)) each.waits = true
  }

  /** These are on disk. */
  durable(facts: readonly AuditFact[]): void {
    if (this.#held.length > 0) this.#held = this.#held.filter(({ fact }) => !facts.includes(fact))
  }
}
