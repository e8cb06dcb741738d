import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { err } from '../../../../src-main/lib/result'
import { BENCH_POLICY, SIGNER_ADDRESS } from '../../../support/app/bench-chain'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'
import { honest } from '../../../support/app/scripted-signer'

const GWEI = 1_000_000_000n
const NET = failure('NETWORK_ERROR', 'gone')
const included = (blockNumber = 5): ConfirmationEvent => ({
  kind: 'included',
  succeeded: true,
  blockNumber,
  blockHash: `0x0${blockNumber}`,
  gasUsed: 21_000n,
  feePaidWei: 10n ** 15n,
})
const CONFIRMED: ConfirmationEvent = { kind: 'confirmed', confirmations: 2, awaitsFinality: false }

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  orderId = (await bench.start()).orderId
})
afterEach(() => {
  bench.close()
})

const record = (id = orderId) => bench.engine.journal.get(id)!
const txs = (id = orderId) => bench.engine.transactions.ofOrder(id)
const states = () => txs().map(({ purpose, state }) => `${purpose} ${state}`)
const life = () => bench.life(orderId)
const dataOf = (type: string) => bench.engine.journal.events(orderId).find((event) => event.type === type)?.data
const { speedUp, cancel } = {
  speedUp: () => bench.engine.replacer.speedUp(orderId, 'operator'),
  cancel: () => bench.engine.replacer.cancelOnChain(orderId, 'operator'),
}
/** What the monitor says of the n-th transaction of the nonce. */
const say = async (index: number, ...events: ConfirmationEvent[]) => {
  const { hash } = txs()[index]!
  const followed = bench.venue.followed.filter(({ request, stopped }) => request.hash === hash && !stopped).at(-1)!
  for (const event of events) {
    followed.emit(event)
    await bench.clock.settle()
  }
}

describe('X3: a stuck transaction is sped up', () => {
  test('the same transaction at the same nonce for more, on record before it is done, its bytes kept before they leave', async () => {
    const [before] = bench.signer.asked
    let atPlacing: object = {}
    bench.venue.onPlace = (what) => {
      const tx = txs().at(-1)
      atPlacing = { tx: tx?.state, kept: tx?.raw === what.raw, audit: bench.auditTypes().at(-1) }
      return { kind: 'accepted', ref: what.hash }
    }
    const outcome = await speedUp()
    expect(outcome).toMatchObject({ kind: 'sent', hash: txs()[1]?.hash, mostWei: 33n * GWEI * 300_000n })
    expect(atPlacing).toEqual({ tx: 'sending', kept: true, audit: 'OrderReplacementSigned' })
    expect(bench.signer.asked[1]).toEqual({ ...before, maxFeePerGasWei: 33n * GWEI, maxPriorityFeePerGasWei: 1_100_000_000n })
    expect(life().slice(-3)).toEqual(['OrderReplacing', 'OrderReplacementSigned', 'OrderReplaced'])
    expect(dataOf('OrderReplacing')).toMatchObject({ how: 'speed-up', nonce: '0', replaces: txs()[0]?.hash })
    expect([states(), record().state]).toEqual([['order sent', 'order sent'], 'submitted'])
  })

  test('mined, it is the fill, and says so; what it replaced is over', async () => {
    await speedUp()
    await say(1, included(), CONFIRMED)
    expect(record()).toMatchObject({ state: 'filled', progress: { filledBase: '1' } })
    expect(dataOf('OrderIncluded')).toMatchObject({ hash: txs()[1]?.hash, how: 'repriced' })
    expect(states()).toEqual(['order replaced', 'order mined'])
  })

  test('the first one may be mined all the same', async () => {
    await speedUp()
    await say(0, included(), CONFIRMED)
    expect(record().state).toBe('filled')
    expect(dataOf('OrderIncluded')).not.toHaveProperty('how')
    expect(states()).toEqual(['order mined', 'order replaced'])
  })

  test('a block that is dropped with one of them may be followed by one with the other', async () => {
    await speedUp()
    await say(1, included(5), { kind: 'reorged', fromBlock: 5 })
    expect([record().state, states()]).toEqual(['submitted', ['order sent', 'order sent']])
    await say(0, included(6), CONFIRMED)
    expect(record().state).toBe('filled')
    expect(life().filter((type) => type === 'OrderReorged')).toHaveLength(1)
  })

  test('again and again, a tenth at a time, until the policy’s limit; the shown limit holds as well', async () => {
    await speedUp()
    await speedUp()
    expect(bench.signer.asked.map(({ maxFeePerGasWei }) => maxFeePerGasWei)).toEqual([30n * GWEI, 33n * GWEI, 36_300_000_000n])
    const shown = await bench.engine.replacer.speedUp(orderId, 'operator', { mostPerGasWei: 37n * GWEI })
    expect(shown).toEqual({ kind: 'budget', neededPerGasWei: 39_930_000_000n, limitPerGasWei: 37n * GWEI })
    bench.policy = { kind: 'loaded', policy: { ...BENCH_POLICY, maxFeePerGasWei: 39n * GWEI } }
    expect(await speedUp()).toEqual({ kind: 'budget', neededPerGasWei: 39_930_000_000n, limitPerGasWei: 39n * GWEI })
    expect(bench.signer.asked).toHaveLength(3)
  })

  test('offers no less than the market asks now', async () => {
    bench.venue.marketFees = {
      ok: true,
      value: { maxFeePerGasWei: 90n * GWEI, maxPriorityFeePerGasWei: 4n * GWEI, expectedPerGasWei: 47n * GWEI },
    }
    await speedUp()
    expect(bench.signer.asked[1]).toMatchObject({ maxFeePerGasWei: 90n * GWEI, maxPriorityFeePerGasWei: 4n * GWEI })
  })

  test('all guards judge it again: nothing is signed while halted, and it is on record', async () => {
    bench.gate.snapshot = TRIGGERED
    expect(await speedUp()).toMatchObject({ kind: 'denied', denial: { code: 'KILL_SWITCH_TRIGGERED' } })
    expect([bench.signer.asked.length, states()]).toEqual([1, ['order sent']])
    expect(dataOf('OrderReplacementFailed')).toMatchObject({ how: 'speed-up', guard: 'kill-switch', code: 'KILL_SWITCH_TRIGGERED' })
    expect(record().state).toBe('submitted')
  })

  test('the market left: it is judged by what it says now', async () => {
    bench.venue.slippagePct = bench.venue.slippagePct.add(5)
    expect(await speedUp()).toMatchObject({ kind: 'denied', denial: { code: 'EXCEEDED_LIMIT' } })
  })

  test('its deadline has passed: it is not sent again for more', async () => {
    await bench.clock.advance(121_000)
    expect(await speedUp()).toMatchObject({ kind: 'denied', denial: { code: 'DEADLINE_OUT_OF_RANGE' } })
    expect(await cancel()).toMatchObject({ kind: 'sent' })
  })

  test('the last look holds it back', async () => {
    bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    expect(await speedUp()).toMatchObject({ kind: 'denied', denial: { code: 'KILL_SWITCH_TRIGGERED' } })
    expect([bench.venue.placed.length, states()]).toEqual([1, ['order sent', 'order abandoned']])
  })
})

describe('X3 B5: a stuck transaction is canceled', () => {
  test('by one to oneself, of no value and without data, at its nonce, also while halted and with the last look closed', async () => {
    bench.gate.snapshot = TRIGGERED
    bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    expect(bench.signer.asked[1]).toEqual({
      chainId: 31_337,
      from: SIGNER_ADDRESS,
      to: SIGNER_ADDRESS,
      nonce: 0,
      valueWei: 0n,
      data: '0x',
      gasLimit: 21_000n,
      maxFeePerGasWei: 33n * GWEI,
      maxPriorityFeePerGasWei: 1_100_000_000n,
    })
    expect(states()).toEqual(['order sent', 'cancel sent'])
    await say(1, included())
    expect([record().state, life().at(-1)]).toEqual(['confirming', 'OrderCancelIncluded'])
    await say(1, CONFIRMED)
    expect(record()).toMatchObject({ state: 'canceled', progress: { filledBase: '0' } })
    expect(states()).toEqual(['order replaced', 'cancel mined'])
  })

  test.for([
    ['reverted', { kind: 'reverted', reason: null, blockNumber: 5 }],
    ['final', { kind: 'finalized', blockNumber: 5 }],
  ] as const)('%s, it has used the nonce, and that is what it is for', async ([, event]) => {
    await cancel()
    await say(1, included(), { kind: 'confirmed', confirmations: 2, awaitsFinality: true })
    expect(record().state).toBe('confirming')
    await say(1, event)
    expect(record().state).toBe('canceled')
  })

  test('the order is mined after the cancel was sent: it is filled, and nothing says otherwise', async () => {
    await cancel()
    await say(0, included(), CONFIRMED)
    expect([record().state, states()]).toEqual(['filled', ['order mined', 'cancel replaced']])
  })

  test('the cancel’s block is dropped and holds the order in the end', async () => {
    await cancel()
    await say(1, included(5), { kind: 'reorged', fromBlock: 5 })
    expect(record().state).toBe('submitted')
    await say(0, included(6), CONFIRMED)
    expect(record().state).toBe('filled')
  })

  test('once it is out, only cancelling can be sped up', async () => {
    await cancel()
    expect(await speedUp()).toEqual({ kind: 'canceling' })
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    expect(bench.signer.asked.at(-1)).toMatchObject({ to: SIGNER_ADDRESS, maxFeePerGasWei: 36_300_000_000n })
  })

  test('has a fee budget of its own', async () => {
    bench.policy = { kind: 'loaded', policy: { ...BENCH_POLICY, maxFeePerGasWei: 0n, cancelMaxFeePerGasWei: 32n * GWEI } }
    expect(await cancel()).toEqual({ kind: 'budget', neededPerGasWei: 33n * GWEI, limitPerGasWei: 32n * GWEI })
    bench.policy = { kind: 'loaded', policy: { ...BENCH_POLICY, maxFeePerGasWei: 0n, cancelMaxFeePerGasWei: 33n * GWEI } }
    expect(await cancel()).toMatchObject({ kind: 'sent' })
  })

  test('what cannot be read does not bar it', async () => {
    bench.venue.readFailure = NET
    bench.venue.marketFees = err(NET)
    expect(await speedUp()).toEqual({ kind: 'failed', failure: NET })
    expect(await cancel()).toMatchObject({ kind: 'sent' })
  })

  test('an order of unknown outcome can be canceled, not sent again for more; either of the two may then be found mined', async () => {
    await bench.clock.advance(2_000)
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: NET })
    orderId = (await bench.start()).orderId
    expect([record().state, await speedUp()]).toEqual(['unknown', { kind: 'outcome-unknown' }])
    bench.venue.onPlace = (what) => ({ kind: 'accepted', ref: what.hash })
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    await say(1, included(), CONFIRMED)
    expect([record().state, states()]).toEqual(['canceled', ['order replaced', 'cancel mined']])
  })

  test('an order that is leaving this very moment is waited for', async () => {
    await bench.clock.advance(2_000)
    let answer: () => void = () => undefined
    bench.venue.onPlace = (what) =>
      new Promise((resolve) => {
        answer = () => {
          resolve({ kind: 'accepted', ref: what.hash })
        }
      })
    orderId = (await bench.start()).orderId
    expect(await speedUp()).toEqual({ kind: 'not-sent-yet' })
    const canceling = cancel()
    await bench.clock.settle()
    expect(record().state).toBe('submitting')
    bench.venue.onPlace = (what) => ({ kind: 'accepted', ref: what.hash })
    answer()
    expect(await canceling).toMatchObject({ kind: 'sent' })
  })
})

describe('X3: what can be done is said with its cost, without doing it', () => {
  const options = () => bench.engine.replacer.options(orderId)

  test('each way with the most it can cost', async () => {
    expect(await options()).toEqual({
      'speed-up': { kind: 'possible', mostWei: 33n * GWEI * 300_000n, perGasWei: 33n * GWEI, beforePerGasWei: 30n * GWEI },
      cancel: { kind: 'possible', mostWei: 33n * GWEI * 21_000n, perGasWei: 33n * GWEI, beforePerGasWei: 30n * GWEI },
    })
    expect([bench.signer.asked.length, life().at(-1)]).toEqual([1, 'OrderSubmitted'])
  })

  test('halted, only cancelling', async () => {
    bench.gate.snapshot = TRIGGERED
    expect(await options()).toMatchObject({
      'speed-up': { kind: 'denied', denial: { code: 'KILL_SWITCH_TRIGGERED' } },
      cancel: { kind: 'possible' },
    })
  })

  test('after a cancel, only cancelling again', async () => {
    await cancel()
    expect(await options()).toMatchObject({ 'speed-up': { kind: 'canceling' }, cancel: { kind: 'possible', beforePerGasWei: 33n * GWEI } })
  })
})

describe('X3: where nothing can be replaced', () => {
  test('what is mined is too late, whoever says so: the journal, the chain, or the node that is handed the replacement', async () => {
    bench.venue.chainNonce = 1
    expect([await speedUp(), await cancel()]).toEqual([{ kind: 'too-late' }, { kind: 'too-late' }])
    bench.venue.chainNonce = 0
    bench.venue.onPlace = () => ({ kind: 'rejected', failure: failure('NONCE_TOO_LOW'), neverOut: true })
    expect(await cancel()).toEqual({ kind: 'too-late' })
    expect(states()).toEqual(['order sent', 'cancel failed'])
    await say(0, included())
    expect([await speedUp(), await cancel()]).toEqual([{ kind: 'too-late' }, { kind: 'too-late' }])
    await say(0, CONFIRMED)
    expect([await speedUp(), await cancel()]).toEqual([{ kind: 'not-open' }, { kind: 'not-open' }])
  })

  test('it is mined while the replacement is signed: the bytes are thrown away', async () => {
    bench.signer.script = async (tx, signal) => {
      await say(0, included())
      return honest(tx, signal)
    }
    expect(await speedUp()).toEqual({ kind: 'too-late' })
    expect([bench.venue.placed.length, states()]).toEqual([1, ['order mined', 'order abandoned']])
    await say(0, CONFIRMED)
    expect(record().state).toBe('filled')
  })

  test('a signer that is locked, or wants a person each time, needs its owner', async () => {
    const health = bench.signer.health()
    bench.signer.health = () => ({ ...health, status: 'locked' })
    for (const replace of [speedUp, cancel]) expect(await replace()).toEqual({ kind: 'needs-owner', why: 'SIGNER_LOCKED' })
    bench.signer.health = () => health
    Object.assign(bench.signer, { attended: true })
    for (const replace of [speedUp, cancel]) expect(await replace()).toEqual({ kind: 'needs-owner', why: 'SIGNER_ATTENDED' })
    expect(await bench.engine.replacer.speedUp(orderId, 'operator', { personPresent: true })).toMatchObject({ kind: 'sent' })
  })

  test('a signer that signs something else: nothing leaves, and the order stays as it is', async () => {
    bench.signer.script = (tx, signal) => honest({ ...tx, valueWei: 1n }, signal)
    expect(await cancel()).toMatchObject({ kind: 'denied', denial: { code: 'SIGNATURE_MISMATCH' } })
    expect([bench.venue.placed.length, states(), record().state]).toEqual([1, ['order sent', 'cancel abandoned'], 'submitted'])
  })

  test('nobody, a resting order, one that has not left, two at once', async () => {
    expect(await bench.engine.replacer.cancelOnChain('nobody', 'operator')).toEqual({ kind: 'not-open' })
    const [first, second] = await Promise.all([speedUp(), speedUp()])
    expect([first.kind, second.kind]).toEqual(['sent', 'busy'])
    await bench.engine.recover()
    await bench.clock.advance(2_000)
    orderId = (await bench.start(RESTING)).orderId
    expect(await cancel()).toEqual({ kind: 'not-open' })
    bench.signer.script = () => new Promise(() => undefined)
    await bench.clock.advance(2_000)
    orderId = (await bench.start()).orderId
    expect([record().state, await cancel()]).toEqual(['signing', { kind: 'not-sent-yet' }])
  })

  test('decision 4: what cannot be recorded is not done, and can be done later', async () => {
    bench.db.exec(
      "CREATE TEMP TRIGGER full BEFORE INSERT ON order_events WHEN new.type = 'OrderReplacementSigned' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
    )
    expect(await speedUp()).toMatchObject({ kind: 'failed', failure: { code: 'INTERNAL', detail: 'the disk is full' } })
    expect([bench.venue.placed.length, states()]).toEqual([1, ['order sent', 'order abandoned']])
    bench.db.exec('DROP TRIGGER full')
    expect(await speedUp()).toMatchObject({ kind: 'sent' })
  })
})

describe('X3: another transaction took the nonce', () => {
  test('somebody else’s, with the same key: the order has failed, and its hash is told', async () => {
    bench.venue.nonceUser = `0x${'99'.repeat(32)}`
    await cancel()
    await say(0, { kind: 'replaced' })
    expect(record().state).toBe('submitted')
    await say(1, { kind: 'replaced' })
    expect(record()).toMatchObject({ state: 'failed', progress: { why: { code: 'NONCE_TOO_LOW' } } })
    expect(dataOf('OrderNonceTaken')).toEqual({ nonce: '0', hash: bench.venue.nonceUser })
    expect(states()).toEqual(['order replaced', 'cancel replaced'])
  })

  test('one of ours after all: it is followed anew', async () => {
    await cancel()
    bench.venue.known.set(txs()[1]!.hash!, { blockNumber: 7 })
    await say(0, { kind: 'replaced' })
    await say(1, { kind: 'replaced' })
    expect(record().state).toBe('submitted')
    await bench.clock.advance(5_000)
    await say(1, included(7), CONFIRMED)
    expect(record().state).toBe('canceled')
  })
})

describe('X3: an allowance that is stuck', () => {
  beforeEach(async () => {
    await bench.clock.advance(2_000)
    bench.venue.needsAllowance = true
    orderId = (await bench.start()).orderId
  })

  test('is sped up, and the swap follows what was mined', async () => {
    expect(await speedUp()).toMatchObject({ kind: 'sent' })
    expect(bench.signer.asked.at(-1)).toMatchObject({
      ...bench.signer.asked.at(-2),
      maxFeePerGasWei: 33n * GWEI,
      maxPriorityFeePerGasWei: 1_100_000_000n,
    })
    const index = txs().findIndex(({ replaces }) => replaces !== null)
    bench.venue.known.set(txs()[index]!.hash!, { blockNumber: 9 })
    await say(index, CONFIRMED)
    expect([record().state, states()]).toEqual(['submitted', ['approve replaced', 'approve mined', 'order sent']])
  })

  test('is canceled, and with it the order, whose swap is never signed', async () => {
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    const index = txs().findIndex(({ purpose }) => purpose === 'cancel')
    const asked = bench.signer.asked.length
    await say(index, CONFIRMED)
    expect([record().state, states(), bench.signer.asked.length]).toEqual([
      'canceled',
      ['approve replaced', 'cancel mined', 'order abandoned'],
      asked,
    ])
  })

  test('that outlives its order is followed until it is known, also over a restart, and nothing waits then', async () => {
    await bench.clock.advance(180_000)
    expect(bench.engine.transactions.inFlight().filter((tx) => tx.orderId === orderId)).toHaveLength(1)
    bench = bench.restart()
    await bench.engine.recover()
    await cancel()
    await say(1, CONFIRMED)
    expect([record().state, states()]).toEqual(['failed', ['approve replaced', 'cancel mined', 'order abandoned']])
    expect(await cancel()).toEqual({ kind: 'not-open' })
  })

  test('outlives its order, and can be canceled all the same, on record in the audit log', async () => {
    await bench.clock.advance(180_000)
    expect([record().state, states()]).toEqual(['failed', ['approve sent', 'order abandoned']])
    expect(await speedUp()).toEqual({ kind: 'not-open' })
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    expect(bench.auditTypes().slice(-4)).toEqual(
      ['OrderReplacing', 'SigningRequested', 'TransactionSigned', 'OrderReplacementSigned'].concat('OrderReplaced').slice(-4),
    )
  })
})

describe('B2: a crash in the middle of a replacement', () => {
  test('its bytes kept and not sent: it is given up, and the order is followed on', async () => {
    bench.db.exec(
      "CREATE TEMP TRIGGER crash BEFORE UPDATE ON transactions WHEN new.state = 'sending' BEGIN SELECT RAISE(ABORT, 'crash'); END",
    )
    bench.db.exec(
      "CREATE TEMP TRIGGER crash2 BEFORE UPDATE ON transactions WHEN new.state = 'abandoned' BEGIN SELECT RAISE(ABORT, 'crash'); END",
    )
    await speedUp()
    expect(states()).toEqual(['order sent', 'order signed'])
    bench = bench.restart()
    await bench.engine.recover()
    expect([states(), life().at(-1)]).toEqual([['order sent', 'order abandoned'], 'OrderReplacementFailed'])
    expect(bench.venue.placed).toEqual([])
    await say(0, included(), CONFIRMED)
    expect(record().state).toBe('filled')
  })

  test('it may have left: it is followed with the other, and not sent again', async () => {
    bench.venue.onPlace = () => new Promise(() => undefined)
    void cancel()
    await bench.clock.settle()
    bench = bench.restart()
    await bench.engine.recover()
    expect([states(), life().at(-1)]).toEqual([['order sent', 'cancel sending'], 'OrderReplacementUnknown'])
    expect(bench.venue.placed).toEqual([])
    await say(1, included(), CONFIRMED)
    expect(record().state).toBe('canceled')
    bench = bench.restart()
    expect(await bench.engine.recover()).toEqual({ resumed: 0, unknown: 0, neverLeft: 0 })
  })

  test.for(['reserved', 'signed'] as const)(
    'the cancel of what an order that ended left waiting, %s: it is given up, on record, and made again',
    async (at) => {
      await bench.clock.advance(2_000)
      bench.venue.needsAllowance = true
      orderId = (await bench.start()).orderId
      await bench.clock.advance(180_000)
      if (at === 'reserved') bench.signer.script = () => new Promise(() => undefined)
      else
        for (const [name, state] of [
          ['crash', 'sending'],
          ['crash2', 'abandoned'],
        ])
          bench.db.exec(
            `CREATE TEMP TRIGGER ${name} BEFORE UPDATE ON transactions WHEN new.state = '${state}' BEGIN SELECT RAISE(ABORT, 'crash'); END`,
          )
      void cancel()
      await bench.clock.settle()
      expect([record().state, states()]).toEqual(['failed', ['approve sent', `cancel ${at}`, 'order abandoned']])
      bench = bench.restart()
      const before = bench.auditTypes().length
      await bench.engine.recover()
      expect(bench.auditTypes().slice(before)).toContain('OrderReplacementFailed')
      expect(states()).toEqual(['approve sent', 'cancel abandoned', 'order abandoned'])
      expect(await cancel()).toMatchObject({ kind: 'sent' })
      expect(states()).toEqual(['approve sent', 'cancel abandoned', 'cancel sent', 'order abandoned'])
    },
  )

  test('no crash, and yet not to be given up when it failed: the next cancel gives it up', async () => {
    bench.db.exec(
      "CREATE TEMP TRIGGER full BEFORE UPDATE ON transactions WHEN new.state IN ('sending', 'abandoned') BEGIN SELECT RAISE(ABORT, 'full'); END",
    )
    expect(await cancel()).toMatchObject({ kind: 'failed' })
    expect(states()).toEqual(['order sent', 'cancel signed'])
    bench.db.exec('DROP TRIGGER full')
    expect(await cancel()).toMatchObject({ kind: 'sent' })
    expect(states()).toEqual(['order sent', 'cancel abandoned', 'cancel sent'])
  })

  test('an answer that was lost: both are followed', async () => {
    bench.venue.onPlace = () => ({ kind: 'unknown', failure: NET })
    expect(await cancel()).toMatchObject({ kind: 'unknown', failure: NET })
    expect(states()).toEqual(['order sent', 'cancel sending'])
    await say(1, included(), CONFIRMED)
    expect(record().state).toBe('canceled')
  })
})

describe('B5 X5: while the log takes nothing', () => {
  /** As a log says that was found broken. */
  const breakLog = (broken: boolean) => {
    Object.assign(bench.audit, { refusal: broken ? 'LOG_BROKEN' : null })
  }

  test('a cancel leaves, its bytes kept before; people are told, and the log has it once it is mended', async () => {
    breakLog(true)
    bench.gate.snapshot = TRIGGERED
    bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    const before = bench.auditTypes()
    let kept = false
    bench.venue.onPlace = ({ raw, hash }) => {
      kept = txs().some((tx) => tx.purpose === 'cancel' && tx.state === 'sending' && tx.raw === raw)
      return { kind: 'accepted', ref: hash }
    }
    expect(await cancel()).toMatchObject({ kind: 'sent', hash: txs()[1]?.hash })
    expect([kept, states()]).toEqual([true, ['order sent', 'cancel sent']])
    expect(bench.auditTypes()).toEqual(before)
    const owed = [
      'ReplacementPrepared',
      'ReplacementPrepared',
      'OrderReplacing',
      'SigningRequested',
      'TransactionSigned',
      'OrderReplacementSigned',
      'OrderReplaced',
    ]
    expect(bench.unrecorded.map(({ type }) => type)).toEqual(owed)
    breakLog(false)
    bench.tradingState.reduce({ by: 'x', reason: 'person' })
    await bench.clock.settle()
    await bench.clock.advance(0)
    expect(bench.auditTypes()).toEqual([...before, 'TradingReduced', ...owed])
    expect((await bench.audit.verify()).verdict).toBe('intact')
  })

  test('nothing is sent for more: that waits for its record', async () => {
    breakLog(true)
    expect(await speedUp()).toMatchObject({ kind: 'failed' })
    expect([bench.signer.asked.length, bench.venue.placed.length, states()]).toEqual([1, 1, ['order sent']])
  })
})
