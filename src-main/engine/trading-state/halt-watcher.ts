import type { AuditAppender } from '../../domain/audit-event'
import { BREAKER_IDS, type BreakerId, type BreakerStateName } from '../../domain/breaker'
import { callingForHalt, isQuiet, type SystemHaltRule } from '../../domain/trading-state'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import type { Result } from '../../lib/result'
import { isHaltRule, type TradingStateStore } from './trading-state-store'
import type { NotEnded, TradingEnd, TradingStateKeeper } from './trading-state-keeper'

/** How often a halt that may end by itself is looked at, ms. */
const LOOK_EVERY_MS = 5_000

/** What the watcher works with. */
export interface HaltWatcherParts {
  readonly keeper: TradingStateKeeper
  readonly store: TradingStateStore
  readonly audit: AuditAppender
  readonly views: () => Readonly<Record<BreakerId, { readonly id: BreakerId; readonly state: BreakerStateName }>>
  /** Whether the kill switch is armed: nothing ends by itself while it is not. */
  readonly armed: () => boolean
  readonly clock: Clock
  readonly scheduler: Scheduler
}

/**
 * The system-wide halt by breakers (product row X4): sets it when the rule is met, and ends it by itself where the rule, or the person who halted,
 * says so. It ends when no breaker was open or isolated, and the kill switch armed, for the whole time without a break. A half-open breaker counts
 * as quiet: it waits for a probe, and no order could be one while trading is halted.
 */
export class HaltWatcher {
  private current: SystemHaltRule
  /** Steady time since which it has been quiet, ms; null when it is not. A restart begins anew: what happened meanwhile is not known. */
  private quietSinceMs: number | null = null
  /** The halt that this is the quiet of: one that was asked for meanwhile has its own. */
  private quietOf: TradingStateKeeper['systemHalt'] = null
  private stopLooking: Cancel = () => undefined

  constructor(private readonly parts: HaltWatcherParts) {
    this.current = parts.store.loadRule()
  }

  /** The rule in force. */
  get rule(): SystemHaltRule {
    return this.current
  }

  /** Looks at breakers, rule and halt as they are now. Called at the start and whenever a breaker changes. */
  look(): void {
    const { keeper, views, armed, clock } = this.parts
    const now = views()
    keeper.forget(BREAKER_IDS.filter((id) => now[id].state !== 'open'))
    const calling = callingForHalt(now, this.current, keeper.acknowledged)
    if (calling.length > 0) {
      keeper.halt({ by: 'system', reason: 'breakers', figures: { breakers: calling.join(', ') } }, this.current.recoverAfterMs)
    }
    const steadyMs = clock.steadyMs()
    const quiet = isQuiet(now) && armed()
    if (keeper.systemHalt !== this.quietOf) this.quietSinceMs = null
    this.quietOf = keeper.systemHalt
    this.quietSinceMs = keeper.systemHalt !== null && quiet ? (this.quietSinceMs ?? steadyMs) : null
    this.recover(steadyMs)
    this.stopLooking()
    const recovers = keeper.systemHalt !== null && keeper.systemHalt.recoverAfterMs !== null
    this.stopLooking = recovers ? this.parts.scheduler.after(LOOK_EVERY_MS, () => this.look()) : () => undefined
  }

  /** Changes the rule; recorded before it is. Throws on a rule out of bounds, and when it cannot be recorded. */
  changeRule(rule: SystemHaltRule, { by, reason }: TradingEnd): void {
    if (!isHaltRule(rule)) throw new RangeError('the rule of the system-wide halt is out of bounds')
    const { store, audit } = this.parts
    store.atOnce(() => {
      audit.append({
        category: 'SYSTEM_EVENT',
        severity: 'high',
        type: 'TradingHaltRuleChanged',
        actor: by,
        subject: null,
        data: { reason, before: { ...this.current }, after: { ...rule } },
      })
      store.saveRule(rule)
    })
    this.current = { ...rule }
    this.look()
  }

  /** Ends the halt by a person's hand. */
  lift(end: TradingEnd): Result<void, NotEnded> {
    const now = this.parts.views()
    const lifted = this.parts.keeper.liftHalt(
      end,
      BREAKER_IDS.filter((id) => now[id].state === 'open'),
    )
    if (lifted.ok) this.look()
    return lifted
  }

  /** Stops looking. */
  close(): void {
    this.stopLooking()
  }

  private recover(steadyMs: number): void {
    const { keeper, clock } = this.parts
    const after = keeper.systemHalt?.recoverAfterMs ?? null
    if (after === null || this.quietSinceMs === null) {
      keeper.foresee(null)
      return
    }
    const leftMs = this.quietSinceMs + after - steadyMs
    if (leftMs > 0) {
      // In whole seconds, so that what is foreseen stands still while nothing changes.
      keeper.foresee(Math.ceil((clock.wallMs() + leftMs) / 1_000) * 1_000)
      return
    }
    const ended = keeper.liftHalt({ by: 'system', reason: `no breaker was open for ${after} ms` }, [])
    if (ended.ok) this.quietSinceMs = null
  }
}
