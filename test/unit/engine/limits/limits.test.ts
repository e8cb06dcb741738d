import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { DEFAULT_LIMITS, type LimitSettings } from '../../../../src-main/engine/limits/limit-settings'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

const PAPER = { venue: 'paper', instrument: 'ETH-USD', account: 'paper-main' } as const
const BY = { actor: 'op', reason: 'test' }

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const set = (change: Partial<LimitSettings>) => bench.limits.store.change(change, BY)
/** The data of all audit entries of a type. */
const auditedAs = (type: string) =>
  (bench.db.prepare("SELECT seq FROM audit_entries WHERE json_extract(body, '$.type') = ?").all(type) as { seq: number }[]).map(
    ({ seq }) => bench.audit.get(seq)?.data,
  )
const used = () => bench.limits.overview()
/** Prepares one plan and confirms it; answers how it went. */
const place = async (draft: Parameters<EngineBench['prepare']>[0] = {}) => {
  const prepared = await bench.engine.desk.prepare({ ...bench.draft, ...PAPER, ...draft }, 'agent', 'operator')
  if (!prepared.ok) return prepared.error.code
  const started = bench.engine.desk.confirm(prepared.value.plan.planId, prepared.value.planHash, 'operator')
  return started.ok ? started.value.orderId : started.error.code
}

describe('B9: what is used', () => {
  test('two plans that each fit alone, confirmed in the same turn: the second one meets the first', async () => {
    const [first, second] = [await bench.prepare(PAPER), await bench.prepare({ ...PAPER, amount: '1.5' })]
    const value = Number(first.plan.notionalUsd) + Number(second.plan.notionalUsd)
    set({ maxDayUsd: (value - 1).toFixed(0) })
    expect(bench.engine.desk.confirm(first.plan.planId, first.planHash, 'operator').ok).toBe(true)
    expect(bench.engine.desk.confirm(second.plan.planId, second.planHash, 'operator')).toMatchObject({
      ok: false,
      error: { code: 'DAY_LIMIT' },
    })
  })

  test('an order of unknown outcome counts in full; one that turns out never to have been there gives its room back', async () => {
    bench.exchange.onPlace = () => ({ kind: 'unknown', failure: { code: 'TIMEOUT_ERROR', detail: '' } })
    bench.exchange.findFailure = { code: 'NETWORK_ERROR', detail: '' }
    const orderId = await place()
    await bench.clock.settle()
    expect(bench.engine.journal.get(orderId)?.state).toBe('unknown')
    const { plan } = bench.engine.journal.get(orderId)!
    expect(used()).toMatchObject({ openOrders: 1 })
    expect(used().dayUsd.toFixed(2)).toBe(Number(plan.notionalUsd).toFixed(2))
    bench.engine.journal.append(orderId, { type: 'OrderReconciled', leadsTo: 'failed' })
    expect(used()).toMatchObject({ openOrders: 0 })
    expect(used().dayUsd.toFixed()).toBe('0')
  })

  test('usage outlives a restart: it is counted anew from the journal', async () => {
    await place()
    await place({ side: 'buy', amount: '2' })
    await bench.clock.settle()
    const before = used()
    expect(before.dayUsd.gt(0)).toBe(true)
    bench = bench.restart()
    expect(used()).toEqual(before)
  })

  test('a new day begins with what is still open, and a calendar that goes back gives nothing back', async () => {
    await place()
    await bench.clock.settle()
    const before = used()
    bench.clock.jumpWall(-3 * 86_400_000)
    await place({ amount: '2' })
    expect(used().dayUsd.gt(before.dayUsd)).toBe(true)
    const open = used().openOrders
    bench.clock.jumpWall(5 * 86_400_000)
    expect(used().openOrders).toBe(open)
  })

  test('until the journal was read nothing fits', () => {
    const { limits } = bench
    const fresh = new (limits.constructor as new (parts: unknown) => EngineBench['limits'])({
      db: bench.db,
      audit: bench.audit,
      clock: bench.clock,
      environment: 'testnet',
    })
    expect(fresh.facts('order-1', null, null)).toEqual({ kind: 'unknown', why: 'the journal was not read yet' })
  })

  test('what cannot be counted makes everything unknown, and that denies', async () => {
    bench.limits.observe({ state: 'approved' } as never)
    expect(await place()).toBe('LIMIT_USAGE_UNKNOWN')
  })
})

describe('B9: pace', () => {
  test('no more orders in a second and in a minute than the limits say, whatever the calendar does', async () => {
    set({ maxOrdersPerSecond: 2, maxOrdersPerMinute: 3, repeatCount: 50 })
    const codes: string[] = []
    for (let index = 0; index < 3; index += 1) codes.push(await place({ amount: `0.1${index}` }))
    expect(codes.map((code) => code === 'ORDER_RATE_EXCEEDED')).toEqual([false, false, true])
    bench.clock.jumpWall(3_600_000)
    expect(await place({ amount: '0.4' })).toBe('ORDER_RATE_EXCEEDED')
    await bench.clock.advance(1_000)
    expect(await place({ amount: '0.5' })).not.toBe('ORDER_RATE_EXCEEDED')
    await bench.clock.advance(1_000)
    expect(await place({ amount: '0.6' })).toBe('ORDER_RATE_EXCEEDED')
    await bench.clock.advance(58_000)
    expect(await place({ amount: '0.7' })).not.toBe('ORDER_RATE_EXCEEDED')
  })

  test('the pace outlives a restart', async () => {
    set({ maxOrdersPerMinute: 1 })
    await place()
    await bench.clock.settle()
    bench = bench.restart()
    expect(await place({ amount: '2' })).toBe('ORDER_RATE_EXCEEDED')
  })

  test('open orders are counted, and room is given back when one ends', async () => {
    set({ maxOpenOrders: 1 })
    const first = await place()
    await bench.clock.settle()
    expect(await place({ amount: '2' })).toBe('OPEN_ORDERS_LIMIT')
    bench.engine.journal.append(first, { type: 'OrderCanceled' })
    await bench.clock.advance(1_000)
    expect(await place({ amount: '3' })).not.toBe('OPEN_ORDERS_LIMIT')
  })
})

describe('B9: the repeated-order throttle', () => {
  const repeat = async (times: number) => {
    const codes: string[] = []
    for (let index = 0; index < times; index += 1) {
      codes.push(await place())
      await bench.clock.advance(1_000)
    }
    return codes
  }
  const throttledKey = () => used().repeats.find(({ throttledSinceMs }) => throttledSinceMs !== null)?.key ?? ''

  beforeEach(() => {
    set({ repeatCount: 2, repeatWindowMin: 1, maxOrdersPerMinute: 100, maxOpenOrders: 100 })
  })

  test('the same order is refused after so many, stays refused when the window is over, and goes again when a person has looked', async () => {
    expect((await repeat(3))[2]).toBe('REPEATED_ORDER')
    await bench.clock.advance(3_600_000)
    expect(await place()).toBe('REPEATED_ORDER')
    expect(await place({ amount: '1.1' })).not.toBe('REPEATED_ORDER')
    bench.limits.acknowledgeRepeat(throttledKey(), BY)
    expect(await place()).not.toBe('REPEATED_ORDER')
    expect(auditedAs('RepeatedOrderAcknowledged')).toHaveLength(1)
  })

  test('who waits until the window is over, without having been refused, may place it again', async () => {
    await repeat(2)
    await bench.clock.advance(60_000)
    expect((await repeat(1))[0]).not.toBe('REPEATED_ORDER')
  })

  test('the throttle and its acknowledgement outlive a restart', async () => {
    await repeat(3)
    await bench.clock.advance(3_600_000)
    bench = bench.restart()
    expect(await place()).toBe('REPEATED_ORDER')
    await bench.clock.advance(1_000)
    bench.limits.acknowledgeRepeat(throttledKey(), BY)
    bench = bench.restart()
    expect(used().repeats).toEqual([])
    expect(await place()).not.toBe('REPEATED_ORDER')
  })
})

describe('B9: settings', () => {
  test('a change is recorded with what it was and will be, and which of it loosens', () => {
    set({ maxOrderUsd: '10', maxOpenOrders: 190 })
    expect(auditedAs('LimitsChanged')).toEqual([
      {
        before: { maxOrderUsd: DEFAULT_LIMITS.paper.maxOrderUsd, maxOpenOrders: DEFAULT_LIMITS.paper.maxOpenOrders },
        after: { maxOrderUsd: '10', maxOpenOrders: 190 },
        loosened: ['maxOpenOrders'],
        reason: 'test',
      },
    ])
    bench = bench.restart()
    expect(bench.limits.store.get()).toMatchObject({ maxOrderUsd: '10', maxOpenOrders: 190 })
  })

  test.each<Partial<LimitSettings>>([
    { maxOrderUsd: '0' },
    { maxOrderUsd: '1e9' },
    { maxDayUsd: '1000000000.01' },
    { maxOrdersPerSecond: 0 },
    { maxOrdersPerMinute: 601 },
    { repeatCount: 51 },
    { repeatWindowMin: 0 },
    { lossReducePct: '0' },
    { lossHaltPct: '100' },
    { lossReducePct: '11', lossHaltPct: '10' },
  ])('a limit that would be none cannot be set: %o', (change) => {
    expect(bench.limits.store.wrongWith(change)).not.toBeNull()
    expect(() => set(change)).toThrow()
  })

  test('which way each limit loosens', () => {
    const loosened = (change: Partial<LimitSettings>) => bench.limits.store.compare(change).loosened
    expect(loosened({ maxOrderUsd: '1000000.01', maxAssetDayUsd: '249999' })).toEqual(['maxOrderUsd'])
    expect(loosened({ repeatWindowMin: 5 })).toEqual(['repeatWindowMin'])
    expect(loosened({ repeatWindowMin: 60, repeatCount: 1, lossBasis: 'high', lossReducePct: '1' })).toEqual([])
    expect(loosened({ lossBasis: 'start', valuationTimeoutMin: 6 })).toEqual(['lossBasis', 'valuationTimeoutMin'])
  })

  test('stored limits that cannot be read are the strictest', () => {
    set({ maxOrderUsd: '10' })
    bench.db.prepare("UPDATE settings SET value_json = '{}' WHERE key = 'limits'").run()
    bench = bench.restart()
    expect(bench.limits.store.get()).toEqual(DEFAULT_LIMITS.live)
  })
})
