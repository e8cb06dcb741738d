import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { chainRound, waitingOnChains } from '../../../../src-main/engine/sweep/chain-round'
import { SweepItems } from '../../../../src-main/engine/sweep/items'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

test('B5: one round asks once what cannot be read, however many orders wait, and replaces the others', async () => {
  const ids: string[] = []
  for (const amount of ['1.1', '1.2', '1.3']) {
    await bench.clock.advance(2_000)
    ids.push((await bench.start({ amount })).orderId)
  }
  bench.db.prepare('UPDATE transactions SET unsigned_json = ? WHERE order_id = ?').run('{}', ids[1])
  const { journal, transactions, replacer, ports } = bench.engine
  const unreadable = vi.spyOn(transactions, 'unreadable')
  const items = new SweepItems(() => undefined)
  const parts = { journal, transactions, replacer, clock: bench.clock, actor: 'operator', mode: 'emergency' as const }
  const venue = journal.get(ids[0]!)!.plan.intent.venue
  expect(ports.venues.get(venue)?.chain).not.toBeNull()
  await chainRound(parts, venue, items)
  expect(unreadable).toHaveBeenCalledTimes(1)
  expect(ids.map((orderId) => items.get(orderId)?.fate)).toEqual(['cancel-sent', 'unknown', 'cancel-sent'])
})

test('B5: a mined transaction of one order that cannot be read: that order counts as out and unknown, and the others are replaced', async () => {
  const ids: string[] = []
  for (const amount of ['1.1', '1.2']) {
    await bench.clock.advance(2_000)
    ids.push((await bench.start({ amount })).orderId)
  }
  const { journal, transactions, sweeper } = bench.engine
  bench.db
    .prepare(
      `INSERT INTO transactions (tx_id, order_id, purpose, replaces, chain_id, from_address, nonce, unsigned_json, state, created_at_ms, updated_at_ms)
       SELECT 'mined-long-ago', order_id, 'approve', NULL, chain_id, from_address, nonce + 1000, '{}', 'mined', 1, 1 FROM transactions WHERE order_id = ?`,
    )
    .run(ids[0])
  expect(() => transactions.ofOrder(ids[0]!)).toThrow()
  expect([...waitingOnChains({ journal, transactions }).values()].flat()).toEqual(expect.arrayContaining(ids))
  bench.gate.snapshot = TRIGGERED
  bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
  expect(sweeper.start({ mode: 'emergency', cause: 'asked', by: 'operator' })).not.toBeNull()
  await bench.clock.advance(100)
  const fates = sweeper.report()?.venues.flatMap(({ items }) => items.map(({ orderId, fate }) => [orderId, fate] as const))
  expect(Object.fromEntries(fates ?? [])).toEqual({ [ids[0]!]: 'unknown', [ids[1]!]: 'cancel-sent' })
})
