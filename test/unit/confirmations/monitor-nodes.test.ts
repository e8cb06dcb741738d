import { beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../src-main/confirmations/confirmations'
import { failure } from '../../../src-main/domain/codes'
import { err, ok } from '../../../src-main/lib/result'
import { NETWORK_DOWN, type FakeChain, type FakeTx } from './fake-chain'
import { begin, block, chain, clock, follow, hashOf, poll, POLL_MS, RIVAL, setJitter, TX } from './following'

beforeEach(begin)

describe('a node that cannot be believed never makes a confirmation', () => {
  test('a receipt of a block that is not the chain’s', async () => {
    const { said } = follow('50')
    chain.submit(TX)
    chain.lies.receipt = () =>
      ok({ hash: TX.hash, blockNumber: 100, blockHash: hashOf('fork'), succeeded: true, gasUsed: 1n, effectiveGasPriceWei: 1n })
    await block()
    await block()
    expect(said).toEqual([])
  })

  test('a receipt of another transaction', async () => {
    const { said } = follow('50')
    const { number, hash } = chain.mine(RIVAL)
    chain.lies.receipt = () =>
      ok({ hash: RIVAL.hash, blockNumber: number, blockHash: hash, succeeded: true, gasUsed: 1n, effectiveGasPriceWei: 1n })
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })

  test('a receipt beyond the newest block', async () => {
    const { said } = follow('50')
    chain.mine(TX)
    const behind = (await chain.block(100)) as never
    chain.lies.block = (which) => (which === 'latest' ? behind : undefined)
    await poll()
    expect(said).toEqual([])
    chain.lies = {}
    await poll()
    expect(said).toEqual(['included 101', '1/1', 'confirmed 1'])
  })

  test('a height far ahead of the blocks that can be shown', async () => {
    const { said } = follow('1000')
    chain.mine(TX)
    chain.lies.block = (which) => (which === 'latest' ? ok({ ...chain.head, number: 5_000, hash: hashOf('far') }) : undefined)
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })

  test('blocks on top that are not linked to ours', async () => {
    const { said } = follow('1000')
    chain.mine(TX)
    chain.mine()
    chain.lies.block = (which) => (which === 102 || which === 'latest' ? ok({ ...chain.head, parentHash: hashOf('fork') }) : undefined)
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })

  test('a newest block that is not the one at its height', async () => {
    const { said } = follow('50')
    chain.mine(TX)
    chain.lies.block = (which) => (which === 'latest' ? ok({ ...chain.head, hash: hashOf('fork') }) : undefined)
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })

  test('blocks under the wrong number, or none', async () => {
    const { said } = follow('50')
    chain.mine(TX)
    chain.lies.block = (which) => (which === 101 ? ok({ ...chain.head, number: 99 }) : undefined)
    await poll()
    chain.lies.block = (which) => (which === 101 ? ok(null) : undefined)
    await clock.advance(10_000)
    expect(new Set(said)).toEqual(new Set(['read failed: BAD_ANSWER']))
  })

  test('no newest block at all', async () => {
    const { said } = follow('50')
    chain.lies.block = () => ok(null)
    await clock.advance(0)
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })

  test('a receipt that has gone although its block has not', async () => {
    const { said } = follow('1000')
    await block(TX)
    chain.lies.receipt = () => ok(null)
    await block()
    expect(said).toEqual(['included 101', '1/2', 'read failed: BAD_ANSWER'])
    chain.lies = {}
    await clock.advance(10_000)
    expect(said.slice(3)).toEqual(['2/2', 'confirmed 2'])
  })

  test('confirmations fall when the chain shrinks, and must be reached again', async () => {
    const { said } = follow('10000')
    await block(TX)
    await block()
    chain.rollback(1)
    await poll()
    await block()
    await block()
    expect(said).toEqual(['included 101', '1/3', '2/3', '1/3', '2/3', '3/3', 'confirmed 3 awaits finality'])
  })

  test.each<[string, (chain: FakeChain) => void]>([
    [
      'beyond the newest',
      (fake) => (fake.lies.block = (which) => (which === 'finalized' ? ok({ ...fake.head, number: 9_999 }) : undefined)),
    ],
    [
      'not of this chain',
      (fake) => (fake.lies.block = (which) => (which === 'finalized' ? ok({ ...fake.head, hash: hashOf('fork') }) : undefined)),
    ],
    ['missing', (fake) => (fake.finalizedNumber = null)],
  ])('a final block that is %s', async (_name, lie) => {
    const { said } = follow(null)
    await block(TX)
    await block()
    await block()
    lie(chain)
    await block()
    await block()
    expect(said.filter((word) => word.startsWith('finalized'))).toEqual([])
    chain.lies = {}
    chain.finalizedNumber = 101
    await clock.advance(30_000)
    expect(said.at(-1)).toBe('finalized 101')
  })

  test.each<[string, object]>([
    ['no status', { succeeded: undefined }],
    ['no fee', { effectiveGasPriceWei: undefined }],
    ['a block number that is none', { blockNumber: Number.NaN }],
  ])('a receipt with %s, which keeps nobody else waiting', async (_name, flaw) => {
    const { said } = follow('50')
    const other = follow('50', { hash: RIVAL.hash, from: '0xB2', nonce: 0 })
    const { number, hash } = chain.mine({ ...RIVAL, from: '0xB2', nonce: 0 })
    const receipt = { hash: TX.hash, blockNumber: number, blockHash: hash, succeeded: true, gasUsed: 1n, effectiveGasPriceWei: 1n, ...flaw }
    chain.lies.receipt = (asked) => (asked === TX.hash ? ok(receipt) : undefined)
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
    expect(other.said.at(-1)).toBe('confirmed 1')
  })

  test.each<[string, object]>([
    ['number', { number: Number.NaN }],
    ['hash', { hash: undefined }],
    ['time', { timestampSec: Number.NaN }],
  ])('a newest block without a %s', async (_name, flaw) => {
    const { said } = follow('50')
    chain.mine(TX)
    chain.lies.block = (which) => (which === 'latest' ? ok({ ...chain.head, ...flaw }) : undefined)
    await poll()
    expect(said).toEqual(['read failed: BAD_ANSWER'])
  })
})

describe('reads that fail', () => {
  const failedAt = (events: readonly ConfirmationEvent[]) => events.filter((event) => event.kind === 'read-failed').length

  test('are said once per poll, with growing waits, and so is the success after', async () => {
    const { events } = follow('10000')
    chain.down = NETWORK_DOWN
    const at: number[] = []
    for (let second = 0; second < 120; second++) {
      const before = failedAt(events)
      await clock.advance(second === 0 ? 0 : 1_000)
      if (failedAt(events) > before) at.push(second)
    }
    expect(at).toEqual([0, 8, 24, 54, 84, 114]) // 2ⁿ polls, at most 30 s
    chain.down = null
    await clock.advance(30_000)
    expect(events.at(-1)).toEqual({ kind: 'read-succeeded' })
    const polls = events.length
    await poll()
    expect(events).toHaveLength(polls + 1) // the pace is back to normal
  })

  test('wait between half and the whole of that, by chance', async () => {
    setJitter(() => 0)
    const { events } = follow('10000')
    chain.down = NETWORK_DOWN
    await clock.advance(3_999)
    expect(failedAt(events)).toBe(1)
    await clock.advance(1)
    expect(failedAt(events)).toBe(2)
  })

  test('of the chain make its transactions wait with it, not longer', async () => {
    const draws = [255, 0, 255, 0]
    setJitter(() => draws.shift() ?? 0)
    const { events } = follow('10000')
    chain.down = NETWORK_DOWN
    await clock.advance(16_000) // at 0 s, after the whole of 8 s, and after half of 16 s
    expect(failedAt(events)).toBe(3)
  })

  test('of one transaction do not slow down the others', async () => {
    const bad = follow('10000')
    const other: FakeTx = { hash: hashOf('other'), from: '0xB2', nonce: 0 }
    const good = follow('10000', { hash: other.hash, from: other.from, nonce: 0 })
    chain.lies.receipt = (hash) => (hash === TX.hash ? err(failure('BAD_ANSWER')) : undefined)
    await block(other)
    await block()
    await block()
    expect(good.said.at(-1)).toBe('confirmed 3 awaits finality')
    expect(failedAt(bad.events)).toBeLessThan(4)
  })

  test('are told to one listener only, so that a breaker counts polls', async () => {
    const all = Array.from({ length: 20 }, (_, index) => follow('10000', { hash: hashOf(`tx ${index}`) }))
    chain.down = NETWORK_DOWN
    await clock.advance(0)
    expect(all.reduce((sum, { events }) => sum + failedAt(events), 0)).toBe(1)
    chain.down = null
    await clock.advance(2 * POLL_MS)
    expect(all.flatMap(({ events }) => events).filter((event) => event.kind === 'read-succeeded')).toHaveLength(1)
  })

  test('by hanging end after 15 s; the next poll begins only then', async () => {
    const { said } = follow('10000')
    chain.hangs = true
    await clock.advance(14_999)
    expect(chain.asked).toEqual(['block'])
    await clock.advance(1)
    expect(said).toEqual(['read failed: TIMEOUT_ERROR'])
    chain.hangs = false
    chain.mine(TX)
    await clock.advance(2 * POLL_MS)
    expect(said.slice(1)).toEqual(['included 101', '1/3'])
  })

  test('by throwing are failures like any other', async () => {
    const { said } = follow('10000')
    chain.lies.receipt = () => {
      throw new Error('boom')
    }
    await clock.advance(0)
    expect(said).toEqual(['read failed: INTERNAL'])
  })
})
