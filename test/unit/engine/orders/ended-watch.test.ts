import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

const included = (blockHash: `0x${string}`): ConfirmationEvent => ({
  ...{ kind: 'included', succeeded: true, blockNumber: 5, blockHash },
  ...{ gasUsed: 90_000n, feePaidWei: 10n ** 15n },
})
const confirmed = (awaitsFinality: boolean): ConfirmationEvent => ({ kind: 'confirmed', confirmations: 1, awaitsFinality })
const REORGED: ConfirmationEvent = { kind: 'reorged', fromBlock: 5 }

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  ;({ orderId } = await bench.start())
})
afterEach(() => {
  bench.close()
})

const watching = () => bench.venue.followed.filter(({ request, stopped }) => request.quiet === true && !stopped)
const say = async (...events: ConfirmationEvent[]) => {
  for (const event of events) {
    bench.venue.last.emit(event)
    await bench.clock.settle()
  }
}
const told = () => bench.auditTypes().filter((type) => type.startsWith('FilledOrder'))
const filled = async () => {
  await say(included('0x05'), confirmed(false))
  expect(bench.engine.journal.get(orderId)?.state).toBe('filled')
}

describe('X3: a swap that counts as filled without being final', () => {
  test('is watched on from the block that it was filled in, to the depth that everything could ask for', async () => {
    await filled()
    expect(watching().map(({ request }) => request)).toMatchObject([{ notionalUsd: null, foundIn: { number: 5, hash: '0x05' } }])
    expect(told()).toEqual([])
  })

  test('until it is final', async () => {
    await filled()
    await say(confirmed(true), { kind: 'finalized', blockNumber: 5 })
    expect([watching(), told()]).toEqual([[], []])
  })

  test('that its block was dropped is told once for each time, and so is that it is mined again', async () => {
    await filled()
    await say(REORGED, included('0x06'), confirmed(true), { kind: 'finalized', blockNumber: 6 })
    expect([told(), watching()]).toEqual([['FilledOrderReorged', 'FilledOrderMinedAgain'], []])
    expect(bench.engine.journal.get(orderId)?.state).toBe('filled')
  })

  test('filled by the one that offered more and taken back: that the first of the two is mined instead is no loss', async () => {
    expect((await bench.engine.replacer.speedUp(orderId, 'operator')).kind).toBe('sent')
    await filled()
    const [original, faster] = watching()
    expect(watching()).toHaveLength(2)
    for (const event of [REORGED, { kind: 'replaced' } as const]) {
      if (event.kind === 'replaced') original?.emit(included('0x06'))
      faster?.emit(event)
      await bench.clock.settle()
    }
    expect([told(), watching()]).toEqual([['FilledOrderReorged', 'FilledOrderMinedAgain'], []])
  })

  test.each<ConfirmationEvent>([{ kind: 'replaced' }, { kind: 'reverted', reason: null, blockNumber: 7 }])(
    'that it never comes to be is told: $kind',
    async (event) => {
      await filled()
      await say(REORGED, event)
      expect([told(), watching()]).toEqual([['FilledOrderReorged', 'FilledOrderUndone'], []])
    },
  )

  test('a chain that never says what is final is not waited for, unless the swap is out of it', async () => {
    const late: ConfirmationEvent = { kind: 'timed-out', phase: 'finality' }
    await filled()
    await say(REORGED, late)
    expect(watching()).toHaveLength(1)
    await say(confirmed(true), late)
    expect(watching()).toEqual([])
  })

  test('one that had to be final is not watched: it is', async () => {
    await say(included('0x05'), confirmed(true), { kind: 'finalized', blockNumber: 5 })
    expect(bench.engine.journal.get(orderId)?.state).toBe('filled')
    expect(watching()).toEqual([])
  })

  test('a start takes it up again, and stopping ends it', async () => {
    await filled()
    bench.engine.stop()
    expect(watching()).toEqual([])
    await bench.engine.recover()
    expect(watching()).toHaveLength(1)
  })
})

describe('X3: a swap that counts as canceled or failed without that being final', () => {
  const state = () => bench.engine.journal.get(orderId)?.state
  const canceled = async () => {
    const cancel = await bench.engine.replacer.cancelOnChain(orderId, 'operator')
    expect(cancel.kind).toBe('sent')
    await say(included('0x05'), confirmed(false))
    expect(state()).toBe('canceled')
  }
  const reverted = async () => {
    await say({ ...included('0x05'), succeeded: false } as ConfirmationEvent, { kind: 'reverted', reason: 'no', blockNumber: 5 })
    expect(state()).toBe('failed')
  }
  const nonceTaken = async () => {
    await say({ kind: 'replaced' })
    expect(state()).toBe('failed')
  }
  const openOrders = () => bench.limits.overview().openOrders

  test.each([
    ['canceled', canceled],
    ['reverted', reverted],
    ['its nonce taken by another', nonceTaken],
  ] as const)('%s: carried out after all, it is open again, told, counted and followed to its end', async (_, end) => {
    await end()
    const ended = state()
    expect([watching().map(({ request }) => request.notionalUsd), openOrders()]).toEqual([[null], 0])
    await say(included('0x06'))
    expect([state(), watching(), openOrders()]).toEqual(['submitted', [], 1])
    const back = bench.engine.journal.events(orderId).at(-1)
    expect(back).toMatchObject({ type: 'OrderReconciled', data: { ended } })
    expect(bench.auditTypes()).toContain('OrderReconciled')
    const own = bench.venue.followed.filter(({ stopped }) => !stopped)
    const { hash } = bench.engine.transactions.ofOrder(orderId)[0]!
    const swap = own.find(({ request }) => request.hash === hash)!
    swap.emit(included('0x06'))
    swap.emit(confirmed(false))
    await bench.clock.settle()
    expect([state(), bench.engine.journal.get(orderId)?.progress]).toMatchObject(['filled', { filledBase: '1', why: null }])
  })

  test('its allowance stays as it is: what competes for the nonce again is the swap and its cancel alone', async () => {
    bench.venue.needsAllowance = true
    bench.venue.chainNonce = 5
    await bench.clock.advance(1_100)
    ;({ orderId } = await bench.start())
    bench.venue.known.set(bench.venue.last.request.hash, { blockNumber: 4 })
    await say(confirmed(false))
    await canceled()
    await say(included('0x06'))
    expect(bench.engine.transactions.ofOrder(orderId).map(({ purpose, state: is }) => `${purpose} ${is}`)).toEqual([
      'approve mined',
      'order sent',
      'cancel sent',
    ])
  })

  test('is watched until what took its place is final, also over a restart; a failure in another block changes nothing', async () => {
    await canceled()
    bench.engine.stop()
    expect(watching()).toEqual([])
    await bench.engine.recover()
    expect(watching()).toHaveLength(1)
    await say({ ...included('0x06'), succeeded: false } as ConfirmationEvent)
    expect(watching()).toHaveLength(1)
    await say({ kind: 'replaced' })
    expect([watching(), state()]).toEqual([[], 'canceled'])
  })

  test('one whose end had to be final is not watched: it is', async () => {
    await say({ kind: 'confirmations', have: 3, need: 3, finality: true })
    await reverted()
    expect(watching()).toEqual([])
  })

  test('a chain that never says what is final is not waited for', async () => {
    await canceled()
    await bench.clock.advance(2 * 60 * 60_000)
    expect(watching()).toEqual([])
  })

  test('what is kept of one cannot be read: it is told, and the others are watched', async () => {
    await canceled()
    const first = orderId
    await bench.clock.advance(1_100)
    bench.venue.chainNonce = 1
    ;({ orderId } = await bench.start())
    await canceled()
    bench.engine.stop()
    bench.db.prepare("UPDATE transactions SET unsigned_json = '{}' WHERE order_id = ?").run(first)
    bench.engine.resumeFollowing()
    expect([watching().length, bench.faults.map((fault) => fault.orderId)]).toEqual([1, [first]])
  })
})
