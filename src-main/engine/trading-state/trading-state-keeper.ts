import type { AuditAppender, AuditFact } from '../../domain/audit-event'
import type { BreakerId } from '../../domain/breaker'
import type { KillSwitchSnapshot } from '../../domain/kill-switch'
import { TRADING_ACTIVE, type ReducingReason, type SystemHaltReason, type TradingStateSnapshot } from '../../domain/trading-state'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { RecordAnyway } from '../record-anyway'
import { NOTHING_KEPT, type KeptTradingState, type TradingStateStore } from './trading-state-store'

/** How long to wait before a state that could not be saved is tried again, ms. */
const SAVE_RETRY_MS = 1_000

/** What the keeper works with. */
export interface TradingStateParts {
  readonly store: TradingStateStore
  readonly audit: AuditAppender
  /** For tightening, which never waits for a record. */
  readonly recordAnyway: RecordAnyway
  readonly clock: Clock
  readonly scheduler: Scheduler
  /** The kill switch, which stands above all of this. */
  readonly killSwitch: () => KillSwitchSnapshot
  /** Hears of a record or a state that could not be written. */
  readonly onFault: (what: string, thrown: unknown) => void
}

/** Who moves trading, why, and the figures for people and the log. */
export interface TradingMove<Reason extends string> {
  readonly by: string
  readonly reason: Reason
  readonly figures?: Readonly<Record<string, string>>
}

/** Who ends a restriction, and in what words. That they may is the caller's to know: `context.authorise`, act `leave-reducing`. */
export interface TradingEnd {
  readonly by: string
  readonly reason: string
}

/** Why a restriction was not ended. */
export type NotEnded = 'NOT_IN_FORCE' | 'NOT_RECORDED'

/**
 * Whether orders of one environment may leave: active, reducing or halted, kept across restarts. Tightening takes effect first, whatever the disk
 * says, and is recorded with it; loosening is recorded first, or does not happen. The kill switch is not kept here and never touched from here.
 */
export class TradingStateKeeper {
  private kept: KeptTradingState
  private unsaved = false
  private stopRetry: Cancel = () => undefined
  /** Wall time at which the halt ends by itself, as its watcher last said; null when it will not. */
  private recoversAtMs: number | null = null
  private readonly listeners = new Set<(snapshot: TradingStateSnapshot) => void>()

  constructor(private readonly parts: TradingStateParts) {
    const kept = parts.store.load()
    this.kept = kept ?? NOTHING_KEPT
    if (kept === null) this.halt({ by: 'system', reason: 'unreadable-state' }, null)
  }

  /** The trading state as people see it: the kill switch above what is kept here. */
  current(): TradingStateSnapshot {
    const killSwitch = this.parts.killSwitch()
    const own = this.own()
    if (killSwitch.state === 'armed') return own
    const figures = { killSwitch: killSwitch.state, ...(killSwitch.reason === null ? {} : { reason: killSwitch.reason }) }
    const { by, sinceMs } = killSwitch
    return { ...own, state: 'halted', reason: 'kill-switch', by, sinceMs, figures, recoversAtMs: null }
  }

  /** What is kept here alone, as its guard judges it. */
  own(): TradingStateSnapshot {
    const { reducing, halt } = this.kept
    const [first] = reducing
    const gravest = halt ?? first
    if (gravest === undefined) return TRADING_ACTIVE
    const { reason, by, sinceMs, figures } = gravest
    return {
      state: halt === null ? 'reducing' : 'halted',
      reason,
      by,
      sinceMs,
      figures,
      reducing: reducing.map((each) => each.reason),
      recoverAfterMs: halt?.recoverAfterMs ?? null,
      recoversAtMs: halt === null ? null : this.recoversAtMs,
    }
  }

  /** The system-wide halt, or null. */
  get systemHalt(): KeptTradingState['halt'] {
    return this.kept.halt
  }

  /** Breakers that were open when a halt was lifted, and still are. */
  get acknowledged(): readonly BreakerId[] {
    return this.kept.acknowledged
  }

  /**
   * From now on only orders that take risk away pass. Needs no credential, takes effect before it returns, and never throws; a reason that
   * stands already is not said again.
   */
  reduce({ by, reason, figures = {} }: TradingMove<ReducingReason>): void {
    if (this.kept.reducing.some((each) => each.reason === reason)) return
    const cause = { reason, by, sinceMs: this.wallMs(), figures: { ...figures } }
    this.tighten({ ...this.kept, reducing: [...this.kept.reducing, cause] }, 'TradingReduced', 'high', by, { ...figures, reason })
  }

  /**
   * Halts all trading of the environment, short of the kill switch. Needs no credential and never throws. Of a halt that stands and this one, that which lasts
   * longer goes on; a person who asks again for one that ends by itself has that time begin anew.
   */
  halt({ by, reason, figures = {} }: TradingMove<SystemHaltReason>, recoverAfterMs: number | null): void {
    const { halt: standing } = this.kept
    const isLonger = standing === null || lasts(recoverAfterMs) > lasts(standing.recoverAfterMs)
    const isAskedAgain = reason === 'person' && standing !== null && standing.recoverAfterMs !== null
    if (!isLonger && !isAskedAgain) return
    const halt = isLonger ? { reason, by, sinceMs: this.wallMs(), figures: { ...figures }, recoverAfterMs } : { ...standing }
    const data = { ...figures, reason, recoverAfterMs: sayLasts(halt.recoverAfterMs) }
    const before = standing === null ? {} : { before: `${standing.reason}, ${sayLasts(standing.recoverAfterMs)}` }
    this.tighten({ ...this.kept, halt }, 'TradingHalted', 'critical', by, { ...data, ...before })
  }

  /** Ends reducing, whatever brought it about. */
  leaveReducing({ by, reason }: TradingEnd): Result<void, NotEnded> {
    if (this.kept.reducing.length === 0) return err('NOT_IN_FORCE')
    const ended = this.kept.reducing.map((each) => each.reason).join(', ')
    return this.loosen({ ...this.kept, reducing: [] }, 'TradingResumed', by, { reason, ended })
  }

  /** Ends the system-wide halt. Breakers that are open now do not call for another until they have closed and opened again. */
  liftHalt({ by, reason }: TradingEnd, openNow: readonly BreakerId[]): Result<void, NotEnded> {
    const { halt } = this.kept
    if (halt === null) return err('NOT_IN_FORCE')
    const data = { reason, ended: halt.reason, acknowledged: openNow.join(', ') }
    const lifted = this.loosen({ ...this.kept, halt: null, acknowledged: [...openNow] }, 'TradingHaltLifted', by, data)
    if (lifted.ok) this.recoversAtMs = null
    return lifted
  }

  /** Forgets that these breakers were seen: they are not open any more, so their next opening counts. */
  forget(closed: readonly BreakerId[]): void {
    const acknowledged = this.kept.acknowledged.filter((id) => !closed.includes(id))
    if (acknowledged.length === this.kept.acknowledged.length) return
    this.kept = { ...this.kept, acknowledged }
    this.save()
  }

  /** The watcher's word on when the halt ends by itself. */
  foresee(recoversAtMs: number | null): void {
    if (this.recoversAtMs === recoversAtMs) return
    this.recoversAtMs = recoversAtMs
    this.announce()
  }

  /** Hears of every change of what is kept here; the kill switch tells its own. Returns how to stop. */
  onChange(listener: (snapshot: TradingStateSnapshot) => void): Cancel {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** Tries once more to save what could not be saved, and stops trying. */
  close(): void {
    this.stopRetry()
    if (this.unsaved) this.save()
    this.stopRetry()
  }

  private tighten(kept: KeptTradingState, type: string, severity: 'high' | 'critical', by: string, data: Record<string, string>): void {
    this.kept = kept
    this.parts.recordAnyway(fact(type, severity, by, data))
    this.save()
    this.announce()
  }

  private loosen(kept: KeptTradingState, type: string, by: string, data: Record<string, string>): Result<void, NotEnded> {
    const done = this.guarded(`recording ${type}`, () => {
      this.parts.store.atOnce(() => {
        this.parts.audit.append(fact(type, 'high', by, data))
        this.parts.store.save(kept)
      })
    })
    if (!done) return err('NOT_RECORDED')
    this.kept = kept
    this.unsaved = false
    this.announce()
    return ok(undefined)
  }

  private save(): void {
    this.stopRetry()
    this.unsaved = !this.guarded('saving the trading state', () => {
      this.parts.store.save(this.kept)
    })
    if (this.unsaved) this.stopRetry = this.parts.scheduler.after(SAVE_RETRY_MS, () => this.save())
  }

  private guarded(what: string, work: () => void): boolean {
    try {
      work()
      return true
    } catch (thrown) {
      this.parts.onFault(what, thrown)
      return false
    }
  }

  private announce(): void {
    const snapshot = this.current()
    for (const listener of this.listeners) this.guarded('telling of the trading state', () => listener(snapshot))
  }

  private wallMs(): number {
    return Math.max(0, Math.round(this.parts.clock.wallMs()))
  }
}

/** For comparing, ms. */
function lasts(recoverAfterMs: number | null): number {
  return recoverAfterMs ?? Infinity
}

function sayLasts(recoverAfterMs: number | null): string {
  return recoverAfterMs === null ? 'never' : String(recoverAfterMs)
}

function fact(type: string, severity: AuditFact['severity'], actor: string, data: Record<string, string>): AuditFact {
  return { category: 'SECURITY_VIOLATION', severity, type, actor, subject: null, data }
}
