import type { AuditSeverity } from '../../domain/audit-event'
import type { VenueId } from '../../domain/instrument'
import { isOpen } from '../../domain/order'
import { furtherMode, isOver, sweepFigures, type SweepCause, type SweepMode, type SweepPhase, type SweepReport } from '../../domain/sweep'
import type { JsonObject } from '../../lib/json'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import type { OrderCanceller } from '../orders/cancel-order'
import { waitingRoot } from '../orders/plan-replacement'
import type { OrderReplacer } from '../orders/replace-order'
import type { EnginePorts } from '../ports'
import { cancelReportOf, type CancelReport } from './cancel-report'
import { chainRound, waitingOnChains } from './chain-round'
import { exchangeRound, outAt } from './exchange-round'
import type { SweepItems } from './items'
import { VenueSweep } from './venue-sweep'

/** What a sweep works with. It places nothing: it cancels, through the two parts that may. */
export interface SweeperParts {
  readonly ports: EnginePorts
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly canceller: OrderCanceller
  readonly replacer: OrderReplacer
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/** A sweep as it is asked for. */
export interface SweepRequest {
  readonly mode: SweepMode
  readonly cause: SweepCause
  readonly by: string
  /** Orders that are not ours are canceled too; without it they are listed and left alone. */
  readonly foreignToo?: boolean
}

interface Run {
  readonly sweepId: string
  readonly mode: SweepMode
  readonly cause: SweepCause
  readonly by: string
  readonly foreignToo: boolean
  readonly startedAtMs: number
  readonly venues: readonly VenueSweep[]
  finishedAtMs: number | null
  cleared: boolean
}

/**
 * Goes after what is out while trading is halted (product row B5): every venue at once, each asked again until it holds nothing of ours, or until the
 * quick tries are over; what is still out then is named, recorded, and tried again slowly until trading is released. Nothing here waits for a record.
 */
export class Sweeper {
  #run: Run | null = null
  #live = false
  #ended = false
  /** What goes after orders while trading is armed. */
  readonly #once = new Set<VenueSweep>()
  readonly #listeners = new Set<(report: SweepReport) => void>()
  readonly #waiting = new Set<() => void>()
  readonly #stopHearing: () => void

  constructor(private readonly parts: SweeperParts) {
    this.#stopHearing = parts.journal.onChange((record) => this.#hear(record))
  }

  /**
   * Begins; a sweep that is under way is taken over, in the further of both modes. Nothing while trading is armed: then a person cancels orders, and none
   * that comes later may be met. Never throws.
   */
  start({ mode, cause, by, foreignToo = false }: SweepRequest): SweepReport | null {
    const { ports } = this.parts
    if (!this.#halted()) return null
    const before = this.#live ? this.#run : null
    for (const venue of before?.venues ?? []) void venue.stop()
    const asked = {
      mode: before === null ? mode : furtherMode(before.mode, mode),
      foreignToo: foreignToo || before?.foreignToo === true,
      by,
    }
    const sweepId = ports.random.uuid()
    const venues = this.#venues().map((venue) => this.#venueSweep(venue, asked, () => this.#settled(sweepId)))
    this.#run = { sweepId, cause, ...asked, startedAtMs: ports.clock.wallMs(), venues, finishedAtMs: null, cleared: false }
    this.#live = true
    for (const venue of venues) void venue.start()
    this.#record('SweepStarted', 'high', by, {
      mode: asked.mode,
      cause,
      foreignToo: asked.foreignToo,
      venues: venues.map((one) => one.venue),
    })
    if (venues.length === 0) this.#settled(sweepId)
    this.#tell()
    return this.report()
  }

  /**
   * Cancels every order of ours that rests at an exchange, the way a sweep does: asked again until none is left, or until the quick tries are over; what
   * stays is named and told. While halted it is a graceful sweep, which goes on; while armed it is over with this, and meets no order that came later.
   */
  async cancelAll(by: string): Promise<CancelReport> {
    if (!this.#halted()) return this.#cancelOnce(by)
    this.start({ mode: 'graceful', cause: 'asked', by })
    return cancelReportOf((await this.settled())?.venues ?? [])
  }

  async #cancelOnce(by: string): Promise<CancelReport> {
    const { ports, journal, onFault } = this.parts
    const sweeps = this.#venues().map((venue) => {
      const there = new Set(outAt({ journal }, venue))
      // What has ended for us and is still listed is ours to cancel, whenever it was.
      const hasEnded = (orderId: string): boolean => {
        const state = journal.get(orderId)?.state
        return state !== undefined && !isOpen(state)
      }
      const wants = (orderId: string): boolean => there.has(orderId) || hasEnded(orderId)
      return new VenueSweep({
        ...{ venue, scheduler: ports.scheduler, quickOnly: true },
        onChange: () => undefined,
        onSettled: () => undefined,
        onFault: (thrown) => {
          if (!this.#ended) onFault(venue, thrown)
        },
        round: (items) => this.#round(venue, items, { mode: 'graceful', foreignToo: false, by, wants }),
      })
    })
    for (const sweep of sweeps) this.#once.add(sweep)
    await Promise.all(sweeps.map((sweep) => sweep.start()))
    for (const sweep of sweeps) this.#once.delete(sweep)
    if (!this.#ended) this.#recordFailing(sweeps, by)
    return cancelReportOf(sweeps.map((sweep) => sweep.view()))
  }

  /** The sweep that runs, or the last one that did; null when there was none. */
  report(): SweepReport | null {
    const run = this.#run
    if (run === null) return null
    const { sweepId, mode, cause, by, foreignToo, startedAtMs, finishedAtMs } = run
    const venues = run.venues.map((venue) => venue.view())
    return { sweepId, mode, cause, by, foreignToo, startedAtMs, finishedAtMs, phase: this.#phase(run), venues }
  }

  /** Hears of every step; returns how to stop. */
  onChange(listener: (report: SweepReport) => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  /** Resolves when the quick tries of the sweep that runs are over, or nothing is out any more; at once when none runs. */
  settled(): Promise<SweepReport | null> {
    const run = this.#run
    if (run === null || !this.#live || run.finishedAtMs !== null) return Promise.resolve(this.report())
    return new Promise((resolve) => {
      this.#waiting.add(() => resolve(this.report()))
    })
  }

  /** Before trading goes on: asks for nothing more, and waits for what was asked, so that no cancel meets an order that comes later. */
  async stop(by: string): Promise<void> {
    const run = this.#run
    if (run === null || !this.#live) return
    this.#live = false
    const cleared = run.venues.every((venue) => venue.view().phase === 'clear')
    await Promise.all(run.venues.map((venue) => venue.stop()))
    if (!cleared) this.#record('SweepStopped', 'high', by, { ...sweepFigures({ venues: run.venues.map((venue) => venue.view()) }) })
    this.#finish(run)
    this.#tell()
  }

  /** The environment closes: nothing more is asked, and nothing is recorded. The halt remembers that there is a sweep to go on with. */
  end(): void {
    this.#live = false
    this.#ended = true
    this.#stopHearing()
    this.#listeners.clear()
    for (const venue of [...(this.#run?.venues ?? []), ...this.#once]) void venue.stop()
  }

  #halted(): boolean {
    return this.parts.ports.gate.snapshot().state !== 'armed'
  }

  /** Every venue that is connected, or where the journal says that something is out. */
  #venues(): readonly VenueId[] {
    const { ports, journal, transactions } = this.parts
    const all = new Set<VenueId>(ports.venues.all().map(({ id }) => id))
    try {
      for (const { plan } of journal.open()) all.add(plan.intent.venue)
      for (const { venue } of journal.unreadable()) all.add(venue as VenueId)
      for (const venue of waitingOnChains({ journal, transactions }).keys()) all.add(venue as VenueId)
    } catch (thrown) {
      // Where the journal cannot be asked, the venues that are connected still are.
      this.parts.onFault('sweep', thrown)
    }
    return [...all]
  }

  #venueSweep(venue: VenueId, { mode, foreignToo, by }: Pick<Run, 'mode' | 'foreignToo' | 'by'>, onSettled: () => void): VenueSweep {
    return new VenueSweep({
      venue,
      scheduler: this.parts.ports.scheduler,
      onChange: () => this.#tell(),
      onSettled,
      onFault: (thrown) => {
        // What is heard after the environment was closed is of its closed database.
        if (this.#live) this.parts.onFault(venue, thrown)
      },
      round: async (items) => {
        // Released by whatever way: nothing that comes after it may be canceled.
        if (!this.#halted()) {
          void this.stop('system')
          return null
        }
        return this.#round(venue, items, { mode, foreignToo, by, wants: () => true })
      },
    })
  }

  /** One round at one venue, whatever it is. Why it could not be asked; null when it could. */
  async #round(
    venue: VenueId,
    items: SweepItems,
    { mode, foreignToo, by, wants }: Pick<Run, 'mode' | 'foreignToo' | 'by'> & { readonly wants: (orderId: string) => boolean },
  ): Promise<string | null> {
    const { ports, journal, transactions, canceller, replacer } = this.parts
    const { venues, scheduler, clock } = ports
    const connected = venues.get(venue)
    const onChain = connected === null ? waitingOnChains({ journal, transactions }).has(venue) : connected.chain !== null
    if (!onChain) return exchangeRound({ venues, journal, canceller, scheduler, actor: by, foreignToo, wants }, venue, items)
    await chainRound({ journal, transactions, replacer, clock, actor: by, mode }, venue, items)
    return null
  }

  #phase({ venues }: Run): SweepPhase {
    const phases = venues.map((venue) => venue.view().phase)
    if (phases.every((phase) => phase === 'clear')) return 'clear'
    if (!this.#live || phases.includes('stopped')) return 'stopped'
    return phases.includes('asking') ? 'running' : 'retrying'
  }

  #settled(sweepId: string): void {
    const run = this.#run
    if (run?.sweepId !== sweepId || !run.venues.every((venue) => venue.settled)) return
    this.#recordFailing(run.venues, run.by)
    this.#finish(run)
    const figures = sweepFigures({ venues: run.venues.map((venue) => venue.view()) })
    const tookMs = this.parts.ports.clock.wallMs() - run.startedAtMs
    const phase = this.#phase(run)
    run.cleared = phase === 'clear'
    this.#record('SweepFinished', figures.failing > 0 ? 'critical' : 'high', run.by, { ...figures, mode: run.mode, phase, tookMs })
    this.#tell()
  }

  /** Each order that is still out, and each venue that could not be asked: people are told by these records. */
  #recordFailing(venues: readonly VenueSweep[], by: string): void {
    for (const venue of venues)
      for (const { orderId, fate, code, detail } of venue.failing())
        this.#record('CancelFailed', 'critical', by, { venue: venue.venue, fate, code: code ?? '', detail: detail.slice(0, 200) }, orderId)
    for (const { venue, problem } of venues.map((each) => each.view()))
      if (problem !== null) this.#record('CancelFailed', 'critical', by, { venue, fate: 'no-answer', code: problem, detail: '' }, venue)
  }

  #finish(run: Run): void {
    run.finishedAtMs ??= this.parts.ports.clock.wallMs()
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** An order ended: what the journal knows of it is what became of it. */
  #hear({ orderId, state, plan }: OrderRecord): void {
    if (!this.#live || isOpen(state)) return
    for (const venue of this.#run?.venues ?? []) {
      if (venue.venue !== plan.intent.venue || venue.items.get(orderId) === undefined) continue
      // What it left waiting on a chain, or may have left, is still out: the next round looks after it.
      const kept = this.parts.transactions.readableOf(orderId)
      if (kept.unreadable > 0 || waitingRoot(kept.transactions) !== null) continue
      venue.items.set(orderId, state === 'canceled' ? 'canceled' : 'ended')
      if (venue.items.all().every(({ fate }) => isOver(fate))) venue.hurry()
    }
  }

  #tell(): void {
    const run = this.#run
    const report = this.report()
    if (run === null || report === null) return
    if (report.phase === 'clear' && run.finishedAtMs !== null && !run.cleared) {
      run.cleared = true
      this.#record('SweepCleared', 'medium', run.by, { ...sweepFigures(report) })
    }
    for (const listener of this.#listeners) {
      try {
        listener(report)
      } catch (thrown) {
        this.parts.onFault('sweep', thrown)
      }
    }
  }

  /** A record that cannot be written must not stop a cancel. */
  #record(type: string, severity: AuditSeverity, actor: string, data: JsonObject, subject: string | null = null): void {
    this.parts.ports.recordAnyway({ category: 'SECURITY_VIOLATION', severity, type, actor, subject, data })
  }
}
