import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import { err } from '../../../../src-main/lib/result'
import { decimal } from '../../../../src-main/lib/decimal'
import { REVIEW_EVERY_MS } from '../../../../src-main/engine/orders/review-exchange'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

const OPEN = { state: 'open', filledBase: decimal(0), averagePrice: null, fee: decimal(0), feeAsset: 'USD' } as const

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  await bench.engine.recover()
  ;({ orderId } = await bench.start(RESTING))
  bench.exchange.held.set(orderId, OPEN)
})
afterEach(() => {
  bench.close()
})

const state = () => bench.engine.journal.get(orderId)?.state
const looks = (count: number) => bench.clock.advance(count * REVIEW_EVERY_MS)

describe('B2: what rests is compared with what its exchange lists', () => {
  test('what is listed is left alone, look after look', async () => {
    await looks(5)
    expect(state()).toBe('submitted')
    expect(bench.auditTypes()).not.toContain('OrderOutcomeUnknown')
  })

  test('a word that never came shows at the second look, and the exchange says what became of it', async () => {
    bench.exchange.held.delete(orderId)
    // Listed no more, and it can still say how it ended.
    bench.exchange.venue.orders!.open = async () => ({ ok: true, value: [] })
    bench.exchange.held.set(orderId, { ...OPEN, state: 'filled', filledBase: decimal(1), averagePrice: decimal(2500) })
    await looks(1)
    expect(state()).toBe('submitted')
    await looks(1)
    expect(state()).toBe('filled')
    expect(bench.exchange.placed).toHaveLength(1)
  })

  test('a word that comes between two looks settles it: nothing is doubted', async () => {
    bench.exchange.held.delete(orderId)
    await looks(1)
    bench.exchange.tell({ kind: 'canceled', clientOrderId: orderId, atMs: 0, remainingBase: decimal(1), why: 'by hand' })
    await looks(2)
    expect(state()).toBe('canceled')
    expect(bench.auditTypes()).not.toContain('OrderOutcomeUnknown')
  })

  test('an exchange that cannot be asked proves nothing, and counts against the network once a look', async () => {
    bench.exchange.venue.orders!.open = async () => err(failure('NETWORK_ERROR', 'gone'))
    await looks(2)
    expect(state()).toBe('submitted')
    expect(bench.breakers.status().find(({ id }) => id === 'network')?.failuresInWindow).toBe(2)
  })

  test('where nothing rests, nothing is asked', async () => {
    bench.exchange.tell({ kind: 'canceled', clientOrderId: orderId, atMs: 0, remainingBase: decimal(1), why: 'by hand' })
    let asked = 0
    bench.exchange.venue.orders!.open = async () => {
      asked += 1
      return err(failure('NETWORK_ERROR', 'gone'))
    }
    await looks(3)
    expect(asked).toBe(0)
  })
})

test('B2: what could not be written of an order that left is written when there is room again, without a restart', async () => {
  bench.exchange.onPlace = () => {
    bench.db.pragma('query_only = 1')
    return { kind: 'accepted', ref: 'ref' }
  }
  const { orderId: second } = await bench.start({ ...RESTING, amount: '2' })
  bench.exchange.held.set(second, OPEN)
  expect(bench.engine.journal.get(second)?.state).toBe('submitting')
  await bench.clock.advance(12_000)
  expect(bench.engine.journal.get(second)?.state).toBe('submitting')
  bench.db.pragma('query_only = 0')
  await bench.clock.advance(12_000)
  expect(bench.engine.journal.get(second)?.state).toBe('working')
  expect(bench.exchange.placed).toHaveLength(2)
})
