import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { BREAKER_IDS, BREAKER_THRESHOLDS, type BreakerThresholds } from '../../../../src-main/domain/breaker'
import {
  FRESH_BREAKER,
  acquireProbe,
  decide,
  isolate,
  recordFailure,
  recordSuccess,
  releaseProbe,
  reset,
  type BreakerState,
} from '../../../../src-main/guards/breakers/machine'
import { fromJson, toJson } from '../../../../src-main/guards/breakers/persisted'
import { NaiveBreaker } from './naive-breaker'

const ORDERS = ['order-1', 'order-2'] as const
const orderId = fc.constantFrom(...ORDERS, null)

type Step =
  | { readonly kind: 'wait'; readonly of: 'windowMs' | 'recoveryMs'; readonly share: number }
  | { readonly kind: 'outcome'; readonly failed: boolean; readonly orderId: string | null; readonly times: number }
  | { readonly kind: 'acquire' | 'release'; readonly orderId: string }
  | { readonly kind: 'isolate' | 'reset' }
  | { readonly kind: 'restart'; readonly offMs: number; readonly wallMs: number }

const step: fc.Arbitrary<Step> = fc.oneof(
  // Shares of a window or a recovery, so that their edges are met.
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('wait' as const),
      of: fc.constantFrom('windowMs' as const, 'recoveryMs' as const),
      share: fc.constantFrom(0.01, 0.3, 0.5, 0.999, 1, 1.001),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('outcome' as const),
      failed: fc.boolean(),
      orderId,
      times: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.integer({ min: 2, max: 200 })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('acquire' as const, 'release' as const), orderId: fc.constantFrom(...ORDERS) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('isolate' as const, 'reset' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('restart' as const),
      offMs: fc.integer({ min: 0, max: 5_000_000 }),
      wallMs: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
    }),
  },
)

const someThresholds: fc.Arbitrary<BreakerThresholds> = fc.record({
  failuresInWindow: fc.integer({ min: 1, max: 10 }),
  windowMs: fc.integer({ min: 1, max: 2_000_000 }),
  consecutive: fc.option(fc.integer({ min: 1, max: 6 })),
  ratePct: fc.option(fc.integer({ min: 20, max: 100 })),
  recoveryMs: fc.integer({ min: 1, max: 4_000_000 }),
})

function compare(thresholds: BreakerThresholds, steps: readonly Step[]): void {
  const naive = new NaiveBreaker(thresholds)
  let state: BreakerState = FRESH_BREAKER
  // Steady time as the process has it; the naive breaker lives through restarts on a time of its own that only counts what passed.
  let steadyMs = 1_700_000_000_000
  let naiveMs = steadyMs
  for (const next of steps) {
    switch (next.kind) {
      case 'wait': {
        const ms = Math.round(next.share * thresholds[next.of])
        steadyMs += ms
        naiveMs += ms
        break
      }
      case 'outcome':
        for (let time = 0; time < next.times; time++) {
          naive.record(next.failed, naiveMs, next.orderId)
          state = next.failed ? recordFailure(state, thresholds, steadyMs) : recordSuccess(state, thresholds, steadyMs, next.orderId)
        }
        break
      case 'acquire': {
        const acquired = acquireProbe(state, next.orderId, steadyMs)
        expect(acquired.ok).toBe(naive.acquire(next.orderId, naiveMs))
        if (acquired.ok) state = acquired.value
        break
      }
      case 'release':
        naive.release(next.orderId)
        state = releaseProbe(state, next.orderId)
        break
      case 'isolate':
        naive.isolate()
        state = isolate(state, steadyMs, { by: 'Ada', reason: 'a test' })
        break
      case 'reset': {
        naive.reset()
        const done = reset({ by: 'Ada', reason: 'a test' })
        if (done.ok) state = done.value
        break
      }
      case 'restart': {
        // Any wall clock will do, as long as it goes on correctly while the process is off.
        const text = toJson(state, { steadyMs, wallMs: next.wallMs })
        naiveMs += next.offMs
        steadyMs = next.wallMs + next.offMs
        const restored = fromJson(text, thresholds, { steadyMs, wallMs: next.wallMs + next.offMs })
        expect(restored.readable).toBe(true)
        state = restored.state
      }
    }
    expect(decide(state, steadyMs)).toBe(naive.decide(naiveMs))
  }
}

describe('a breaker does what the rules say, word for word', () => {
  it('with any thresholds', () => {
    fc.assert(fc.property(someThresholds, fc.array(step, { maxLength: 60 }), compare), { numRuns: 400 })
  })

  it.each(BREAKER_IDS)('with the thresholds of %s', (id) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        compare(BREAKER_THRESHOLDS[id], steps)
      }),
      { numRuns: 60 },
    )
  })

  // Few failures among many successes: what opens here is the rate, and hardly anything else.
  it('where only the rate can open it', () => {
    const outcome = fc.record({
      kind: fc.constant('outcome' as const),
      failed: fc.constantFrom(true, false, false),
      orderId: fc.constant(null),
      times: fc.constant(1),
    })
    const wait = fc.record({ kind: fc.constant('wait' as const), of: fc.constant('windowMs' as const), share: fc.constantFrom(0.02, 0.1) })
    const rules = fc.record({
      failuresInWindow: fc.integer({ min: 8, max: 16 }),
      windowMs: fc.constant(1_000_000),
      consecutive: fc.constant(null),
      ratePct: fc.integer({ min: 20, max: 60 }),
      recoveryMs: fc.constant(4_000_000),
    })
    fc.assert(fc.property(rules, fc.array(fc.oneof({ weight: 9, arbitrary: outcome }, wait), { minLength: 9, maxLength: 120 }), compare), {
      numRuns: 300,
    })
  })

  it('and keeps its memory small', () => {
    fc.assert(
      fc.property(someThresholds, fc.array(fc.boolean(), { minLength: 500, maxLength: 800 }), (thresholds, outcomes) => {
        let state: BreakerState = FRESH_BREAKER
        for (const failed of outcomes) state = failed ? recordFailure(state, thresholds, 1) : recordSuccess(state, thresholds, 1, null)
        expect(state.samples.failures.length).toBeLessThanOrEqual(64)
        expect(state.samples.successes.length).toBeLessThanOrEqual(64)
      }),
      { numRuns: 20 },
    )
  })
})
