import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FAILURE_CODES, failure, type FailureCode } from '../../../../src-main/domain/codes'
import { MAX_WAIT_MS, MOST_RETRIES, retryDelayMs, RETRY_RULES } from '../../../../src-main/engine/orders/retry'
import type { Random } from '../../../../src-main/lib/random'
import type { PlaceOutcome } from '../../../../src-main/venues/venue'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

const chance = (byte: number): Random => ({ bytes: () => Uint8Array.of(byte), uuid: () => '' })
const middle = (code: FailureCode) => [0, 1, 2, 3].map((retry) => retryDelayMs(code, retry, chance(127)))
/** As in the table, give or take the half byte. */
const about = (ms: number) => expect.closeTo(ms, -2) as number

describe('X3: which failure is tried again, and when', () => {
  test('never: insufficient funds, slippage, an invalid instruction, and whatever has no reason to go away', () => {
    for (const code of ['INSUFFICIENT_FUNDS', 'SLIPPAGE_EXCEEDED', 'INVALID_INSTRUCTION'] as const)
      expect(RETRY_RULES[code].kind).toBe('never')
    const waiting = FAILURE_CODES.filter((code) => RETRY_RULES[code].kind === 'wait')
    expect(waiting).toEqual(['NETWORK_ERROR', 'RATE_LIMITED', 'TIMEOUT_ERROR'])
  })

  test('a network error after 2ⁿ·5 s, a rate limit exponentially, a time-out linearly, three times at most', () => {
    expect(middle('NETWORK_ERROR')).toEqual([about(5_000), about(10_000), about(20_000), null])
    expect(middle('RATE_LIMITED')).toEqual([about(2_000), about(4_000), about(8_000), null])
    expect(middle('TIMEOUT_ERROR')).toEqual([about(5_000), about(10_000), about(15_000), null])
  })

  test('replaced: expired and a used nonce by a fresh attempt, out of gas by one with more', () => {
    expect([RETRY_RULES.EXPIRED.kind, RETRY_RULES.NONCE_TOO_LOW.kind, RETRY_RULES.OUT_OF_GAS.kind]).toEqual([
      'rebuild',
      'rebuild',
      'more-gas',
    ])
  })

  test('every wait is jittered and capped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FAILURE_CODES), fc.nat({ max: 10 }), fc.nat({ max: 255 }), (code, retry, byte) => {
        const delay = retryDelayMs(code, retry, chance(byte))
        expect(delay === null).toBe(RETRY_RULES[code].kind !== 'wait' || retry >= MOST_RETRIES)
        if (delay !== null) expect(delay > 0 && delay <= MAX_WAIT_MS).toBe(true)
      }),
    )
    expect(retryDelayMs('NETWORK_ERROR', 0, chance(0))).toBeLessThan(retryDelayMs('NETWORK_ERROR', 0, chance(255))!)
  })
})

describe('X3: what for certain did not leave is placed again', () => {
  let bench: EngineBench
  beforeEach(() => {
    bench = engineBench()
  })
  afterEach(() => {
    bench.close()
  })
  const rejects = (code: FailureCode, times: number, isOut = false) => {
    let left = times
    return (what?: { hash?: string }): PlaceOutcome =>
      left-- > 0
        ? { kind: 'rejected', failure: failure(code, 'not sent'), ...(isOut ? {} : { neverOut: true }) }
        : { kind: 'accepted', ref: what?.hash ?? 'ref' }
  }
  const state = (orderId: string) => bench.engine.journal.get(orderId)?.state

  test('the very same bytes, each time after its wait, each time on record', async () => {
    bench.venue.onPlace = rejects('NETWORK_ERROR', 2)
    const { orderId } = await bench.start()
    expect([state(orderId), bench.venue.placed.length]).toEqual(['submitting', 1])
    await bench.clock.advance(60_000)
    expect(state(orderId)).toBe('submitted')
    expect(new Set(bench.venue.placed.map(({ raw }) => raw)).size).toBe(1)
    expect([bench.venue.placed.length, bench.signer.asked.length]).toEqual([3, 1])
    const retrying = bench.engine.journal.events(orderId).filter(({ type }) => type === 'OrderRetrying')
    expect(retrying.map(({ data }) => [data['code'], data['attempt']])).toEqual([
      ['NETWORK_ERROR', '2'],
      ['NETWORK_ERROR', '3'],
    ])
  })

  test('no more than three times', async () => {
    bench.venue.onPlace = rejects('RATE_LIMITED', 99)
    const { orderId } = await bench.start()
    await bench.clock.advance(300_000)
    expect([state(orderId), bench.venue.placed.length]).toEqual(['rejected', 4])
  })

  test('an order for an exchange, too', async () => {
    await bench.engine.recover()
    bench.exchange.onPlace = rejects('TIMEOUT_ERROR', 1)
    const { orderId } = await bench.start(RESTING)
    await bench.clock.advance(10_000)
    expect([state(orderId), bench.exchange.placed.length]).toEqual(['submitted', 2])
  })

  test.for(['INSUFFICIENT_FUNDS', 'INVALID_INSTRUCTION', 'SLIPPAGE_EXCEEDED', 'WRONG_CHAIN'] as const)('%s: never', async (code) => {
    bench.venue.onPlace = rejects(code, 1)
    const { orderId } = await bench.start()
    await bench.clock.advance(300_000)
    expect([state(orderId), bench.venue.placed.length]).toEqual(['rejected', 1])
  })

  test('decision 5: what may have left, never', async () => {
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: failure('NETWORK_ERROR') })
    const { orderId } = await bench.start()
    await bench.clock.advance(300_000)
    expect([state(orderId), bench.venue.placed.length]).toEqual(['unknown', 1])
  })

  test('all guards judge it again: a halt, or a market that left, while it waits, and it is withheld', async () => {
    for (const happen of [() => (bench.gate.snapshot = TRIGGERED), () => (bench.venue.slippagePct = bench.venue.slippagePct.add(5))]) {
      bench.venue.onPlace = rejects('NETWORK_ERROR', 1)
      const { orderId } = await bench.start()
      const placed = bench.venue.placed.length
      happen()
      await bench.clock.advance(10_000)
      expect([state(orderId), bench.life(orderId).at(-1), bench.venue.placed.length]).toEqual(['denied', 'OrderWithheld', placed])
      bench.gate.snapshot = { ...bench.gate.snapshot, state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null }
    }
  })

  test('what a node turned away, and has, is not withheld by the halt that comes while it waits: it may be out', async () => {
    bench.venue.onPlace = rejects('RATE_LIMITED', 1, true)
    const { orderId } = await bench.start()
    bench.gate.snapshot = TRIGGERED
    await bench.clock.advance(10_000)
    expect([state(orderId), bench.engine.journal.get(orderId)?.progress]).toMatchObject([
      'rejected',
      { mayBeOut: true, why: { code: 'RATE_LIMITED' } },
    ])
    expect(bench.engine.transactions.ofOrder(orderId)).toMatchObject([{ state: 'refused' }])
  })

  test('the market cannot be read any more: it is not placed blindly', async () => {
    bench.venue.onPlace = rejects('NETWORK_ERROR', 1)
    const { orderId } = await bench.start()
    bench.venue.quoteFailure = failure('BAD_ANSWER')
    await bench.clock.advance(10_000)
    expect([state(orderId), bench.venue.placed.length]).toEqual(['rejected', 1])
  })

  test('stopping ends the wait: nothing is placed by an app that is closing', async () => {
    bench.venue.onPlace = rejects('NETWORK_ERROR', 1)
    await bench.start()
    bench.engine.stop()
    await bench.clock.advance(60_000)
    expect(bench.venue.placed).toHaveLength(1)
  })
})

describe('X3: a transaction that the node has dropped is handed to it again', () => {
  let bench: EngineBench
  let orderId: string
  beforeEach(async () => {
    bench = engineBench()
    orderId = (await bench.start()).orderId
  })
  afterEach(() => {
    bench.close()
  })
  const drop = async () => {
    bench.venue.last.emit({ kind: 'dropped' })
    await bench.clock.settle()
  }
  const last = () => bench.engine.journal.events(orderId).at(-1)

  test('the very same bytes, on record before', async () => {
    await drop()
    expect(bench.venue.placed.map(({ raw }) => raw)).toEqual([bench.venue.placed[0]!.raw, bench.venue.placed[0]!.raw])
    expect([last()?.type, bench.signer.asked.length]).toEqual(['OrderRebroadcast', 1])
  })

  const happenings: readonly (readonly [string, () => unknown])[] = [
    ['the node knows it after all', () => bench.venue.known.set(bench.venue.placed[0]!.hash, { blockNumber: null })],
    ['its nonce is used', () => (bench.venue.chainNonce = 1)],
    ['the node cannot be read', () => (bench.venue.readFailure = failure('NETWORK_ERROR'))],
  ]
  test.for(happenings)('not when %s', async ([, happen]) => {
    happen()
    await drop()
    expect(bench.venue.placed).toHaveLength(1)
    expect(last()?.type).toBe('OrderTransactionDropped')
  })

  test('not a swap whose time has passed', async () => {
    await bench.clock.advance(121_000)
    await drop()
    expect(bench.venue.placed).toHaveLength(1)
  })

  test('not past the last look; a cancel passes it', async () => {
    bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    await drop()
    expect(bench.venue.placed).toHaveLength(1)
    expect(last()).toMatchObject({ type: 'OrderReplacementFailed', data: { how: 'rebroadcast', code: 'KILL_SWITCH_TRIGGERED' } })
    await bench.engine.replacer.cancelOnChain(orderId, 'operator')
    await drop()
    expect(bench.venue.placed).toHaveLength(3)
    expect(bench.venue.placed[2]).toEqual(bench.venue.placed[1])
  })

  test('decision 5: not what is of unknown outcome', async () => {
    await bench.clock.advance(2_000)
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: failure('NETWORK_ERROR') })
    orderId = (await bench.start()).orderId
    const placed = bench.venue.placed.length
    // Somebody used the nonce before, so it is followed; the node forgets, and the nonce is free again.
    bench.venue.chainNonce = 9
    await bench.clock.advance(5_000)
    bench.venue.chainNonce = 0
    await drop()
    expect([bench.engine.journal.get(orderId)?.state, bench.venue.placed.length]).toEqual(['unknown', placed])
  })

  test('what the node makes of it is told when it is no', async () => {
    bench.venue.onPlace = () => ({ kind: 'rejected', failure: failure('REPLACEMENT_UNDERPRICED', 'no') })
    await drop()
    expect(last()).toMatchObject({ type: 'OrderReplacementFailed', data: { how: 'rebroadcast', code: 'REPLACEMENT_UNDERPRICED' } })
    expect(bench.engine.journal.get(orderId)?.state).toBe('submitted')
  })
})
