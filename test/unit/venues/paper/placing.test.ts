import { describe, expect, it } from 'vitest'

import { denial } from '../../../../src-main/domain/codes'
import { PAPER_ACCOUNT } from '../../../../src-main/venues/paper/listings'
import { balance, MemoryStore, open, order, pass, place, unwrap } from './support'

const halted = denial('KILL_SWITCH_TRIGGERED', { source: 'button' })

describe('placing', () => {
  it('looks last in the very turn in which the order is taken', async () => {
    const { venue } = open()
    const trace: string[] = []
    const placing = place(venue, order(), () => {
      trace.push('look')
      return null
    })
    trace.push('called')
    void Promise.resolve().then(() => trace.push('later turn'))
    // The look came before `place` returned, and a look that refuses from here on is too late to matter: the book has been touched.
    expect(trace).toEqual(['look', 'called'])
    expect(await placing).toMatchObject({ kind: 'accepted' })
  })

  it('withholds what the last look refuses, and nothing has left', async () => {
    const { venue, updates, store } = open()
    const { saves } = store
    const request = order()
    expect(await place(venue, request, () => halted)).toEqual({ kind: 'withheld', denial: halted })
    expect(updates).toEqual([])
    expect(store.saves).toBe(saves)
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toBeNull()
    // The id was never used, so it still can be.
    expect(await place(venue, request)).toMatchObject({ kind: 'accepted' })
  })

  it('withholds when the last look itself fails', async () => {
    const { venue } = open()
    const outcome = await place(venue, order(), () => {
      throw new Error('the lease cannot be read')
    })
    expect(outcome).toMatchObject({ kind: 'withheld', denial: { code: 'GUARD_FAILED' } })
  })

  it('looks after a slow way, not before it: a halt meanwhile withholds the order', async () => {
    const { venue, clock } = open()
    venue.faults.inject({ kind: 'slow', beforeMs: 2_000, afterMs: 0 })
    let isHalted = false
    const placing = place(venue, order(), () => (isHalted ? halted : null))
    isHalted = true
    await clock.advance(2_000)
    expect(await placing).toEqual({ kind: 'withheld', denial: halted })
  })

  it('lets a cancel through while halted: cancels have no last look', async () => {
    const { venue } = open()
    const request = order({ type: 'limit', timeInForce: 'gtc', price: '2000' })
    await place(venue, request)
    expect(await place(venue, order(), () => halted)).toMatchObject({ kind: 'withheld' })
    expect(await venue.placer.cancel(request.clientOrderId)).toEqual({ kind: 'canceled' })
  })
})

describe('writing before telling', () => {
  it('has written an order, its fills and the balances when the outcome and the updates are told', async () => {
    const store = new MemoryStore()
    const { venue } = open({ store })
    const seen: boolean[] = []
    const request = order()
    const row = () => store.rows.get(`order:${request.clientOrderId}`) ?? ''
    venue.orders.subscribe((told) => seen.push(...told.map(() => row().includes('"state":"filled"'))))
    await place(venue, request)
    expect(seen).toEqual([true, true])
    expect(row()).toContain('"state":"filled"')
    expect(store.rows.get('head')).not.toContain('"free":"10000000000000"')
  })

  it('writes once for all orders of a turn', async () => {
    const { venue, store } = open()
    const { saves } = store
    const requests = Array.from({ length: 50 }, () => order({ type: 'limit', timeInForce: 'gtc', amount: '0.01', price: '2000' }))
    const outcomes = await Promise.all(requests.map((request) => place(venue, request)))
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true)
    expect(store.saves).toBe(saves + 1)
    expect(requests.every(({ clientOrderId }) => store.rows.has(`order:${clientOrderId}`))).toBe(true)
  })

  it('writes nothing for a tick that left our orders alone', async () => {
    const { venue, store } = open()
    await place(venue, order({ type: 'limit', timeInForce: 'gtc', price: '1' }))
    const { saves } = store
    for (let ticks = 0; ticks < 20; ticks++) venue.tick()
    expect(store.saves).toBe(saves)
  })

  it('calls an order unknown that could not be written, takes no further one, and tells all when it can be', async () => {
    const { venue, store, updates, clock } = open()
    const resting = order({ type: 'limit', timeInForce: 'gtc', price: '2000' })
    await place(venue, resting)
    updates.length = 0
    store.failWith = Object.assign(new Error('disk full'), { code: 'SQLITE_FULL' })

    const request = order()
    expect(await place(venue, request)).toMatchObject({ kind: 'unknown', failure: { code: 'DISK_FULL' } })
    expect(updates).toEqual([])
    let looked = false
    const next = await place(venue, order(), () => {
      looked = true
      return null
    })
    expect(next).toMatchObject({ kind: 'rejected', failure: { code: 'DISK_FULL' } })
    expect(looked).toBe(false)
    expect(await venue.orders.find(request.clientOrderId)).toMatchObject({ ok: false, error: { code: 'DISK_FULL' } })
    expect(await venue.reader.balances(PAPER_ACCOUNT)).toMatchObject({ ok: false })
    expect(await venue.reader.health()).toMatchObject({ ok: false })
    expect(await venue.placer.cancel(resting.clientOrderId)).toMatchObject({ kind: 'unknown', failure: { code: 'DISK_FULL' } })

    store.failWith = null
    await clock.advance(500)
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'canceled'])
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'filled' })
    expect(unwrap(await venue.orders.open())).toEqual([])
    expect(await place(venue, order())).toMatchObject({ kind: 'accepted' })
    expect(await venue.reader.health()).toMatchObject({ ok: true })
  })

  it('lets the market wait while nothing can be written', async () => {
    const { venue, store } = open()
    store.failWith = new Error('read-only')
    await place(venue, order())
    const before = unwrap(await venue.reader.depth('ETH-USD', 5))
    venue.tick()
    expect(unwrap(await venue.reader.depth('ETH-USD', 5)).bids).toEqual(before.bids)
  })

  it('forgets in a crash only what was never told', async () => {
    const store = new MemoryStore()
    const { venue, clock } = open({ store })
    const told = order({ type: 'limit', timeInForce: 'gtc', price: '2000' })
    await place(venue, told)
    const untold = order({ type: 'limit', timeInForce: 'gtc', price: '2001' })
    void venue.placer.place({ kind: 'venue-order', request: untold }, pass)
    // The process dies in the same turn: what is in the store is all there is.
    const after = open({ store: store.copy(), clock })
    expect(unwrap(await after.venue.orders.open())).toEqual([told.clientOrderId])
    expect(unwrap(await after.venue.orders.find(untold.clientOrderId))).toBeNull()
    expect((await balance(after.venue, 'USD')).held.toFixed()).toBe('2004')
  })
})
