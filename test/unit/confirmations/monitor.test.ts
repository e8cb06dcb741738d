import { beforeEach, describe, expect, test } from 'vitest'

import { decimal } from '../../../src-main/lib/decimal'
import { type FakeTx } from './fake-chain'
import { begin, block, chain, clock, follow, hashOf, ME, monitor, poll, TX } from './following'

beforeEach(begin)

describe('a transaction that goes well', () => {
  test('lowest tier: included, confirmed, and nothing more', async () => {
    const { said, events } = follow('50')
    chain.submit(TX)
    await poll()
    expect(said).toEqual([])
    await block(TX)
    expect(said).toEqual(['included 101', '1/1', 'confirmed 1'])
    expect(events.find((event) => event.kind === 'included')).toMatchObject({
      gasUsed: 100_000n,
      feePaidWei: 700_000n,
      blockHash: chain.head.hash,
    })
    const asked = chain.asked.length
    await block()
    expect(said).toHaveLength(3)
    expect(chain.asked).toHaveLength(asked)
    expect(clock.pendingTasks).toBe(0)
  })

  test('middle tier: each confirmation is said', async () => {
    const { said } = follow('1000')
    await block(TX)
    expect(said).toEqual(['included 101', '1/2'])
    await poll()
    await block()
    expect(said).toEqual(['included 101', '1/2', '2/2', 'confirmed 2'])
  })

  test.each([['10000'], [null]])('highest tier (%s USD): confirmations, then finality', async (usd) => {
    const { said } = follow(usd)
    await block(TX)
    await block()
    await block()
    const confirmed = ['included 101', '1/3', '2/3', '3/3', 'confirmed 3 awaits finality']
    expect(said).toEqual(confirmed)
    chain.finalizedNumber = 100
    await block()
    expect(said).toEqual(confirmed)
    chain.finalizedNumber = 101
    await poll() // finality moves without a new block
    expect(said).toEqual([...confirmed, 'finalized 101'])
    expect(clock.pendingTasks).toBe(0)
  })

  test('after a restart: an old transaction, long final', async () => {
    chain.mine(TX)
    chain.mineEmpty(70)
    chain.finalizedNumber = 150
    const { said } = follow(null, { sentAtMs: clock.wallMs() - 3_600_000 })
    await clock.advance(0)
    expect(said).toEqual(['included 101', '71/3', 'confirmed 71 awaits finality'])
    await poll()
    expect(said.at(-1)).toBe('finalized 101')
    expect(said).not.toContain('timed out: confirmations')
  })

  test('cancelling ends it, also in the middle of what is being said', async () => {
    const { said, cancel } = follow('1000')
    await block(TX)
    cancel()
    cancel()
    await block()
    expect(said).toEqual(['included 101', '1/2'])
    const heard: string[] = []
    const stop = monitor.follow({ hash: TX.hash, from: ME, nonce: 5, notionalUsd: decimal('1'), sentAtMs: clock.wallMs() }, (event) => {
      heard.push(event.kind)
      if (event.kind === 'included') stop()
    })
    await poll()
    expect(heard).toEqual(['read-succeeded', 'included'])
    expect(clock.pendingTasks).toBe(0)
  })
})

describe('a transaction that fails in execution', () => {
  const FAILING: FakeTx = { ...TX, succeeds: false }

  test('is reverted at the depth of its tier, with the reason', async () => {
    const { said } = follow('1000')
    await block(FAILING)
    expect(said).toEqual(['included 101 failed', '1/2'])
    await block()
    expect(said).toEqual(['included 101 failed', '1/2', '2/2', 'reverted 101: UniswapV2Router: EXPIRED'])
    expect(clock.pendingTasks).toBe(0)
  })

  test('in the highest tier only when final', async () => {
    const { said } = follow(null)
    await block(FAILING)
    await block()
    await block()
    expect(said.at(-1)).toBe('3/3')
    chain.finalizedNumber = 101
    await poll()
    expect(said.at(-1)).toBe('reverted 101: UniswapV2Router: EXPIRED')
  })

  test('a reorganisation can still make it succeed', async () => {
    const { said } = follow('1000')
    await block(FAILING)
    chain.rollback(1)
    await block(TX)
    await block()
    expect(said).toEqual(['included 101 failed', '1/2', 'reorged 101', 'included 101', '1/2', '2/2', 'confirmed 2'])
  })

  test('a reason that cannot be told is null', async () => {
    const { said } = follow('50')
    chain.lies.revertReason = () => {
      throw new Error('no archive')
    }
    await block(FAILING)
    expect(said.at(-1)).toBe('reverted 101: unknown')
  })
})

describe('reorganisations', () => {
  test('back to the pool, and mined again elsewhere', async () => {
    const { said } = follow('1000')
    await block(TX)
    chain.rollback(1)
    chain.submit(TX)
    chain.mine()
    await poll()
    expect(said).toEqual(['included 101', '1/2', 'reorged 101'])
    await block(TX)
    await block()
    expect(said.slice(3)).toEqual(['included 102', '1/2', '2/2', 'confirmed 2'])
  })

  test('moved to another block between two polls', async () => {
    const { said } = follow('10000')
    await block(TX)
    await block()
    chain.rollback(2)
    chain.mine()
    chain.mine(TX)
    await poll()
    expect(said).toEqual(['included 101', '1/3', '2/3', 'reorged 101', 'included 102', '1/3'])
  })

  test('after the confirmations, before finality', async () => {
    const { said } = follow(null)
    await block(TX)
    await block()
    await block()
    chain.rollback(3)
    chain.mineEmpty(4)
    await poll()
    expect(said.slice(-2)).toEqual(['confirmed 3 awaits finality', 'reorged 101'])
    await block(TX)
    await block()
    await block()
    chain.finalizedNumber = 105
    await block()
    expect(said.slice(-6)).toEqual(['included 105', '1/3', '2/3', '3/3', 'confirmed 3 awaits finality', 'finalized 105'])
  })

  test('a shorter chain says nothing until it has grown past the block', async () => {
    const { said } = follow('1000')
    await block(TX)
    chain.rollback(2)
    await poll()
    expect(said).toEqual(['included 101', '1/2'])
    chain.mineEmpty(2)
    await poll()
    expect(said).toEqual(['included 101', '1/2', 'reorged 101'])
  })
})

describe('many at once', () => {
  test('share what they have in common, and cost nothing while the chain stands still', async () => {
    const txs = Array.from({ length: 50 }, (_, index): FakeTx => ({ hash: hashOf(`tx ${index}`), from: ME, nonce: index }))
    for (const tx of txs) follow('10000', { hash: tx.hash, nonce: tx.nonce })
    chain.mine(...txs)
    await clock.advance(0)
    const count = (method: string) => chain.asked.filter((asked) => asked === method).length
    expect(count('receipt')).toBe(50)
    expect(count('block')).toBe(2) // the newest, and the one that holds them
    expect(count('transactionCount')).toBe(1)
    chain.asked.length = 0
    await poll()
    expect(chain.asked).toEqual(['block'])
  })

  test('one follower that throws hears it again, and the others are served', async () => {
    let tries = 0
    const heard: string[] = []
    const request = { hash: TX.hash, from: ME, nonce: 5, notionalUsd: decimal('50'), sentAtMs: clock.wallMs() }
    monitor.follow(request, (event) => {
      if (event.kind === 'included' && ++tries === 1) throw new Error('disk full')
      heard.push(event.kind)
    })
    const other = follow('50')
    await block(TX)
    expect(other.said.at(-1)).toBe('confirmed 1')
    await poll()
    expect(tries).toBe(2)
    expect(heard.filter((kind) => kind !== 'read-succeeded')).toEqual(['included', 'confirmations', 'confirmed'])
  })

  test('the same transaction may be followed twice, by tiers of its own', async () => {
    const small = follow('50')
    const large = follow('1000')
    await block(TX)
    await block()
    expect(small.said.at(-1)).toBe('confirmed 1')
    expect(large.said.at(-1)).toBe('confirmed 2')
  })
})
