import { beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent, ConfirmationMonitor, FollowRequest } from '../../../src-main/confirmations/confirmations'
import { createConfirmationMonitor } from '../../../src-main/confirmations/monitor'
import { failure } from '../../../src-main/domain/codes'
import type { Hex } from '../../../src-main/domain/evm'
import { decimal } from '../../../src-main/lib/decimal'
import { err, ok } from '../../../src-main/lib/result'
import { FakeClock } from '../../support/fake-clock'
import { FakeChain, NETWORK_DOWN, type FakeTx } from './fake-chain'

const POLL_MS = 4_000
const ME = '0x00000000000000000000000000000000000000A1'
const hashOf = (name: string): Hex => `0x${Buffer.from(name).toString('hex').padStart(64, '0')}`
const TX: FakeTx = { hash: hashOf('swap'), from: ME, nonce: 5 }
/** The same nonce, another transaction. */
const RIVAL: FakeTx = { hash: hashOf('rival'), from: ME, nonce: 5 }

let clock: FakeClock
let chain: FakeChain
let monitor: ConfirmationMonitor
let jitter: () => number

beforeEach(() => {
  clock = new FakeClock()
  // Block 101, the next, is made now.
  chain = new FakeChain(clock.wallMs() / 1_000 - 101 * 12)
  chain.mineEmpty(100)
  jitter = () => 255
  const random = { bytes: (length: number) => new Uint8Array(length).fill(jitter()), uuid: () => '' }
  monitor = createConfirmationMonitor({ chain, clock, scheduler: clock, random, pollMs: POLL_MS })
})

/** Follows, and writes down what is said in short words; reads that succeed are left out. */
function follow(usd: string | null = '50', more: Partial<FollowRequest> = {}) {
  const said: string[] = []
  const events: ConfirmationEvent[] = []
  const request = {
    hash: TX.hash,
    from: ME,
    nonce: TX.nonce,
    notionalUsd: usd === null ? null : decimal(usd),
    sentAtMs: clock.wallMs(),
    ...more,
  }
  const cancel = monitor.follow(request, (event) => {
    events.push(event)
    if (event.kind !== 'read-succeeded') said.push(inShort(event))
  })
  return { said, events, cancel }
}

function inShort(event: ConfirmationEvent): string {
  switch (event.kind) {
    case 'included':
      return `included ${event.blockNumber}${event.succeeded ? '' : ' failed'}`
    case 'confirmations':
      return `${event.have}/${event.need}`
    case 'confirmed':
      return `confirmed ${event.confirmations}${event.awaitsFinality ? ' awaits finality' : ''}`
    case 'finalized':
      return `finalized ${event.blockNumber}`
    case 'reverted':
      return `reverted ${event.blockNumber}: ${event.reason ?? 'unknown'}`
    case 'reorged':
      return `reorged ${event.fromBlock}`
    case 'timed-out':
      return `timed out: ${event.phase}`
    case 'read-failed':
      return `read failed: ${event.failure.code}`
    default:
      return event.kind
  }
}

/** One more poll. */
const poll = () => clock.advance(POLL_MS)
/** One more block, and the poll that sees it. */
const block = async (...txs: FakeTx[]) => {
  chain.mine(...txs)
  await poll()
}

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
    jitter = () => 0
    const { events } = follow('10000')
    chain.down = NETWORK_DOWN
    await clock.advance(3_999)
    expect(failedAt(events)).toBe(1)
    await clock.advance(1)
    expect(failedAt(events)).toBe(2)
  })

  test('of the chain make its transactions wait with it, not longer', async () => {
    const draws = [255, 0, 255, 0]
    jitter = () => draws.shift() ?? 0
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
