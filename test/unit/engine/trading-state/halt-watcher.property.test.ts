import fc from 'fast-check'
import { expect, test } from 'vitest'

import { BREAKER_IDS } from '../../../../src-main/domain/breaker'
import { callingForHalt, isQuiet } from '../../../../src-main/domain/trading-state'
import { TradingBench } from './support'

const MINUTE = 60_000
const BY = { by: 'Ada', reason: 'a test' }
const breaker = fc.constantFrom(...BREAKER_IDS)
const recoverAfterMs = fc.constantFrom(null, 5 * MINUTE, 30 * MINUTE)

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('fail' as const), breaker, times: fc.integer({ min: 1, max: 10 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.constantFrom(1, 4, 5, 15, 30, 61) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('isolate' as const, 'reset' as const), breaker }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('kill' as const), triggered: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('halt' as const), recoverAfterMs }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('lift' as const, 'reduce' as const, 'leave' as const, 'restart' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('rule' as const),
      rule: fc.record({ signerAlone: fc.boolean(), openAtLeast: fc.integer({ min: 1, max: 5 }), recoverAfterMs }),
    }),
  },
)

test('X4 X5: whatever happens, in whatever order: breakers halt, only what may lifts, and nothing overrides the kill switch', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      let nowMs = 1_700_000_000_000
      const clock = { wallMs: () => nowMs, steadyMs: () => nowMs }
      const bench = new TradingBench(clock, { after: () => () => undefined })
      let lastUnquietMs = nowMs
      for (const next of steps) {
        const halt = bench.keeper.systemHalt
        const wasReducing = bench.keeper.own().reducing.length > 0
        if (next.kind === 'fail') for (let time = 0; time < next.times; time++) bench.breakers.record(next.breaker, 'failure')
        if (next.kind === 'wait') nowMs += next.minutes * MINUTE
        if (next.kind === 'isolate') bench.breakers.isolate(next.breaker, BY)
        if (next.kind === 'reset') bench.breakers.reset(next.breaker, BY)
        if (next.kind === 'kill') bench.kill(next.triggered)
        if (next.kind === 'halt') bench.keeper.halt({ by: 'x', reason: 'person' }, next.recoverAfterMs)
        if (next.kind === 'reduce') bench.keeper.reduce({ by: 'x', reason: 'loss-limit' })
        if (next.kind === 'leave') bench.keeper.leaveReducing(BY)
        if (next.kind === 'lift') bench.watcher.lift(BY)
        if (next.kind === 'rule') bench.watcher.changeRule(next.rule, BY)
        if (next.kind === 'restart') bench.start()
        bench.watcher.look()

        const now = bench.keeper.current()
        const views = bench.breakers.views()
        const armed = bench.killSwitch.state === 'armed'
        // The kill switch speaks first, and what is kept never arms it.
        expect(now.reason === 'kill-switch').toBe(!armed)
        if (!armed) expect(now.state).toBe('halted')
        // What calls for a halt has one.
        expect(callingForHalt(views, bench.watcher.rule, bench.keeper.acknowledged).length > 0 && bench.keeper.systemHalt === null).toBe(
          false,
        )
        // A halt that is gone without a person's hand: it was to end by itself, and it was quiet for all of that time.
        if (halt !== null && bench.keeper.systemHalt === null && next.kind !== 'lift') {
          expect(halt.recoverAfterMs).not.toBeNull()
          expect(armed).toBe(true)
          expect(nowMs - lastUnquietMs).toBeGreaterThanOrEqual(halt.recoverAfterMs ?? Infinity)
        }
        if (wasReducing && next.kind !== 'leave') expect(bench.keeper.own().reducing.length).toBeGreaterThan(0)
        if (!armed || !isQuiet(views) || next.kind === 'restart') lastUnquietMs = nowMs
      }
    }),
    { numRuns: 500 },
  )
})
