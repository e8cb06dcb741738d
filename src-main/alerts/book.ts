import { ALERT_SEVERITIES, ALERTS, type Alert, type AlertKind } from '../domain/alert'
import type { Clock } from '../lib/clock'
import type { Random } from '../lib/random'
import type { AlertRecord, DeliveryState, Raised, RaiseFrom } from './record'

/** Raises of one kind and subject are one alert for this long from the first on; then people are told anew, ms. */
export const FOLD_WINDOW_MS = 15 * 60_000
/** What ends what: once that was told, the next of the kind is no duplicate but another, however soon it comes. */
const ENDED_BY: Partial<Record<AlertKind, readonly AlertKind[]>> = {
  'kill-switch-triggered': ['kill-switch-released'],
  'kill-switch-released': ['kill-switch-triggered'],
}
/** How many alerts are kept. */
export const MOST_ALERTS = 500
/** Bounds of what an alert may hold: what raises it is not always ours. */
const MOST_FIGURES = 20
const LONGEST = { subject: 200, name: 60, figure: 500 } as const

/** Every alert that is known, folded and bounded. In memory alone: {@link AlertBook.takeChanges} tells what a database has to be told. */
export class AlertBook {
  readonly #records = new Map<string, AlertRecord>()
  #changed = new Set<string>()
  #forgotten = new Set<string>()

  constructor(
    private readonly clock: Clock,
    private readonly random: Random,
  ) {}

  /** Takes what was kept, without calling it changed. What is here already stays. */
  restore(records: readonly AlertRecord[]): void {
    for (const record of records) if (!this.#records.has(record.id)) this.#records.set(record.id, record)
    this.prune()
  }

  /** Forgets everything: another environment has alerts of its own. */
  clear(): void {
    this.#records.clear()
    this.#changed.clear()
    this.#forgotten.clear()
  }

  /** Takes an alert, folding it into one of its kind and subject that nobody has dealt with yet. */
  raise(alert: Alert, { auditSeq, atMs = this.clock.wallMs() }: RaiseFrom = {}): Raised {
    const bounded = boundedAlert(alert)
    const now = Math.round(atMs)
    const same = this.sameAs(bounded, now)
    const record: AlertRecord =
      same === null
        ? {
            ...bounded,
            id: this.random.uuid(),
            severity: ALERTS[bounded.kind],
            auditSeq: auditSeq ?? null,
            firstAtMs: now,
            lastAtMs: now,
            count: 1,
            acknowledged: null,
            delivery: 'none',
            attempts: 0,
          }
        : { ...same, figures: bounded.figures, auditSeq: auditSeq ?? same.auditSeq, lastAtMs: now, count: same.count + 1 }
    this.put(record)
    if (same === null) this.prune()
    return { record, isNew: same === null }
  }

  /** Marks alerts as dealt with; those that are unknown or acknowledged already are left out of the answer. */
  acknowledge(ids: readonly string[], by: string): readonly AlertRecord[] {
    const atMs = Math.round(this.clock.wallMs())
    return ids.flatMap((id) => {
      const record = this.#records.get(id)
      return record === undefined || record.acknowledged !== null ? [] : [this.put({ ...record, acknowledged: { by, atMs } })]
    })
  }

  /** Notes how an alert's delivery goes. Null when it was forgotten meanwhile. */
  delivered(id: string, delivery: DeliveryState, attempts: number): AlertRecord | null {
    const record = this.#records.get(id)
    return record === undefined ? null : this.put({ ...record, delivery, attempts })
  }

  /** One alert. */
  get(id: string): AlertRecord | null {
    return this.#records.get(id) ?? null
  }

  /** Unacknowledged first, then the most urgent, then the latest. */
  list(): readonly AlertRecord[] {
    return [...this.#records.values()].sort(byUrgency)
  }

  /** How many nobody has acknowledged, and how many of them are urgent. */
  counts(): { readonly urgent: number; readonly open: number } {
    const open = [...this.#records.values()].filter(({ acknowledged }) => acknowledged === null)
    return { urgent: open.filter(({ severity }) => severity === 'critical' || severity === 'high').length, open: open.length }
  }

  /** Those that are to be sent, the least tried first: one that a receiver never takes does not stand before the others. */
  due(): readonly AlertRecord[] {
    return [...this.#records.values()]
      .filter(({ delivery }) => delivery === 'due')
      .sort((a, b) => a.attempts - b.attempts || rank(a) - rank(b) || a.firstAtMs - b.firstAtMs)
  }

  /** What has changed since it was last asked; hand it back by {@link AlertBook.putBack} where it could not be kept. */
  takeChanges(): { readonly changed: readonly AlertRecord[]; readonly forgotten: readonly string[] } {
    const changed = [...this.#changed].flatMap((id) => this.#records.get(id) ?? [])
    const forgotten = [...this.#forgotten]
    this.#changed = new Set()
    this.#forgotten = new Set()
    return { changed, forgotten }
  }

  /** Calls these changed again. */
  putBack({ changed, forgotten }: ReturnType<AlertBook['takeChanges']>): void {
    for (const { id } of changed) if (this.#records.has(id)) this.#changed.add(id)
    for (const id of forgotten) this.#forgotten.add(id)
  }

  private sameAs(alert: Alert, nowMs: number): AlertRecord | null {
    for (const record of this.#records.values()) {
      if (record.kind !== alert.kind || record.subject !== alert.subject || record.acknowledged !== null) continue
      if (Math.abs(nowMs - record.firstAtMs) < FOLD_WINDOW_MS && !this.hasEnded(record)) return record
    }
    return null
  }

  private hasEnded({ kind, lastAtMs }: AlertRecord): boolean {
    const ends = ENDED_BY[kind]
    return ends !== undefined && [...this.#records.values()].some((other) => ends.includes(other.kind) && other.lastAtMs >= lastAtMs)
  }

  private put(record: AlertRecord): AlertRecord {
    this.#records.set(record.id, record)
    this.#changed.add(record.id)
    return record
  }

  /** Acknowledged ones go first, then the least urgent, then the oldest. */
  private prune(): void {
    if (this.#records.size <= MOST_ALERTS) return
    for (const { id } of this.list().slice(MOST_ALERTS)) {
      this.#records.delete(id)
      this.#changed.delete(id)
      this.#forgotten.add(id)
    }
  }
}

function rank({ severity }: AlertRecord): number {
  return ALERT_SEVERITIES.indexOf(severity)
}

function byUrgency(a: AlertRecord, b: AlertRecord): number {
  return Number(a.acknowledged !== null) - Number(b.acknowledged !== null) || rank(a) - rank(b) || b.lastAtMs - a.lastAtMs
}

function boundedAlert({ kind, subject, figures }: Alert): Alert {
  return {
    kind,
    subject: subject === null ? null : subject.slice(0, LONGEST.subject),
    figures: Object.fromEntries(
      Object.entries(figures)
        .slice(0, MOST_FIGURES)
        .map(([name, value]) => [name.slice(0, LONGEST.name), value.slice(0, LONGEST.figure)]),
    ),
  }
}
