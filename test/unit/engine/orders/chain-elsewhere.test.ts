import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { waitsElsewhere } from '../../../../src-main/app/compose/waits-elsewhere'
import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { detailView } from '../../../../src-main/ipc/views/order-views'
import { BENCH_CHAIN_ID } from '../../../support/app/bench-chain'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'

const OTHER_CHAIN_ID = 11155111
const included: ConfirmationEvent = {
  ...{ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05' },
  ...{ gasUsed: 90_000n, feePaidWei: 10n ** 15n },
}

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const state = (orderId: string) => bench.engine.journal.get(orderId)?.state
const followed = () => bench.venue.followed.filter(({ stopped }) => !stopped).length
/** Another chain is connected in the place of this one, on which the account has sent more. */
const switchAway = () => {
  const { venue } = bench.venue
  const chain = venue.chain!
  bench.venues.set('uniswap-v3', { ...venue, chain: { ...chain, reader: { ...chain.reader, chainId: OTHER_CHAIN_ID } } })
  bench.venue.chainNonce = 9
  bench.engine.resumeFollowing()
}
const switchBack = () => {
  bench.venues.set('uniswap-v3', bench.venue.venue)
  bench.engine.resumeFollowing()
}

describe('X3: an order that waits on a chain while another one is connected', () => {
  test('is not followed on that one, and is again on its own; the person sees what it waits for', async () => {
    const { orderId } = await bench.start()
    const waitsFor = () => detailView(bench.engine, bench.engine.journal.get(orderId)!).waitsForChain
    expect([followed(), waitsFor()]).toEqual([1, null])
    switchAway()
    expect([followed(), waitsFor(), state(orderId)]).toEqual([0, BENCH_CHAIN_ID, 'submitted'])
    switchBack()
    expect([followed(), waitsFor()]).toEqual([1, null])
  })

  test('of unknown outcome, it is not settled by what the other one knows of the nonce', async () => {
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: { code: 'TIMEOUT_ERROR', detail: '' } })
    const { orderId } = await bench.start()
    switchAway()
    await bench.clock.advance(20_000)
    expect([state(orderId), followed()]).toEqual(['unknown', 0])
    switchBack()
    await bench.clock.advance(20_000)
    expect(followed()).toBe(1)
  })

  test('is neither replaced nor sent again there, and never called too late', async () => {
    const { orderId } = await bench.start()
    const drop = bench.venue.last
    switchAway()
    const refused = { kind: 'failed', failure: { code: 'VENUE_CLOSED', detail: `chain ${BENCH_CHAIN_ID} is not connected` } }
    expect(await bench.engine.replacer.options(orderId)).toEqual({ 'speed-up': refused, cancel: refused })
    drop.emit({ kind: 'dropped' })
    await bench.clock.settle()
    expect(bench.venue.placed).toHaveLength(1)
  })

  test('B5: a sweep could not ask, and says so: nothing of it is clear', async () => {
    const { orderId } = await bench.start()
    switchAway()
    bench.gate.snapshot = TRIGGERED
    bench.engine.sweeper.start({ mode: 'emergency', cause: 'asked', by: 'operator' })
    await bench.clock.advance(60_000)
    const report = bench.engine.sweeper.report()!
    const swept = report.venues.find(({ venue }) => venue === 'uniswap-v3')?.items
    expect([report.phase, swept?.map((item) => [item.orderId, item.fate, item.code])]).toEqual([
      'retrying',
      [[orderId, 'no-answer', 'VENUE_CLOSED']],
    ])
  })

  test('an allowance is not awaited there, and is followed once its own chain is back', async () => {
    bench.venue.needsAllowance = true
    bench.venue.onPlace = (what) => {
      switchAway()
      return { kind: 'accepted', ref: what.hash }
    }
    const { orderId } = await bench.start()
    expect([state(orderId), followed()]).toEqual(['failed', 0])
    switchBack()
    expect(followed()).toBe(1)
  })

  test('a swap that counts as filled is no reorganisation there, and is watched on with its own chain', async () => {
    await bench.start()
    bench.venue.last.emit(included)
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
    await bench.clock.settle()
    expect(followed()).toBe(1)
    switchAway()
    expect([followed(), bench.auditTypes().filter((type) => type.startsWith('FilledOrder'))]).toEqual([0, []])
    switchBack()
    expect(followed()).toBe(1)
  })

  test('P7: whoever would connect another chain reads what waits on the one that is left; nothing where the chain stays', async () => {
    const { orderId } = await bench.start()
    const change = { label: `Order ${orderId}`, before: `waits on chain ${BENCH_CHAIN_ID}` }
    const left = (from: number | null, to: number) => waitsElsewhere(bench.engine, { from, to })
    expect(left(BENCH_CHAIN_ID, OTHER_CHAIN_ID)).toMatchObject([change])
    expect(left(null, OTHER_CHAIN_ID)).toMatchObject([change])
    expect([left(BENCH_CHAIN_ID, BENCH_CHAIN_ID), left(OTHER_CHAIN_ID, 5)]).toEqual([[], []])
    bench.venue.last.emit(included)
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
    await bench.clock.settle()
    expect(left(BENCH_CHAIN_ID, OTHER_CHAIN_ID)).toEqual([])
  })
})
