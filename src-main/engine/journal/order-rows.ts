import { isOpen, ORDER_STATES, type OrderState } from '../../domain/order'
import { HoldfastError } from '../../lib/errors'
import { canonicalJson } from '../../lib/json'
import type { Database, Statement } from '../../storage/database'
import { EventRows } from './event-rows'
import { readPlan, readProgress, readState, type StoredPlan } from './read-order'
import type { OrderRecord, UnreadableOrder } from './records'

interface LightRow {
  readonly order_id: string
  readonly plan_hash: string
  readonly state: string
  readonly progress_json: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

interface OrderRow extends LightRow {
  readonly venue: string
  readonly plan_json: string
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

/** As many plans of late are kept as they were read: an order is looked up at each of its events, and its plan never changes. */
const MOST_PLANS = 500

type Wanted = 'open' | 'closed' | 'all'

/** The journal's tables. Statements are compiled once: compiling one costs as much as running it. */
export class OrderRows {
  readonly #insert: Statement<Insert>
  readonly #update: Statement<[state: string, progressJson: string, atMs: number, orderId: string]>
  readonly #note: Statement<[progressJson: string, orderId: string]>
  readonly #one: Statement<[orderId: string], LightRow>
  readonly #plan: Statement<[orderId: string], string>
  readonly #lists: Readonly<Record<Wanted, Statement<[beforeMs: number, limit: number], OrderRow>>>
  readonly #venue: Statement<[orderId: string], string>
  readonly #open: Statement<[], OrderRow>
  readonly #changed: Statement<[sinceMs: number], number>
  readonly #at: Statement<[place: number], OrderRow>
  readonly #plans = new Map<string, StoredPlan & { readonly planHash: string }>()

  /** What happened to orders. */
  readonly events: EventRows

  constructor(private readonly db: Database) {
    this.#insert = db.prepare(
      `INSERT INTO orders(order_id, client_order_id, venue, instrument, state, plan_hash, plan_json, progress_json, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    this.#update = db.prepare('UPDATE orders SET state = ?, progress_json = ?, updated_at_ms = ? WHERE order_id = ?')
    this.#note = db.prepare('UPDATE orders SET progress_json = ? WHERE order_id = ?')
    this.#one = db.prepare('SELECT order_id, plan_hash, state, progress_json, created_at_ms, updated_at_ms FROM orders WHERE order_id = ?')
    this.#plan = db.prepare<[string], string>('SELECT plan_json FROM orders WHERE order_id = ?').pluck()
    this.#venue = db.prepare<[string], string>('SELECT venue FROM orders WHERE order_id = ?').pluck()
    const list = (wanted: string): Statement<[number, number], OrderRow> =>
      db.prepare(`SELECT * FROM orders WHERE ${wanted} AND created_at_ms < ? ORDER BY created_at_ms DESC, order_id DESC LIMIT ?`)
    const states = openStates(db)
    const open = `state IN (${states})`
    this.events = new EventRows(db, states)
    this.#lists = { open: list(open), closed: list(`NOT ${open}`), all: list('1') }
    // Left to itself SQLite reads every order there ever was in the order asked for; and to sort whole rows it would hold them all.
    this.#changed = db
      .prepare<[number], number>('SELECT rowid FROM orders INDEXED BY orders_by_change WHERE updated_at_ms >= ? ORDER BY created_at_ms')
      .pluck()
    this.#at = db.prepare('SELECT * FROM orders WHERE rowid = ?')
    this.#open = db.prepare(`SELECT * FROM orders WHERE ${open} ORDER BY created_at_ms`)
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

  /** One order, or null; null as well where it cannot be read. */
  one(orderId: string): OrderRecord | null {
    const row = this.#one.get(orderId)
    return row === undefined ? null : (this.#readable(() => record(row, this.#planOf(row)))?.[0] ?? null)
  }

  /** Where an order went, whether the rest of it can be read or not; null where there is none. */
  venueOf(orderId: string): string | null {
    return this.#venue.get(orderId) ?? null
  }

  /** Orders before a time, newest first, as far as they can be read. */
  list(which: Wanted, limit: number, beforeMs: number): readonly OrderRecord[] {
    const rows = this.#lists[which].all(beforeMs, limit)
    const records = rows.flatMap((row) => this.#fromRow(row))
    const last = rows.at(-1)
    // A page that lacks some is not the last one.
    if (last === undefined || records.length === rows.length || rows.length < limit) return records
    return [...records, ...this.list(which, limit - records.length, last.created_at_ms)]
  }

  /** Orders that cannot be read and have not ended as far as their state says. */
  unreadable(): readonly UnreadableOrder[] {
    const found: UnreadableOrder[] = []
    for (const row of this.#open.iterate())
      if (this.#fromRow(row).length === 0) found.push({ orderId: row.order_id, venue: row.venue, state: readState(row.state) })
    return found
  }

  /** Every order that something happened to since then, oldest first, one at a time. Tells of those that cannot be read. */
  *changedSince(sinceMs: number, onUnreadable: (orderId: string) => void): Generator<OrderRecord> {
    for (const place of this.#changed.all(sinceMs)) {
      const row = this.#at.get(place)
      if (row === undefined) continue
      const read = this.#fromRow(row)
      if (read.length === 0) onUnreadable(row.order_id)
      yield* read
    }
  }

  /** Every order that was denied for this reason, in the same way; the database takes nothing else meanwhile. */
  *deniedFor(code: string): Generator<OrderRecord> {
    const rows = this.db.prepare<[string], OrderRow>(
      `SELECT * FROM orders WHERE state = 'denied' AND CASE WHEN json_valid(progress_json) THEN json_extract(progress_json, '$.why.code') END = ?
       ORDER BY created_at_ms`,
    )
    for (const row of rows.iterate(code)) yield* this.#fromRow(row)
  }

  /** The order, or nothing where it cannot be read. */
  #fromRow(row: OrderRow): readonly OrderRecord[] {
    return this.#readable(() => record(row, readPlan(row.order_id, row.plan_json))) ?? []
  }

  /** One that can still change is read whole, with its life, or not at all. */
  #readable(read: () => OrderRecord): readonly [OrderRecord] | null {
    try {
      const found = read()
      return isOpen(found.state) && this.events.isSpoiled(found.orderId) ? null : [found]
    } catch (thrown) {
      if (thrown instanceof HoldfastError && thrown.code === 'BAD_RECORD') return null
      throw thrown
    }
  }

  #planOf({ order_id: orderId, plan_hash: planHash }: LightRow): StoredPlan {
    const known = this.#plans.get(orderId)
    // What was written or read in a transaction that was undone may have been another plan.
    if (known?.planHash === planHash) return known
    const stored = readPlan(orderId, this.#plan.get(orderId) ?? '')
    this.#remember(orderId, planHash, stored)
    return stored
  }

  #remember(orderId: string, planHash: string, stored: StoredPlan): void {
    if (this.#plans.size >= MOST_PLANS) this.#plans.delete(this.#plans.keys().next().value ?? '')
    this.#plans.set(orderId, { ...stored, planHash })
  }
}

/** The states of what can still change, for a statement. A state that nobody knows says nothing of an end; such are only ever written from outside. */
function openStates(db: Database): string {
  const quoted = (states: readonly string[]): string => states.map((state) => `'${state.replaceAll("'", "''")}'`).join(',')
  // From one state to the next: asked for what differs, SQLite would look at every order.
  const odd = db
    .prepare<[], string>(
      `WITH RECURSIVE found(state) AS (
         SELECT MIN(state) FROM orders UNION ALL SELECT (SELECT MIN(state) FROM orders WHERE state > found.state) FROM found WHERE found.state IS NOT NULL
       ) SELECT state FROM found WHERE state NOT IN (${quoted(ORDER_STATES)})`,
    )
    .pluck()
    .all()
  return quoted([...ORDER_STATES.filter(isOpen), ...odd])
}

function record(row: LightRow, { plan, verdicts }: StoredPlan): OrderRecord {
  return {
    orderId: row.order_id,
    plan,
    planHash: row.plan_hash,
    verdicts,
    state: readState(row.state),
    progress: readProgress(row.order_id, row.progress_json),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}
