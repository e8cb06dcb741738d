import { describe, expect, it } from 'vitest'

import { openPaperVenue } from '../../../../src-main/venues/paper/paper-venue'
import { FakeClock } from '../../../support/fake-clock'
import { MemoryStore, open, order, place, seeded, unwrap } from './support'

type Json = Record<string, unknown>

/** A store in which something has happened: a filled, a resting, a canceled and a refused order. */
async function used(): Promise<MemoryStore> {
  const { venue, store } = open()
  await place(venue, order({ clientOrderId: 'filled', amount: '2' }))
  await place(venue, order({ clientOrderId: 'sold', side: 'sell', instrument: 'SOL-USD', amount: '20' }))
  await place(venue, order({ clientOrderId: 'resting', type: 'limit', timeInForce: 'gtc', price: '2000' }))
  await place(venue, order({ clientOrderId: 'canceled', instrument: 'SOL-USD', price: '1' }))
  await place(venue, order({ clientOrderId: 'refused', amount: '9999' }))
  venue.stop()
  return store
}

function tryOpen(store: MemoryStore) {
  const clock = new FakeClock()
  return openPaperVenue({ clock, scheduler: clock, random: seeded(1), store })
}

/** Changes one row as JSON. */
function edit(store: MemoryStore, key: string, change: (json: Json) => void): void {
  const json = JSON.parse(store.rows.get(key)!) as Json
  change(json)
  store.rows.set(key, JSON.stringify(json))
}

describe('stored state', () => {
  it('opens as it was left', async () => {
    const store = await used()
    const venue = unwrap(tryOpen(store))
    expect(unwrap(await venue.orders.open())).toEqual(['resting'])
    for (const [id, state] of [
      ['filled', 'filled'],
      ['resting', 'open'],
      ['canceled', 'canceled'],
      ['refused', 'rejected'],
    ] as const) {
      expect(unwrap(await venue.orders.find(id))).toMatchObject({ state })
    }
  })

  it('keeps the seed of the first opening: another source of chance makes no other market', async () => {
    const store = new MemoryStore()
    const first = open({ store, seed: 1 })
    const depth = unwrap(await first.venue.reader.depth('ETH-USD', 5))
    const again = open({ store, seed: 2, clock: first.clock })
    expect(unwrap(await again.venue.reader.depth('ETH-USD', 5))).toEqual(depth)
  })

  const order0 = (json: Json) => json['order'] as Json
  const fill0 = (json: Json) => (order0(json)['fills'] as Json[])[0]!
  const usd = (json: Json) => (json['accounts'] as Record<string, Json>)['USD']!
  it.each<[string, (store: MemoryStore) => void, string]>([
    ['no head', (store) => store.rows.delete('head'), 'FOREIGN_STATE'],
    ['a head of another program', (store) => store.rows.set('head', '{"format":"other"}'), 'FOREIGN_STATE'],
    ['a head of a later version', (store) => edit(store, 'head', (json) => (json['version'] = 2)), 'FOREIGN_STATE'],
    ['a row of another kind', (store) => store.rows.set('position:1', '{}'), 'FOREIGN_STATE'],
    ['a head that is cut off', (store) => store.rows.set('head', store.rows.get('head')!.slice(0, -5)), 'CORRUPT_STATE'],
    ['an unknown field', (store) => edit(store, 'head', (json) => (json['extra'] = 1)), 'CORRUPT_STATE'],
    ['a missing field', (store) => edit(store, 'head', (json) => delete json['tick']), 'CORRUPT_STATE'],
    [
      'a balance one atom higher',
      (store) => edit(store, 'head', (json) => (usd(json)['free'] = String(BigInt(usd(json)['free'] as string) + 1n))),
      'CORRUPT_STATE',
    ],
    ['a negative balance', (store) => edit(store, 'head', (json) => (usd(json)['held'] = '-1')), 'CORRUPT_STATE'],
    ['an asset that is not ours', (store) => edit(store, 'head', (json) => ((json['starting'] as Json)['EUR'] = '1')), 'CORRUPT_STATE'],
    ['an instrument less', (store) => edit(store, 'head', (json) => delete (json['makersLeft'] as Json)['SOL-USD']), 'CORRUPT_STATE'],
    [
      'a shock to nothing',
      (store) => edit(store, 'head', (json) => (json['shocks'] = [{ instrument: 'X', atTick: 1, movePpm: 1 }])),
      'CORRUPT_STATE',
    ],
    ['a sequence that is behind', (store) => edit(store, 'head', (json) => (json['nextSeq'] = 2)), 'CORRUPT_STATE'],
    ['an order that is missing', (store) => store.rows.delete('order:filled'), 'CORRUPT_STATE'],
    ['an order that is cut off', (store) => store.rows.set('order:filled', '{"kind":"order"'), 'CORRUPT_STATE'],
    ['an order under another id', (store) => store.rows.set('order:other', store.rows.get('order:filled')!), 'CORRUPT_STATE'],
    [
      'an order twice',
      (store) => store.rows.set('order:twin', store.rows.get('order:filled')!.replace('"filled"', '"twin"')),
      'CORRUPT_STATE',
    ],
    ['another price in a fill', (store) => edit(store, 'order:filled', (json) => (fill0(json)['priceTicks'] = '1')), 'CORRUPT_STATE'],
    ['another amount in a fill', (store) => edit(store, 'order:filled', (json) => (fill0(json)['lots'] = '1')), 'CORRUPT_STATE'],
    ['another fee in a fill', (store) => edit(store, 'order:filled', (json) => (fill0(json)['feeAtoms'] = '1')), 'CORRUPT_STATE'],
    ['another state', (store) => edit(store, 'order:filled', (json) => (order0(json)['state'] = 'open')), 'CORRUPT_STATE'],
    ['a cancel without reason', (store) => edit(store, 'order:canceled', (json) => (order0(json)['canceledFor'] = null)), 'CORRUPT_STATE'],
    [
      'another limit, which needs another hold',
      (store) => edit(store, 'order:resting', (json) => (order0(json)['limitTicks'] = '1')),
      'CORRUPT_STATE',
    ],
    ['another side', (store) => edit(store, 'order:sold', (json) => (order0(json)['side'] = 'buy')), 'CORRUPT_STATE'],
    ['another instrument', (store) => edit(store, 'order:resting', (json) => (order0(json)['instrument'] = 'DOGE-USD')), 'CORRUPT_STATE'],
    ['a number where text belongs', (store) => edit(store, 'order:filled', (json) => (order0(json)['lots'] = 2)), 'CORRUPT_STATE'],
    ['more filled than allowed', (store) => edit(store, 'order:filled', (json) => (order0(json)['capLots'] = '1')), 'CORRUPT_STATE'],
  ])('is refused, not mended: %s', async (_what, spoil, code) => {
    const store = await used()
    spoil(store)
    const before = new Map(store.rows)
    expect(tryOpen(store)).toMatchObject({ ok: false, error: { code } })
    expect(store.rows).toEqual(before)
  })

  it('does not open when the store cannot be read or written', () => {
    const unwritable = new MemoryStore()
    unwritable.failWith = new Error('read-only')
    expect(tryOpen(unwritable)).toMatchObject({ ok: false, error: { code: 'STORE_FAILED' } })
    const unreadable = new MemoryStore()
    unreadable.load = () => {
      throw new Error('no such table')
    }
    expect(tryOpen(unreadable)).toMatchObject({ ok: false, error: { code: 'STORE_FAILED' } })
  })
})
