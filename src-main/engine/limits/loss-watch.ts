import type { AlertSink } from '../../domain/alert'
import type { AuditFact } from '../../domain/audit-event'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { Decimal } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import type { AccountBalances } from '../watch/balance-watch'
import type { EquityPoint, EquityStore } from './equity-store'
import type { LimitSettings } from './limit-settings'
import { dayFrom, equityOf, readEquity, type LossLevel, type LossReading } from './loss'
import { utcDayName, utcDayStart } from './utc-day'

/** How often accounts are valued, ms. */
export const EQUITY_EVERY_MS = 60_000
/** How soon after a fill, or after a valuation that shows a loss, they are valued again, ms. */
export const EQUITY_SOON_MS = 2_000

/** What the loss watch looks at, and what it may do: reduce, halt, tell. */
export interface LossWatchParts {
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly store: EquityStore
  readonly settings: () => LimitSettings
  /** Every account that can trade now; one whose venue is not connected is not among them. */
  readonly balances: () => Promise<readonly AccountBalances[]>
  /** Whether trading is halted, and whether it is reduced because of a loss. */
  readonly halted: () => boolean
  readonly reduced: () => boolean
  /** Each takes effect before it returns. */
  readonly reduce: (figures: Readonly<Record<string, string>>) => void
  readonly halt: (reason: string) => void
  readonly alerts: AlertSink
  /** Records a fact where that is possible; never throws: a log that is full must not keep a loss going. */
  readonly record: (fact: AuditFact) => void
  readonly onChange: () => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/** One account's losses as screens show them. */
export interface AccountLoss {
  readonly id: string
  readonly label: string
  /** Null until it was valued today. */
  readonly reading: LossReading | null
  readonly points: readonly EquityPoint[]
  /** Since when its value is not known, wall ms; null while it is. */
  readonly unknownSinceMs: number | null
}

interface Watched {
  label: string
  /** The UTC day that it is in. */
  dayName: string
  reading: LossReading | null
  points: EquityPoint[]
  /** The level that one valuation showed; it counts when the next one shows it too. */
  suspected: LossLevel
  valuedAtSteadyMs: number
  valuedAtMs: number
  known: boolean
  toldUnknown: boolean
}

const LEVELS: readonly LossLevel[] = ['none', 'reduce', 'halt']

/**
 * Product row B9: a day's loss moves trading to reducing, then halts it. Accounts are valued every minute and after each fill. A threshold counts when
 * two valuations in a row reach it, for one may fall between the halves of a trade. A value that is not known is no loss; where it stays unknown,
 * people are told. Who ends the reducing or releases the halt has seen the loss: it is counted anew from there.
 *
 * On a chain, what leaves the account otherwise than by a trade counts as a loss, and what arrives raises what later losses are measured from.
 */
export class LossWatch {
  readonly #parts: LossWatchParts
  readonly #watched = new Map<string, Watched>()
  #cancel: Cancel = () => undefined
  #dueSteadyMs = Infinity
  #stopped = false
  #looking: Promise<void> | null = null

  constructor(parts: LossWatchParts) {
    this.#parts = parts
  }

  /** Values the accounts at once, and from then on. */
  start(): void {
    this.#lookIn(0)
  }

  stop(): void {
    this.#stopped = true
    this.#cancel()
  }

  /** Something was filled: the accounts are valued again soon. */
  soon(): void {
    this.#lookIn(EQUITY_SOON_MS)
  }

  /** Every account, as it was valued last. */
  view(): readonly AccountLoss[] {
    return [...this.#watched].map(([id, { label, reading, points, known, valuedAtMs }]) => ({
      id,
      label,
      reading,
      points,
      unknownSinceMs: known ? null : valuedAtMs,
    }))
  }

  /** Counts an account's losses anew from what it is worth now. Whoever asks has been authorised. False when its value is not known. */
  restart(account: string, by: { readonly actor: string; readonly reason: string }): boolean {
    const watched = this.#watched.get(account)
    if (watched?.reading == null || !watched.known) return false
    this.#restart(account, watched, new Decimal(watched.reading.day.lastUsd), by.actor, by.reason)
    this.#parts.onChange()
    return true
  }

  #lookIn(delayMs: number): void {
    if (this.#stopped) return
    const due = this.#parts.clock.steadyMs() + delayMs
    if (due >= this.#dueSteadyMs) return
    this.#cancel()
    this.#dueSteadyMs = due
    this.#cancel = this.#parts.scheduler.after(delayMs, () => {
      this.#dueSteadyMs = Infinity
      this.#looking ??= this.#look().finally(() => {
        this.#looking = null
        this.#lookIn(EQUITY_EVERY_MS)
      })
    })
  }

  async #look(): Promise<void> {
    try {
      const accounts = await this.#parts.balances()
      if (this.#stopped) return
      for (const account of accounts) this.#take(account)
      for (const id of [...this.#watched.keys()]) if (!accounts.some((each) => each.id === id)) this.#watched.delete(id)
    } catch (thrown) {
      this.#parts.onFault('valuing the accounts', thrown)
    }
    this.#parts.onChange()
  }

  #take({ id, label, balances }: AccountBalances): void {
    const { clock } = this.#parts
    const nowMs = clock.wallMs()
    const watched = this.#of(id, label, nowMs)
    const equityUsd = balances.ok ? equityOf(balances.value) : null
    if (equityUsd === null) {
      this.#unknown(id, watched, balances.ok ? 'a price is not known' : `not read (${balances.error.code})`)
      return
    }
    Object.assign(watched, { known: true, toldUnknown: false, valuedAtMs: nowMs, valuedAtSteadyMs: clock.steadyMs() })
    this.#rollOver(watched, nowMs)
    this.#seeWhatPeopleDid(id, watched, equityUsd)
    const reading = readEquity(watched.reading?.day ?? null, equityUsd, nowMs, this.#parts.settings())
    this.#keep(id, watched, reading)
    const confirmed = LEVELS[Math.min(LEVELS.indexOf(reading.level), LEVELS.indexOf(watched.suspected))] ?? 'none'
    watched.suspected = reading.level
    if (reading.level !== confirmed) this.#lookIn(EQUITY_SOON_MS)
    if (confirmed !== 'none') this.#act(id, watched, reading, confirmed)
  }

  #of(id: string, label: string, nowMs: number): Watched {
    const known = this.#watched.get(id)
    if (known !== undefined) {
      known.label = label
      return known
    }
    const { store, settings, clock } = this.#parts
    const dayName = utcDayName(nowMs)
    const day = store.day(id, dayName)
    const fresh: Watched = {
      label,
      dayName,
      reading: day === null ? null : readEquity(day, new Decimal(day.lastUsd), day.lastAtMs, settings()),
      points: store.points(id, utcDayStart(nowMs)),
      suspected: 'none',
      valuedAtSteadyMs: clock.steadyMs(),
      valuedAtMs: nowMs,
      known: true,
      toldUnknown: false,
    }
    this.#watched.set(id, fresh)
    return fresh
  }

  /** A new day begins with the first value of it. A calendar that goes back stays in the day that it was in. */
  #rollOver(watched: Watched, nowMs: number): void {
    const dayName = utcDayName(nowMs)
    if (dayName <= watched.dayName) return
    Object.assign(watched, { dayName, reading: null, points: [], suspected: 'none' })
    this.#quietly('forgetting old valuations', () => this.#parts.store.prune(nowMs))
  }

  /** Somebody in authority who ended what a loss brought about has seen it. */
  #seeWhatPeopleDid(id: string, watched: Watched, equityUsd: Decimal): void {
    const day = watched.reading?.day
    if (day === undefined) return
    const released = day.haltedAtMs !== null && !this.#parts.halted()
    const resumed = day.reducedAtMs !== null && !this.#parts.reduced()
    if (released || resumed) this.#restart(id, watched, equityUsd, 'system', released ? 'the halt was released' : 'reducing was ended')
  }

  #restart(id: string, watched: Watched, equityUsd: Decimal, actor: string, why: string): void {
    const nowMs = this.#parts.clock.wallMs()
    const before = watched.reading?.day
    this.#parts.record({
      category: 'SECURITY_VIOLATION',
      severity: 'medium',
      type: 'LossCountRestarted',
      actor,
      subject: id,
      data: { why, fromUsd: before?.highUsd ?? '', toUsd: equityUsd.toFixed() },
    })
    watched.suspected = 'none'
    this.#keep(id, watched, readEquity(dayFrom(equityUsd, nowMs), equityUsd, nowMs, this.#parts.settings()))
  }

  #act(id: string, watched: Watched, reading: LossReading, level: 'reduce' | 'halt'): void {
    const { clock, alerts, record, settings, reduce, halt } = this.#parts
    const { day } = reading
    if (level === 'halt' ? day.haltedAtMs !== null : day.reducedAtMs !== null) return
    const limitPct = level === 'halt' ? settings().lossHaltPct : settings().lossReducePct
    const figures = {
      account: watched.label,
      level,
      lossPct: reading.lossPct.toFixed(2),
      limitPct,
      fromUsd: reading.fromUsd.toFixed(2),
      toUsd: new Decimal(day.lastUsd).toFixed(2),
    }
    // First the act, then the records: neither waits for a disk.
    if (level === 'halt') {
      halt(
        `${watched.label.slice(0, 60)} lost ${figures.lossPct} % today, the limit is ${limitPct} %: ${figures.fromUsd} to ${figures.toUsd} USD.`,
      )
    }
    reduce(figures)
    const nowMs = clock.wallMs()
    const acted = { ...day, reducedAtMs: day.reducedAtMs ?? nowMs, haltedAtMs: level === 'halt' ? nowMs : day.haltedAtMs }
    record({ category: 'SECURITY_VIOLATION', severity: 'critical', type: 'LossLimitReached', actor: 'system', subject: id, data: figures })
    alerts.raise({ kind: 'loss-limit', subject: `${id} ${level}`, figures })
    this.#keep(id, watched, { ...reading, day: acted })
  }

  #unknown(id: string, watched: Watched, why: string): void {
    const { clock, settings, alerts, record } = this.#parts
    watched.known = false
    if (watched.toldUnknown || clock.steadyMs() - watched.valuedAtSteadyMs < settings().valuationTimeoutMin * 60_000) return
    watched.toldUnknown = true
    const figures = { account: watched.label, why, minutes: String(settings().valuationTimeoutMin) }
    record({ category: 'ERROR_EVENT', severity: 'high', type: 'ValuationMissing', actor: 'system', subject: id, data: figures })
    alerts.raise({ kind: 'valuation-missing', subject: id, figures })
  }

  #keep(id: string, watched: Watched, reading: LossReading): void {
    watched.reading = reading
    const { lastAtMs: atMs, lastUsd: equityUsd } = reading.day
    if (watched.points.at(-1)?.atMs === atMs) watched.points.pop()
    watched.points.push({ atMs, equityUsd })
    this.#quietly('keeping what an account is worth', () => this.#parts.store.save(id, watched.dayName, reading.day))
  }

  #quietly(what: string, work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.#parts.onFault(`${what}: ${describeError(thrown)}`, thrown)
    }
  }
}
