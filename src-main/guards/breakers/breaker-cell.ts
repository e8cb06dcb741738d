import type { BreakerId, BreakerThresholds } from '../../domain/breaker'
import { describeError } from '../../lib/errors'
import type { BreakerView } from '../guard'
import type { BreakerEvent, BreakerEventKind, BreakerStore } from './breaker-store'
import { FRESH_BREAKER, open, retuned, settle, type BreakerState } from './machine'
import { fromJson, toJson, type Moment } from './persisted'

/** How many lines of history are kept at hand for the screen. */
const HISTORY_LENGTH = 60
/** How long to wait before a state that could not be saved is tried again, ms. */
const SAVE_RETRY_MS = 1_000

/**
 * One breaker with its record. While its state is not durable it counts as open whatever it says: after a crash nobody would know of the
 * failures that it holds.
 */
export class BreakerCell {
  readonly id: BreakerId
  /** As others see it; a new object whenever something changed. */
  view: BreakerView
  /** Steady time at which the view may change by itself, ms; infinite when it cannot. */
  nextLookMs = Infinity
  history: readonly BreakerEvent[] = []
  private rules: BreakerThresholds
  private current: BreakerState
  private unsaved: string | null = null
  private retryAtMs = Infinity
  private readonly store: BreakerStore

  constructor(id: BreakerId, thresholds: BreakerThresholds, store: BreakerStore, now: Moment) {
    this.id = id
    this.rules = thresholds
    this.store = store
    const { state, trouble, wasOpen } = restore(id, thresholds, store, now)
    this.current = state
    this.history = recentHistory(id, store)
    if (trouble !== null) {
      this.note('found-unreadable', trouble, now)
      this.save(now)
    } else if (wasOpen && state.kind === 'half-open') this.note('half-opened', 'the recovery was over at the start', now)
    this.view = this.look()
  }

  /** The thresholds in force. */
  get thresholds(): BreakerThresholds {
    return this.rules
  }

  /**
   * Judges what was counted by other thresholds, at once: a closed breaker may open, an open one's recovery is counted anew from when it opened.
   * What it counted stays.
   */
  retune(thresholds: BreakerThresholds, now: Moment): void {
    this.rules = thresholds
    this.current = retuned(this.current, thresholds, now.steadyMs)
    this.save(now)
    this.view = this.look()
  }

  get state(): BreakerState {
    return this.current
  }

  /** Why the state is not durable; null when it is. */
  get saveTrouble(): string | null {
    return this.unsaved
  }

  /** Takes a new state that looks the same from outside, without saving it: what a restart may forget. */
  count(state: BreakerState): void {
    this.current = state
  }

  /** Takes a new state and saves it; false when it could not be saved, which keeps the breaker shut until it can. */
  keep(state: BreakerState, now: Moment): boolean {
    this.current = state
    const saved = this.save(now)
    this.view = this.look()
    return saved
  }

  /** Lets time act: a due recovery, a due attempt at saving. */
  tick(now: Moment): void {
    if (!(now.steadyMs >= this.nextLookMs)) return
    const settled = settle(this.current, now.steadyMs)
    if (settled !== this.current) this.note('half-opened', '', now)
    this.current = settled
    if (this.unsaved !== null) this.save(now)
    this.view = this.look()
  }

  /** Saves what may not have been saved yet. */
  flush(now: Moment): void {
    this.save(now)
    this.view = this.look()
  }

  /** Adds a line to the history. History is for people: losing a line of it blocks nothing. */
  note(kind: BreakerEventKind, detail: string, now: Moment, by = 'system'): void {
    this.history = [...this.history.slice(1 - HISTORY_LENGTH), { atMs: Math.round(now.wallMs), kind, by, detail }]
    try {
      this.store.event(this.id, kind, detail, by)
    } catch {
      // The state itself is saved apart, and that does count.
    }
  }

  private save(now: Moment): boolean {
    try {
      this.store.save(this.id, toJson(this.current, now))
      this.unsaved = null
      this.retryAtMs = Infinity
    } catch (thrown) {
      this.unsaved = describeError(thrown)
      this.retryAtMs = now.steadyMs + SAVE_RETRY_MS
    }
    return this.unsaved === null
  }

  private look(): BreakerView {
    const { id, current, unsaved } = this
    this.nextLookMs = current.kind === 'open' ? Math.min(this.retryAtMs, current.halfOpenAtMs) : this.retryAtMs
    if (unsaved !== null && current.kind !== 'isolated') return { id, state: 'open', halfOpenAtMs: null, probeOrderId: null }
    return {
      id,
      state: current.kind,
      halfOpenAtMs: current.kind === 'open' ? current.halfOpenAtMs : null,
      probeOrderId: current.kind === 'half-open' ? current.probeOrderId : null,
    }
  }
}

function restore(
  id: BreakerId,
  thresholds: BreakerThresholds,
  store: BreakerStore,
  now: Moment,
): { readonly state: BreakerState; readonly trouble: string | null; readonly wasOpen: boolean } {
  try {
    const text = store.load(id)
    if (text === null) return { state: FRESH_BREAKER, trouble: null, wasOpen: false }
    const { state, readable } = fromJson(text, thresholds, now)
    return {
      state: settle(state, now.steadyMs),
      trouble: readable ? null : 'the saved state makes no sense',
      wasOpen: state.kind === 'open',
    }
  } catch (thrown) {
    return { state: open(FRESH_BREAKER, thresholds, now.steadyMs, 'unreadable-state'), trouble: describeError(thrown), wasOpen: false }
  }
}

function recentHistory(id: BreakerId, store: BreakerStore): readonly BreakerEvent[] {
  try {
    return (store.recent?.(id) ?? []).slice(-HISTORY_LENGTH)
  } catch {
    return []
  }
}
