import { BREAKER_IDS, BREAKER_THRESHOLDS, type BreakerId, type BreakerThresholds } from '../../domain/breaker'
import { denial, type Denial } from '../../domain/codes'
import type { Clock } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { BreakerView } from '../guard'
import { BreakerCell } from './breaker-cell'
import { breakerStatus, type BreakerStatus } from './breaker-status'
import type { BreakerEventKind, BreakerStore } from './breaker-store'
import {
  acquireProbe,
  isolate,
  recordFailure,
  recordSuccess,
  releaseProbe,
  reset,
  settle,
  type BreakerAct,
  type BreakerState,
} from './machine'
import type { Moment } from './persisted'
import { MAX_KEPT } from './samples'

/** All seven as guards see them, at one moment; never changed afterwards. */
export type BreakerViews = Readonly<Record<BreakerId, BreakerView>>

/** Said after a breaker changed: its state, its probe, or whether it can be saved. */
export interface BreakerChange {
  readonly id: BreakerId
  readonly from: BreakerView
  readonly to: BreakerView
  /** What happened, in words for the log. */
  readonly why: string
  /** Who made it happen; `system` when nobody did. */
  readonly by: string
}

/** Parts of a {@link BreakerSet}. */
export interface BreakerSetParts {
  readonly clock: Clock
  readonly store: BreakerStore
  /** Other thresholds than product row X4's, by breaker. */
  readonly thresholds?: Partial<Record<BreakerId, BreakerThresholds>>
  /** Told of changes after they were made; what it throws is its own affair. */
  readonly onChange?: (change: BreakerChange) => void
}

/** What an outcome belongs to, and what it was. */
export interface OutcomeDetail {
  readonly orderId?: string | null
  readonly why?: string
}

/**
 * The seven breakers of one environment, kept across restarts. Failures that count, openings, closings, probes and acts of persons are durable
 * before the call returns; a state that cannot be saved counts as open until it is.
 */
export class BreakerSet {
  private readonly clock: Clock
  private readonly onChange: (change: BreakerChange) => void
  private readonly cells: Readonly<Record<BreakerId, BreakerCell>>
  private cached: BreakerViews
  private nextLookMs = Infinity

  constructor({ clock, store, thresholds = {}, onChange = () => undefined }: BreakerSetParts) {
    this.clock = clock
    this.onChange = onChange
    const now = this.now()
    const cell = (id: BreakerId): BreakerCell => new BreakerCell(id, checked(id, thresholds[id] ?? BREAKER_THRESHOLDS[id]), store, now)
    this.cells = Object.fromEntries(BREAKER_IDS.map((id) => [id, cell(id)])) as Record<BreakerId, BreakerCell>
    this.cached = this.collect()
  }

  /** All seven as guards see them now. Costs one look at the clock while nothing changes. */
  views(): BreakerViews {
    // Not `>=`: a time that is no number must not leave an old answer standing.
    if (!(this.clock.steadyMs() < this.nextLookMs)) this.tick()
    return this.cached
  }

  /** All seven for the screen, highest priority first. */
  status(): readonly BreakerStatus[] {
    this.views()
    const now = this.now()
    return BREAKER_IDS.map((id) => breakerStatus(this.cells[id], now))
  }

  /** Counts one outcome. `orderId` names the order that it belongs to, so that a probe is recognised. */
  record(id: BreakerId, outcome: 'success' | 'failure', { orderId = null, why = '' }: OutcomeDetail = {}): void {
    const steadyMs = this.clock.steadyMs()
    const cell = this.cells[id]
    const before = cell.state
    const after =
      outcome === 'failure' ? recordFailure(before, cell.thresholds, steadyMs) : recordSuccess(before, cell.thresholds, steadyMs, orderId)
    if (mayBeForgotten(before, after, outcome)) cell.count(after)
    else this.change(cell, after, { steadyMs, wallMs: this.clock.wallMs() }, why, outcome === 'failure' ? 'failed' : undefined)
  }

  /**
   * Makes the order the probe of every half-open breaker: all of them, durably, or none. To be called before the guards judge for the last time.
   */
  acquireProbes(orderId: string): Result<readonly BreakerId[], Denial> {
    this.views()
    const acquired: BreakerId[] = []
    for (const id of BREAKER_IDS) {
      const cell = this.cells[id]
      const now = this.now()
      const before = cell.state
      const result = cell.saveTrouble === null ? acquireProbe(before, orderId, now.steadyMs) : err('blocked' as const)
      const settled = settle(before, now.steadyMs)
      if (result.ok && (result.value === settled || this.change(cell, result.value, now, orderId, 'probe-acquired'))) {
        if (result.value.kind === 'half-open') acquired.push(id)
        continue
      }
      this.releaseProbes(orderId)
      return err(
        !result.ok && result.error === 'probe-in-flight'
          ? denial('BREAKER_PROBE_IN_FLIGHT', { breaker: id, probeOrderId: cell.view.probeOrderId ?? 'unknown' })
          : denial('BREAKER_OPEN', { breaker: id, state: cell.view.state }),
      )
    }
    return ok(acquired)
  }

  /** Gives back every probe that the order holds: it ended without an outcome for them. */
  releaseProbes(orderId: string): void {
    const now = this.now()
    for (const id of BREAKER_IDS) {
      const cell = this.cells[id]
      const after = releaseProbe(cell.state, orderId)
      if (after !== cell.state) this.change(cell, after, now, orderId, 'probe-released')
    }
  }

  /** The orders that hold a probe: after a restart those that have ended meanwhile must be released. */
  probes(): readonly string[] {
    const orders = BREAKER_IDS.map((id) => this.cells[id].state).map((state) => (state.kind === 'half-open' ? state.probeOrderId : null))
    return [...new Set(orders.filter((orderId) => orderId !== null))]
  }

  /** Opens a breaker by a person's hand until it is reset. */
  isolate(id: BreakerId, act: BreakerAct): void {
    const now = this.now()
    this.change(this.cells[id], isolate(this.cells[id].state, now.steadyMs, act), now, act.reason, 'isolated', act.by)
  }

  /** Closes a breaker by a person's hand, with a clean window. Who may do so is the caller's to know. */
  reset(id: BreakerId, acknowledge: BreakerAct): Result<void, 'ACKNOWLEDGEMENT_NEEDED'> {
    const after = reset(acknowledge)
    if (!after.ok) return after
    this.change(this.cells[id], after.value, this.now(), acknowledge.reason, 'reset', acknowledge.by)
    return ok(undefined)
  }

  /** The thresholds in force of one breaker. */
  thresholds(id: BreakerId): BreakerThresholds {
    return this.cells[id].thresholds
  }

  /**
   * Judges by other thresholds from now on, and at once what was counted before. Throws on thresholds that make no sense. Whether they may be
   * changed, and that the change is kept, is the caller's to see to.
   */
  retune(id: BreakerId, thresholds: BreakerThresholds, act: BreakerAct): void {
    const cell = this.cells[id]
    const now = this.now()
    const from = cell.view
    const before = cell.state
    cell.retune(checked(id, thresholds), now)
    cell.note('tuned', act.reason, now, act.by)
    if (cell.state.kind === 'open' && before.kind !== 'open') cell.note('opened', cell.state.cause, now)
    if (cell.state.kind === 'half-open' && before.kind === 'open') cell.note('half-opened', '', now)
    this.cached = this.collect()
    this.announce(cell, from, 'other thresholds', act.by)
  }

  /** Saves everything, also what could wait; for an orderly end. */
  flush(): void {
    const now = this.now()
    for (const id of BREAKER_IDS) this.cells[id].flush(now)
    this.cached = this.collect()
  }

  /** Lets time act on all seven, and tells what changed. */
  private tick(): void {
    const now = this.now()
    const before = this.cached
    for (const id of BREAKER_IDS) this.cells[id].tick(now)
    this.cached = this.collect()
    for (const id of BREAKER_IDS) {
      const cell = this.cells[id]
      this.announce(cell, before[id], cell.view.state === 'half-open' ? 'the recovery is over' : 'saved again')
    }
  }

  /** Takes a state, durably, and tells of it; false when it could not be saved. */
  private change(cell: BreakerCell, after: BreakerState, now: Moment, why: string, kind?: BreakerEventKind, by = 'system'): boolean {
    const before = cell.state
    const from = cell.view
    const saved = cell.keep(after, now)
    if (kind !== undefined) cell.note(kind, why, now, by)
    if (after.kind === 'open' && (before.kind !== 'open' || before.openedAtMs !== after.openedAtMs)) cell.note('opened', after.cause, now)
    if (after.kind === 'closed' && before.kind !== 'closed' && kind !== 'reset') cell.note('closed', why, now)
    this.cached = this.collect()
    this.announce(cell, from, saved ? why : `could not be saved: ${cell.saveTrouble ?? ''}`, by)
    return saved
  }

  private announce(cell: BreakerCell, from: BreakerView, why: string, by = 'system'): void {
    const to = cell.view
    if (from.state === to.state && from.probeOrderId === to.probeOrderId && from.halfOpenAtMs === to.halfOpenAtMs) return
    try {
      this.onChange({ id: cell.id, from, to, why, by })
    } catch {
      // A listener's fault must not keep a breaker from opening.
    }
  }

  private collect(): BreakerViews {
    this.nextLookMs = Math.min(...BREAKER_IDS.map((id) => this.cells[id].nextLookMs))
    return Object.freeze(Object.fromEntries(BREAKER_IDS.map((id) => [id, this.cells[id].view]))) as BreakerViews
  }

  private now(): Moment {
    return { steadyMs: this.clock.steadyMs(), wallMs: this.clock.wallMs() }
  }
}

/**
 * Whether a crash may lose what an outcome changed: outcomes that change no breaker's mind (a success on a quiet day, anything while open or
 * isolated) are saved with the next that does, so that neither a busy nor a broken network writes to the disk with every call.
 */
function mayBeForgotten(before: BreakerState, after: BreakerState, outcome: 'success' | 'failure'): boolean {
  if (before.kind !== after.kind) return false
  if (before.kind === 'closed') return outcome === 'success' && before.consecutive === 0
  return before.kind !== 'open' || after.kind !== 'open' || before.openedAtMs === after.openedAtMs
}

/** Thresholds that make sense, or an error at start: a limit that is no number would never be reached. */
function checked(id: BreakerId, thresholds: BreakerThresholds): BreakerThresholds {
  const { failuresInWindow, windowMs, consecutive, ratePct, recoveryMs } = thresholds
  const count = (value: number): boolean => Number.isInteger(value) && value >= 1 && value <= MAX_KEPT
  const duration = (value: number): boolean => Number.isFinite(value) && value > 0
  const sound =
    count(failuresInWindow) &&
    duration(windowMs) &&
    duration(recoveryMs) &&
    (consecutive === null || count(consecutive)) &&
    (ratePct === null || (ratePct > 0 && ratePct <= 100))
  if (!sound) throw new RangeError(`the thresholds of breaker ${id} make no sense`)
  return thresholds
}
