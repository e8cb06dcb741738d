import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import { decimal } from '../../../../src-main/lib/decimal'
import { err } from '../../../../src-main/lib/result'
import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import type { VenueOrderUpdate } from '../../../../src-main/venues/venue'
import { engineBench, type EngineBench, type StartedOrder } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

const NET = failure('NETWORK_ERROR', 'gone')
const INCLUDED: ConfirmationEvent = {
  kind: 'included',
  succeeded: true,
  blockNumber: 5,
  blockHash: '0x05',
  gasUsed: 90_000n,
  feePaidWei: 10n ** 15n,
}
const confirmed = (awaitsFinality: boolean): ConfirmationEvent => ({ kind: 'confirmed', confirmations: 2, awaitsFinality })

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const record = (orderId: string) => bench.engine.journal.get(orderId)!
const txState = (orderId: string) => bench.engine.transactions.ofOrder(orderId).at(-1)!.state
/** What the monitor says, one after another; each is heard before the next. */
const say = async (...events: ConfirmationEvent[]) => {
  for (const event of events) {
    bench.venue.last.emit(event)
    await bench.clock.settle()
  }
}
/** Writing the journal fails until it is allowed again. */
const failWrites = () => {
  bench.db.exec("CREATE TEMP TRIGGER no_events BEFORE INSERT ON order_events BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
  return () => bench.db.exec('DROP TRIGGER no_events')
}

describe('X3: following a swap', () => {
  let order: StartedOrder
  beforeEach(async () => {
    order = await bench.start()
  })

  test('included, confirmed: filled with what the receipt says', async () => {
    await say(INCLUDED)
    expect([record(order.orderId).state, txState(order.orderId)]).toEqual(['confirming', 'mined'])
    await say({ kind: 'confirmations', have: 1, need: 2, finality: true })
    expect(record(order.orderId).progress.confirmations).toEqual({ have: 1, need: 2, finalityNeeded: true })
    await say(confirmed(false))
    expect(record(order.orderId)).toMatchObject({
      state: 'filled',
      // The pool took 0.3 % of what was paid: told apart from the price, as it is in the quote.
      progress: { filledBase: '1', filledQuote: '2490', averagePrice: '2497.492477432297', feeAsset: 'USDC' },
    })
    // Only what watches on whether it stands.
    expect(bench.venue.followed.filter(({ stopped }) => !stopped).map(({ request }) => request.quiet)).toEqual([true])
  })

  test('where finality is awaited, it is filled only when it is final', async () => {
    await say(INCLUDED, confirmed(true))
    expect(record(order.orderId).state).toBe('finalizing')
    await say({ kind: 'finalized', blockNumber: 5 })
    expect(bench.life(order.orderId).slice(-3)).toEqual(['OrderIncluded', 'OrderConfirmed', 'OrderFinalized'])
    expect(record(order.orderId).state).toBe('filled')
  })

  test('what the swap moved is recorded although finality was told in the same breath', async () => {
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(confirmed(true))
    bench.venue.last.emit({ kind: 'finalized', blockNumber: 5 })
    await bench.clock.settle()
    expect(record(order.orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1' } })
    expect(bench.life(order.orderId).slice(-2)).toEqual(['OrderConfirmed', 'OrderFinalized'])
  })

  test('a reorg takes it back to submitted, with nothing filled, also while finality is awaited', async () => {
    await say(INCLUDED, confirmed(true), { kind: 'reorged', fromBlock: 5 })
    expect(record(order.orderId)).toMatchObject({
      state: 'submitted',
      progress: { filledBase: '0', averagePrice: null, confirmations: null },
    })
    expect(txState(order.orderId)).toBe('sent')
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId).state).toBe('filled')
  })

  test('a reorg while the amounts are read: nothing is called confirmed', async () => {
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(confirmed(false))
    bench.venue.last.emit({ kind: 'reorged', fromBlock: 5 })
    await bench.clock.settle()
    expect(record(order.orderId).state).toBe('submitted')
  })

  const ends = [
    ['reverted', { kind: 'reverted', reason: 'Too little received', blockNumber: 6 }, 'REVERTED', 'mined'],
    ['replaced', { kind: 'replaced' }, 'NONCE_TOO_LOW', 'replaced'],
  ] as const
  test.for(ends)('%s: it failed, and no more is heard', async ([kind, event, why, state]) => {
    const own = bench.venue.last
    if (kind === 'reverted') await say({ ...INCLUDED, succeeded: false })
    await say(event)
    expect(record(order.orderId)).toMatchObject({ state: 'failed', progress: { why: { code: why } } })
    expect(txState(order.orderId)).toBe(state)
    expect(own.stopped).toBe(true)
    own.emit(INCLUDED)
    own.emit(confirmed(false))
    await bench.clock.settle()
    expect(record(order.orderId).state).toBe('failed')
  })

  test('a time-out and a node that forgets leave it open', async () => {
    await say({ kind: 'timed-out', phase: 'confirmations' }, { kind: 'dropped' })
    expect([record(order.orderId).state, ...bench.life(order.orderId).slice(-3)]).toEqual([
      'submitted',
      'OrderTimedOut',
      'OrderTransactionDropped',
      'OrderRebroadcast',
    ])
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId).state).toBe('filled')
  })

  test('amounts that cannot be read now are read later; amounts that cannot be understood are left out', async () => {
    bench.venue.realised = err(NET)
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId).state).toBe('confirming')
    await bench.clock.advance(5_000)
    expect(bench.venue.followed).toHaveLength(2)
    bench.venue.realised = err(failure('BAD_ANSWER', 'no such logs'))
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '0' } })
  })

  test('decision 4: what cannot be recorded is thrown back at the monitor, which says it again', async () => {
    const allow = failWrites()
    expect(() => bench.venue.last.emit(INCLUDED)).toThrow('disk')
    expect(record(order.orderId).state).toBe('submitted')
    allow()
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId).state).toBe('filled')
  })

  test('a confirmation that cannot be recorded is asked for again', async () => {
    await say(INCLUDED)
    const allow = failWrites()
    await say(confirmed(false))
    expect(record(order.orderId).state).toBe('confirming')
    expect(bench.faults).toHaveLength(1)
    allow()
    await bench.clock.advance(5_000)
    await say(INCLUDED, confirmed(false))
    expect(record(order.orderId).state).toBe('filled')
  })

  test('a finality that cannot be recorded is asked for again', async () => {
    await say(INCLUDED, confirmed(true))
    const allow = failWrites()
    await say({ kind: 'finalized', blockNumber: 5 })
    expect(record(order.orderId).state).toBe('finalizing')
    allow()
    await bench.clock.advance(5_000)
    await say(INCLUDED, confirmed(true), { kind: 'finalized', blockNumber: 5 })
    expect(record(order.orderId).state).toBe('filled')
  })

  test('stopping ends the following, also of an allowance, and leaves orders as they are', async () => {
    await say(INCLUDED, confirmed(false))
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    await bench.clock.advance(1_000)
    const other = await bench.prepare(RESTING)
    bench.engine.desk.confirm(other.plan.planId, other.planHash, 'operator')
    await bench.clock.settle()
    bench.engine.stop()
    expect(bench.venue.followed.every(({ stopped }) => stopped)).toBe(true)
    await bench.clock.advance(600_000)
    expect(record(orderId).state).toBe('approved')
  })

  test('a chain that was connected again is followed on', async () => {
    const [first] = bench.venue.followed
    bench.engine.resumeFollowing()
    expect(first!.stopped).toBe(true)
    expect(bench.venue.followed).toHaveLength(2)
  })
})

describe('B2: a swap of unknown outcome', () => {
  let orderId: string
  beforeEach(async () => {
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: NET })
    orderId = (await bench.start()).orderId
    expect(record(orderId).state).toBe('unknown')
  })
  const hash = () => bench.engine.transactions.ofOrder(orderId)[0]!.hash!

  test('that the node knows is followed', async () => {
    bench.venue.known.set(hash(), { blockNumber: null })
    await bench.clock.advance(5_000)
    expect([record(orderId).state, txState(orderId)]).toEqual(['submitted', 'sent'])
    expect(bench.venue.last.request.hash).toBe(hash())
  })

  test('whose nonce went to another has failed, once that is as deep as a confirmation', async () => {
    bench.venue.chainNonce = 1
    await bench.clock.advance(5_000)
    expect(record(orderId).state).toBe('unknown')
    await say({ kind: 'replaced' })
    expect(record(orderId)).toMatchObject({ state: 'failed', progress: { why: { code: 'NONCE_TOO_LOW' } } })
    expect(txState(orderId)).toBe('replaced')
  })

  test('that nobody knows stays unknown, whatever is asked and however long, and is not sent again', async () => {
    await bench.clock.advance(3_600_000)
    bench.venue.readFailure = NET
    await bench.clock.advance(60_000)
    expect(record(orderId).state).toBe('unknown')
    expect(bench.venue.placed).toHaveLength(1)
    expect(txState(orderId)).toBe('sending')
  })

  test('is asked after again when its venue is back, and after a reader that threw', async () => {
    bench.venues.delete('uniswap-v3')
    await bench.clock.advance(20_000)
    bench.venues.set('uniswap-v3', {
      ...bench.venue.venue,
      chain: { ...bench.venue.chain, reader: { ...bench.venue.chain.reader, transaction: () => Promise.reject(new Error('bug')) } },
    })
    await bench.clock.advance(5_000)
    expect(bench.faults.length).toBeGreaterThan(0)
    bench.venue.known.set(hash(), { blockNumber: 9 })
    bench.venues.set('uniswap-v3', bench.venue.venue)
    await bench.clock.advance(5_000)
    expect(record(orderId).state).toBe('submitted')
  })
})

describe('X3: following an exchange', () => {
  let orderId: string
  type What = { kind: 'accepted' } | { kind: 'fill'; base: string; left: string; price?: string } | { kind: 'canceled'; left: string }
  const toUpdate = (what: What): VenueOrderUpdate => {
    const common = { clientOrderId: orderId, atMs: 0 }
    return what.kind === 'accepted'
      ? { kind: 'accepted', ...common }
      : what.kind === 'canceled'
        ? { kind: 'canceled', ...common, remainingBase: decimal(what.left), why: 'asked' }
        : {
            kind: 'fill',
            ...common,
            baseAmount: decimal(what.base),
            price: decimal(what.price ?? '2500'),
            fee: decimal(1),
            feeAsset: 'USD',
            remainingBase: decimal(what.left),
          }
  }
  /** The exchange tells all of it at once. */
  const update = (...what: What[]) => {
    bench.exchange.tell(...what.map(toUpdate))
  }
  beforeEach(async () => {
    await bench.engine.recover()
    orderId = (await bench.start(RESTING)).orderId
    update({ kind: 'accepted' })
  })

  test('fills add up to the average they were made at', () => {
    update({ kind: 'fill', base: '0.25', left: '0.75', price: '2500' })
    expect(record(orderId)).toMatchObject({ state: 'working', progress: { filledBase: '0.25', averagePrice: '2500', fee: '1' } })
    update({ kind: 'fill', base: '0.75', left: '0', price: '2600' })
    expect(record(orderId)).toMatchObject({
      state: 'filled',
      progress: { filledBase: '1', filledQuote: '2575', averagePrice: '2575', fee: '2' },
    })
  })

  test('what is told together is on record together: whoever hears of the first finds the last', () => {
    const found: string[] = []
    bench.engine.journal.onChange(({ state }) => found.push(`${state}, ${record(orderId).state}`))
    update({ kind: 'fill', base: '0.25', left: '0.75' }, { kind: 'fill', base: '0.75', left: '0' })
    expect(found).toEqual(['working, filled', 'filled, filled'])
    expect(record(orderId).progress).toMatchObject({ filledBase: '1', fee: '2' })
  })

  test('where one of them cannot be recorded, the others are, and what is wrong is told', () => {
    bench.db.exec(
      "CREATE TEMP TRIGGER no_end BEFORE INSERT ON order_events WHEN new.type = 'OrderFilled' BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    const heard: string[] = []
    bench.engine.journal.onChange(({ state, progress }) => heard.push(`${state} ${progress.filledBase}`))
    update({ kind: 'fill', base: '0.25', left: '0.75' }, { kind: 'fill', base: '0.75', left: '0' })
    expect(heard).toEqual(['working 0.25'])
    expect([record(orderId).progress.filledBase, bench.life(orderId).at(-1), bench.faults.length]).toEqual([
      '0.25',
      'OrderPartiallyFilled',
      1,
    ])
  })

  test('a fill that is told twice counts once', () => {
    for (const _ of [1, 2]) update({ kind: 'fill', base: '0.25', left: '0.75' })
    expect(record(orderId)).toMatchObject({ state: 'working', progress: { filledBase: '0.25', fee: '1' } })
    update({ kind: 'fill', base: '0.75', left: '0' })
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1', fee: '2' } })
  })

  test.for([
    [
      'in reverse',
      [
        { kind: 'fill', base: '0.75', left: '0' },
        { kind: 'fill', base: '0.25', left: '0.75' },
      ],
    ],
    ['with one missing', [{ kind: 'fill', base: '0.75', left: '0' }]],
    ['ending in a cancel, with a fill missing', [{ kind: 'canceled', left: '0' }]],
  ] as const)('fills that are told %s do not add up, so the exchange is asked what it holds', async ([, updates]) => {
    bench.exchange.held.set(orderId, {
      state: 'filled',
      filledBase: decimal(1),
      averagePrice: decimal(2510),
      fee: decimal(2),
      feeAsset: 'USD',
    })
    for (const told of updates) update(told)
    await bench.clock.advance(5_000)
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1', averagePrice: '2510', fee: '2' } })
    expect([bench.life(orderId).at(-1), bench.faults]).toEqual(['OrderReconciled', []])
  })

  test('what is told while the exchange is asked is not lost: it is asked again', async () => {
    const open = { state: 'open', averagePrice: decimal(2500), fee: decimal(1), feeAsset: 'USD' } as const
    bench.exchange.held.set(orderId, { ...open, filledBase: decimal('0.5') })
    update({ kind: 'fill', base: '0.25', left: '0.5' })
    // The answer of before is on its way when the last fill happens.
    bench.exchange.held.set(orderId, { ...open, state: 'filled', filledBase: decimal(1) })
    update({ kind: 'fill', base: '0.5', left: '0' })
    await bench.clock.advance(10_000)
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1' } })
  })

  test('what comes after the end, or for nobody, changes nothing', () => {
    update({ kind: 'fill', base: '1', left: '0' })
    update({ kind: 'fill', base: '1', left: '0' })
    update({ kind: 'canceled', left: '0' })
    update({ kind: 'accepted' })
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1' } })
    bench.exchange.tell({ kind: 'accepted', clientOrderId: 'nobody', atMs: 0 })
    expect(bench.faults).toEqual([])
  })

  test('a cancel after a part was filled keeps the part', () => {
    update({ kind: 'fill', base: '0.25', left: '0.75' })
    update({ kind: 'canceled', left: '0.75' })
    expect(record(orderId)).toMatchObject({ state: 'canceled', progress: { filledBase: '0.25' } })
  })

  test.for([
    ['open', 'working'],
    ['filled', 'filled'],
    ['canceled', 'canceled'],
    ['rejected', 'rejected'],
  ] as const)('an order of unknown outcome that the exchange holds as %s is %s', async ([state, leadsTo]) => {
    bench.exchange.onPlace = () => ({ kind: 'unknown', failure: NET })
    bench.exchange.findFailure = NET
    const unknown = await bench.start(RESTING)
    bench.exchange.held.set(unknown.orderId, {
      state,
      filledBase: decimal('0.4'),
      averagePrice: decimal(2500),
      fee: decimal(1),
      feeAsset: 'USD',
    })
    bench.exchange.findFailure = null
    await bench.clock.advance(5_000)
    expect(record(unknown.orderId)).toMatchObject({ state: leadsTo, progress: { filledBase: '0.4', filledQuote: '1000' } })
    expect(bench.exchange.placed).toHaveLength(2)
  })
})

describe('B5: canceling', () => {
  const resting = async () => {
    await bench.engine.recover()
    return (await bench.start(RESTING)).orderId
  }

  test('a resting order is canceled at its venue although the record of it cannot be written', async () => {
    const orderId = await resting()
    failWrites()
    expect(await bench.engine.canceller.cancel(orderId, 'op')).toEqual({ kind: 'canceled' })
    expect(bench.exchange.canceled).toEqual([orderId])
    expect(bench.faults).toHaveLength(1)
  })

  test('a venue that is gone cancels nothing, and says so', async () => {
    const orderId = await resting()
    bench.venues.delete('paper')
    expect(await bench.engine.canceller.cancel(orderId, 'op')).toMatchObject({ kind: 'rejected', failure: { code: 'VENUE_CLOSED' } })
  })

  test('an order that has ended, was not sent yet, or never was is not open', async () => {
    expect(await bench.engine.canceller.cancel('nobody', 'op')).toEqual({ kind: 'not-open' })
    bench.signer.script = () => new Promise(() => undefined)
    const { orderId } = await bench.start()
    expect(record(orderId).state).toBe('signing')
    expect(await bench.engine.canceller.cancel(orderId, 'op')).toEqual({ kind: 'not-open' })
  })
})
