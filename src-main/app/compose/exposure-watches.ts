import type { AlertSink } from '../../domain/alert'
import type { AuditFact } from '../../domain/audit-event'
import type { AuditLog } from '../../audit/audit'
import type { Engine } from '../../engine/engine'
import type { HaltRequest } from '../../engine/halt/kill-switch-types'
import type { KillSwitch } from '../../engine/halt/kill-switch'
import { EquityStore } from '../../engine/limits/equity-store'
import type { Limits } from '../../engine/limits/limits'
import { LossWatch } from '../../engine/limits/loss-watch'
import { PatternStore } from '../../engine/patterns/pattern-store'
import { PatternWatch } from '../../engine/patterns/pattern-watch'
import type { TradingStateKeeper } from '../../engine/trading-state/trading-state-keeper'
import type { AccountBalances } from '../../engine/watch/balance-watch'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { Database } from '../../storage/database'

/** What watching losses and patterns is composed of. */
export interface ExposureParts {
  readonly db: Database
  readonly audit: AuditLog
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly engine: Engine
  readonly limits: Limits
  readonly killSwitch: Pick<KillSwitch, 'snapshot'>
  readonly tradingState: TradingStateKeeper
  readonly balances: () => Promise<readonly AccountBalances[]>
  readonly alerts: AlertSink
  /** Closes the gate before it returns. */
  readonly halt: (request: HaltRequest) => void
  readonly onFault: (what: string, thrown: unknown) => void
}

/** Loss limits (product row B9) and unusual patterns (product row P6) of an open environment. */
export interface ExposureWatches {
  readonly loss: LossWatch
  readonly patterns: PatternWatch
  readonly patternStore: PatternStore
  /** Begins to watch, once the orders of the last run are settled. */
  start(): void
  stop(): void
  onLossChange(listener: () => void): Cancel
  onPatternChange(listener: () => void): Cancel
}

/** Wires both watches to what they look at and to what they may do: reduce, halt, tell. */
export function watchExposure(parts: ExposureParts): ExposureWatches {
  const { db, audit, clock, scheduler, random, engine, tradingState, alerts, onFault } = parts
  const record = (fact: AuditFact): void => {
    try {
      audit.append(fact)
    } catch (thrown) {
      onFault(`recording ${fact.type}`, thrown)
    }
  }
  const lossListeners = new Set<() => void>()
  const patternListeners = new Set<() => void>()
  const loss = new LossWatch({
    clock,
    scheduler,
    store: new EquityStore(db),
    settings: () => parts.limits.store.get(),
    balances: parts.balances,
    halted: () => parts.killSwitch.snapshot().state !== 'armed',
    reduced: () => tradingState.own().reducing.includes('loss-limit'),
    reduce: (figures) => tradingState.reduce({ by: 'loss-limit', reason: 'loss-limit', figures }),
    // What rests may fill and lose more: it is taken back.
    halt: (reason) => parts.halt({ source: 'automatic', by: 'loss-limit', reason, scope: 'environment', mode: 'graceful' }),
    alerts,
    record,
    onChange: () => tell(lossListeners),
    onFault,
  })
  const patternStore = new PatternStore(db, audit, clock)
  const patterns = new PatternWatch({
    db,
    store: patternStore,
    clock,
    scheduler,
    random,
    labelOf: (account) => engine.ports.accounts.labelOf(account),
    reduce: (figures) => tradingState.reduce({ by: 'pattern-watch', reason: 'unusual-activity', figures }),
    alerts,
    record,
    onChange: () => tell(patternListeners),
    onFault,
  })
  const stops: Cancel[] = [
    engine.journal.onChange((order) => {
      patterns.observe(order)
      if (order.progress.filledBase !== '0') loss.soon()
    }),
    audit.onAppend(({ type, subject, atMs }) => {
      if (type === 'TransactionSigned' && subject !== null) patterns.signed(subject, atMs)
    }),
  ]
  return {
    loss,
    patterns,
    patternStore,
    start() {
      loss.start()
      patterns.start()
    },
    stop() {
      for (const stop of stops) stop()
      loss.stop()
      patterns.stop()
    },
    onLossChange: (listener) => listen(lossListeners, listener),
    onPatternChange: (listener) => listen(patternListeners, listener),
  }
}

function listen(listeners: Set<() => void>, listener: () => void): Cancel {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(listeners: ReadonlySet<() => void>): void {
  for (const listener of listeners) listener()
}
