import { beforeEach, describe, expect, test } from 'vitest'

import { BREAKER_THRESHOLDS, type BreakerId } from '../../../../src-main/domain/breaker'
import { DEFAULT_HALT_RULE, loosensHaltRule, type SystemHaltRule } from '../../../../src-main/domain/trading-state'
import { FakeClock } from '../../../support/fake-clock'
import { TradingBench } from './support'

const MINUTE = 60_000
const BY = { by: 'Ada', reason: 'seen to' }
let clock: FakeClock
let bench: TradingBench
beforeEach(() => {
  clock = new FakeClock()
  bench = new TradingBench(clock, clock)
})

const breakOpen = (...ids: readonly BreakerId[]) => {
  for (const id of ids) while (bench.breakers.views()[id].state !== 'open') bench.breakers.record(id, 'failure', { why: 'test' })
}
const rule = (changed: Partial<SystemHaltRule>) => bench.watcher.changeRule({ ...DEFAULT_HALT_RULE, ...changed }, BY)
const state = () => bench.keeper.current().state

describe('X4: breakers halt all trading', () => {
  test('three that are open do; two do not', () => {
    breakOpen('trade', 'slippage')
    expect(state()).toBe('active')
    breakOpen('system')
    expect(bench.keeper.current()).toMatchObject({
      state: 'halted',
      reason: 'breakers',
      by: 'system',
      figures: { breakers: 'trade, slippage, system' },
      recoverAfterMs: null,
    })
    expect(bench.recorded.at(-1)).toMatchObject({
      type: 'TradingHalted',
      severity: 'critical',
      data: { breakers: 'trade, slippage, system' },
    })
  })

  test('the signer breaker alone does, unless the rule says otherwise', () => {
    breakOpen('signer')
    expect(state()).toBe('halted')
    bench = new TradingBench(clock, clock)
    rule({ signerAlone: false })
    breakOpen('signer')
    expect(state()).toBe('active')
  })

  test('one that a person isolated does not count: it says itself what it stops', () => {
    for (const id of ['signer', 'trade', 'network'] as const) bench.breakers.isolate(id, BY)
    expect(state()).toBe('active')
  })

  test('it stands across a restart, and after the breakers have recovered, until a person lifts it', async () => {
    breakOpen('trade', 'slippage', 'system')
    bench.start()
    expect(state()).toBe('halted')
    await clock.advance(24 * 60 * MINUTE)
    expect(bench.breakers.views().trade.state).toBe('half-open')
    expect(state()).toBe('halted')
    expect(bench.watcher.lift(BY).ok).toBe(true)
    expect(state()).toBe('active')
    expect(bench.recorded.at(-1)).toMatchObject({ type: 'TradingHaltLifted', actor: 'Ada', data: { ended: 'breakers', reason: 'seen to' } })
  })

  test('breakers that were open when it was lifted do not call for another; the next that opens does', () => {
    breakOpen('trade', 'slippage', 'system')
    bench.watcher.lift(BY)
    bench.start()
    expect(state()).toBe('active')
    breakOpen('confirmation')
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', figures: { breakers: 'trade, slippage, system, confirmation' } })
  })

  test('one that closed and opened again counts again', () => {
    breakOpen('signer')
    bench.watcher.lift(BY)
    bench.breakers.reset('signer', BY)
    expect(state()).toBe('active')
    breakOpen('signer')
    expect(state()).toBe('halted')
  })

  test('found at a start, when the halt itself was lost with a crash', () => {
    breakOpen('trade', 'slippage', 'system')
    bench.store.text = JSON.stringify({ version: 1, reducing: [], halt: null, acknowledged: [] })
    bench.start()
    expect(state()).toBe('halted')
  })

  test('a stricter rule is judged at once, by what is open now', () => {
    breakOpen('trade', 'slippage')
    rule({ openAtLeast: 2 })
    expect(state()).toBe('halted')
    expect(bench.types()).toEqual(['TradingHaltRuleChanged', 'TradingHalted'])
  })

  test('X10: a rule out of bounds, or one that cannot be recorded, is not taken', () => {
    for (const odd of [
      { openAtLeast: 0 },
      { openAtLeast: 6 },
      { openAtLeast: 2.5 },
      { recoverAfterMs: MINUTE },
      { recoverAfterMs: Infinity },
    ])
      expect(() => rule(odd), JSON.stringify(odd)).toThrow(RangeError)
    bench.auditFails = true
    expect(() => rule({ openAtLeast: 2 })).toThrow()
    expect([bench.watcher.rule, bench.store.rule]).toEqual([DEFAULT_HALT_RULE, DEFAULT_HALT_RULE])
  })

  test('what is milder is known as milder', () => {
    const milder = [{ signerAlone: false }, { openAtLeast: 4 }, { recoverAfterMs: 5 * MINUTE }]
    for (const change of milder) expect(loosensHaltRule(DEFAULT_HALT_RULE, { ...DEFAULT_HALT_RULE, ...change })).toBe(true)
    for (const change of [{}, { openAtLeast: 1 }])
      expect(loosensHaltRule(DEFAULT_HALT_RULE, { ...DEFAULT_HALT_RULE, ...change })).toBe(false)
    const recovering = { ...DEFAULT_HALT_RULE, recoverAfterMs: 30 * MINUTE }
    expect([
      loosensHaltRule(recovering, DEFAULT_HALT_RULE),
      loosensHaltRule(recovering, { ...recovering, recoverAfterMs: 29 * MINUTE }),
    ]).toEqual([false, true])
  })
})

describe('X4: optional auto-recovery', () => {
  const AFTER = 30 * MINUTE

  test('ends the halt when no breaker was open for the whole time; half-open ones then take their probe', async () => {
    rule({ recoverAfterMs: AFTER })
    breakOpen('network', 'trade', 'slippage')
    expect(bench.keeper.current().recoversAtMs).toBeNull()
    const longest = BREAKER_THRESHOLDS.slippage.recoveryMs
    await clock.advance(longest + AFTER - 10_000)
    expect(state()).toBe('halted')
    await clock.advance(20_000)
    expect(state()).toBe('active')
    expect(bench.recorded.at(-1)).toMatchObject({ type: 'TradingHaltLifted', actor: 'system' })
    expect(bench.breakers.acquireProbes('order-1')).toEqual({ ok: true, value: ['trade', 'network', 'slippage'] })
  })

  test('says when it will be, and begins anew when a breaker opens meanwhile', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.watcher.look()
    const foreseen = bench.keeper.current().recoversAtMs!
    expect(Math.abs(foreseen - (clock.wallMs() + AFTER))).toBeLessThan(1_000)
    await clock.advance(29 * MINUTE)
    expect(bench.keeper.current().recoversAtMs).toBe(foreseen)
    breakOpen('network')
    expect(bench.keeper.current().recoversAtMs).toBeNull()
    await clock.advance(BREAKER_THRESHOLDS.network.recoveryMs + 29 * MINUTE)
    expect(state()).toBe('halted')
    await clock.advance(2 * MINUTE)
    expect(state()).toBe('active')
  })

  test('a halt that only a person ends takes the place of one that ends by itself, on record, and never the other way round', async () => {
    bench.keeper.halt({ by: 'page', reason: 'person' }, 5 * MINUTE)
    bench.watcher.look()
    bench.keeper.halt({ by: 'operator', reason: 'person', figures: { reason: 'until I say so' } }, null)
    bench.watcher.look()
    expect(bench.keeper.current()).toMatchObject({ by: 'operator', recoverAfterMs: null, recoversAtMs: null })
    expect(bench.recorded.at(-1)).toMatchObject({
      type: 'TradingHalted',
      actor: 'operator',
      data: { recoverAfterMs: 'never', before: 'person, 300000' },
    })
    bench.keeper.halt({ by: 'page', reason: 'person' }, 5 * MINUTE)
    bench.watcher.look()
    bench.start()
    await clock.advance(10 * AFTER)
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', by: 'operator' })
    expect(bench.types()).toEqual(['TradingHalted', 'TradingHalted'])
  })

  test('what breakers call for is not dropped behind a halt of five minutes', async () => {
    bench.keeper.halt({ by: 'page', reason: 'person' }, 5 * MINUTE)
    breakOpen('signer')
    expect(bench.keeper.current()).toMatchObject({ reason: 'breakers', recoverAfterMs: null })
    await clock.advance(BREAKER_THRESHOLDS.signer.recoveryMs + 10 * AFTER)
    expect(state()).toBe('halted')
    expect(bench.types()).toEqual(['TradingHalted', 'TradingHalted'])
  })

  test('asked for again, the longer of both times begins anew', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.watcher.look()
    await clock.advance(AFTER - MINUTE)
    bench.keeper.halt({ by: 'Ada', reason: 'person' }, 5 * MINUTE)
    bench.watcher.look()
    await clock.advance(AFTER - MINUTE)
    expect(bench.keeper.current()).toMatchObject({ state: 'halted', by: 'operator', recoverAfterMs: AFTER })
    await clock.advance(2 * MINUTE)
    expect(state()).toBe('active')
  })

  test('never while a breaker is isolated', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.watcher.look()
    bench.breakers.isolate('trade', BY)
    await clock.advance(10 * AFTER)
    expect(state()).toBe('halted')
  })

  test('never while the kill switch is triggered; the quiet time begins when it is armed again', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.kill(true)
    bench.watcher.look()
    await clock.advance(10 * AFTER)
    expect(bench.keeper.systemHalt).not.toBeNull()
    bench.kill(false)
    await clock.advance(AFTER - MINUTE)
    expect(state()).toBe('halted')
    await clock.advance(2 * MINUTE)
    expect(state()).toBe('active')
  })

  test('begins its quiet time anew with a start, and is not hurried by a calendar that jumps', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.watcher.look()
    await clock.advance(AFTER - MINUTE)
    bench.watcher.close()
    bench.start()
    clock.jumpWall(10 * AFTER)
    await clock.advance(AFTER - MINUTE)
    expect(state()).toBe('halted')
    await clock.advance(2 * MINUTE)
    expect(state()).toBe('active')
  })

  test('an end that cannot be recorded does not happen, and is tried again', async () => {
    bench.keeper.halt({ by: 'operator', reason: 'person' }, AFTER)
    bench.watcher.look()
    bench.auditFails = true
    await clock.advance(2 * AFTER)
    expect(state()).toBe('halted')
    bench.auditFails = false
    await clock.advance(MINUTE)
    expect(state()).toBe('active')
  })
})
