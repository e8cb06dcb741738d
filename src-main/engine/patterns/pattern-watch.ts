import type { AlertSink } from '../../domain/alert'
import type { AuditFact } from '../../domain/audit-event'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { Random } from '../../lib/random'
import type { Database } from '../../storage/database'
import type { OrderRecord } from '../journal/records'
import { HISTORY_MS, type Activity } from './activity'
import { PatternDetector, type Judgement } from './detector'
import type { PatternAlarm, PatternStore } from './pattern-store'
import { failureActivity, HistoryReader, isFailure, orderActivity } from './read-history'

/** Signatures that belong to no order of an account. */
const NO_ACCOUNT = 'signers'

/** Of how many orders something is remembered besides their accounts' pasts: far more than are open at once. */
const MOST_REMEMBERED = 10_000

/** What the pattern watch works with, and what it may do: tell and reduce. */
export interface PatternWatchParts {
  readonly db: Database
  readonly store: PatternStore
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly labelOf: (account: string) => string
  /** Takes effect before it returns. */
  readonly reduce: (figures: Readonly<Record<string, string>>) => void
  readonly alerts: AlertSink
  /** Records a fact where that is possible; never throws. */
  readonly record: (fact: AuditFact) => void
  readonly onChange: () => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/** How much the accounts' own pasts say. */
export interface KnownHistory {
  readonly account: string
  readonly label: string
  readonly orders: number
  readonly sinceMs: number | null
  readonly speaks: boolean
}

/**
 * Product row P6: compares what accounts do with what they did in the last 30 days, which it reads from the journal. It stands in nobody's way: an order is
 * judged after it was let through, in a turn of its own, and what is unusual is told, and by choice reduces trading.
 */
export class PatternWatch {
  readonly #parts: PatternWatchParts
  readonly #detector = new PatternDetector()
  readonly #accountOf = new Map<string, string>()
  /** What was judged: an order is journaled often. */
  readonly #seen = new Set<string>()
  #waiting: Activity[] = []
  #alarms: PatternAlarm[] = []
  #cancel: Cancel | null = null
  /** The past, until it is read. */
  #past: HistoryReader | null = null
  #loaded = false
  #stopped = false

  constructor(parts: PatternWatchParts) {
    this.#parts = parts
  }

  /** Reads the past, and watches from then on. */
  start(): void {
    this.#later()
  }

  stop(): void {
    this.#stopped = true
    this.#cancel?.()
  }

  /** Something was journaled of an order. */
  observe(record: OrderRecord): void {
    const { orderId, state } = record
    this.#accountOf.set(orderId, record.plan.intent.account)
    keepLatest(this.#accountOf)
    if (state === 'approved') this.#once(`order ${orderId}`, () => orderActivity(record))
    if (isFailure(state)) this.#once(`failure ${orderId}`, () => failureActivity(record))
  }

  /** Something was signed. */
  signed(orderId: string, atMs: number): void {
    this.#waiting.push({
      kind: 'signature',
      orderId,
      account: this.#accountOf.get(orderId) ?? NO_ACCOUNT,
      atMs,
      usd: null,
      counterparties: [],
    })
    this.#later()
  }

  /** Alarms of the last 30 days, newest first. */
  alarms(): readonly PatternAlarm[] {
    return this.#alarms
  }

  /** How much each account's past says. */
  known(): readonly KnownHistory[] {
    return this.#detector
      .accounts()
      .filter((account) => account !== NO_ACCOUNT)
      .map((account) => ({ account, label: this.#parts.labelOf(account), ...this.#detector.known(account) }))
  }

  /** Somebody owns up to what raised an alarm: from now on it is usual. False when there is no such open alarm. Throws when it cannot be recorded. */
  acknowledge(alarmId: string, by: string, note: string): boolean {
    const alarm = this.#alarms.find((each) => each.alarmId === alarmId && each.acknowledged === null)
    if (alarm === undefined) return false
    const acknowledged = this.#parts.store.acknowledge(alarm, by, note)
    this.#alarms = this.#alarms.map((each) => (each === alarm ? { ...alarm, acknowledged } : each))
    // What another open alarm is about as well stays unusual.
    const open = new Set(this.#alarms.flatMap((each) => (each.acknowledged === null ? each.orderIds : [])))
    this.#detector.unflag(alarm.orderIds.filter((orderId) => !open.has(orderId)))
    this.#parts.onChange()
    return true
  }

  #once(key: string, activity: () => Activity): void {
    if (this.#seen.has(key)) return
    this.#seen.add(key)
    keepLatest(this.#seen)
    this.#waiting.push(activity())
    this.#later()
  }

  #later(): void {
    if (this.#stopped || this.#cancel !== null) return
    this.#cancel = this.#parts.scheduler.after(0, () => {
      this.#cancel = null
      try {
        if (this.#load()) for (const activity of this.#waiting.splice(0)) this.#take(activity)
        // A page a turn: a halt does not wait for a month to be read.
        else this.#later()
      } catch (thrown) {
        this.#parts.onFault(`watching for unusual activity: ${describeError(thrown)}`, thrown)
      }
    })
  }

  /** Reads on in the past; whether all of it is read. */
  #load(): boolean {
    if (this.#loaded) return true
    this.#past ??= this.#beginPast()
    const page = this.#past.next()
    for (const activity of page ?? []) {
      this.#accountOf.set(activity.orderId, activity.account)
      keepLatest(this.#accountOf)
      // What came in since this start is judged, not remembered.
      if (!this.#waiting.some(({ kind, orderId }) => kind === activity.kind && orderId === activity.orderId))
        this.#detector.remember(activity)
    }
    if (page !== null) return false
    this.#past = null
    this.#loaded = true
    this.#parts.onChange()
    return true
  }

  #beginPast(): HistoryReader {
    const { db, store, clock } = this.#parts
    const sinceMs = clock.wallMs() - HISTORY_MS
    this.#alarms = store.alarms(sinceMs)
    this.#detector.flag(this.#alarms.flatMap((alarm) => (alarm.acknowledged === null ? alarm.orderIds : [])))
    return new HistoryReader(db, sinceMs)
  }

  #take(activity: Activity): void {
    const judgements = this.#detector.take(activity, this.#parts.store.get().sensitivity)
    for (const judgement of judgements) {
      if (judgement.isNew) this.#raise(activity, judgement)
      else this.#goesOn(activity, judgement)
    }
    if (judgements.length > 0) this.#parts.onChange()
  }

  #raise({ orderId, account, atMs }: Activity, { finding }: Judgement): void {
    const { store, random, record, reduce, alerts, labelOf } = this.#parts
    const { kind, figures, orderIds } = finding
    const alarm: PatternAlarm = { alarmId: random.uuid(), atMs, account, kind, orderId, figures, orderIds, acknowledged: null }
    const told = { ...figures, kind, account: labelOf(account) }
    if (store.get().onAlarm === 'reduce') reduce(told)
    this.#alarms = [alarm, ...this.#alarms]
    record({ category: 'SECURITY_VIOLATION', severity: 'high', type: 'UnusualActivity', actor: 'system', subject: orderId, data: told })
    alerts.raise({ kind: 'unusual-activity', subject: `${account} ${kind}`, figures: told })
    this.#save(alarm)
  }

  /** More of what was told of already. */
  #goesOn({ account }: Activity, { finding }: Judgement): void {
    const known = this.#alarms.find((each) => each.account === account && each.kind === finding.kind && each.acknowledged === null)
    if (known === undefined) return
    const grown: PatternAlarm = { ...known, figures: finding.figures, orderIds: [...new Set([...known.orderIds, ...finding.orderIds])] }
    this.#alarms = this.#alarms.map((each) => (each === known ? grown : each))
    this.#save(grown)
  }

  #save(alarm: PatternAlarm): void {
    try {
      this.#parts.store.save(alarm)
    } catch (thrown) {
      this.#parts.onFault('keeping an alarm', thrown)
    }
  }
}

/** Forgets the oldest of what is more than is remembered. */
function keepLatest(known: Set<string> | Map<string, string>): void {
  const [oldest] = known.size > MOST_REMEMBERED ? known.keys() : []
  if (oldest !== undefined) known.delete(oldest)
}
