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
import { chainRound, waitingOnChains } from './chain-round'
import { exchangeRound } from './exchange-round'
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
    for (const venue of venues) venue.start()
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
    this.#stopHearing()
    this.#listeners.clear()
    for (const venue of this.#run?.venues ?? []) void venue.stop()
  }

  #halted(): boolean {
    return this.parts.ports.gate.snapshot().state !== 'armed'
  }

  /** Every venue that is connected, or where the journal says that something is out. */
  #venues(): readonly VenueId[] {
    const { ports, journal, transactions } = this.parts
    const all = new Set<VenueId>(ports.venues.all().map(({ id }) => id))
    for (const { plan } of journal.open()) all.add(plan.intent.venue)
    for (const venue of waitingOnChains({ journal, transactions }).keys()) all.add(venue as VenueId)
    return [...all]
  }

  #venueSweep(venue: VenueId, { mode, foreignToo, by }: Pick<Run, 'mode' | 'foreignToo' | 'by'>, onSettled: () => void): VenueSweep {
    const { ports, journal, transactions, canceller, replacer } = this.parts
    const { venues, scheduler, clock } = ports
    return new VenueSweep({
      venue,
      scheduler,
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
        const connected = venues.get(venue)
        const onChain = connected === null ? waitingOnChains({ journal, transactions }).has(venue) : connected.chain !== null
        if (!onChain) return exchangeRound({ venues, journal, canceller, scheduler, actor: by, foreignToo }, venue, items)
        await chainRound({ journal, transactions, replacer, clock, actor: by, mode }, venue, items)
        return null
      },
    })
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
    for (const venue of run.venues)
      for (const { orderId, fate, code, detail } of venue.failing())
        this.#record(
          'CancelFailed',
          'critical',
          run.by,
          { venue: venue.venue, fate, code: code ?? '', detail: detail.slice(0, 200) },
          orderId,
        )
    for (const { venue, problem } of run.venues.map((each) => each.view()))
      if (problem !== null) this.#record('CancelFailed', 'critical', run.by, { venue, fate: 'no-answer', code: problem, detail: '' }, venue)
    this.#finish(run)
    const figures = sweepFigures({ venues: run.venues.map((venue) => venue.view()) })
    const tookMs = this.parts.ports.clock.wallMs() - run.startedAtMs
    const phase = this.#phase(run)
    run.cleared = phase === 'clear'
    this.#record('SweepFinished', figures.failing > 0 ? 'critical' : 'high', run.by, { ...figures, mode: run.mode, phase, tookMs })
    this.#tell()
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
      // What it left waiting on a chain is still out: the next round looks after it.
      if (waitingRoot(this.parts.transactions.ofOrder(orderId)) !== null) continue
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
