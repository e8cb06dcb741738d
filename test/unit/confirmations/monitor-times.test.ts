import { beforeEach, describe, expect, test } from 'vitest'

import { ok } from '../../../src-main/lib/result'
import { NETWORK_DOWN } from './fake-chain'
import { begin, block, chain, clock, follow, poll, POLL_MS, RIVAL, TX } from './following'

beforeEach(begin)

describe('time-outs', () => {
  test('a transaction that stays pending times out once, and is followed on', async () => {
    const { said } = follow('50')
    chain.submit(TX)
    await clock.advance(59_999)
    expect(said).toEqual([])
    await clock.advance(POLL_MS)
    expect(said).toEqual(['timed out: confirmations'])
    await clock.advance(600_000)
    expect(said).toEqual(['timed out: confirmations'])
    await block(TX)
    expect(said.slice(1)).toEqual(['included 101', '1/1', 'confirmed 1'])
  })

  test.each([
    ['50', 60_000],
    ['100', 120_000],
    ['1000', 180_000],
    ['10000', 300_000],
  ])('%s USD: after %i ms', async (usd, timeoutMs) => {
    const { said } = follow(usd)
    chain.submit(TX)
    await clock.advance(timeoutMs - 1)
    expect(said).toEqual([])
    await clock.advance(POLL_MS)
    expect(said).toEqual(['timed out: confirmations'])
  })

  test('too few confirmations time out too', async () => {
    const { said } = follow('10000')
    await block(TX)
    await clock.advance(300_000)
    expect(said).toEqual(['included 101', '1/3', 'timed out: confirmations'])
  })

  test('the time before a restart counts', async () => {
    const { said } = follow('50', { sentAtMs: clock.wallMs() - 59_000 })
    chain.submit(TX)
    await clock.advance(0)
    expect(said).toEqual([])
    await poll()
    expect(said).toEqual(['timed out: confirmations'])
  })

  test('the chain is asked before time is called: what was confirmed meanwhile is not late', async () => {
    chain.mine(TX)
    const { said } = follow('50', { sentAtMs: clock.wallMs() - 3_600_000 })
    await poll()
    expect(said).toEqual(['included 101', '1/1', 'confirmed 1'])
  })

  test('time asleep counts; a calendar set back prolongs nothing', async () => {
    const asleep = follow('50')
    chain.submit(TX)
    await poll()
    clock.jumpWall(60_000)
    await poll()
    expect(asleep.said).toEqual(['timed out: confirmations'])
    const setBack = follow('50', { hash: RIVAL.hash })
    chain.submit(RIVAL)
    clock.jumpWall(-3_600_000)
    await clock.advance(64_000)
    expect(setBack.said).toEqual(['timed out: confirmations'])
  })

  test('the time before a restart counts although the calendar is set back after it', async () => {
    const { said } = follow('50', { sentAtMs: clock.wallMs() - 50_000 })
    chain.submit(TX)
    clock.jumpWall(-3_600_000)
    await clock.advance(12_000)
    expect(said).toEqual(['timed out: confirmations'])
  })

  test('is called once although a reorganisation begins all else anew', async () => {
    const { said } = follow('10000')
    chain.submit(TX)
    await clock.advance(304_000)
    await block(TX)
    chain.rollback(1)
    chain.submit(TX)
    await block()
    await clock.advance(304_000)
    expect(said).toEqual(['timed out: confirmations', 'included 101', '1/3', 'reorged 101'])
  })

  test('time is called although the chain does not answer', async () => {
    const { said } = follow('50')
    chain.down = NETWORK_DOWN
    await clock.advance(120_000)
    expect(said.filter((word) => word === 'timed out: confirmations')).toHaveLength(1)
  })

  describe('of finality', () => {
    const confirmed = ['included 101', '3/3', 'confirmed 3 awaits finality']
    /** Confirmed in blocks that were made just now. */
    async function confirm() {
      const { said } = follow(null)
      chain.mine(TX)
      chain.mineEmpty(2)
      await clock.advance(0)
      expect(said).toEqual(confirmed)
      return said
    }

    test('come half an hour after the block, once, and following goes on', async () => {
      const said = await confirm()
      await clock.advance(30 * 60_000 - 1)
      expect(said).toEqual(confirmed)
      await clock.advance(POLL_MS)
      expect(said).toEqual([...confirmed, 'timed out: finality'])
      await clock.advance(3_600_000)
      chain.finalizedNumber = 101
      await poll()
      expect(said).toEqual([...confirmed, 'timed out: finality', 'finalized 101'])
    })

    test('count time asleep', async () => {
      const said = await confirm()
      clock.jumpWall(30 * 60_000)
      await poll()
      expect(said).toEqual([...confirmed, 'timed out: finality'])
    })

    test('are not put off by a calendar that is set back', async () => {
      const said = await confirm()
      clock.jumpWall(-86_400_000)
      await clock.advance(30 * 60_000 + POLL_MS)
      expect(said).toEqual([...confirmed, 'timed out: finality'])
    })
  })
})

describe('another transaction took the nonce', () => {
  test('replaced, once that is deeper than a success would have to be', async () => {
    const { said } = follow('1000')
    chain.submit(TX)
    await block(RIVAL)
    await block()
    expect(said).toEqual([])
    await block()
    expect(said).toEqual(['replaced'])
    expect(clock.pendingTasks).toBe(0)
  })

  test('in the highest tier only when final', async () => {
    const { said } = follow(null)
    await block(RIVAL)
    for (let made = 0; made < 5; made++) await block()
    expect(said).toEqual([])
    chain.finalizedNumber = 100
    await block()
    expect(said).toEqual([])
    chain.finalizedNumber = 101
    await poll()
    expect(said).toEqual(['replaced'])
  })

  test('a reorganisation that gives the nonce back starts the count anew', async () => {
    const { said } = follow('1000')
    chain.submit(TX)
    await block(RIVAL)
    await block()
    chain.rollback(2)
    await block()
    await block()
    await block()
    expect(said).toEqual([])
    await block(TX)
    await block()
    expect(said).toEqual(['included 104', '1/2', '2/2', 'confirmed 2'])
  })

  test('the same when the rival is mined again at once: the count belongs to a block, not to a number', async () => {
    const { said } = follow('1000')
    await block(RIVAL)
    await block()
    chain.rollback(2)
    chain.mine(RIVAL)
    chain.mine()
    await block() // three blocks on, but another chain
    expect(said).toEqual([])
    await block()
    await block()
    expect(said).toEqual(['replaced'])
  })

  test('mined between two reads of one poll: the count begins at its block, not at the older head', async () => {
    const { said } = follow('50')
    chain.submit(TX)
    chain.lies.transactionCount = () => {
      chain.lies = {}
      chain.mine(RIVAL)
      return undefined
    }
    await clock.advance(0)
    await poll()
    expect(said).toEqual([])
    await block()
    expect(said).toEqual(['replaced'])
  })

  test('our own inclusion between two reads is not taken for another’s', async () => {
    const { said } = follow('50')
    chain.mine(TX)
    // A node whose receipts lag behind its accounts.
    chain.lies.receipt = () => ok(null)
    await poll()
    await block()
    await block()
    expect(said).toEqual([])
    chain.lies = {}
    await poll()
    expect(said).toEqual(['included 101', '3/1', 'confirmed 3'])
  })
})

describe('a transaction that the node does not know', () => {
  test('is dropped as a notice after two minutes, and followed on', async () => {
    const { said } = follow('10000')
    chain.submit(TX)
    await clock.advance(60_000)
    chain.drop(TX.hash)
    await clock.advance(119_000)
    expect(said).toEqual([])
    await clock.advance(2 * POLL_MS)
    expect(said).toEqual(['dropped'])
    await clock.advance(60_000)
    expect(said).toEqual(['dropped'])
    await block(TX) // someone had kept the bytes
    expect(said).toEqual(['dropped', 'included 101', '1/3'])
  })

  test('known in between: the time begins anew, and it may be said again', async () => {
    const { said } = follow(null)
    await clock.advance(100_000)
    chain.submit(TX)
    await poll()
    chain.drop(TX.hash)
    await clock.advance(116_000)
    expect(said).toEqual([])
    await clock.advance(2 * POLL_MS)
    expect(said).toEqual(['dropped'])
    chain.submit(TX)
    await poll()
    chain.drop(TX.hash)
    await clock.advance(130_000)
    expect(said.filter((word) => word === 'dropped')).toHaveLength(2)
  })

  test('is never said while the chain does not answer', async () => {
    const { said } = follow('10000')
    chain.down = NETWORK_DOWN
    await clock.advance(290_000)
    expect(said).not.toContain('dropped')
  })

  test('is not said of a used nonce', async () => {
    const { said } = follow(null)
    await block(RIVAL)
    await clock.advance(290_000)
    expect(said).toEqual([])
  })
})
