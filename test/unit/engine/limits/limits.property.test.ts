import fc from 'fast-check'
import { expect, test } from 'vitest'

import { isOpen } from '../../../../src-main/domain/order'
import { decimal, ZERO } from '../../../../src-main/lib/decimal'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

const LIMITS = {
  maxDayUsd: '9000',
  maxAssetDayUsd: '7000',
  maxOrderUsd: '2500',
  maxOrdersPerSecond: 2,
  maxOrdersPerMinute: 5,
  maxOpenOrders: 4,
} as const

/** What can happen, in any order: plans are made, confirmed together or apart, orders end, time passes, the app starts anew. */
const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('prepare' as const), amount: fc.integer({ min: 1, max: 130 }), chain: fc.boolean() }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('confirm' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('end' as const), how: fc.constantFrom('OrderFilled' as const, 'OrderCanceled' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(100, 900, 5_000, 55_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sleep' as const), hours: fc.constantFrom(-30, 1, 7, 24) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

test('B9: no interleaving of plans, confirmations, ends, waits and restarts exceeds a limit', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      let bench = engineBench()
      bench.limits.store.change({ ...LIMITS, repeatCount: 50 }, { actor: 'op', reason: 'test' })
      let plans: { planId: string; planHash: string }[] = []
      try {
        for (const each of steps) {
          switch (each.kind) {
            case 'prepare': {
              const where = each.chain ? {} : ({ venue: 'paper', instrument: 'ETH-USD', account: 'paper-main' } as const)
              const made = await bench.engine.desk.prepare(
                { ...bench.draft, ...where, amount: (each.amount / 100).toFixed(2) },
                'agent',
                'operator',
              )
              if (made.ok) plans.push({ planId: made.value.plan.planId, planHash: made.value.planHash })
              break
            }
            case 'confirm':
              // In one turn: nothing else happens between them.
              for (const { planId, planHash } of plans.splice(0, each.count)) bench.engine.desk.confirm(planId, planHash, 'operator')
              await bench.clock.settle()
              break
            case 'end': {
              const open = bench.engine.journal.open().find(({ state, plan }) => state === 'submitted' && plan.intent.venue === 'paper')
              if (open !== undefined) bench.engine.journal.append(open.orderId, { type: each.how })
              break
            }
            case 'wait':
              await bench.clock.advance(each.ms)
              break
            case 'sleep':
              // A machine that slept, or a calendar that was set.
              bench.clock.jumpWall(each.hours * 3_600_000)
              break
            case 'restart':
              bench = bench.restart()
              plans = []
          }
          check(bench)
        }
      } finally {
        bench.close()
      }
    }),
    { numRuns: 15 },
  )
}, 120_000)

/** Counts by itself, from the journal alone, and by another way than the limits do. */
function check(bench: EngineBench): void {
  const through = bench.engine.journal
    .list('all', 500, null)
    .filter(({ orderId }) => bench.engine.journal.events(orderId).some(({ type }) => type === 'OrderApproved'))
  expect(through.filter(({ state }) => isOpen(state)).length).toBeLessThanOrEqual(LIMITS.maxOpenOrders)
  for (const { createdAtMs } of through) {
    const since = (ms: number) => through.filter((other) => other.createdAtMs <= createdAtMs && createdAtMs - other.createdAtMs < ms).length
    expect(since(1_000)).toBeLessThanOrEqual(LIMITS.maxOrdersPerSecond)
    expect(since(60_000)).toBeLessThanOrEqual(LIMITS.maxOrdersPerMinute)
  }
  const days = new Map<string, typeof through>()
  for (const order of through.filter(({ state, progress }) => isOpen(state) || state === 'filled' || progress.filledBase !== '0')) {
    const day = new Date(order.createdAtMs).toISOString().slice(0, 10)
    days.set(day, [...(days.get(day) ?? []), order])
  }
  for (const orders of days.values()) {
    const sum = (of: typeof orders) => of.reduce((total, { plan }) => total.add(plan.notionalUsd ?? NaN), ZERO)
    expect(sum(orders).lte(decimal(LIMITS.maxDayUsd)), `${sum(orders).toFixed(2)} a day`).toBe(true)
    const assets = new Set(orders.map(({ plan }) => plan.quote.instrument.base.symbol))
    for (const asset of assets) {
      const own = orders.filter(({ plan }) => plan.quote.instrument.base.symbol === asset)
      expect(sum(own).lte(decimal(LIMITS.maxAssetDayUsd)), `${sum(own).toFixed(2)} of ${asset} a day`).toBe(true)
    }
  }
}
