import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import { sweepFigures, type SweepItem } from '../../../../src-main/domain/sweep'
import { RECANCEL_MS } from '../../../../src-main/engine/sweep/chain-round'
import { SLOW_MS } from '../../../../src-main/engine/sweep/venue-sweep'
import { decimal, ZERO } from '../../../../src-main/lib/decimal'
import type { CancelOutcome } from '../../../../src-main/venues/venue'
import { ARMED, engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

const QUICK_MS = 40_000
const OPEN = { state: 'open', filledBase: ZERO, averagePrice: null, fee: ZERO, feeAsset: 'USD' } as const

let bench: EngineBench
beforeEach(async () => {
  bench = engineBench()
  await bench.engine.recover()
  // The exchange of these tests does as it is told, and lists what it holds.
  bench.exchange.onCancel = () => canceledAtVenue(bench.exchange.canceled.at(-1)!)
})
afterEach(() => {
  bench.close()
})

const amountOf = (orderId: string) => decimal(bench.engine.journal.get(orderId)?.plan.intent.amount ?? '0')
function canceledAtVenue(clientOrderId: string): CancelOutcome {
  bench.exchange.held.delete(clientOrderId)
  bench.exchange.tell({ kind: 'canceled', clientOrderId, atMs: bench.clock.wallMs(), remainingBase: amountOf(clientOrderId), why: 'asked' })
  return { kind: 'canceled' }
}
async function rest(count: number): Promise<string[]> {
  const ids: string[] = []
  for (let each = 0; each < count; each += 1) {
    await bench.clock.advance(2_000)
    const { orderId } = await bench.start({ ...RESTING, amount: `1.${each}` })
    bench.exchange.held.set(orderId, OPEN)
    ids.push(orderId)
  }
  return ids
}
function halt(): void {
  bench.gate.snapshot = TRIGGERED
  bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
}
const sweep = (mode: 'graceful' | 'emergency' = 'graceful', foreignToo = false) => {
  halt()
  return bench.engine.sweeper.start({ mode, cause: 'halt', by: 'operator', foreignToo })
}
const report = () => bench.engine.sweeper.report()!
const item = (orderId: string): SweepItem =>
  report()
    .venues.flatMap(({ items }) => items)
    .find((each) => each.orderId === orderId)!
const state = (orderId: string) => bench.engine.journal.get(orderId)!.state
const audited = (type: string) => bench.auditTypes().filter((each) => each === type).length

describe('B5: what rests at an exchange is canceled when trading is halted', () => {
  test('all of it at once, asked again until the venue lists none, on record', async () => {
    const ids = await rest(3)
    sweep()
    await bench.clock.settle()
    expect(bench.exchange.canceled.sort()).toEqual(ids.sort())
    expect(report()).toMatchObject({ phase: 'clear', mode: 'graceful', by: 'operator' })
    expect(sweepFigures(report())).toMatchObject({ canceled: 3, failing: 0, waiting: 0 })
    expect(ids.map(state)).toEqual(['canceled', 'canceled', 'canceled'])
    expect(bench.auditTypes().filter((type) => type.startsWith('Sweep'))).toEqual(['SweepStarted', 'SweepFinished'])
  })

  test('a venue that says it canceled and lists the order all the same is asked again', async () => {
    const [first] = await rest(1)
    let asked = 0
    bench.exchange.onCancel = () => (++asked < 3 ? { kind: 'canceled' } : canceledAtVenue(first!))
    sweep()
    await bench.clock.settle()
    expect(item(first!)).toMatchObject({ fate: 'no-answer', code: 'STILL_LISTED', tries: 1 })
    await bench.clock.advance(QUICK_MS)
    expect([asked, item(first!).fate, report().phase]).toEqual([3, 'canceled', 'clear'])
    // It was asked for once; what is asked again is the venue's business, not the order's story.
    expect(bench.life(first!).filter((type) => type === 'OrderCancelRequested')).toHaveLength(1)
  })

  test('one that is refused is named, alarmed once, and tried on slowly until it is gone; the others are canceled', async () => {
    const [first, second] = await rest(2)
    let refuses = true
    bench.exchange.onCancel = () => {
      const id = bench.exchange.canceled.at(-1)!
      return id === first && refuses ? { kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') } : canceledAtVenue(id)
    }
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect([item(first!), item(second!).fate]).toMatchObject([{ fate: 'refused', code: 'RATE_LIMITED' }, 'canceled'])
    expect([report().phase, audited('CancelFailed'), audited('SweepFinished')]).toEqual(['retrying', 1, 1])
    refuses = false
    await bench.clock.advance(SLOW_MS)
    expect([item(first!).fate, report().phase, audited('CancelFailed'), audited('SweepCleared')]).toEqual(['canceled', 'clear', 1, 1])
  })

  test('X7: while the log takes nothing it cancels all the same, and what failed is told as what it is', async () => {
    const [first, second] = await rest(2)
    bench.exchange.onCancel = () => {
      const id = bench.exchange.canceled.at(-1)!
      return id === first ? { kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') } : canceledAtVenue(id)
    }
    Object.assign(bench.audit, { refusal: 'LOG_BROKEN' })
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect([item(first!).fate, bench.exchange.held.has(second!), audited('CancelFailed')]).toEqual(['refused', false, 0])
    expect(bench.unrecorded.map(({ type, severity }) => `${severity} ${type}`)).toEqual([
      'high SweepStarted',
      'info OrderCancelRequested',
      'info OrderCanceled',
      'critical CancelFailed',
      'critical SweepFinished',
    ])
    expect(bench.unrecorded[3]).toMatchObject({ subject: first, data: { venue: 'paper', code: 'RATE_LIMITED' } })
  })

  test('an answer that never comes keeps no other order waiting, and the answer is looked for at the venue', async () => {
    const [first, second] = await rest(2)
    bench.exchange.onCancel = () => {
      const id = bench.exchange.canceled.at(-1)!
      canceledAtVenue(id)
      return id === first ? new Promise(() => undefined) : { kind: 'canceled' }
    }
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect([item(first!).fate, item(second!).fate, report().phase]).toEqual(['canceled', 'canceled', 'clear'])
  })

  test('a venue that cannot be asked what it holds is never taken for empty', async () => {
    const [first] = await rest(1)
    bench.exchange.venue.orders!.open = () => Promise.resolve({ ok: false, error: failure('NETWORK_ERROR', 'gone') })
    bench.exchange.onCancel = () => ({ kind: 'canceled' })
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect(item(first!)).toMatchObject({ fate: 'no-answer', code: 'NETWORK_ERROR' })
    expect(report()).toMatchObject({ phase: 'retrying' })
    expect(audited('CancelFailed')).toBeGreaterThan(0)
  })

  test('an order that the journal holds for ended and the venue still lists is canceled too', async () => {
    const [first] = await rest(1)
    bench.exchange.tell({
      kind: 'canceled',
      clientOrderId: first!,
      atMs: bench.clock.wallMs(),
      remainingBase: amountOf(first!),
      why: 'said the feed',
    })
    await bench.clock.settle()
    expect(state(first!)).toBe('canceled')
    sweep()
    await bench.clock.settle()
    expect([bench.exchange.canceled, bench.exchange.held.size]).toEqual([[first], 0])
  })

  test('one that may have left when the gate closed stays in doubt until somebody knows', async () => {
    bench.exchange.onPlace = () => ({ kind: 'unknown', failure: failure('TIMEOUT_ERROR', 'lost') })
    bench.exchange.findFailure = failure('NETWORK_ERROR', 'gone')
    const { orderId } = await bench.start(RESTING)
    bench.exchange.onCancel = () => ({ kind: 'not-open' })
    sweep()
    await bench.clock.settle()
    expect(item(orderId)).toMatchObject({ fate: 'unknown', code: 'NOT_LISTED_YET' })
    // It got there after all.
    bench.exchange.held.set(orderId, OPEN)
    bench.exchange.onCancel = () => canceledAtVenue(orderId)
    await bench.clock.advance(QUICK_MS)
    expect([bench.exchange.held.size, item(orderId).fate]).toEqual([0, 'canceled'])
  })

  test('orders that are not ours are listed and left alone, unless they are asked for', async () => {
    bench.exchange.held.set('somebody-else', OPEN)
    sweep()
    await bench.clock.settle()
    expect([item('somebody-else').fate, bench.exchange.canceled, report().phase]).toEqual(['foreign', [], 'clear'])
    sweep('graceful', true)
    await bench.clock.settle()
    expect([item('somebody-else').fate, bench.exchange.canceled]).toEqual(['canceled', ['somebody-else']])
  })

  test('a record that cannot be written keeps no cancel from leaving', async () => {
    const [first] = await rest(1)
    bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
    sweep()
    await bench.clock.settle()
    expect(bench.exchange.held.has(first!)).toBe(false)
    expect(item(first!).fate).toBe('canceled')
  })
})

describe('B5: what was sent to a chain', () => {
  test('graceful: is left to finish, and said so', async () => {
    const { orderId } = await bench.start()
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect([item(orderId).fate, report().phase, bench.venue.placed.length]).toEqual(['left-to-finish', 'clear', 1])
  })

  test('emergency: a cancel of the same nonce passes while halted, once, and again for more only when it has waited long', async () => {
    const { orderId } = await bench.start()
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect(bench.signer.asked.map(({ nonce, to }) => [nonce, to === bench.signer.address])).toEqual([
      [0, false],
      [0, true],
    ])
    expect([item(orderId).fate, report().phase]).toEqual(['cancel-sent', 'retrying'])
    expect(audited('CancelFailed')).toBe(0)
    await bench.clock.advance(RECANCEL_MS)
    expect(bench.signer.asked).toHaveLength(3)
  })

  test('the second press takes a graceful sweep over', async () => {
    const { orderId } = await bench.start()
    sweep()
    await bench.clock.settle()
    sweep('emergency')
    await bench.clock.settle()
    expect([item(orderId).fate, report().mode]).toEqual(['cancel-sent', 'emergency'])
    // A weaker press afterwards takes nothing back.
    expect(sweep('graceful')?.mode).toBe('emergency')
  })

  test('a locked keystore needs its owner, and goes on by itself when it is unlocked', async () => {
    const { orderId } = await bench.start()
    let locked = true
    bench.signer.health = () => ({ status: locked ? 'locked' : 'ready', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' })
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect(item(orderId)).toMatchObject({ fate: 'needs-owner', code: 'SIGNER_LOCKED' })
    expect(audited('CancelFailed')).toBe(1)
    locked = false
    await bench.clock.advance(SLOW_MS)
    expect([item(orderId).fate, bench.venue.placed.length]).toEqual(['cancel-sent', 2])
  })

  test('what an order that ended left waiting is gone after, although a cancel of it was cut off by a crash', async () => {
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    await bench.clock.advance(180_000)
    bench.signer.script = () => new Promise(() => undefined)
    void bench.engine.replacer.cancelOnChain(orderId, 'operator')
    await bench.clock.settle()
    bench = bench.restart()
    await bench.engine.recover()
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect([state(orderId), item(orderId).fate, report().phase, bench.venue.placed.length]).toEqual([
      'failed',
      'cancel-sent',
      'retrying',
      1,
    ])
  })

  test('what an order that ended left waiting is called canceled once the chain took the cancel in its place', async () => {
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    await bench.clock.advance(180_000)
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect([state(orderId), item(orderId).fate]).toEqual(['failed', 'cancel-sent'])
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
    await bench.clock.advance(SLOW_MS)
    expect([state(orderId), item(orderId).fate, report().phase]).toEqual(['failed', 'canceled', 'clear'])
  })

  test('an order that ends and leaves something waiting is not called ended', async () => {
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    bench.signer.health = () => ({ status: 'locked', lastSuccessMs: null, latencyMs: null, locksAtMs: null, detail: '' })
    sweep('emergency')
    const fates = new Set<string>()
    bench.engine.sweeper.onChange(() => fates.add(item(orderId).fate))
    await bench.clock.advance(240_000)
    expect(state(orderId)).toBe('failed')
    expect([item(orderId).fate, report().phase, fates.has('ended')]).toEqual(['needs-owner', 'retrying', false])
  })

  test('an order that takes its time to leave is not called ended', async () => {
    let answer: () => void = () => undefined
    bench.venue.onPlace = ({ hash }) => new Promise((resolve) => (answer = () => resolve({ kind: 'accepted', ref: hash })))
    const { orderId } = await bench.start()
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect([state(orderId), item(orderId).fate, report().phase]).toEqual(['submitting', 'canceling', 'running'])
    bench.venue.onPlace = ({ hash }) => ({ kind: 'accepted', ref: hash })
    answer()
    await bench.clock.advance(SLOW_MS)
    expect(item(orderId).fate).toBe('cancel-sent')
  })

  test('a chain that is not connected is named, not forgotten', async () => {
    const { orderId } = await bench.start()
    bench.venues.delete('uniswap-v3')
    sweep('emergency')
    await bench.clock.advance(QUICK_MS)
    expect(item(orderId)).toMatchObject({ fate: 'no-answer', code: 'VENUE_CLOSED' })
  })
})

describe('B5: a release ends a sweep', () => {
  test('nothing is asked after it, and it waits for what was asked', async () => {
    const [first] = await rest(1)
    let answer: (outcome: CancelOutcome) => void = () => undefined
    bench.exchange.onCancel = () => new Promise((resolve) => (answer = resolve))
    sweep()
    await bench.clock.settle()
    let stopped = false
    void bench.engine.sweeper.stop('operator').then(() => (stopped = true))
    await bench.clock.settle()
    expect(stopped).toBe(false)
    answer({ kind: 'unknown', failure: failure('TIMEOUT_ERROR', '') })
    await bench.clock.settle()
    expect([stopped, report().phase, audited('SweepStopped')]).toEqual([true, 'stopped', 1])
    const asked = bench.exchange.canceled.length
    await bench.clock.advance(10 * SLOW_MS)
    expect([bench.exchange.canceled.length, item(first!).fate]).toEqual([asked, 'no-answer'])
  })

  test('however trading was armed again, an order that comes later is never canceled by it', async () => {
    const [first] = await rest(1)
    bench.exchange.onCancel = () => ({ kind: 'rejected', failure: failure('RATE_LIMITED', '') })
    sweep()
    await bench.clock.advance(QUICK_MS)
    bench.gate.snapshot = ARMED
    bench.gate.look = null
    const asked = bench.exchange.canceled.length
    await bench.clock.advance(2 * SLOW_MS)
    expect([bench.exchange.canceled.length, report().phase, item(first!).fate]).toEqual([asked, 'stopped', 'refused'])
  })

  test('while trading is armed there is nothing to sweep', async () => {
    await rest(1)
    expect(bench.engine.sweeper.start({ mode: 'emergency', cause: 'asked', by: 'operator' })).toBeNull()
    await bench.clock.settle()
    expect(bench.exchange.canceled).toEqual([])
  })
})

describe('B5: everything is canceled, by the same way, while trading goes on', () => {
  /** Lets the quick tries come to their end. */
  const cancelAll = async () => {
    const asked = bench.engine.sweeper.cancelAll('operator')
    await bench.clock.advance(QUICK_MS)
    return asked
  }

  test('asked again until the venue lists none of ours, and meets no order that came later', async () => {
    const [first, second] = await rest(2)
    let refusals = 2
    bench.exchange.onCancel = () => {
      const id = bench.exchange.canceled.at(-1)!
      refusals -= 1
      return refusals >= 0 ? { kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') } : canceledAtVenue(id)
    }
    const asked = bench.engine.sweeper.cancelAll('operator')
    await bench.clock.settle()
    const [later] = await rest(1)
    await bench.clock.advance(QUICK_MS)
    expect(await asked).toEqual({ asked: 2, canceled: 2, notCanceled: [], notAsked: [] })
    expect([first, second, later].map((orderId) => state(orderId!))).toEqual(['canceled', 'canceled', 'submitted'])
    expect(bench.exchange.canceled).not.toContain(later)
    expect([audited('OrderCancelRequested'), audited('CancelFailed')]).toEqual([2, 0])
  })

  test('what cannot be canceled is named and told, and is not tried for ever', async () => {
    const [stays, silent] = await rest(2)
    await bench.clock.advance(2_000)
    const swap = await bench.start()
    bench.exchange.onCancel = () =>
      bench.exchange.canceled.at(-1) === stays
        ? { kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') }
        : Promise.reject(new Error('gone'))
    const { notCanceled, ...counts } = await cancelAll()
    expect(counts).toEqual({ asked: 3, canceled: 0, notAsked: [] })
    expect(new Map(notCanceled.map(({ orderId, why }) => [orderId, why]))).toEqual(
      new Map([
        [stays, 'RATE_LIMITED'],
        [silent, 'INTERNAL'],
        [swap.orderId, 'ALREADY_SENT_TO_CHAIN'],
      ]),
    )
    expect(audited('CancelFailed')).toBe(2)
    const tries = bench.exchange.canceled.length
    await bench.clock.advance(10 * SLOW_MS)
    expect([tries > 2, bench.exchange.canceled.length]).toEqual([true, tries])
  })

  test('a venue that cannot be asked what it holds is named: that nothing is known to be out is not that nothing is', async () => {
    bench.exchange.venue.orders!.open = () => Promise.resolve({ ok: false, error: failure('TIMEOUT_ERROR', 'silence') })
    expect(await cancelAll()).toEqual({ asked: 0, canceled: 0, notCanceled: [], notAsked: [{ venue: 'paper', why: 'TIMEOUT_ERROR' }] })
    halt()
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect(sweepFigures(report())).toMatchObject({ failing: 0, notAsked: 1 })
  })

  test('one that is closed before the venue answered has not said that nothing is out', async () => {
    bench.exchange.venue.orders!.open = () => new Promise(() => undefined)
    const asked = bench.engine.sweeper.cancelAll('operator')
    await bench.clock.settle()
    bench.engine.stop()
    await bench.clock.advance(QUICK_MS)
    expect(await asked).toMatchObject({ asked: 0, notAsked: [{ venue: 'paper' }] })
  })

  test('what is not ours is left alone, and what has ended for us and is still listed is not', async () => {
    const [ours] = await rest(1)
    await bench.engine.canceller.cancel(ours!, 'operator')
    bench.exchange.held.set(ours!, OPEN).set('a-strangers', OPEN)
    expect(await cancelAll()).toEqual({ asked: 1, canceled: 1, notCanceled: [], notAsked: [] })
    expect([...bench.exchange.held.keys()]).toEqual(['a-strangers'])
  })

  test('a halt that comes meanwhile goes after the same, and after what came since', async () => {
    const [first] = await rest(1)
    bench.exchange.onCancel = () => ({ kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') })
    const asked = bench.engine.sweeper.cancelAll('operator')
    await bench.clock.settle()
    const [later] = await rest(1)
    bench.exchange.onCancel = () => canceledAtVenue(bench.exchange.canceled.at(-1)!)
    sweep()
    await bench.clock.advance(QUICK_MS)
    expect([await asked, report().phase]).toEqual([{ asked: 1, canceled: 1, notCanceled: [], notAsked: [] }, 'clear'])
    expect([first, later].map((orderId) => state(orderId!))).toEqual(['canceled', 'canceled'])
  })

  test('while halted it is a sweep, which goes on with what it could not cancel', async () => {
    const [first] = await rest(1)
    bench.exchange.onCancel = () => ({ kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') })
    halt()
    expect(await cancelAll()).toEqual({ asked: 1, canceled: 0, notCanceled: [{ orderId: first, why: 'RATE_LIMITED' }], notAsked: [] })
    bench.exchange.onCancel = () => canceledAtVenue(bench.exchange.canceled.at(-1)!)
    await bench.clock.advance(2 * SLOW_MS)
    expect([report().phase, report().mode, state(first!)]).toEqual(['clear', 'graceful', 'canceled'])
  })

  test('an environment that closes meanwhile keeps nobody waiting', async () => {
    const [first] = await rest(1)
    bench.exchange.onCancel = () => ({ kind: 'rejected', failure: failure('RATE_LIMITED', 'slow down') })
    const asked = bench.engine.sweeper.cancelAll('operator')
    await bench.clock.settle()
    bench.engine.stop()
    expect(await asked).toMatchObject({ notCanceled: [{ orderId: first, why: 'RATE_LIMITED' }] })
    expect(audited('CancelFailed')).toBe(0)
  })
})
