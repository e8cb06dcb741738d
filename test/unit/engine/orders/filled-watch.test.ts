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
