import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { BREAKER_THRESHOLDS, type BreakerId } from '../../../../src-main/domain/breaker'
import { denial, failure } from '../../../../src-main/domain/codes'
import { decimal } from '../../../../src-main/lib/decimal'
import { err } from '../../../../src-main/lib/result'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const counts = (id: BreakerId) => {
  const { failuresInWindow, samplesInWindow } = bench.breakers.status().find((breaker) => breaker.id === id)!
  return { failures: failuresInWindow, samples: samplesInWindow }
}
const view = (id: BreakerId) => bench.breakers.views()[id]
/** Opens a breaker by failures and lets its recovery pass. */
const halfOpen = async (id: BreakerId) => {
  while (view(id).state === 'closed') bench.breakers.record(id, 'failure', { why: 'test' })
  await bench.clock.advance(BREAKER_THRESHOLDS[id].recoveryMs)
  expect(view(id)).toMatchObject({ state: 'half-open', probeOrderId: null })
}
const tellFilled = (orderId: string) => {
  bench.exchange.tell({
    kind: 'fill',
    clientOrderId: orderId,
    atMs: 0,
    baseAmount: decimal(1),
    price: decimal(2500),
    fee: decimal(5),
    feeAsset: 'USD',
    remainingBase: decimal(0),
  })
}

describe('X4: what an order tells the breakers', () => {
  test('a calm market and a fair price are successes; each order says so once', async () => {
    await bench.start()
    expect([counts('volatility'), counts('slippage')]).toEqual([
      { failures: 0, samples: 1 },
      { failures: 0, samples: 1 },
    ])
  })

  test('a market that moved more than 50 % is a volatility event, and a slippage rejection', async () => {
    bench.venue.range = { low: decimal(1800), high: decimal(3200), coversMs: 3_600_000 }
    await expect(bench.prepare()).rejects.toThrow('HIGH_VOLATILITY')
    expect([counts('volatility').failures, counts('slippage').failures]).toEqual([1, 1])
  })

  test('a market that nobody can tell of is a failure for the volatility breaker', async () => {
    bench.venue.range = null
    await expect(bench.prepare()).rejects.toThrow('HIGH_VOLATILITY')
    expect(counts('volatility')).toEqual({ failures: 1, samples: 1 })
  })

  test('a half-open volatility breaker is opened again by an order whose market nobody can tell of', async () => {
    await halfOpen('volatility')
    bench.venue.range = null
    const guards = engineBench({ folder: bench.folder, clock: bench.clock, guards: (table) => ({ ...table, order: [] }) })
    guards.venue.range = null
    await (
      await guards.start()
    ).done
    expect(guards.breakers.views().volatility.state).toBe('open')
    guards.db.close()
  })

  test('a slippage refusal counts although another guard refused before it', async () => {
    bench.venue.slippagePct = decimal(5)
    bench.gate.snapshot = TRIGGERED
    await expect(bench.prepare()).rejects.toThrow('KILL_SWITCH_TRIGGERED')
    expect(counts('slippage')).toEqual({ failures: 1, samples: 1 })
  })

  test('an order that another guard refuses is no slippage rejection', async () => {
    bench.gate.snapshot = TRIGGERED
    await expect(bench.prepare()).rejects.toThrow('KILL_SWITCH_TRIGGERED')
    expect(counts('slippage')).toEqual({ failures: 0, samples: 1 })
  })

  test('four rejections in a row open the slippage breaker, and its own refusals do not count against it', async () => {
    bench.venue.slippagePct = decimal(5)
    for (const _ of [1, 2, 3, 4]) await expect(bench.prepare()).rejects.toThrow('EXCEEDED_LIMIT')
    expect(view('slippage').state).toBe('open')
    const before = counts('slippage')
    bench.venue.slippagePct = decimal('0.1')
    await expect(bench.prepare()).rejects.toThrow('BREAKER_OPEN')
    expect(counts('slippage')).toEqual(before)
  })

  test('while a probe is out, another order does not reopen the half-open slippage breaker by being refused', async () => {
    await halfOpen('slippage')
    // An order's own good price would close it at once; so the probe is held by hand.
    bench.breakers.acquireProbes('somebody-else')
    await expect(bench.prepare()).rejects.toThrow('BREAKER_PROBE_IN_FLIGHT')
    expect(view('slippage')).toMatchObject({ state: 'half-open', probeOrderId: 'somebody-else' })
  })

  test('a preview tells no breaker anything', async () => {
    bench.venue.slippagePct = decimal(5)
    await bench.engine.desk.preview(bench.draft)
    expect([counts('slippage').samples, counts('volatility').samples]).toEqual([0, 0])
  })

  test('a fill is a success of trading and of the system; a revert is a failure of trading; a time-out one of confirmation', async () => {
    await bench.start()
    bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
    await bench.clock.settle()
    expect([counts('trade'), counts('system'), counts('confirmation')]).toEqual([
      { failures: 0, samples: 1 },
      { failures: 0, samples: 1 },
      { failures: 0, samples: 1 },
    ])
    await bench.start()
    bench.venue.last.emit({ kind: 'timed-out', phase: 'confirmations' })
    bench.venue.last.emit({ kind: 'reverted', reason: 'Too little received', blockNumber: 6 })
    expect([counts('trade').failures, counts('confirmation').failures]).toEqual([1, 1])
  })

  test('one read that fails is counted by the transport, and not a second time by whoever follows', async () => {
    await bench.start()
    bench.venue.last.emit({ kind: 'read-failed', failure: failure('NETWORK_ERROR') })
    expect(counts('network').failures).toBe(0)
  })
})

describe('X4: the probe of a half-open breaker', () => {
  test('one order at a time; its success closes the breaker', async () => {
    await bench.engine.recover()
    await halfOpen('trade')
    const first = await bench.start(RESTING)
    expect(view('trade').probeOrderId).toBe(first.orderId)
    await expect(bench.start(RESTING)).rejects.toThrow('BREAKER_PROBE_IN_FLIGHT')
    tellFilled(first.orderId)
    expect(view('trade').state).toBe('closed')
  })

  test('its failure opens it again for the full time', async () => {
    await halfOpen('trade')
    bench.exchange.onPlace = () => ({ kind: 'rejected', failure: failure('INSUFFICIENT_FUNDS') })
    await bench.start(RESTING)
    expect(view('trade')).toMatchObject({ state: 'open', halfOpenAtMs: bench.clock.steadyMs() + BREAKER_THRESHOLDS.trade.recoveryMs })
  })

  test('an exchange that answers closes the half-open network breaker', async () => {
    await halfOpen('network')
    await bench.start(RESTING)
    expect(view('network').state).toBe('closed')
  })

  const releases: readonly (readonly [string, () => void, Parameters<EngineBench['start']>[0]?])[] = [
    ['withheld at the last look', () => (bench.gate.look = denial('KILL_SWITCH_TRIGGERED'))],
    ['denied by the signing gate', () => (bench.signer.script = async () => err({ code: 'LOCKED', detail: '' }))],
    ['canceled unfilled', () => undefined, RESTING],
  ]
  test.for(releases)('an order that is %s gives the probe back', async ([what, happen, draft]) => {
    await bench.engine.recover()
    await halfOpen('confirmation')
    happen()
    const { orderId, done } = await bench.start(draft)
    await done
    if (what.startsWith('canceled')) {
      expect(view('confirmation').probeOrderId).toBe(orderId)
      bench.exchange.tell({ kind: 'canceled', clientOrderId: orderId, atMs: 0, remainingBase: decimal(1), why: 'asked' })
    }
    expect(view('confirmation')).toMatchObject({ state: 'half-open', probeOrderId: null })
  })

  test('an order that is refused at confirming, by a guard or for its nonce, gives the probe back', async () => {
    await halfOpen('confirmation')
    const [first, second, third] = [await bench.prepare(), await bench.prepare(), await bench.prepare()]
    bench.gate.snapshot = TRIGGERED
    expect(bench.engine.desk.confirm(first.plan.planId, first.planHash, 'operator').ok).toBe(false)
    expect(view('confirmation').probeOrderId).toBeNull()
    bench.gate.snapshot = { ...TRIGGERED, state: 'armed', sinceMs: null }
    bench.gate.look = denial('KILL_SWITCH_TRIGGERED')
    bench.signer.script = () => new Promise(() => undefined)
    expect(bench.engine.desk.confirm(second.plan.planId, second.planHash, 'operator').ok).toBe(true)
    bench.breakers.releaseProbes(second.plan.orderId)
    // The same nonce: refused after its guards passed.
    expect(bench.engine.desk.confirm(third.plan.planId, third.planHash, 'operator')).toMatchObject({ error: { code: 'PLAN_MISMATCH' } })
    expect(view('confirmation').probeOrderId).toBeNull()
  })

  test('an order that cannot be recorded gives the probe back', async () => {
    await halfOpen('confirmation')
    const { plan, planHash } = await bench.prepare()
    bench.db.exec("CREATE TEMP TRIGGER no_orders BEFORE INSERT ON orders BEGIN SELECT RAISE(ABORT, 'no'); END")
    expect(bench.engine.desk.confirm(plan.planId, planHash, 'operator')).toMatchObject({ error: { code: 'JOURNAL_UNAVAILABLE' } })
    expect(view('confirmation')).toMatchObject({ state: 'half-open', probeOrderId: null })
    expect(counts('system').failures).toBe(1)
  })

  test('a crash leaves no breaker waiting for a probe that never comes', async () => {
    await halfOpen('confirmation')
    bench.signer.script = () => new Promise(() => undefined)
    const { orderId } = await bench.start()
    expect(view('confirmation').probeOrderId).toBe(orderId)
    bench.breakers.acquireProbes('never-recorded')
    bench = bench.restart()
    expect(view('confirmation').probeOrderId).toBe(orderId)
    await bench.engine.recover()
    expect(bench.engine.journal.get(orderId)?.state).toBe('failed')
    expect(view('confirmation')).toMatchObject({ state: 'half-open', probeOrderId: null })
  })

  test('a crash leaves the probe with an order that is still out, and its outcome decides', async () => {
    await bench.engine.recover()
    await halfOpen('trade')
    const { orderId } = await bench.start(RESTING)
    const held = bench.exchange.held
    bench = bench.restart()
    bench.exchange.held.set(orderId, { state: 'open', filledBase: decimal(0), averagePrice: null, fee: decimal(0), feeAsset: 'USD' })
    expect(held.size).toBe(0)
    await bench.engine.recover()
    expect(view('trade').probeOrderId).toBe(orderId)
    tellFilled(orderId)
    expect(view('trade').state).toBe('closed')
  })
})
