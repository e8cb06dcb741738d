import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { chainRound } from '../../../../src-main/engine/sweep/chain-round'
import { SweepItems } from '../../../../src-main/engine/sweep/items'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

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
