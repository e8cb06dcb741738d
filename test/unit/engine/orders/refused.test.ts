import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { failure, type FailureCode } from '../../../../src-main/domain/codes'
import type { PlaceOutcome } from '../../../../src-main/venues/venue'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const refusal = (code: FailureCode): PlaceOutcome => ({ kind: 'rejected', failure: failure(code, 'the node says no') })
/** The node refuses the first transaction, each time it is handed it, and takes every other. */
const refuseTheFirst = (code: FailureCode): void => {
  let first: string | null = null
  bench.venue.onPlace = ({ hash }) => ((first ??= hash) === hash ? refusal(code) : { kind: 'accepted', ref: hash })
}
const record = (orderId: string) => bench.engine.journal.get(orderId)!
const txs = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map(({ nonce, state }) => `${nonce} ${state}`)
const included = (blockNumber = 5): ConfirmationEvent => ({
  kind: 'included',
  succeeded: true,
  blockNumber,
  blockHash: `0x${String(blockNumber).repeat(64).slice(0, 64)}`,
  gasUsed: 1n,
  feePaidWei: 1n,
})
const followed = (orderId: string) => {
  const hash = bench.engine.transactions.ofOrder(orderId).at(-1)?.hash
  return bench.venue.followed.filter(({ request, stopped }) => request.hash === hash && !stopped).at(-1)!
}
const day = () => bench.limits.overview()
const settle = () => bench.clock.advance(1_100)

describe('M26: a node’s refusal is its word, not a proof', () => {
  test('what it refused may be out: it is followed, counts in the limits, and is filled when it is mined', async () => {
    refuseTheFirst('INSUFFICIENT_FUNDS')
    const { orderId } = await bench.start()
    expect([record(orderId).state, record(orderId).progress.mayBeOut, txs(orderId)]).toEqual(['rejected', true, ['0 refused']])
    const whole = day().dayUsd
    expect([whole.gt(2_000), day().openOrders]).toEqual([true, 1])

    followed(orderId).emit(included())
    expect([record(orderId).state, record(orderId).progress.why]).toEqual(['submitted', null])
    followed(orderId).emit(included())
    followed(orderId).emit({ kind: 'confirmed', confirmations: 3, awaitsFinality: false })
    await bench.clock.settle()
    expect([record(orderId).state, txs(orderId), bench.life(orderId).filter((type) => type === 'OrderReconciled').length]).toEqual([
      'filled',
      ['0 mined'],
      1,
    ])
    expect([day().openOrders, bench.faults]).toEqual([0, []])
  })

  test('once its nonce is another’s it counts no more; what is followed and counted outlives a restart', async () => {
    refuseTheFirst('INSUFFICIENT_FUNDS')
    const { orderId } = await bench.start()
    await bench.clock.advance(26 * 3_600_000)
    bench = bench.restart()
    await bench.engine.recover()
    expect([day().dayUsd.gt(2_000), day().openOrders]).toEqual([true, 1])
    followed(orderId).emit({ kind: 'replaced' })
    expect([record(orderId).state, record(orderId).progress.mayBeOut, txs(orderId)]).toEqual(['rejected', false, ['0 replaced']])
    expect([day().dayUsd.isZero(), day().openOrders]).toEqual([true, 0])
  })

  test('one sign-off, two attempts: the second has the nonce of the first, so that the chain takes one', async () => {
    refuseTheFirst('EXPIRED')
    const { orderId } = await bench.start()
    await settle()
    const next = record(orderId).progress.retry?.orderId
    if (next == null) throw new Error('not tried anew')
    expect([txs(orderId), txs(next)]).toEqual([['0 refused'], ['0 sent']])

    // The first is mined after all: it is filled, and the second is the one whose nonce is another's.
    followed(orderId).emit(included())
    followed(orderId).emit(included())
    expect([record(orderId).state, txs(orderId), txs(next)]).toEqual(['confirming', ['0 mined'], ['0 sent']])
    // A reorganisation lets go of it, and the other still holds the nonce.
    followed(orderId).emit({ kind: 'reorged', fromBlock: 5 })
    expect([record(orderId).state, txs(orderId), bench.faults]).toEqual(['submitted', ['0 refused'], []])
    followed(orderId).emit(included(6))
    followed(orderId).emit({ kind: 'confirmed', confirmations: 3, awaitsFinality: false })
    bench.venue.nonceUser = bench.engine.transactions.ofOrder(orderId)[0]!.hash as `0x${string}`
    followed(next).emit({ kind: 'replaced' })
    await settle()
    expect([record(orderId).state, record(next).state, record(next).progress.retry]).toMatchObject([
      'filled',
      'failed',
      { kind: 'needs-sign-off', why: ['somebody else used the nonce'] },
    ])
  })

  test('an attempt that would have another nonce than what was refused is not made', async () => {
    refuseTheFirst('EXPIRED')
    const { orderId } = await bench.start()
    bench.venue.chainNonce = 1
    await settle()
    expect(record(orderId).progress.retry).toEqual({ kind: 'not-tried', orderId: null, why: ['what was refused may be out'] })
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('a replacement that a node refused, and that is mined, fills the order', async () => {
    const { orderId } = await bench.start()
    bench.venue.onPlace = () => refusal('REPLACEMENT_UNDERPRICED')
    expect((await bench.engine.replacer.speedUp(orderId, 'operator')).kind).toBe('failed')
    expect(txs(orderId)).toEqual(['0 sent', '0 refused'])
    // It stands in nobody's way: what waits can be replaced as before.
    bench.venue.onPlace = ({ hash }) => ({ kind: 'accepted', ref: hash })
    const [first, second] = bench.venue.followed.slice(-2)
    second!.emit(included())
    second!.emit({ kind: 'confirmed', confirmations: 3, awaitsFinality: false })
    first!.emit({ kind: 'replaced' })
    await bench.clock.settle()
    expect([record(orderId).state, txs(orderId)]).toEqual(['filled', ['0 replaced', '0 mined']])
  })

  test('who has the nonce is one of ours after all, or the endpoints differ about it: nothing is concluded', async () => {
    const { orderId } = await bench.start()
    bench.venue.nonceUser = bench.engine.transactions.ofOrder(orderId)[0]!.hash as `0x${string}`
    followed(orderId).emit({ kind: 'replaced' })
    await bench.clock.settle()
    expect([record(orderId).state, txs(orderId)]).toEqual(['submitted', ['0 sent']])
    bench.venue.nonceUser = `0x${'99'.repeat(32)}`
    await bench.clock.advance(6_000)
    followed(orderId).emit({ kind: 'replaced' })
    await bench.clock.settle()
    expect(record(orderId).state).toBe('failed')
  })
})

describe('B2: no order is left behind a nonce that nobody uses', () => {
  test('one that was turned away and waits keeps the next from leaving before it', async () => {
    refuseTheFirst('RATE_LIMITED')
    const a = await bench.start()
    await settle()
    const behind = await bench.prepare({ amount: '0.9' })
    expect(bench.engine.desk.confirm(behind.plan.planId, behind.planHash, 'operator')).toMatchObject({
      ok: false,
      error: {
        code: 'EARLIER_ORDER_LEAVING',
        figures: {
          nonce: '0',
          orderId: a.orderId,
          state: 'submitting',
          why: 'RATE_LIMITED',
          againInMs: expect.stringMatching(/^[1-9]\d*$/) as string,
          triesLeft: '3',
        },
      },
    })
    await bench.clock.advance(40_000)
    expect(txs(a.orderId)).toEqual(['0 refused'])
    const b = await bench.start({ amount: '0.8' })
    expect(txs(b.orderId)).toEqual(['0 sent'])
  })

  test('one whose answer is awaited, too; what was planned behind it is made anew, with the nonce that it gave back', async () => {
    let answer: (outcome: PlaceOutcome) => void = () => undefined
    bench.venue.onPlace = ({ hash }) =>
      bench.venue.placed.length === 1 ? new Promise((resolve) => (answer = resolve)) : { kind: 'accepted', ref: hash }
    const a = await bench.start()
    await settle()
    const behind = await bench.prepare({ amount: '0.9' })
    const confirm = () => bench.engine.desk.confirm(behind.plan.planId, behind.planHash, 'operator')
    expect(behind.plan.steps).toMatchObject([{ tx: { nonce: 1 } }])
    await settle()
    answer(refusal('REPLACEMENT_UNDERPRICED'))
    await bench.clock.settle()
    expect([txs(a.orderId), confirm()]).toMatchObject([['0 refused'], { ok: false, error: { code: 'PLAN_MISMATCH' } }])
    const c = await bench.start({ amount: '0.8' })
    expect([
      txs(c.orderId),
      bench.engine.transactions.own(31_337, c.plan.steps.flatMap((s) => (s.kind === 'evm-tx' ? s.tx.from : []))[0]!).held,
    ]).toEqual([['0 sent'], [0]])
  })
})
