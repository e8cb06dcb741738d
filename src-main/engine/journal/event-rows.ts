import { HoldfastError } from '../../lib/errors'
import type { Database, Statement } from '../../storage/database'
import { readEvent } from './read-order'
import type { JournaledEvent } from './records'

interface EventRow {
  readonly seq: number
  readonly at_ms: number
  readonly type: string
  readonly data_json: string
  readonly audit_seq: number | null
}

type InsertEvent = [orderId: string, sameId: string, atMs: number, type: string, dataJson: string, auditSeq: number | null]

const COLUMNS = 'e.seq, e.at_ms, e.type, e.data_json, e.audit_seq'

/** The journal's table of what happened to orders. */
export class EventRows {
  readonly #insert: Statement<InsertEvent, number>
  readonly #events: Statement<[orderId: string], EventRow>
  /** Orders of whose life something cannot be read. */
  readonly #spoiled = new Set<string>()

  /** Looks through the lives of orders in `openStates`, a list for a statement: nobody may act on half of one. Others are looked at when somebody asks. */
  constructor(db: Database, openStates: string) {
    this.#insert = db
      .prepare<InsertEvent, number>(
        `INSERT INTO order_events(order_id, seq, at_ms, type, data_json, audit_seq)
         VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM order_events WHERE order_id = ?), ?, ?, ?, ?) RETURNING seq`,
      )
      .pluck()
    this.#events = db.prepare(`SELECT ${COLUMNS} FROM order_events AS e WHERE e.order_id = ? ORDER BY e.seq`)
    const ofOpen = db.prepare<[], EventRow & { readonly order_id: string }>(
      `SELECT e.order_id, ${COLUMNS} FROM orders AS o CROSS JOIN order_events AS e ON e.order_id = o.order_id WHERE o.state IN (${openStates})`,
    )
    for (const row of ofOpen.iterate()) this.#read(row.order_id, row)
  }

  /** Its place in the order's life. */
  insert(orderId: string, atMs: number, type: string, dataJson: string, auditSeq: number | null): number {
    return this.#insert.get(orderId, orderId, atMs, type, dataJson, auditSeq) ?? 0
  }

  /** The life of an order, oldest first. Throws `BAD_RECORD` where something of it cannot be read. */
  of(orderId: string): readonly JournaledEvent[] {
    const events = this.readable(orderId)
    if (this.isSpoiled(orderId)) throw new HoldfastError('BAD_RECORD', 'a kept order cannot be read', { orderId, what: 'event' })
    return events
  }

  /** As much of the life of an order as can be read, oldest first. */
  readable(orderId: string): readonly JournaledEvent[] {
    return this.#events.all(orderId).flatMap((row) => this.#read(orderId, row) ?? [])
  }

  /** Whether something of the life of an order is known not to be readable. */
  isSpoiled(orderId: string): boolean {
    return this.#spoiled.has(orderId)
  }

  #read(orderId: string, row: EventRow): JournaledEvent | null {
    try {
      return { seq: row.seq, atMs: row.at_ms, ...readEvent(orderId, row.type, row.data_json), auditSeq: row.audit_seq }
    } catch (thrown) {
      if (!(thrown instanceof HoldfastError) || thrown.code !== 'BAD_RECORD') throw thrown
      this.#spoiled.add(orderId)
      return null
    }
  }
}
