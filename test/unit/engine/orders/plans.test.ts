import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { hashPlan, PLAN_LIFETIME_MS } from '../../../../src-main/engine/orders/build-plan'
import { Plans } from '../../../../src-main/engine/orders/plans'
import { decimal } from '../../../../src-main/lib/decimal'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})
const OTHER_HASH = `0x${'0'.repeat(64)}`
const confirm = (planId: string, planHash: string) => bench.engine.desk.confirm(planId, planHash, 'operator')

describe('B10: what is signed off is what was shown, once, and soon', () => {
  test('a plan expires after its minute, measured in steady time', async () => {
    // Only the plan's own age decides here.
    bench.slippage = { ...bench.slippage, maxQuoteAgeMs: 10 * PLAN_LIFETIME_MS }
    const [inTime, late] = [await bench.prepare(), await bench.prepare()]
    bench.clock.jumpWall(24 * 3_600_000)
    await bench.clock.advance(PLAN_LIFETIME_MS)
    bench.clock.jumpWall(-24 * 3_600_000)
    expect(confirm(inTime.plan.planId, inTime.planHash).ok).toBe(true)
    await bench.clock.advance(1)
    expect(confirm(late.plan.planId, late.planHash)).toMatchObject({ ok: false, error: { code: 'PLAN_EXPIRED' } })
    expect(confirm(late.plan.planId, late.planHash)).toMatchObject({ ok: false, error: { code: 'PLAN_ALREADY_USED' } })
    await bench.clock.settle()
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('used twice, under another hash, unknown or discarded: refused, and nothing is signed', async () => {
    const { plan, planHash } = await bench.prepare()
    expect(confirm(plan.planId, OTHER_HASH)).toMatchObject({ error: { code: 'PLAN_MISMATCH' } })
    expect(confirm('nobody', planHash)).toMatchObject({ error: { code: 'PLAN_UNKNOWN' } })
    expect(bench.engine.journal.list('all', 10, null)).toEqual([])
    expect(confirm(plan.planId, planHash).ok).toBe(true)
    expect(confirm(plan.planId, planHash)).toMatchObject({ error: { code: 'PLAN_ALREADY_USED' } })
    const discarded = await bench.prepare()
    bench.engine.desk.discard(discarded.plan.planId)
    expect(confirm(discarded.plan.planId, discarded.planHash)).toMatchObject({ error: { code: 'PLAN_UNKNOWN' } })
    await bench.clock.settle()
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('a plan that somebody changed after it was shown no longer fits its hash', async () => {
    const { plan, planHash } = await bench.prepare()
    Object.assign(plan, { minReceived: decimal(1) })
    expect(confirm(plan.planId, planHash)).toMatchObject({ error: { code: 'PLAN_MISMATCH' } })
  })

  test('every figure of a plan is part of its hash', async () => {
    const { plan, planHash } = await bench.prepare()
    expect(hashPlan(plan)).toBe(planHash)
    const [step] = plan.steps
    if (step?.kind !== 'evm-tx') throw new Error('a swap is a transaction')
    const changes: Partial<typeof plan>[] = [
      { orderId: 'other' },
      { minReceived: plan.minReceived.add('0.000000000000000001') },
      { expiresAtMs: plan.expiresAtMs + 1 },
      { notionalUsd: null },
      { intent: { ...plan.intent, side: 'buy' } },
      { steps: [] },
      { steps: [{ ...step, tx: { ...step.tx, gasLimit: step.tx.gasLimit + 1n } }] },
      { steps: [{ ...step, purpose: 'approve' }] },
    ]
    const hashes = changes.map((change) => hashPlan({ ...plan, ...change }))
    expect(new Set([...hashes, planHash]).size).toBe(changes.length + 1)
  })

  test('two plans are never the same plan, though everything in them is', async () => {
    const [a, b] = [await bench.prepare(), await bench.prepare()]
    expect(a.planHash).not.toBe(b.planHash)
    expect([a.plan.planId === b.plan.planId, a.plan.orderId === b.plan.orderId]).toEqual([false, false])
  })

  test('the guards judge again at signing off, and a plan that they refuse then is used up', async () => {
    const { plan, planHash } = await bench.prepare()
    bench.policy = { kind: 'unreadable', why: 'edited' }
    expect(confirm(plan.planId, planHash)).toMatchObject({ error: { code: 'POLICY_UNREADABLE' } })
    bench.policy = { kind: 'unreadable', why: 'edited' }
    expect(confirm(plan.planId, planHash)).toMatchObject({ error: { code: 'PLAN_ALREADY_USED' } })
    expect(bench.life(plan.orderId)).toEqual(['OrderInitialized', 'OrderDenied'])
    expect(
      bench.engine.journal
        .get(plan.orderId)
        ?.verdicts.filter(({ outcome }) => outcome === 'deny')
        .map(({ guard }) => guard),
    ).toEqual(['policy'])
  })

  test('no more than two hundred wait; the oldest goes first', async () => {
    const { plan } = await bench.prepare()
    const plans = new Plans(bench.clock)
    const hashes = Array.from({ length: 201 }, (_, index) => plans.add({ ...plan, planId: `plan-${index}` }))
    expect(plans.take('plan-0', hashes[0]!)).toMatchObject({ error: { code: 'PLAN_UNKNOWN' } })
    expect(plans.take('plan-1', hashes[1]!).ok).toBe(true)
    expect(plans.take('plan-200', hashes[200]!).ok).toBe(true)
  })
})
