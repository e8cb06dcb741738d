import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import type { PlaceOutcome } from '../../../../src-main/venues/venue'
import { MOST_ATTEMPTS } from '../../../../src-main/engine/orders/next-attempt'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { BENCH_POLICY } from '../../../support/app/bench-chain'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const record = (orderId: string) => bench.engine.journal.get(orderId)!
const orders = () => bench.engine.journal.list('all', 10, null)
const decision = (orderId: string) => record(orderId).progress.retry
const recorded = () => bench.auditTypes().filter((type) => type === 'OrderRetryDecided').length
const NONCE_USED: PlaceOutcome = { kind: 'rejected', failure: failure('NONCE_TOO_LOW', 'nonce too low'), neverOut: true }
/** The node refuses so often, then takes it. */
const refuses = (outcome: PlaceOutcome, times: number) => {
  let left = times
  bench.venue.onPlace = (what) => (left-- > 0 ? outcome : { kind: 'accepted', ref: what.hash })
}
/** Time passes slowly enough for the limit on orders a second. */
const settle = () => bench.clock.advance(1_100)

describe('X3: a failure that a fresh attempt does away with', () => {
  test('a nonce that was used before it left: rebuilt, judged by all guards, continued by itself, both on record', async () => {
    refuses(NONCE_USED, 1)
    const { orderId, plan } = await bench.start()
    bench.venue.chainNonce = 7
    await settle()
    const [next] = orders().filter((order) => order.orderId !== orderId)
    expect(next).toMatchObject({ state: 'submitted', plan: { attempt: { number: 2, after: orderId, why: 'NONCE_TOO_LOW' } } })
    expect(next!.plan.steps).toMatchObject([{ tx: { nonce: 7 } }])
    expect(decision(orderId)).toEqual({ kind: 'continued', orderId: next!.orderId, why: [] })
    expect([record(orderId).state, recorded()]).toEqual(['rejected', 1])
    // Its own deadline, not the one of before.
    expect(next!.plan.steps[0]).not.toEqual(plan.steps[0])
  })

  const worse: readonly (readonly [string, () => void, readonly string[]])[] = [
    ['a worse price', () => (bench.venue.midPrice = bench.venue.midPrice.mul('0.998')), ['price', 'least received']],
    ['an allowance that is needed now', () => (bench.venue.needsAllowance = true), ['steps']],
  ]
  test.for(worse)('%s: nothing is sent before a person signed it off', async ([, happen, why]) => {
    refuses(NONCE_USED, 1)
    const { orderId } = await bench.start()
    happen()
    await settle()
    expect(decision(orderId)).toEqual({ kind: 'needs-sign-off', orderId: null, why })
    expect([orders().length, bench.signer.asked.length]).toEqual([1, 1])
    // The person's way: a plan of its own, bound to its hash.
    const again = await bench.engine.desk.prepareAgain(record(orderId), 'operator')
    if (!again.ok) throw new Error(JSON.stringify(again.error))
    expect(again.value.plan.attempt).toEqual({ number: 2, after: orderId, why: 'NONCE_TOO_LOW' })
    await bench.clock.advance(1_000)
    expect(bench.engine.desk.confirm(again.value.plan.planId, again.value.planHash, 'operator').ok).toBe(true)
  })

  test('a better price is no reason to ask', async () => {
    refuses(NONCE_USED, 1)
    const { orderId } = await bench.start()
    bench.venue.midPrice = bench.venue.midPrice.mul('1.002')
    await settle()
    expect(decision(orderId)?.kind).toBe('continued')
  })

  test('no more attempts than are allowed', async () => {
    refuses(NONCE_USED, 99)
    await bench.start()
    for (let turn = 0; turn < 6; turn += 1) await bench.clock.advance(1_000)
    expect(orders()).toHaveLength(MOST_ATTEMPTS)
    expect(orders()[0]?.progress.retry).toEqual({ kind: 'not-tried', orderId: null, why: ['tried often enough'] })
  })

  test('not while halted, and not past a guard', async () => {
    refuses(NONCE_USED, 1)
    const first = await bench.start()
    bench.gate.snapshot = TRIGGERED
    await settle()
    expect(decision(first.orderId)).toEqual({ kind: 'not-tried', orderId: null, why: ['halted'] })
    bench.gate.snapshot = { ...TRIGGERED, state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null }
    await bench.clock.advance(1_000)
    refuses(NONCE_USED, 1)
    const second = await bench.start()
    bench.policy = { kind: 'unreadable', why: 'edited' }
    await settle()
    expect(decision(second.orderId)).toEqual({ kind: 'not-tried', orderId: null, why: ['POLICY_UNREADABLE'] })
    expect(orders()).toHaveLength(2)
  })

  test('out of gas: half as much gas again, within the policy, and a person looks at the higher fee', async () => {
    const { orderId } = await bench.start()
    bench.venue.last.emit({ kind: 'reverted', reason: 'out of gas', blockNumber: 5 })
    await settle()
    expect(record(orderId)).toMatchObject({ state: 'failed', progress: { why: { code: 'OUT_OF_GAS' } } })
    expect(decision(orderId)).toEqual({ kind: 'needs-sign-off', orderId: null, why: ['not final', 'network fee'] })
    const again = await bench.engine.desk.prepareAgain(record(orderId), 'operator')
    expect(again).toMatchObject({ ok: true, value: { plan: { steps: [{ tx: { gasLimit: 450_000n } }] } } })
    bench.policy = { kind: 'loaded', policy: { ...BENCH_POLICY, maxGas: 400_000n } }
    expect(await bench.engine.desk.prepareAgain(record(orderId), 'operator')).toMatchObject({
      ok: false,
      error: { code: 'GAS_EXCEEDS_MAX' },
    })
  })

  test('expired in a block that may go again: it may be carried out with the next, so nothing is sent before a person signed it off', async () => {
    const { orderId } = await bench.start()
    bench.venue.last.emit({ kind: 'reverted', reason: 'Transaction too old', blockNumber: 5 })
    await settle()
    expect(decision(orderId)).toEqual({ kind: 'needs-sign-off', orderId: null, why: ['not final'] })
    expect([orders().length, bench.signer.asked.length]).toEqual([1, 1])
  })

  test('expired for good, as at $10 000 and more an end always is: continued by itself', async () => {
    const { orderId } = await bench.start()
    bench.venue.last.emit({ kind: 'confirmations', have: 3, need: 3, finality: true })
    bench.venue.chainNonce = 7
    bench.venue.last.emit({ kind: 'reverted', reason: 'Transaction too old', blockNumber: 5 })
    await settle()
    expect(decision(orderId)).toMatchObject({ kind: 'continued', why: [] })
  })

  test('somebody else used the nonce of what was sent: a person must look, whatever the price', async () => {
    const { orderId } = await bench.start()
    bench.venue.last.emit({ kind: 'replaced' })
    await settle()
    expect(decision(orderId)).toMatchObject({ kind: 'needs-sign-off', why: ['somebody else used the nonce'] })
  })

  test.for(['INSUFFICIENT_FUNDS', 'SLIPPAGE_EXCEEDED', 'INVALID_INSTRUCTION', 'REPLACEMENT_UNDERPRICED'] as const)(
    '%s is never tried anew',
    async (code) => {
      refuses({ kind: 'rejected', failure: failure(code) }, 1)
      const { orderId } = await bench.start()
      await settle()
      expect([decision(orderId), orders().length, recorded()]).toEqual([undefined, 1, 0])
    },
  )

  test('an order of the run before is not tried anew because the app was started', async () => {
    bench.signer.script = () => new Promise(() => undefined)
    const { orderId } = await bench.start()
    bench = bench.restart()
    await bench.engine.recover()
    await settle()
    expect(record(orderId)).toMatchObject({ state: 'failed', progress: { why: { code: 'EXPIRED' } } })
    expect([decision(orderId), orders().length]).toEqual([undefined, 1])
  })
})
