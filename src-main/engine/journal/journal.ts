import type { AuditAppender } from '../../domain/audit-event'
import type { DenialCode } from '../../domain/codes'
import type { Verdict } from '../../domain/guard'
import { isOpen, nextState, ORDER_STATES, type OrderState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { Clock } from '../../lib/clock'
import { HoldfastError } from '../../lib/errors'
import { canonicalJson, toJson, type Json } from '../../lib/json'
import type { Database } from '../../storage/database'
import { orderFact } from './order-facts'
import { NO_PROGRESS, type JournaledEvent, type OrderEvent, type OrderProgress, type OrderRecord } from './records'

interface OrderRow {
  readonly order_id: string
  readonly plan_json: string
  readonly plan_hash: string
  readonly state: string
  readonly progress_json: string
  readonly created_at_ms: number
  readonly updated_at_ms: number
}

/** What is stored of a plan, so that what was previewed can be shown for ever. */
interface StoredPlan {
  readonly plan: Json<OrderPlan>
  readonly verdicts: readonly Json<Verdict>[]
}

const OPEN_STATES = ORDER_STATES.filter(isOpen)

/**
 * The write-ahead journal of orders. Every event is one transaction: the event, the order's new state and its audit record
 * become durable together, or none does and the caller learns it by a throw before anything is done.
 */
export class Journal {
  private readonly listeners = new Set<(record: OrderRecord) => void>()
  /** What was recorded within {@link together} and is not durable yet; null outside of it. */
  private gathered: OrderRecord[] | null = null

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
    /** Hears of what a listener threw. */
    private readonly onFault: (orderId: string, thrown: unknown) => void,
  ) {}

  /** Records a new order with the verdicts it met, and who asked for it. Throws on a duplicate: a plan is used once. */
  create(plan: OrderPlan, planHash: string, verdicts: readonly Verdict[], by: string): OrderRecord {
    const atMs = this.clock.wallMs()
    const stored: StoredPlan = { plan: toJson(plan), verdicts: verdicts.map((verdict) => toJson(verdict)) }
    const record: OrderRecord = {
      orderId: plan.orderId,
      plan: stored.plan,
      planHash,
      verdicts: stored.verdicts,
      state: 'initialized',
      progress: NO_PROGRESS,
      createdAtMs: atMs,
      updatedAtMs: atMs,
    }
    const event: OrderEvent = {
      type: 'OrderInitialized',
      data: {
        planHash,
        venue: plan.intent.venue,
        instrument: plan.intent.instrument,
        side: plan.intent.side,
        baseAmount: plan.quote.baseAmount.toFixed(),
        source: plan.intent.source,
      },
    }
    this.transact(() => {
      this.db
        .prepare(
          `INSERT INTO orders(order_id, client_order_id, venue, instrument, state, plan_hash, plan_json, progress_json, created_at_ms, updated_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          plan.orderId,
          plan.orderId,
          plan.intent.venue,
          plan.intent.instrument,
          record.state,
          planHash,
          canonicalJson(stored),
          canonicalJson(record.progress),
          atMs,
          atMs,
        )
      this.insertEvent(plan.orderId, event, atMs, by)
    })
    this.publish(record)
    return record
  }

  /**
   * Records an event and returns the order as it then stands; `actor` is whoever does this, a person or a client, and `system` for what happens by itself. Throws when the event cannot follow the present state, or cannot be written.
   */
  append(orderId: string, event: OrderEvent, actor = 'system'): OrderRecord {
    const before = this.require(orderId)
    const next = nextState(before.state, event)
    if (!next.ok) {
      throw new HoldfastError('ILLEGAL_TRANSITION', `${event.type} cannot follow ${before.state}`, {
        orderId,
        type: event.type,
        from: before.state,
      })
    }
    const atMs = this.clock.wallMs()
    const record: OrderRecord = { ...before, state: next.value, progress: { ...before.progress, ...event.progress }, updatedAtMs: atMs }
    this.transact(() => {
      this.db
        .prepare('UPDATE orders SET state = ?, progress_json = ?, updated_at_ms = ? WHERE order_id = ?')
        .run(record.state, canonicalJson(record.progress), atMs, orderId)
      this.insertEvent(orderId, event, atMs, actor)
    })
    this.publish(record)
    return record
  }

  /** Changes what is shown of an order's progress without an event, such as a count of confirmations. */
  note(orderId: string, progress: Partial<OrderProgress>): OrderRecord {
    const before = this.require(orderId)
    const record: OrderRecord = { ...before, progress: { ...before.progress, ...progress } }
    this.db.prepare('UPDATE orders SET progress_json = ? WHERE order_id = ?').run(canonicalJson(record.progress), orderId)
    this.publish(record)
    return record
  }

  /** One order, or null. */
  get(orderId: string): OrderRecord | null {
    const row = this.db.prepare('SELECT * FROM orders WHERE order_id = ?').get(orderId) as OrderRow | undefined
    return row === undefined ? null : fromRow(row)
  }

  /** Orders, newest first. */
  list(which: 'open' | 'closed' | 'all', limit: number, beforeMs: number | null): readonly OrderRecord[] {
    const open = OPEN_STATES.map((state) => `'${state}'`).join(',')
    const wanted = which === 'all' ? '1' : which === 'open' ? `state IN (${open})` : `state NOT IN (${open})`
    const rows = this.db
      .prepare(`SELECT * FROM orders WHERE ${wanted} AND created_at_ms < ? ORDER BY created_at_ms DESC, order_id DESC LIMIT ?`)
      .all(beforeMs ?? Number.MAX_SAFE_INTEGER, limit) as OrderRow[]
    return rows.map(fromRow)
  }

  /** Every order that can still change, oldest first. */
  open(): readonly OrderRecord[] {
    return [...this.list('open', 100_000, null)].reverse()
  }

  /** Every order that something happened to since then, wall ms, oldest first. */
  changedSince(sinceMs: number): readonly OrderRecord[] {
    const rows = this.db.prepare('SELECT * FROM orders WHERE updated_at_ms >= ? ORDER BY created_at_ms').all(sinceMs) as OrderRow[]
    return rows.map(fromRow)
  }

  /** Every order that we refused for this reason, oldest first. */
  deniedFor(code: DenialCode): readonly OrderRecord[] {
    const rows = this.db
      .prepare("SELECT * FROM orders WHERE state = 'denied' AND json_extract(progress_json, '$.why.code') = ? ORDER BY created_at_ms")
      .all(code) as OrderRow[]
    return rows.map(fromRow)
  }

  /** The life of an order, oldest first. */
  events(orderId: string): readonly JournaledEvent[] {
    const rows = this.db
      .prepare('SELECT seq, at_ms, type, data_json, audit_seq FROM order_events WHERE order_id = ? ORDER BY seq')
      .all(orderId) as {
      seq: number
      at_ms: number
      type: JournaledEvent['type']
      data_json: string
      audit_seq: number
    }[]
    return rows.map((row) => ({
      seq: row.seq,
      atMs: row.at_ms,
      type: row.type,
      data: JSON.parse(row.data_json) as Record<string, string>,
      auditSeq: row.audit_seq,
    }))
  }

  /** Hears of every change, after it is durable; returns how to stop. */
  onChange(listener: (record: OrderRecord) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  private require(orderId: string): OrderRecord {
    const record = this.get(orderId)
    if (record === null) throw new HoldfastError('NOT_FOUND', 'no such order in the journal', { orderId })
    return record
  }

  /**
   * Runs several records as one durable transaction: all of them are written, or none. Whoever listens hears of them when they are durable. `work` is
   * synchronous, so nothing comes in between.
   */
  together<T>(work: () => T): T {
    if (this.gathered !== null) return work()
    const gathered: OrderRecord[] = []
    this.gathered = gathered
    try {
      return this.db.transaction(work).immediate()
    } catch (thrown) {
      gathered.length = 0
      throw thrown
    } finally {
      this.gathered = null
      for (const record of gathered) this.publish(record)
    }
  }

  private transact(work: () => void): void {
    this.db.transaction(work).immediate()
  }

  private insertEvent(orderId: string, event: OrderEvent, atMs: number, actor: string): void {
    const { seq } = this.audit.append(orderFact(orderId, event, actor))
    this.db
      .prepare(
        `INSERT INTO order_events(order_id, seq, at_ms, type, data_json, audit_seq)
         VALUES (?, (SELECT COALESCE(MAX(seq), 0) + 1 FROM order_events WHERE order_id = ?), ?, ?, ?, ?)`,
      )
      .run(orderId, orderId, atMs, event.type, canonicalJson(event.data ?? {}), seq)
  }

  /** What is on record is on record: a window that cannot show it must neither stop the order nor look like a record that was not written. */
  private publish(record: OrderRecord): void {
    if (this.gathered !== null) {
      this.gathered.push(record)
      return
    }
    for (const listener of this.listeners) {
      try {
        listener(record)
      } catch (thrown) {
        this.onFault(record.orderId, thrown)
      }
    }
  }
}

function fromRow(row: OrderRow): OrderRecord {
  const stored = JSON.parse(row.plan_json) as StoredPlan
  return {
    orderId: row.order_id,
    plan: stored.plan,
    planHash: row.plan_hash,
    verdicts: stored.verdicts,
    state: row.state as OrderState,
    progress: JSON.parse(row.progress_json) as OrderProgress,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  }
}
