import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { DEFAULT_HALT_RULE, type SystemHaltRule } from '../../../../src-main/domain/trading-state'
import { OwedRecords } from '../../../../src-main/engine/record-anyway'
import { HaltWatcher } from '../../../../src-main/engine/trading-state/halt-watcher'
import { TradingStateKeeper } from '../../../../src-main/engine/trading-state/trading-state-keeper'
import { NOTHING_KEPT, type KeptTradingState, type TradingStateStore } from '../../../../src-main/engine/trading-state/trading-state-store'
import { BreakerSet } from '../../../../src-main/guards/breakers/breaker-set'
import type { Clock, Scheduler } from '../../../../src-main/lib/clock'
import { ARMED, TRIGGERED } from '../../../support/app/engine-bench'
import { MemoryStore } from '../../guards/breakers/memory-store'
import { OwedInMemory } from '../../../support/owed-store'

/** What outlives a restart, and fails on demand. */
export class MemoryTradingStore implements TradingStateStore {
  text = JSON.stringify(NOTHING_KEPT)
  rule: SystemHaltRule = DEFAULT_HALT_RULE
  failing = false

  load(): KeptTradingState | null {
    return this.text === '' ? null : (JSON.parse(this.text) as KeptTradingState)
  }
  save(state: KeptTradingState): void {
    if (this.failing) throw new Error('disk full')
    this.text = JSON.stringify(state)
  }
  loadRule(): SystemHaltRule {
    return this.rule
  }
  saveRule(rule: SystemHaltRule): void {
    if (this.failing) throw new Error('disk full')
    this.rule = rule
  }
  atOnce(work: () => void): void {
    const before = [this.text, this.rule] as const
    try {
      work()
    } catch (thrown) {
      ;[this.text, this.rule] = before
      throw thrown
    }
  }
}

/** Keeper, watcher and real breakers on what a restart leaves; the kill switch is a word. */
export class TradingBench {
  readonly store = new MemoryTradingStore()
  readonly breakerStore = new MemoryStore()
  readonly recorded: AuditFact[] = []
  auditFails = false
  killSwitch = ARMED
  readonly faults: string[] = []
  /** What the log did not take. */
  readonly unrecorded: AuditFact[] = []
  keeper!: TradingStateKeeper
  watcher!: HaltWatcher
  breakers!: BreakerSet

  constructor(
    readonly clock: Clock,
    readonly scheduler: Scheduler,
  ) {
    this.start()
  }

  /** Begins on what was kept, as after a crash. */
  start(): void {
    const { clock, scheduler, store } = this
    const audit = {
      append: (fact: AuditFact) => {
        if (this.auditFails) throw new Error('the log takes nothing')
        this.recorded.push(fact)
        return { seq: this.recorded.length, hashHex: '' }
      },
    }
    const keeper = new TradingStateKeeper({
      store,
      audit,
      recordAnyway: new OwedRecords({
        audit: { ...audit, onAppend: () => () => undefined },
        store: new OwedInMemory(),
        clock,
        scheduler,
        unrecorded: (fact) => this.unrecorded.push(fact),
        onFault: (what) => this.faults.push(what),
      }).record,
      clock,
      scheduler,
      killSwitch: () => this.killSwitch,
      onFault: (what) => this.faults.push(what),
    })
    const breakers = new BreakerSet({ clock, store: this.breakerStore, onChange: () => watcher.look() })
    const watcher = new HaltWatcher({
      keeper,
      store,
      audit,
      views: () => breakers.views(),
      armed: () => this.killSwitch.state === 'armed',
      clock,
      scheduler,
    })
    Object.assign(this, { keeper, breakers, watcher })
    watcher.look()
  }

  kill(triggered: boolean): void {
    this.killSwitch = triggered ? TRIGGERED : ARMED
  }

  types(): string[] {
    return this.recorded.map(({ type }) => type)
  }
}
