import type { AuditAppender, AuditSeverity } from '../../domain/audit-event'
import {
  DRILL_TARGETS_MS,
  type DrillKind,
  type DrillMeasure,
  type DrillMeasureName,
  type DrillReport,
  type DrillResult,
} from '../../domain/drill'
import type { Environment } from '../../domain/environment'
import type { SweepMode } from '../../domain/sweep'
import type { Failure } from '../../domain/codes'
import type { Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { JsonObject } from '../../lib/json'
import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import type { Engine } from '../engine'
import type { ChainRehearsal } from './chain-rehearsal'
import { DrillOrders } from './drill-orders'
import type { DrillStore } from './drill-store'

const RESTING = 3
/** Transactions that wait on the chain of an emergency's rehearsal. */
const WAITING = 3
/** Failures after which a breaker that still stands closed has not done its work. */
const MOST_FAILURES = 8

/** Faults of the paper exchange that drills bring about. */
export interface DrillFaults {
  inject(fault: { readonly kind: 'reject-next'; readonly failure: Failure } | { readonly kind: 'disconnect' }): void
  clear(kind?: 'reject-next' | 'disconnect'): void
}

/** What a drill works with: the real parts, and nothing that a press could not do. */
export interface DrillParts {
  readonly environment: Environment
  readonly engine: Engine
  /** Null outside of paper. */
  readonly faults: DrillFaults | null
  readonly store: DrillStore
  readonly audit: AuditAppender
  /** A chain of its own with transactions that wait, for an emergency; closed when the drill is over. Throws when it cannot be made. */
  readonly rehearseChain: () => ChainRehearsal
  /** Closes the gate like a press, and returns as soon as it is closed; whether something else had closed it before. */
  readonly press: (mode: SweepMode, reason: string) => { readonly already: boolean }
  /** Whether a restart would find trading halted. */
  readonly durable: () => boolean
  /** Lets the halt go on to its records and to what is out, without waiting for the next turn. */
  readonly finish: () => void
  /** Whether the whole record is intact. */
  readonly recordIsIntact: () => Promise<boolean>
  /** When the first release after a wall time came, wall ms; null when none did. */
  readonly releasedAfter: (atMs: number) => Promise<number | null>
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly onChange: (report: DrillReport) => void
  readonly onFault: (thrown: unknown) => void
}

/** Why no drill begins. */
export type DrillRefusal = 'NOT_PAPER' | 'DRILL_RUNS' | 'HALTED' | 'ORDERS_OPEN' | 'BREAKERS_OPEN'

/**
 * Rehearses in paper, through the real parts: orders through the desk, a halt through the kill switch, faults at the exchange itself (product row B7). A halt
 * that a drill makes is a person's to release, as always: that is rehearsed too.
 */
export class DrillRunner {
  readonly #orders: DrillOrders
  #running: Run | null = null

  constructor(private readonly parts: DrillParts) {
    this.#orders = new DrillOrders(parts)
  }

  /** Begins a drill, on record; why not. What comes of it is told by `onChange`. */
  start(kind: DrillKind, by: string): Result<DrillReport, DrillRefusal> {
    const refusal = this.#whyNot()
    if (refusal !== null) return err(refusal)
    const run = new Run(this.parts, kind, by)
    this.#record('DrillStarted', 'medium', run.report())
    this.#running = run
    this.#keep(run.report())
    void this.#carryOut(run)
    return ok(run.report())
  }

  /** Reports, newest first; what waited for a release is brought up to date. */
  async list(): Promise<readonly DrillReport[]> {
    for (const report of this.parts.store.all()) {
      if (report.drillId === this.#running?.drillId) continue
      if (report.result === 'running')
        this.#keep({ ...report, result: 'interrupted', endedAtMs: report.startedAtMs, notes: [...report.notes, 'APP_ENDED'] })
      if (report.result === 'awaits-release') await this.#lookForRelease(report)
    }
    return this.parts.store.all()
  }

  #whyNot(): DrillRefusal | null {
    const { environment, faults, engine } = this.parts
    if (environment !== 'paper' || faults === null) return 'NOT_PAPER'
    if (this.#running !== null) return 'DRILL_RUNS'
    if (engine.ports.gate.snapshot().state !== 'armed' || engine.ports.tradingState.own().state !== 'active') return 'HALTED'
    if (Object.values(engine.ports.breakers.views()).some(({ state }) => state !== 'closed')) return 'BREAKERS_OPEN'
    // A halt goes after everything that rests, a person's own paper orders too.
    return engine.journal.open().length > 0 ? 'ORDERS_OPEN' : null
  }

  async #carryOut(run: Run): Promise<void> {
    let result: DrillResult
    try {
      result = await this.#rehearse(run)
    } catch (thrown) {
      run.note(describeError(thrown))
      result = 'failed'
    }
    try {
      this.parts.faults?.clear('reject-next')
      this.parts.faults?.clear('disconnect')
      await this.#cancelLeftovers(run)
      run.end(result)
      this.#record('DrillFinished', result === 'failed' ? 'high' : 'medium', run.report())
      this.#keep(run.report())
    } catch (thrown) {
      this.parts.onFault(thrown)
    } finally {
      this.#running = null
    }
  }

  #rehearse(run: Run): Promise<DrillResult> {
    switch (run.kind) {
      case 'halt':
        return this.#halt(run, 'graceful', null)
      case 'emergency-halt':
        return this.#emergency(run)
      case 'breaker-storm':
        return this.#storm(run)
      case 'venue-outage':
        return this.#outage(run)
    }
  }

  /** An emergency goes after what waits on a chain besides; paper has none, so one is made for the rehearsal. */
  async #emergency(run: Run): Promise<DrillResult> {
    const chain = this.parts.rehearseChain()
    try {
      return await this.#halt(run, 'emergency', chain)
    } finally {
      await chain.close()
    }
  }

  async #halt(run: Run, mode: SweepMode, chain: ChainRehearsal | null): Promise<DrillResult> {
    const { engine, press, durable, finish, recordIsIntact } = this.parts
    run.placed(await this.#orders.rest(RESTING, run.by))
    await chain?.send(WAITING, run.by)
    if (this.#isHalted()) return 'interrupted'
    run.startWatch()
    // A real halt that came first wins; its own steps are not ours to time.
    if (press(mode, `drill: ${run.kind}`).already) return 'interrupted'
    if (engine.ports.gate.lastLook() !== null) run.took('gate-closed')
    if (durable()) run.took('lease-gone')
    finish()
    const onVenue = async (): Promise<void> => {
      await engine.sweeper.settled()
      if (await this.#nothingIsOut(run)) run.took('all-canceled')
    }
    await Promise.all([onVenue(), ...(chain === null ? [] : [this.#cancelOnChain(run, chain)])])
    if (engine.ports.gate.lastLook() !== null && (await this.#nothingIsOut(run)) && (await recordIsIntact())) run.took('verified')
    run.expects('gate-closed', 'lease-gone', 'all-canceled', 'verified')
    run.waitsFor('recovered')
    return run.keptTimes('recovered') ? 'awaits-release' : 'failed'
  }

  /** What waits may not go out again for more, and each of them is replaced by a cancel. By the chain's own word. */
  async #cancelOnChain(run: Run, chain: ChainRehearsal): Promise<void> {
    run.expects('speed-up-refused', 'cancels-sent', 'chain-clear')
    if (await chain.refusesToSend(run.by)) run.took('speed-up-refused')
    chain.cancelAll(run.by)
    if (await this.#orders.until(() => chain.replaced() === chain.count)) run.took('cancels-sent')
    if (await this.#orders.until(() => chain.canceled() === chain.count)) run.took('chain-clear')
    run.onChain = { waiting: chain.count, canceled: chain.canceled() }
  }

  async #storm(run: Run): Promise<DrillResult> {
    const { engine, faults } = this.parts
    run.startWatch()
    const isOpen = (): boolean => engine.ports.breakers.views().trade.state !== 'closed'
    for (let count = 0; count < MOST_FAILURES && !isOpen(); count += 1) {
      faults?.inject({ kind: 'reject-next', failure: { code: 'INVALID_INSTRUCTION', detail: 'a drill' } })
      const placed = await this.#orders.place('market', run.by)
      if (!placed.ok) break
      run.placed([placed.orderId])
      await this.#orders.settled(placed.orderId, (state) => state === 'rejected')
      if (this.#isHalted() && !isOpen()) return 'interrupted'
    }
    if (isOpen()) run.took('breaker-open')
    if (!(await this.#orders.place('market', run.by)).ok) run.took('order-refused')
    run.expects('breaker-open', 'order-refused')
    run.note('CLOSE_THE_BREAKER')
    return run.keptTimes() ? 'passed' : 'failed'
  }

  async #outage(run: Run): Promise<DrillResult> {
    const { engine, faults } = this.parts
    const reader = engine.ports.venues.get('paper')?.reader
    if (reader === undefined) return 'failed'
    run.placed(await this.#orders.rest(1, run.by))
    if (this.#isHalted()) return 'interrupted'
    run.startWatch()
    faults?.inject({ kind: 'disconnect' })
    if (await this.#orders.until(async () => !(await reader.health()).ok)) run.took('outage-seen')
    if (!(await this.#orders.place('market', run.by)).ok) run.took('order-refused')
    run.startWatch()
    faults?.clear('disconnect')
    if (await this.#orders.until(async () => (await reader.health()).ok)) run.took('back-again')
    run.expects('outage-seen', 'order-refused', 'back-again')
    return run.keptTimes() ? 'passed' : 'failed'
  }

  #isHalted(): boolean {
    return this.parts.engine.ports.gate.snapshot().state !== 'armed'
  }

  /** By the venue's own word. */
  async #nothingIsOut({ orderIds }: Run): Promise<boolean> {
    const held = await this.parts.engine.ports.venues.get('paper')?.orders?.open()
    return held?.ok === true && orderIds.every((orderId) => !held.value.includes(orderId))
  }

  async #cancelLeftovers({ orderIds, by }: Run): Promise<void> {
    const { engine } = this.parts
    for (const orderId of orderIds) await engine.canceller.cancel(orderId, by)
  }

  async #lookForRelease(report: DrillReport): Promise<void> {
    const haltedAtMs = report.endedAtMs ?? report.startedAtMs
    const releasedAtMs = await this.parts.releasedAfter(report.startedAtMs)
    if (releasedAtMs === null) return
    const tookMs = Math.max(0, releasedAtMs - haltedAtMs)
    const measures = report.measures.map((measure): DrillMeasure => (measure.name === 'recovered' ? { ...measure, tookMs } : measure))
    const recovered: DrillReport = { ...report, result: 'passed', measures }
    this.#record('DrillRecovered', 'info', recovered)
    this.#keep(recovered)
  }

  #keep(report: DrillReport): void {
    this.parts.store.put(report)
    this.parts.onChange(report)
  }

  #record(type: string, severity: AuditSeverity, { drillId, kind, by, result, measures, chain, notes }: DrillReport): void {
    const times: JsonObject = Object.fromEntries(
      measures.map(({ name, tookMs }) => [name, tookMs === null ? 'not reached' : `${tookMs.toFixed(1)} ms`]),
    )
    const data: JsonObject = { kind, result, ...times, ...(chain === null ? {} : { chain: { ...chain } }), notes: notes.join('; ') }
    this.parts.audit.append({ category: 'SYSTEM_EVENT', severity, type, actor: by, subject: drillId, data })
  }
}

/** One drill under way: its clock, and what it has come to. */
class Run {
  readonly drillId: string
  readonly orderIds: string[] = []
  /** What waited on the chain of a rehearsed emergency, and what of it was canceled. */
  onChain: DrillReport['chain'] = null
  readonly #startedAtMs: number
  #endedAtMs: number | null = null
  #result: DrillResult = 'running'
  #watchMs: number
  readonly #measures = new Map<DrillMeasureName, number | null>()
  readonly #notes: string[] = []

  constructor(
    private readonly parts: Pick<DrillParts, 'clock' | 'random'>,
    readonly kind: DrillKind,
    readonly by: string,
  ) {
    this.drillId = parts.random.uuid()
    this.#startedAtMs = Math.floor(parts.clock.wallMs())
    this.#watchMs = parts.clock.steadyMs()
  }

  placed(orderIds: readonly string[]): void {
    this.orderIds.push(...orderIds)
  }

  /** From here on time is taken. */
  startWatch(): void {
    this.#watchMs = this.parts.clock.steadyMs()
  }

  took(name: DrillMeasureName): void {
    this.#measures.set(name, Math.max(0, this.parts.clock.steadyMs() - this.#watchMs))
  }

  /** What was not reached is shown as not reached. */
  expects(...names: readonly DrillMeasureName[]): void {
    for (const name of names) if (!this.#measures.has(name)) this.#measures.set(name, null)
  }

  waitsFor(name: DrillMeasureName): void {
    this.#measures.set(name, null)
  }

  /** Whether everything was reached, within its target; but for what is still waited for. */
  keptTimes(...waitedFor: readonly DrillMeasureName[]): boolean {
    return [...this.#measures]
      .filter(([name]) => !waitedFor.includes(name))
      .every(([name, tookMs]) => tookMs !== null && tookMs <= (DRILL_TARGETS_MS[name] ?? Infinity))
  }

  note(text: string): void {
    this.#notes.push(text.slice(0, 200))
  }

  end(result: DrillResult): void {
    this.#result = result
    this.#endedAtMs = Math.floor(this.parts.clock.wallMs())
  }

  report(): DrillReport {
    const measures = [...this.#measures].map(([name, tookMs]): DrillMeasure => ({ name, tookMs, targetMs: DRILL_TARGETS_MS[name] }))
    const { drillId, kind, by } = this
    return {
      ...{ drillId, kind, by },
      startedAtMs: this.#startedAtMs,
      endedAtMs: this.#endedAtMs,
      result: this.#result,
      measures,
      chain: this.onChain,
      notes: [...this.#notes],
    }
  }
}
