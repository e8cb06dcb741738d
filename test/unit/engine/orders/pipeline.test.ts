import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { unknownOrders } from '../../../../src-main/app/views/watch-view'
import { denial, failure } from '../../../../src-main/domain/codes'
import { ExplainedOrders } from '../../../../src-main/engine/halt/explained-orders'
import { err, ok } from '../../../../src-main/lib/result'
import { decimal } from '../../../../src-main/lib/decimal'
import type { PlaceOutcome } from '../../../../src-main/venues/venue'
import { approveData, OTHER_KEY, SIGNER_ADDRESS, USDC } from '../../../support/app/bench-chain'
import { engineBench, TRIGGERED, type EngineBench, type StartedOrder } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'
import { rawOf } from '../../../support/app/scripted-signer'

const HELD = { state: 'open', filledBase: decimal(0), averagePrice: null, fee: decimal(0), feeAsset: 'USD' } as const

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const counts = (id: Parameters<EngineBench['breakers']['isolate']>[0]) => {
  const { failuresInWindow, samplesInWindow } = bench.breakers.status().find((breaker) => breaker.id === id)!
  return { failures: failuresInWindow, samples: samplesInWindow }
}
const txStates = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)
const stateOf = (orderId: string) => bench.engine.journal.get(orderId)?.state
const whyOf = (orderId: string) => bench.engine.journal.get(orderId)?.progress.why?.code
const hashOf = (orderId: string, purpose: 'approve' | 'order') =>
  bench.engine.transactions.ofOrder(orderId).find((tx) => tx.purpose === purpose)!.hash!
/** The allowance is mined. */
const mineAllowance = async ({ orderId }: StartedOrder) => {
  bench.venue.known.set(hashOf(orderId, 'approve'), { blockNumber: 12 })
  bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
  await bench.clock.settle()
}

describe('D1: the way of one order', () => {
  test('each step is on record before it is done, and the bytes are kept before they leave', async () => {
    let atPlacing: object = {}
    bench.venue.onPlace = (what) => {
      const orderId = bench.engine.journal.open()[0]!.orderId
      const [tx] = bench.engine.transactions.ofOrder(orderId)
      atPlacing = { state: stateOf(orderId), txState: tx?.state, kept: tx?.raw === what.raw, audit: bench.auditTypes().at(-1) }
      return { kind: 'accepted', ref: what.hash }
    }
    const { orderId } = await bench.start()
    expect(atPlacing).toEqual({ state: 'submitting', txState: 'sending', kept: true, audit: 'OrderSubmitting' })
    expect(bench.auditTypes()).toEqual([
      'PlanPrepared',
      'OrderInitialized',
      'OrderApproved',
      'OrderSigning',
      'SigningRequested',
      'TransactionSigned',
      'OrderSigned',
      'OrderSubmitting',
      'OrderSubmitted',
    ])
    expect(txStates(orderId)).toEqual(['order sent'])
    expect(bench.venue.followed).toMatchObject([
      { request: { hash: hashOf(orderId, 'order'), from: SIGNER_ADDRESS.toLowerCase(), nonce: 0 } },
    ])
  })

  test('an allowance goes first, exact, and the swap only after it is mined', async () => {
    bench.venue.needsAllowance = true
    const order = await bench.start()
    expect(bench.signer.asked).toMatchObject([{ data: approveData(10n ** 18n), nonce: 0 }])
    expect(bench.venue.placed).toHaveLength(1)
    await mineAllowance(order)
    await order.done
    expect(bench.signer.asked.map(({ nonce }) => nonce)).toEqual([0, 1])
    expect(bench.life(order.orderId)).toEqual([
      'OrderInitialized',
      'OrderApproved',
      'AllowanceRequested',
      'AllowanceSubmitted',
      'AllowanceConfirmed',
      'OrderRequoted',
      'OrderSigning',
      'OrderSigned',
      'OrderSubmitting',
      'OrderSubmitted',
    ])
    expect(txStates(order.orderId)).toEqual(['approve mined', 'order sent'])
  })

  test('P7: what somebody asks for is recorded in their name, what happens by itself is not', async () => {
    bench.venue.needsAllowance = true
    const prepared = await bench.engine.desk.prepare(bench.draft, 'person', 'ada')
    if (!prepared.ok) throw new Error(prepared.error.code)
    const { planId, orderId } = prepared.value.plan
    // Whoever signs it off need not be who asked for the plan.
    const started = bench.engine.desk.confirm(planId, prepared.value.planHash, 'bob')
    if (!started.ok) throw new Error(started.error.code)
    await bench.clock.settle()
    await mineAllowance({ ...started.value, plan: prepared.value.plan })
    await started.value.done
    const actors = Array.from({ length: bench.audit.head().seq }, (_, index) => bench.audit.get(index + 1))
      .filter((entry) => entry?.subject === orderId)
      .map((entry) => `${entry?.type} ${entry?.actor}`)
    expect(actors).toEqual([
      'PlanPrepared ada',
      'OrderInitialized bob',
      'OrderApproved bob',
      'AllowanceRequested bob',
      'SigningRequested bob',
      'TransactionSigned bob',
      'AllowanceSubmitted bob',
      'AllowanceConfirmed system',
      'QuoteFetched system',
      'OrderRequoted system',
      'OrderSigning bob',
      'SigningRequested bob',
      'TransactionSigned bob',
      'OrderSigned bob',
      'OrderSubmitting bob',
      'OrderSubmitted bob',
    ])
  })

  test('a venue order is placed once, with the id that is on record', async () => {
    const { orderId } = await bench.start(RESTING)
    expect(bench.exchange.placed).toMatchObject([{ kind: 'venue-order', request: { clientOrderId: orderId } }])
    expect(bench.life(orderId)).toEqual(['OrderInitialized', 'OrderApproved', 'OrderSubmitting', 'OrderSubmitted'])
    expect(bench.signer.asked).toEqual([])
  })

  test('a listener that throws disturbs no order', async () => {
    bench.engine.journal.onChange(() => {
      throw new Error('a window cannot show this')
    })
    const heard: string[] = []
    bench.engine.journal.onChange(({ state }) => heard.push(state))
    const { orderId } = await bench.start()
    expect(stateOf(orderId)).toBe('submitted')
    expect(heard).toEqual(['initialized', 'approved', 'signing', 'signed', 'submitting', 'submitted'])
    expect(bench.faults.length).toBeGreaterThan(0)
  })
})

describe('X3 B2: what comes of placing', () => {
  const NET = failure('NETWORK_ERROR', 'gone')
  const KILLED = denial('KILL_SWITCH_TRIGGERED')
  const outcomes: readonly (readonly [
    string,
    PlaceOutcome,
    { state: string; tx: string; trade: number; network: number; why: string | undefined },
  ])[] = [
    ['accepted', { kind: 'accepted', ref: '0x' }, { state: 'submitted', tx: 'order sent', trade: 0, network: 0, why: undefined }],
    [
      'rejected',
      { kind: 'rejected', failure: failure('INSUFFICIENT_FUNDS') },
      { state: 'rejected', tx: 'order refused', trade: 1, network: 0, why: 'INSUFFICIENT_FUNDS' },
    ],
    [
      'rejected and never left',
      { kind: 'rejected', failure: failure('WRONG_CHAIN'), neverOut: true },
      { state: 'rejected', tx: 'order failed', trade: 1, network: 0, why: 'WRONG_CHAIN' },
    ],
    [
      'withheld',
      { kind: 'withheld', denial: KILLED },
      { state: 'denied', tx: 'order abandoned', trade: 0, network: 0, why: 'KILL_SWITCH_TRIGGERED' },
    ],
    // The chain's own transport has counted the failed call already.
    ['unknown', { kind: 'unknown', failure: NET }, { state: 'unknown', tx: 'order sending', trade: 0, network: 0, why: undefined }],
  ]
  test.for(outcomes)('a swap that is %s', async ([, outcome, expected]) => {
    bench.venue.onPlace = () => outcome
    const { orderId } = await bench.start()
    expect({
      state: stateOf(orderId),
      tx: txStates(orderId).join(),
      trade: counts('trade').failures,
      network: counts('network').failures,
      why: whyOf(orderId),
    }).toEqual(expected)
    // Never again, whatever came of it.
    await bench.clock.advance(60_000)
    expect(bench.venue.placed).toHaveLength(1)
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('a venue order of unknown outcome counts against the network, and is asked after until the venue can tell', async () => {
    bench.exchange.onPlace = () => ({ kind: 'unknown', failure: NET })
    bench.exchange.findFailure = NET
    const { orderId } = await bench.start(RESTING)
    expect(stateOf(orderId)).toBe('unknown')
    // Once for the order, once for asking after it.
    expect(counts('network')).toEqual({ failures: 2, samples: 2 })
    await bench.clock.advance(20_000)
    expect(stateOf(orderId)).toBe('unknown')
    bench.exchange.findFailure = null
    // Not there yet is no proof: it may be on its way still.
    await bench.clock.advance(5_000)
    expect(stateOf(orderId)).toBe('unknown')
    await bench.clock.advance(5_000)
    expect([stateOf(orderId), whyOf(orderId)]).toEqual(['failed', 'NOT_FOUND'])
    expect(bench.exchange.placed).toHaveLength(1)
  })

  test('B2: an order that reaches its venue after the venue has said that it does not know it is the order all the same', async () => {
    bench.exchange.onPlace = () => ({ kind: 'unknown', failure: NET })
    const { orderId } = await bench.start(RESTING)
    expect(stateOf(orderId)).toBe('unknown')
    bench.exchange.held.set(orderId, HELD)
    await bench.clock.advance(5_000)
    expect(stateOf(orderId)).toBe('working')
  })

  test('an answer that is lost after the venue has told of the fill changes nothing', async () => {
    await bench.engine.recover()
    bench.exchange.onPlace = () => {
      const [{ request }] = bench.exchange.placed as [(typeof bench.exchange.placed)[0]]
      const common = { clientOrderId: request.clientOrderId, atMs: 0 }
      bench.exchange.tell({ kind: 'accepted', ...common })
      bench.exchange.tell({
        kind: 'fill',
        ...common,
        baseAmount: decimal(1),
        price: decimal(2500),
        fee: decimal(5),
        feeAsset: 'USD',
        remainingBase: decimal(0),
      })
      return { kind: 'unknown', failure: NET }
    }
    const { orderId } = await bench.start(RESTING)
    expect(stateOf(orderId)).toBe('filled')
    expect(bench.faults).toEqual([])
    expect(counts('system').failures).toBe(0)
  })

  const approvals: readonly (readonly [string, PlaceOutcome, { state: string; txs: string[]; why: string }])[] = [
    [
      'rejected',
      { kind: 'rejected', failure: failure('OUT_OF_GAS') },
      { state: 'failed', txs: ['approve refused', 'order abandoned'], why: 'OUT_OF_GAS' },
    ],
    [
      'withheld',
      { kind: 'withheld', denial: KILLED },
      { state: 'denied', txs: ['approve abandoned', 'order abandoned'], why: 'KILL_SWITCH_TRIGGERED' },
    ],
    ['unknown', { kind: 'unknown', failure: NET }, { state: 'failed', txs: ['approve sending', 'order abandoned'], why: 'NETWORK_ERROR' }],
  ]
  test.for(approvals)('an allowance that is %s ends the order, and no swap follows', async ([, outcome, expected]) => {
    bench.venue.needsAllowance = true
    bench.venue.onPlace = () => outcome
    const { orderId, done } = await bench.start()
    await done
    expect({ state: stateOf(orderId), txs: txStates(orderId), why: whyOf(orderId) }).toEqual(expected)
    expect(bench.signer.asked).toHaveLength(1)
  })

  const unknownOrdersNow = () => {
    const explained = new ExplainedOrders(bench.db, bench.audit, bench.clock)
    return unknownOrders({ engine: bench.engine, explained }).map(({ orderId }) => orderId)
  }

  test('B2: an allowance of unknown outcome is on record as that, followed, and in doubt until the chain has it', async () => {
    bench.venue.needsAllowance = true
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: NET })
    const { orderId, done } = await bench.start()
    await done
    expect(bench.life(orderId).slice(-2)).toEqual(['AllowanceOutcomeUnknown', 'OrderFailed'])
    expect([bench.venue.last.request.hash, bench.venue.last.stopped]).toEqual([hashOf(orderId, 'approve'), false])
    expect(unknownOrdersNow()).toEqual([orderId])
    bench = bench.restart()
    await bench.engine.recover()
    expect([bench.venue.last.request.hash, unknownOrdersNow()]).toEqual([hashOf(orderId, 'approve'), [orderId]])
    bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
    expect([txStates(orderId), unknownOrdersNow()]).toEqual([['approve sent', 'order abandoned'], []])
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
    expect([txStates(orderId), bench.engine.transactions.inFlight()]).toEqual([['approve mined', 'order abandoned'], []])
  })

  test.for([
    ['that it was taken', 'order_events', "new.type = 'AllowanceSubmitted'", 'approve sent', false],
    ['that it was sent', 'transactions', "new.state = 'sent'", 'approve sending', true],
  ] as const)('B2: a record that fails after an allowance has left, %s: it is followed', async ([, table, when, tx, inDoubt]) => {
    bench.venue.needsAllowance = true
    const act = table === 'transactions' ? 'UPDATE' : 'INSERT'
    bench.db.exec(`CREATE TEMP TRIGGER full BEFORE ${act} ON ${table} WHEN ${when} BEGIN SELECT RAISE(ABORT, 'full'); END`)
    const { orderId, done } = await bench.start()
    await done
    bench.db.exec('DROP TRIGGER full')
    expect([stateOf(orderId), txStates(orderId)]).toEqual(['failed', [tx, 'order abandoned']])
    expect([bench.venue.followed.length, unknownOrdersNow().length > 0]).toEqual([1, inDoubt])
    expect(bench.life(orderId).includes('AllowanceOutcomeUnknown')).toBe(inDoubt)
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
    expect(txStates(orderId)).toEqual(['approve mined', 'order abandoned'])
  })

  const ends = [
    ['reverted', { kind: 'reverted', reason: 'no', blockNumber: 3 }, 'REVERTED'],
    ['replaced', { kind: 'replaced' }, 'NONCE_TOO_LOW'],
  ] as const
  test.for(ends)('an allowance that is %s ends the order, and no swap follows', async ([, event, why]) => {
    bench.venue.needsAllowance = true
    const { orderId, done } = await bench.start()
    bench.venue.last.emit(event)
    await done
    expect([stateOf(orderId), whyOf(orderId)]).toEqual(['failed', why])
    expect(bench.venue.placed).toHaveLength(1)
    expect(bench.venue.last.stopped).toBe(true)
  })

  test('an allowance that is not mined in three minutes ends the order', async () => {
    bench.venue.needsAllowance = true
    const { orderId, done } = await bench.start()
    await bench.clock.advance(180_000)
    await done
    expect([stateOf(orderId), whyOf(orderId)]).toEqual(['failed', 'TIMEOUT_ERROR'])
    expect(bench.signer.asked).toHaveLength(1)
  })

  test('an allowance whose receipt cannot be read ends the order', async () => {
    bench.venue.needsAllowance = true
    const { orderId, done } = await bench.start()
    bench.venue.readFailure = NET
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
    await done
    expect(stateOf(orderId)).toBe('failed')
    expect(bench.signer.asked).toHaveLength(1)
  })
})

describe('X10: what changes on the way is judged again', () => {
  test('the market gets thin while the allowance is awaited: the swap that was shown is not signed', async () => {
    bench.venue.needsAllowance = true
    const order = await bench.start()
    bench.venue.slippagePct = decimal(5)
    await mineAllowance(order)
    await order.done
    expect([stateOf(order.orderId), whyOf(order.orderId)]).toEqual(['denied', 'EXCEEDED_LIMIT'])
    expect(bench.signer.asked).toHaveLength(1)
    expect(txStates(order.orderId)).toEqual(['approve mined', 'order abandoned'])
  })

  test.for([2700, 2300])('the price moves to %d meanwhile: what is signed is what was signed off, to the unit', async (price) => {
    bench.venue.needsAllowance = true
    const order = await bench.start()
    bench.venue.midPrice = decimal(price)
    await mineAllowance(order)
    await order.done
    const agreed = order.plan.steps[1]
    expect(bench.signer.asked[1]).toEqual(agreed?.kind === 'evm-tx' ? agreed.tx : null)
    expect(stateOf(order.orderId)).toBe('submitted')
  })

  const happenings: readonly (readonly [string, () => void, string])[] = [
    ['a halt', () => (bench.gate.snapshot = TRIGGERED), 'KILL_SWITCH_TRIGGERED'],
    [
      'a breaker that opens',
      () => {
        bench.breakers.isolate('trade', { by: 'op', reason: 'x' })
      },
      'BREAKER_OPEN',
    ],
    ['a policy that cannot be read any more', () => (bench.policy = { kind: 'unreadable', why: 'edited' }), 'POLICY_UNREADABLE'],
    ['a quote that cannot be had', () => (bench.venue.quoteFailure = failure('NETWORK_ERROR')), 'NETWORK_ERROR'],
    ['a venue that is gone', () => bench.venues.delete('uniswap-v3'), 'VENUE_CLOSED'],
  ]
  test.for(happenings)('%s between allowance and swap: the swap is not signed', async ([, happen, why]) => {
    bench.venue.needsAllowance = true
    const order = await bench.start()
    bench.venue.known.set(hashOf(order.orderId, 'approve'), { blockNumber: 12 })
    happen()
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
    // Reading is tried again for a while.
    await bench.clock.advance(60_000)
    await order.done
    expect(whyOf(order.orderId)).toBe(why)
    expect(bench.signer.asked).toHaveLength(1)
    expect(bench.venue.placed).toHaveLength(1)
    expect(txStates(order.orderId)).toEqual(['approve mined', 'order abandoned'])
  })

  test('a halt while the signer takes its time: what was signed is not sent', async () => {
    let sign: () => void = () => undefined
    bench.signer.script = (tx) => new Promise((resolve) => (sign = () => void rawOf(tx).then((raw) => resolve(ok(raw)))))
    const { orderId, done } = await bench.start()
    bench.gate.look = denial('KILL_SWITCH_TRIGGERED')
    sign()
    await done
    expect(bench.venue.placed).toEqual([])
    expect(bench.life(orderId).at(-1)).toBe('OrderWithheld')
  })

  test('a venue that goes while the signer takes its time: nothing is sent', async () => {
    bench.signer.script = async (tx) => {
      bench.venues.delete('uniswap-v3')
      return ok(await rawOf(tx))
    }
    const { orderId, done } = await bench.start()
    await done
    expect([stateOf(orderId), whyOf(orderId)]).toEqual(['rejected', 'VENUE_CLOSED'])
    expect(bench.venue.placed).toEqual([])
  })
})

describe('B1: a signer that does not do its part', () => {
  const refusals = [
    ['locked', async () => err({ code: 'LOCKED', detail: '' } as const), 'SIGNER_LOCKED', 0],
    ['refused by the person', async () => err({ code: 'REJECTED_BY_USER', detail: '' } as const), 'SIGNER_REFUSED', 0],
    ['away', () => Promise.reject(new Error('away')), 'SIGNER_UNAVAILABLE', 1],
    ['lying', async (tx: Parameters<typeof rawOf>[0]) => ok(await rawOf(tx, OTHER_KEY)), 'SIGNATURE_MISMATCH', 1],
  ] as const
  for (const needsAllowance of [false, true])
    test.for(refusals)(
      `%s, asked for ${needsAllowance ? 'an allowance' : 'a swap'}: nothing leaves, and the nonces are free again`,
      async ([, script, why, failures]) => {
        bench.venue.needsAllowance = needsAllowance
        bench.signer.script = script
        const { orderId, done } = await bench.start()
        await done
        expect([stateOf(orderId), whyOf(orderId)]).toEqual(['denied', why])
        expect(bench.venue.placed).toEqual([])
        expect(counts('signer').failures).toBe(failures)
        expect(bench.engine.transactions.own(31_337, SIGNER_ADDRESS).held).toEqual([])
      },
    )

  test('X4: two that lie open the signer breaker, and the third order is not prepared', async () => {
    bench.signer.script = async (tx) => ok(await rawOf(tx, OTHER_KEY))
    for (const _ of [1, 2]) await (await bench.start()).done
    expect(await bench.engine.desk.prepare({ ...bench.draft, amount: '2' }, 'person', 'operator')).toMatchObject({
      ok: false,
      error: { code: 'BREAKER_OPEN', figures: { breaker: 'signer' } },
    })
  })
})

describe('B2: nonces', () => {
  test('two plans made for the same nonce: the second is refused, and says why', async () => {
    const first = await bench.prepare()
    const second = await bench.prepare()
    expect(bench.engine.desk.confirm(first.plan.planId, first.planHash, 'operator').ok).toBe(true)
    expect(bench.engine.desk.confirm(second.plan.planId, second.planHash, 'operator')).toEqual({
      ok: false,
      error: denial('PLAN_MISMATCH', { nonce: '0' }),
    })
    await bench.clock.settle()
    expect(bench.venue.placed).toHaveLength(1)
  })

  test('a second order never goes ahead of one that may still give its nonces back', async () => {
    bench.venue.needsAllowance = true
    const first = await bench.start()
    // Made while the first awaits its allowance, and so for the nonces after the first one's.
    const second = await bench.prepare()
    expect(second.plan.steps.map((step) => (step.kind === 'evm-tx' ? step.tx.nonce : null))).toEqual([2, 3])
    expect(bench.engine.desk.confirm(second.plan.planId, second.planHash, 'operator')).toMatchObject({
      ok: false,
      error: { code: 'EARLIER_ORDER_LEAVING', figures: { nonce: '1', orderId: first.orderId, state: 'approved' } },
    })
    await mineAllowance(first)
    bench.venue.chainNonce = 1
    await first.done
    // All of the first has left: the next may follow it.
    bench.venue.needsAllowance = false
    const third = await bench.start()
    expect(stateOf(third.orderId)).toBe('submitted')
    expect(bench.signer.asked.map(({ nonce }) => nonce)).toEqual([0, 1, 2])
  })

  test('a nonce whose order was rejected is used again; one whose outcome is unknown is not', async () => {
    bench.venue.onPlace = () => ({ kind: 'rejected', failure: failure('OUT_OF_GAS') })
    await (
      await bench.start()
    ).done
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: failure('TIMEOUT_ERROR') })
    await (
      await bench.start()
    ).done
    // No more than two orders a second.
    await bench.clock.advance(1_000)
    bench.venue.onPlace = (what) => ({ kind: 'accepted', ref: what.hash })
    await (
      await bench.start()
    ).done
    expect(bench.signer.asked.map(({ nonce }) => nonce)).toEqual([0, 0, 1])
  })
})

describe('C6: allowances are exact and go to the router alone', () => {
  const STRANGER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const changes = [
    ['unlimited', { data: approveData((1n << 256n) - 1n) }, 'UNLIMITED_APPROVAL'],
    ['one unit more than the swap needs', { data: approveData(10n ** 18n + 1n) }, 'UNLIMITED_APPROVAL'],
    ['for a stranger', { data: approveData(10n ** 18n, STRANGER) }, 'SPENDER_NOT_ALLOWED'],
    ['of the token that is bought', { to: USDC }, 'CALLDATA_MISMATCH'],
    ['of a token nobody allowed', { to: STRANGER }, 'TO_NOT_ALLOWED'],
    ['with coin attached', { valueWei: 1n }, 'VALUE_EXCEEDS_MAX'],
  ] as const
  test.for(changes)('%s is denied, and nothing is signed', async ([, change, code]) => {
    bench.venue.needsAllowance = true
    bench.venue.changeSteps = (steps) =>
      steps.map((step) => (step.purpose === 'approve' ? { ...step, tx: { ...step.tx, ...change } } : step))
    expect(await bench.engine.desk.prepare(bench.draft, 'person', 'operator')).toMatchObject({ ok: false, error: { code } })
    expect(bench.signer.asked).toEqual([])
  })
})
