import type { AuditFact } from '../../src-main/domain/audit-event'
import type { OwedEvent, OwedStore } from '../../src-main/engine/owed-store'

/** What is owed, in memory that outlives whoever owes it; while `fails`, nothing can be written to it. */
export class OwedInMemory implements OwedStore {
  fails = false
  private rows: { readonly fact: AuditFact; readonly event: OwedEvent | null }[] = []

  count(): number {
    return this.rows.length
  }

  add(fact: AuditFact, event: OwedEvent | null): void {
    if (this.fails) throw new Error('the disk is full')
    this.rows.push({ fact, event })
  }

  pay(most: number, write: Parameters<OwedStore['pay']>[1]): number {
    const due = this.rows.slice(0, most)
    for (const { fact } of due) write(fact)
    this.rows = this.rows.slice(due.length)
    return due.length
  }
}
