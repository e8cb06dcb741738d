import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  bench.stuck = { action: 'speed-up', afterMs: 60_000, mostBumps: 2 }
  orderId = (await bench.start()).orderId
})
afterEach(() => {
  bench.close()
})

const hows = () =>
  bench.engine.journal
    .events(orderId)
    .filter(({ type }) => type === 'OrderReplaced')
    .map(({ data }) => data['how'])
const told = () => bench.alerts.map(({ kind, figures }) => `${kind} ${figures['why'] ?? ''}`)

describe('X3: a transaction that waits too long', () => {
  test('is sped up after the time that was set, by the system, and no more often than was set; then people are told', async () => {
    await bench.clock.advance(59_999)
    expect(hows()).toEqual([])
    await bench.clock.advance(1)
    expect(hows()).toEqual(['speed-up'])
    // Judged by all guards: the swap's own deadline is not past yet.
    await bench.clock.advance(59_000)
    expect([hows(), told()]).toEqual([['speed-up'], []])
  })

  test('past its deadline no guard lets it be sped up, which is told; canceled it can be', async () => {
    await bench.clock.advance(120_000)
    expect([hows(), told()]).toEqual([['speed-up'], ['transaction-stuck DEADLINE_OUT_OF_RANGE']])
    bench.stuck = { ...bench.stuck, action: 'cancel' }
    await bench.clock.advance(60_000)
    expect(hows()).toEqual(['speed-up', 'cancel'])
    await bench.clock.advance(60_000)
    expect(told().at(-1)).toBe('transaction-stuck bumps-used')
    expect(hows()).toHaveLength(2)
  })

  test('switched off, it is told and nothing is done', async () => {
    bench.stuck = { ...bench.stuck, action: 'off' }
    await bench.clock.advance(60_000)
    expect([hows(), told()]).toEqual([[], ['transaction-stuck off']])
    expect(bench.alerts[0]).toMatchObject({ subject: orderId, figures: { waitedSec: '60', bumps: '0' } })
  })

  test.for(['speed-up', 'cancel'] as const)('%s: never while halted, which is told', async (action) => {
    bench.stuck = { ...bench.stuck, action }
    bench.gate.snapshot = TRIGGERED
    await bench.clock.advance(300_000)
    expect([hows(), new Set(told())]).toEqual([[], new Set(['transaction-stuck halted'])])
    expect(bench.life(orderId)).not.toContain('OrderReplacementFailed')
  })

  test.for([
    ['locked', { status: 'locked' }, {}, 'transaction-stuck signer-locked'],
    ['that wants a person', {}, { attended: true }, 'transaction-stuck signer-attended'],
  ] as const)('a signer %s is never asked by itself: people are told', async ([, health, signer, alert]) => {
    const asked = bench.signer.asked.length
    const now = bench.signer.health()
    bench.signer.health = () => ({ ...now, ...health })
    Object.assign(bench.signer, signer)
    await bench.clock.advance(60_000)
    expect([bench.signer.asked.length, told()]).toEqual([asked, [alert]])
  })

  test('mined in time, nothing is done and nobody is told', async () => {
    await bench.clock.advance(59_000)
    bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
    await bench.clock.advance(600_000)
    expect([hows(), told()]).toEqual([[], []])
  })

  test('an allowance is watched like an order', async () => {
    bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
    bench.venue.needsAllowance = true
    orderId = (await bench.start()).orderId
    await bench.clock.advance(60_000)
    expect(hows()).toEqual(['speed-up'])
    expect(bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
      'approve sent',
      'approve sent',
      'order reserved',
    ])
  })

  describe('an allowance that outlives its order', () => {
    const CONFIRMED = { kind: 'confirmed', confirmations: 2, awaitsFinality: false } as const
    const txs = () => bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)
    beforeEach(async () => {
      bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
      bench.stuck = { action: 'cancel', afterMs: 200_000, mostBumps: 1 }
      bench.venue.needsAllowance = true
      orderId = (await bench.start()).orderId
      await bench.clock.advance(180_000)
      expect([bench.engine.journal.get(orderId)?.state, txs()]).toEqual(['failed', ['approve sent', 'order abandoned']])
    })

    test('is canceled as the settings say, no more often than they say, and then told of until it is known', async () => {
      await bench.clock.advance(20_000)
      expect([txs(), told()]).toEqual([['approve sent', 'cancel sent', 'order abandoned'], []])
      await bench.clock.advance(200_000)
      expect([txs(), told()]).toEqual([['approve sent', 'cancel sent', 'order abandoned'], ['transaction-stuck bumps-used']])
      bench.venue.last.emit(CONFIRMED)
      await bench.clock.advance(600_000)
      expect([bench.engine.transactions.inFlight().filter((tx) => tx.orderId === orderId), told().length]).toEqual([[], 1])
    })

    test.for([
      ['speed-up', 'order-ended'],
      ['off', 'off'],
    ] as const)('%s: is told of', async ([action, why]) => {
      bench.stuck = { ...bench.stuck, action }
      await bench.clock.advance(20_000)
      expect([txs(), told()]).toEqual([['approve sent', 'order abandoned'], [`transaction-stuck ${why}`]])
      expect(bench.alerts[0]).toMatchObject({ subject: orderId, figures: { waitedSec: '200' } })
    })

    test('is watched on after a restart', async () => {
      bench = bench.restart()
      bench.stuck = { action: 'cancel', afterMs: 200_000, mostBumps: 1 }
      await bench.engine.recover()
      await bench.clock.advance(200_000)
      expect(txs()).toEqual(['approve sent', 'cancel sent', 'order abandoned'])
    })
  })

  test('what the last run left open is watched on, from when it was sent', async () => {
    await bench.clock.advance(50_000)
    bench = bench.restart()
    bench.stuck = { action: 'cancel', afterMs: 60_000, mostBumps: 1 }
    await bench.engine.recover()
    await bench.clock.advance(60_000)
    expect(hows()).toEqual(['cancel'])
  })
})
