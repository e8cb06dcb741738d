import type { AuditFact, AuditRef } from '../domain/audit-event'
import { canonicalJson } from '../lib/json'
import type { Database } from '../storage/database'

/** The event of an order's life that an owed fact tells of. */
export interface OwedEvent {
  readonly orderId: string
  readonly seq: number
}

/** What the audit log is owed, where a restart does not lose it. Each call throws when it cannot be written or read. */
export interface OwedStore {
  count(): number
  /** Keeps one, behind those that are there; in the caller's transaction, where one is open. */
  add(fact: AuditFact, event: OwedEvent | null): void
  /** Has the oldest of them written, in their order, and keeps them no longer: both, or neither. How many there were; none when nothing is owed. */
  pay(most: number, write: (fact: AuditFact) => AuditRef): number
}

interface Row {
  readonly id: number
  readonly fact_json: string
  readonly order_id: string | null
  readonly event_seq: number | null
}

/** Keeps what is owed in the environment's database: encrypted, and in one transaction with what the journal says of it. */
export function createOwedStore(db: Database): OwedStore {
  const insert = db.prepare<[string, string | null, number | null]>(
    'INSERT INTO owed_records(fact_json, order_id, event_seq) VALUES (?, ?, ?)',
  )
  const oldest = db.prepare<[number], Row>('SELECT * FROM owed_records ORDER BY id LIMIT ?')
  const remove = db.prepare<[number]>('DELETE FROM owed_records WHERE id = ?')
  const place = db.prepare<[number, string, number]>('UPDATE order_events SET audit_seq = ? WHERE order_id = ? AND seq = ?')
  const count = db.prepare<[], number>('SELECT COUNT(*) FROM owed_records').pluck()
  return {
    count: () => count.get() ?? 0,
    add: (fact, event) => {
      insert.run(canonicalJson(fact), event?.orderId ?? null, event?.seq ?? null)
    },
    pay: (most, write) =>
      db
        .transaction(() => {
          const rows = oldest.all(most)
          for (const { id, fact_json: json, order_id: orderId, event_seq: seq } of rows) {
            const ref = write(JSON.parse(json) as AuditFact)
            if (orderId !== null && seq !== null) place.run(ref.seq, orderId, seq)
            remove.run(id)
          }
          return rows.length
        })
        .immediate(),
  }
}
