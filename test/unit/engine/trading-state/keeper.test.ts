import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { REDUCING_REASONS, TRADING_ACTIVE } from '../../../../src-main/domain/trading-state'
import { TradingStateKeeper } from '../../../../src-main/engine/trading-state/trading-state-keeper'
import { createTradingStateStore } from '../../../../src-main/engine/trading-state/trading-state-store'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { FakeClock } from '../../../support/fake-clock'
import { TradingBench } from './support'

const BY = { by: 'Ada', reason: 'seen to' }
let clock: FakeClock
let bench: TradingBench
beforeEach(() => {
  clock = new FakeClock()
  bench = new TradingBench(clock, clock)
})

describe('B9: reducing', () => {
  test('takes effect at once, is recorded with its figures, and outlives a restart', () => {
    bench.keeper.reduce({ by: 'system', reason: 'loss-limit', figures: { lostUsd: '512.40' } })
    const reduced = { state: 'reducing', reason: 'loss-limit', by: 'system', sinceMs: clock.wallMs(), figures: { lostUsd: '512.40' } }
    expect(bench.keeper.current()).toMatchObject(reduced)
    expect(bench.recorded).toMatchObject([
      { type: 'TradingReduced', severity: 'high', actor: 'system', data: { reason: 'loss-limit', lostUsd: '512.40' } },
    ])
    bench.start()
    expect(bench.keeper.current()).toMatchObject(reduced)
  })

  test('a reason that stands is not said again; another one is kept beside it, and the first is shown', () => {
    for (const reason of ['loss-limit', 'loss-limit', 'person', 'loss-limit'] as const) bench.keeper.reduce({ by: 'x', reason })
    expect(bench.keeper.own()).toMatchObject({ reason: 'loss-limit', reducing: ['loss-limit', 'person'] })
    expect(bench.types()).toEqual(['TradingReduced', 'TradingReduced'])
  })

  test('every reason can be kept and read back', () => {
    for (const reason of REDUCING_REASONS) bench.keeper.reduce({ by: 'x', reason })
    bench.start()
    expect(bench.keeper.own().reducing).toEqual(REDUCING_REASONS)
  })

  test('decision 4: neither a log nor a disk that fails holds it up, and it is saved as soon as it can be', async () => {
    bench.auditFails = bench.store.failing = true
    bench.keeper.reduce({ by: 'x', reason: 'person' })
    expect(bench.keeper.current().state).toBe('reducing')
    expect(bench.faults).toEqual(['recording TradingReduced', 'saving the trading state'])
    // People are told of it as what it is.
    expect(bench.unrecorded).toMatchObject([{ type: 'TradingReduced', severity: 'high', data: { reason: 'person' } }])
    await clock.advance(5_000)
    bench.store.failing = false
    await clock.advance(1_000)
    bench.start()
    expect(bench.keeper.current().state).toBe('reducing')
  })

  test('leaving it is recorded first, or does not happen', () => {
    expect(bench.keeper.leaveReducing(BY)).toEqual({ ok: false, error: 'NOT_IN_FORCE' })
    bench.keeper.reduce({ by: 'x', reason: 'person' })
    for (const fails of ['auditFails', 'storeFails']) {
      bench.auditFails = fails === 'auditFails'
      bench.store.failing = fails === 'storeFails'
      expect(bench.keeper.leaveReducing(BY)).toEqual({ ok: false, error: 'NOT_RECORDED' })
      expect(bench.keeper.current().state).toBe('reducing')
    }
    bench.auditFails = bench.store.failing = false
    expect(bench.keeper.leaveReducing(BY).ok).toBe(true)
    expect(bench.keeper.current()).toEqual(TRADING_ACTIVE)
    expect(bench.recorded.at(-1)).toMatchObject({ type: 'TradingResumed', actor: 'Ada', data: { reason: 'seen to', ended: 'person' } })
    bench.start()
    expect(bench.keeper.current()).toEqual(TRADING_ACTIVE)
  })

  test('what changes is told, and a listener that throws stops nobody', () => {
    const heard: string[] = []
    bench.keeper.onChange(() => {
      throw new Error('mine')
    })
    const stop = bench.keeper.onChange(({ state }) => heard.push(state))
    bench.keeper.reduce({ by: 'x', reason: 'person' })
    bench.keeper.halt({ by: 'x', reason: 'person' }, null)
    bench.keeper.liftHalt(BY, [])
    stop()
    bench.keeper.leaveReducing(BY)
    expect(heard).toEqual(['reducing', 'halted', 'reducing'])
  })
})

describe('X4 X5: the kill switch stands above it', () => {
  test('while it is triggered the state is halted by it, whatever is kept', () => {
    bench.kill(true)
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', reason: 'kill-switch', by: 'operator', figures: { reason: 'test' } })
    bench.keeper.reduce({ by: 'x', reason: 'person' })
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', reason: 'kill-switch', reducing: ['person'] })
    bench.kill(false)
    expect(bench.keeper.current().state).toBe('reducing')
  })

  test('lifting the system-wide halt leaves the kill switch as it is', () => {
    bench.keeper.halt({ by: 'x', reason: 'person' }, null)
    bench.kill(true)
    expect(bench.keeper.liftHalt(BY, []).ok).toBe(true)
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', reason: 'kill-switch' })
  })
})

describe('X10: in the environment’s database', () => {
  let engine: EngineBench
  beforeEach(() => {
    engine = engineBench()
  })
  afterEach(() => {
    engine.close()
  })
  const keep = (json: string) =>
    engine.db.prepare("INSERT OR REPLACE INTO settings(key, value_json, updated_at_ms) VALUES ('trading-state', ?, 0)").run(json)
  const open = () =>
    new TradingStateKeeper({
      store: createTradingStateStore(engine.db, engine.clock),
      audit: engine.audit,
      recordAnyway: (fact) => void engine.audit.append(fact),
      clock: engine.clock,
      scheduler: engine.clock,
      killSwitch: () => engine.gate.snapshot,
      onFault: () => undefined,
    })

  test('it is kept there, with the record before it', () => {
    engine.tradingState.reduce({ by: 'x', reason: 'loss-limit' })
    expect(open().own()).toMatchObject({ state: 'reducing', reason: 'loss-limit' })
    expect(engine.auditTypes()).toEqual(['TradingReduced'])
  })

  test.for([
    'null',
    '{}',
    '[]',
    'not json',
    '{"version":2,"reducing":[],"halt":null,"acknowledged":[]}',
    '{"version":1,"reducing":[{"reason":"whim","by":"x","sinceMs":1,"figures":{}}],"halt":null,"acknowledged":[]}',
    '{"version":1,"reducing":[],"halt":{"reason":"person"},"acknowledged":[]}',
    '{"version":1,"reducing":[],"halt":null,"acknowledged":["all"]}',
  ])('a state that makes no sense halts, until somebody in authority lifts it: %s', (json) => {
    keep(json)
    const keeper = open()
    expect(keeper.current()).toMatchObject({ state: 'halted', reason: 'unreadable-state', recoverAfterMs: null })
    expect(open().current()).toMatchObject({ state: 'halted', reason: 'unreadable-state' })
    expect(keeper.liftHalt(BY, []).ok).toBe(true)
    expect(open().current()).toEqual(TRADING_ACTIVE)
  })

  test('a rule that makes no sense is the strictest: one open breaker halts, and only a person ends it', () => {
    const store = createTradingStateStore(engine.db, engine.clock)
    expect(store.loadRule()).toEqual({ signerAlone: true, openAtLeast: 3, recoverAfterMs: null })
    for (const json of [
      'null',
      '{"signerAlone":false,"openAtLeast":9,"recoverAfterMs":null}',
      '{"signerAlone":true,"openAtLeast":3,"recoverAfterMs":1}',
    ]) {
      engine.db.prepare("INSERT OR REPLACE INTO settings(key, value_json, updated_at_ms) VALUES ('trading-halt-rule', ?, 0)").run(json)
      expect(store.loadRule()).toEqual({ signerAlone: true, openAtLeast: 1, recoverAfterMs: null })
    }
  })
})
