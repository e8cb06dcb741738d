import { AuditError, type AuditErrorCode } from '../../audit/audit'
import type { AuditAppender } from '../../domain/audit-event'
import type { DenialCode } from '../../domain/codes'
import type { Verdict } from '../../domain/guard'
import { hasHappened, nextState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { Clock } from '../../lib/clock'
import { HoldfastError } from '../../lib/errors'
import { canonicalJson, toJson } from '../../lib/json'
import type { Database } from '../../storage/database'
import type { OwedRecords } from '../record-anyway'
import { orderFact } from './order-facts'
import { OrderRows } from './order-rows'
import type { StoredPlan } from './read-order'
import { NO_PROGRESS, type JournaledEvent, type OrderEvent, type OrderProgress, type OrderRecord, type UnreadableOrder } from './records'

/**
 * The write-ahead journal of orders. Every event is one transaction: the event, the order's new state and its audit record
 * become durable together, or none does and the caller learns it by a throw before anything is done. Where the audit log takes no entries, what has
 * happened already is journaled with a record of what the log is owed instead.
 */
export class Journal {
  private readonly listeners = new Set<(record: OrderRecord) => void>()
  /** What was recorded within {@link together} and is not durable yet; null outside of it. */
  private gathered: OrderRecord[] | null = null
  private readonly rows: OrderRows
  private readonly inTransaction: (work: () => unknown) => unknown

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
    /** Hears of what a listener threw. */
    private readonly onFault: (orderId: string, thrown: unknown) => void,
    /** Keeps what a log that takes no entries is owed, in the transaction that is open. */
    private readonly owe: OwedRecords['owe'],
  ) {
    this.rows = new OrderRows(db)
    const transaction = db.transaction((work: () => unknown) => work())
    this.inTransaction = (work) => transaction.immediate(work)
  }

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
      this.rows.insert({
        orderId: plan.orderId,
        venue: plan.intent.venue,
        instrument: plan.intent.instrument,
        state: record.state,
        planHash,
        stored,
        progressJson: canonicalJson(record.progress),
        atMs,
      })
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
      this.rows.update(orderId, record.state, canonicalJson(record.progress), atMs)
      this.insertEvent(orderId, event, atMs, actor)
    })
    this.publish(record)
    return record
  }

  /** Changes what is shown of an order's progress without an event, such as a count of confirmations. */
  note(orderId: string, progress: Partial<OrderProgress>): OrderRecord {
    const before = this.require(orderId)
    const record: OrderRecord = { ...before, progress: { ...before.progress, ...progress } }
    this.rows.note(orderId, canonicalJson(record.progress))
    this.publish(record)
    return record
  }

  /** One order, or null; null as well where it cannot be read, see {@link unreadable}. */
  get(orderId: string): OrderRecord | null {
    return this.rows.one(orderId)
  }

  /** Where an order went, whether the rest of it can be read or not; null where there is no such order. */
  venueOf(orderId: string): string | null {
    return this.rows.venueOf(orderId)
  }

  /** Orders, newest first, as far as they can be read. */
  list(which: 'open' | 'closed' | 'all', limit: number, beforeMs: number | null): readonly OrderRecord[] {
    return this.rows.list(which, limit, beforeMs ?? Number.MAX_SAFE_INTEGER)
  }

  /** Every order that can still change, oldest first. */
  open(): readonly OrderRecord[] {
    return [...this.list('open', 100_000, null)].reverse()
  }

  /** Orders that cannot be read and are not known to have ended: nobody can follow them, and they may be out. */
  unreadable(): readonly UnreadableOrder[] {
    return this.rows.unreadable()
  }

  /** Every order that something happened to since then, wall ms, oldest first, one at a time: there may be more than memory is for. Those that cannot be read are told of and left out. */
  changedSince(sinceMs: number, onUnreadable: (orderId: string) => void = () => undefined): Iterable<OrderRecord> {
    return this.rows.changedSince(sinceMs, onUnreadable)
  }

  /** Every order that we refused for this reason, oldest first, in the same way. Ask nothing else meanwhile. */
  deniedFor(code: DenialCode): Iterable<OrderRecord> {
    return this.rows.deniedFor(code)
  }

  /** The life of an order, oldest first. Throws `BAD_RECORD` where something of it cannot be read: nothing may be decided by half of it. */
  events(orderId: string): readonly JournaledEvent[] {
    return this.rows.events.of(orderId)
  }

  /** As much of the life of an order as can be read, oldest first, to tell people and for what is done either way; see {@link whole}. */
  readableEvents(orderId: string): readonly JournaledEvent[] {
    return this.rows.events.readable(orderId)
  }

  /** One order, or null; null as well where it or anything of its life cannot be read. */
  whole(orderId: string): OrderRecord | null {
    this.rows.events.readable(orderId)
    return this.rows.events.isSpoiled(orderId) ? null : this.get(orderId)
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
      return this.inTransaction(work) as T
    } catch (thrown) {
      gathered.length = 0
      throw thrown
    } finally {
      this.gathered = null
      for (const record of gathered) this.publish(record)
    }
  }

  private transact(work: () => void): void {
    this.inTransaction(work)
  }

  private insertEvent(orderId: string, event: OrderEvent, atMs: number, actor: string): void {
    const fact = orderFact(orderId, event, actor)
    const dataJson = canonicalJson(event.data ?? {})
    try {
      this.rows.events.insert(orderId, atMs, event.type, dataJson, this.audit.append(fact).seq)
    } catch (thrown) {
      // What has happened has happened, whatever the log takes. A disk that takes nothing takes no journal either.
      if (!hasHappened(event.type) || !refusesEntries(thrown)) throw thrown
      this.owe(fact, { orderId, seq: this.rows.events.insert(orderId, atMs, event.type, dataJson, null) }, thrown)
    }
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

const REFUSALS: ReadonlySet<AuditErrorCode> = new Set<AuditErrorCode>(['LOG_BROKEN', 'FOREIGN_LOG', 'HEAD_MOVED', 'INVALID_FACT'])

/** The log itself takes nothing, until somebody decides what to do about it, or never takes this; not the disk, nor an environment that closes. */
function refusesEntries(thrown: unknown): boolean {
  return thrown instanceof AuditError && REFUSALS.has(thrown.code)
}
