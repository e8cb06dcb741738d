import type { Verdict } from '../../domain/guard'
import { isOpen, ORDER_STATES, type OrderState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import { canonicalJson, type Json } from '../../lib/json'
import type { Database, Statement } from '../../storage/database'
import type { JournaledEvent, OrderProgress, OrderRecord } from './records'

/** What is stored of a plan, so that what was previewed can be shown for ever. */
export interface StoredPlan {
  readonly plan: Json<OrderPlan>
  readonly verdicts: readonly Json<Verdict>[]
}

interface LightRow {
  readonly order_id: string
  readonly plan_hash: string
  readonly state: string
  readonly progress_json: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

interface OrderRow extends LightRow {
  readonly plan_json: string
}

interface EventRow {
  readonly seq: number
  readonly at_ms: number
  readonly type: JournaledEvent['type']
  readonly data_json: string
  readonly audit_seq: number | null
}

/** A new order as it is written. */
export interface NewOrder {
  readonly orderId: string
  readonly venue: string
  readonly instrument: string
  readonly state: OrderState
  readonly planHash: string
  readonly stored: StoredPlan
  readonly progressJson: string
  readonly atMs: number
}

type Insert = [...ids: [string, string], string, string, string, string, string, string, number, number]
type InsertEvent = [orderId: string, sameId: string, atMs: number, type: string, dataJson: string, auditSeq: number | null]

/** As many plans of late are kept as they were read: an order is looked up at each of its events, and its plan never changes. */
const MOST_PLANS = 500

const OPEN = ORDER_STATES.filter(isOpen)
  .map((state) => `'${state}'`)
  .join(',')
const WANTED = { open: `state IN (${OPEN})`, closed: `state NOT IN (${OPEN})`, all: '1' } as const

/** The journal's tables. Statements are compiled once: compiling one costs as much as running it. */
export class OrderRows {
  readonly #insert: Statement<Insert>
  readonly #insertEvent: Statement<InsertEvent, number>
  readonly #update: Statement<[state: string, progressJson: string, atMs: number, orderId: string]>
  readonly #note: Statement<[progressJson: string, orderId: string]>
  readonly #one: Statement<[orderId: string], LightRow>
  readonly #plan: Statement<[orderId: string], string>
  readonly #events: Statement<[orderId: string], EventRow>
  readonly #lists: Readonly<Record<keyof typeof WANTED, Statement<[beforeMs: number, limit: number], OrderRow>>>
  readonly #plans = new Map<string, StoredPlan & { readonly planHash: string }>()

  constructor(private readonly db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO orders(order_id, client_order_id, venue, instrument, state, plan_hash, plan_json, progress_json, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#insertEvent = db
      .prepare<InsertEvent, number>(
        `INSERT INTO order_events(order_id, seq, at_ms, type, data_json, audit_seq)
         VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM order_events WHERE order_id = ?), ?, ?, ?, ?) RETURNING seq`,
      )
      .pluck()
    this.#update = db.prepare('UPDATE orders SET state = ?, progress_json = ?, updated_at_ms = ? WHERE order_id = ?')
    this.#note = db.prepare('UPDATE orders SET progress_json = ? WHERE order_id = ?')
    this.#one = db.prepare('SELECT order_id, plan_hash, state, progress_json, created_at_ms, updated_at_ms FROM orders WHERE order_id = ?')
    this.#plan = db.prepare<[string], string>('SELECT plan_json FROM orders WHERE order_id = ?').pluck()
    this.#events = db.prepare('SELECT seq, at_ms, type, data_json, audit_seq FROM order_events WHERE order_id = ? ORDER BY seq')
    const list = (wanted: string): Statement<[number, number], OrderRow> =>
      db.prepare(`SELECT * FROM orders WHERE ${wanted} AND created_at_ms < ? ORDER BY created_at_ms DESC, order_id DESC LIMIT ?`)
    this.#lists = { open: list(WANTED.open), closed: list(WANTED.closed), all: list(WANTED.all) }
  }

  insert({ orderId, venue, instrument, state, planHash, stored, progressJson, atMs }: NewOrder): void {
    this.#insert.run(orderId, orderId, venue, instrument, state, planHash, canonicalJson(stored), progressJson, atMs, atMs)
    this.#remember(orderId, planHash, stored)
  }

  update(orderId: string, state: OrderState, progressJson: string, atMs: number): void {
    this.#update.run(state, progressJson, atMs, orderId)
  }

  note(orderId: string, progressJson: string): void {
    this.#note.run(progressJson, orderId)
  }

  /** Its place in the order's life. */
  insertEvent(orderId: string, atMs: number, type: string, dataJson: string, auditSeq: number | null): number {
    return this.#insertEvent.get(orderId, orderId, atMs, type, dataJson, auditSeq) ?? 0
  }

  /** One order, or null. */
  one(orderId: string): OrderRecord | null {
    const row = this.#one.get(orderId)
    return row === undefined ? null : record(row, this.#planOf(row))
  }

  /** Orders before a time, newest first. */
  list(which: keyof typeof WANTED, limit: number, beforeMs: number): readonly OrderRecord[] {
    return this.#lists[which].all(beforeMs, limit).map(fromRow)
  }

  /** Every order that something happened to since then, oldest first, one at a time; the database takes nothing else meanwhile. */
  *changedSince(sinceMs: number): Generator<OrderRecord> {
    const rows = this.db.prepare<[number], OrderRow>('SELECT * FROM orders WHERE updated_at_ms >= ? ORDER BY created_at_ms')
    for (const row of rows.iterate(sinceMs)) yield fromRow(row)
  }

  /** Every order that was denied for this reason, in the same way. */
  *deniedFor(code: string): Generator<OrderRecord> {
    const rows = this.db.prepare<[string], OrderRow>(
      "SELECT * FROM orders WHERE state = 'denied' AND json_extract(progress_json, '$.why.code') = ? ORDER BY created_at_ms",
    )
    for (const row of rows.iterate(code)) yield fromRow(row)
  }

  /** The life of an order, oldest first. */
  events(orderId: string): readonly JournaledEvent[] {
    return this.#events.all(orderId).map((row) => ({
      seq: row.seq,
      atMs: row.at_ms,
      type: row.type,
      data: JSON.parse(row.data_json) as Record<string, string>,
      auditSeq: row.audit_seq,
    }))
  }

  #planOf({ order_id: orderId, plan_hash: planHash }: LightRow): StoredPlan {
    const known = this.#plans.get(orderId)
    // What was written or read in a transaction that was undone may have been another plan.
    if (known?.planHash === planHash) return known
    const stored = JSON.parse(this.#plan.get(orderId) ?? '{}') as StoredPlan
    this.#remember(orderId, planHash, stored)
    return stored
  }

  #remember(orderId: string, planHash: string, stored: StoredPlan): void {
    if (this.#plans.size >= MOST_PLANS) this.#plans.delete(this.#plans.keys().next().value ?? '')
    this.#plans.set(orderId, { ...stored, planHash })
  }
}

function fromRow(row: OrderRow): OrderRecord {
  return record(row, JSON.parse(row.plan_json) as StoredPlan)
}

function record(row: LightRow, { plan, verdicts }: StoredPlan): OrderRecord {
  return {
    orderId: row.order_id,
    plan,
    planHash: row.plan_hash,
    verdicts,
    state: row.state as OrderState,
    progress: JSON.parse(row.progress_json) as OrderProgress,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}
