import { describe, expect, it } from 'vitest'

import { failure } from '../../../../src-main/domain/codes'
import { decimal } from '../../../../src-main/lib/decimal'
import type { PaperFault } from '../../../../src-main/venues/paper/faults'
import { PAPER_ACCOUNT } from '../../../../src-main/venues/paper/listings'
import { balance, bestPrice, MemoryStore, open, order, place, unwrap } from './support'

const RESTING = { type: 'limit', timeInForce: 'gtc', price: '2000' } as const

describe('faults', () => {
  it('refuses the next order, and that one alone', async () => {
    const { venue } = open()
    venue.faults.inject({ kind: 'reject-next', failure: failure('RATE_LIMITED', 'drill') })
    const request = order()
    const refusal = await place(venue, request)
    expect(refusal).toEqual({ kind: 'rejected', failure: { code: 'RATE_LIMITED', detail: 'drill' } })
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'rejected' })
    expect(await place(venue, request)).toEqual(refusal)
    expect(await place(venue, order())).toMatchObject({ kind: 'accepted' })
  })

  it('loses an order on its way: unknown, and there is none', async () => {
    const { venue, updates } = open()
    venue.faults.inject({ kind: 'time-out-before-accepting' })
    const request = order()
    expect(await place(venue, request)).toMatchObject({ kind: 'unknown', failure: { code: 'TIMEOUT_ERROR' } })
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toBeNull()
    expect(updates).toEqual([])
  })

  it('loses the answer: unknown, and the order is there', async () => {
    const { venue, updates } = open()
    venue.faults.inject({ kind: 'time-out-after-accepting' })
    const request = order()
    expect(await place(venue, request)).toMatchObject({ kind: 'unknown', failure: { code: 'TIMEOUT_ERROR' } })
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'filled' })
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'fill'])
    // Whoever asks again with the same id learns the answer, and pays once.
    const { free } = await balance(venue, 'USD')
    expect(await place(venue, request)).toMatchObject({ kind: 'accepted' })
    expect((await balance(venue, 'USD')).free.eq(free)).toBe(true)
  })

  it('is still looked at last when it will be lost', async () => {
    const { venue } = open()
    venue.faults.inject({ kind: 'time-out-after-accepting' })
    const refusal = { code: 'KILL_SWITCH_TRIGGERED', figures: {} } as const
    expect(await place(venue, order(), () => refusal)).toMatchObject({ kind: 'withheld' })
    // Withheld orders never met it.
    expect(venue.faults.active()).toHaveLength(1)
  })

  it('makes everything slow, by the clock', async () => {
    const { venue, clock, updates } = open()
    venue.faults.inject({ kind: 'slow', beforeMs: 300, afterMs: 200 })
    let outcome: string | null = null
    const request = order({ ...RESTING })
    void place(venue, request).then(({ kind }) => (outcome = kind))
    await clock.advance(299)
    expect(updates).toEqual([])
    await clock.advance(1)
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted'])
    expect(outcome).toBeNull()
    await clock.advance(200)
    expect(outcome).toBe('accepted')

    let balances = false
    void venue.reader.balances(PAPER_ACCOUNT).then(() => (balances = true))
    await clock.advance(499)
    expect(balances).toBe(false)
    await clock.advance(1)
    expect(balances).toBe(true)
    const canceling = venue.placer.cancel(request.clientOrderId)
    await clock.advance(500)
    expect(await canceling).toEqual({ kind: 'canceled' })
    expect(await venue.reader.health()).toMatchObject({ ok: true, latencyMs: 500 })
    venue.faults.clear('slow')
    expect(await place(venue, order())).toMatchObject({ kind: 'accepted' })
  })

  it('disconnects: reads fail, outcomes are unknown, and what happened meanwhile is told afterwards', async () => {
    const { venue, updates } = open()
    const price = (await bestPrice(venue, 'buy')).sub('0.01').toFixed()
    const resting = order({ ...RESTING, amount: '0.01', price })
    await place(venue, resting)
    updates.length = 0
    venue.faults.inject({ kind: 'disconnect' })
    const { reader, orders, placer } = venue
    const quoted = { instrument: 'ETH-USD', side: 'buy', amount: decimal('1'), amountUnit: 'base', limitPrice: null } as const
    for (const read of [
      reader.instruments(),
      reader.quote(quoted),
      reader.depth('ETH-USD', 5),
      reader.prices('ETH-USD'),
      reader.balances(PAPER_ACCOUNT),
      orders.find('x'),
      orders.open(),
    ]) {
      expect(await read).toMatchObject({ ok: false, error: { code: 'NETWORK_ERROR' } })
    }
    expect(await reader.health()).toMatchObject({ ok: false, latencyMs: null })
    const lost = order()
    expect(await place(venue, lost)).toMatchObject({ kind: 'unknown', failure: { code: 'NETWORK_ERROR' } })
    expect(await placer.cancel(resting.clientOrderId)).toMatchObject({ kind: 'unknown', failure: { code: 'NETWORK_ERROR' } })

    for (let ticks = 0; ticks < 500; ticks++) venue.tick()
    expect(updates).toEqual([])
    venue.faults.clear('disconnect')
    expect(updates.map(({ kind, clientOrderId }) => [kind, clientOrderId])).toEqual([['fill', resting.clientOrderId]])
    expect(unwrap(await orders.find(lost.clientOrderId))).toBeNull()
  })

  it('leaves an outcome unknown when the connection breaks while it is under way', async () => {
    const { venue, clock } = open()
    venue.faults.inject({ kind: 'slow', beforeMs: 0, afterMs: 100 })
    const request = order()
    const placing = place(venue, request)
    await clock.advance(50)
    venue.faults.inject({ kind: 'disconnect' })
    await clock.advance(50)
    expect(await placing).toMatchObject({ kind: 'unknown', failure: { code: 'NETWORK_ERROR' } })
    venue.faults.clear()
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'filled' })
  })

  it('fills a part and stalls, until it is let go', async () => {
    const { venue, updates, store, clock } = open()
    venue.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.25') })
    const request = order({ amount: '2' })
    expect(await place(venue, request)).toMatchObject({ kind: 'accepted' })
    const stalled = unwrap(await venue.orders.find(request.clientOrderId))!
    expect([stalled.state, stalled.filledBase.toFixed()]).toEqual(['open', '0.5'])
    for (let ticks = 0; ticks < 50; ticks++) venue.tick()
    expect(unwrap(await venue.orders.find(request.clientOrderId))!.filledBase.toFixed()).toBe('0.5')
    expect((await balance(venue, 'USD')).held.gt(0)).toBe(true)
    venue.faults.clear('partial-fill-then-stall')
    expect(unwrap(await venue.orders.find(request.clientOrderId))!.state).toBe('filled')
    expect(updates.at(-1)).toMatchObject({ kind: 'fill', clientOrderId: request.clientOrderId })
    expect((await balance(venue, 'USD')).held.toFixed()).toBe('0')
    expect(unwrap(await open({ store, clock }).venue.orders.find(request.clientOrderId))!.state).toBe('filled')
  })

  it('keeps a stalled order stalled across a restart, and lets it be canceled', async () => {
    const store = new MemoryStore()
    const { venue, clock } = open({ store })
    venue.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.5') })
    const request = order({ amount: '2' })
    await place(venue, request)
    const again = open({ store, clock })
    expect(unwrap(await again.venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'open' })
    expect(await again.venue.placer.cancel(request.clientOrderId)).toEqual({ kind: 'canceled' })
    expect(unwrap(await again.venue.orders.find(request.clientOrderId))!.filledBase.toFixed()).toBe('1')
    expect((await balance(again.venue, 'USD')).held.toFixed()).toBe('0')
  })

  it('stalls an order in the book as well, and lets it be canceled without harm to the others at its price', async () => {
    const { venue, updates } = open()
    const price = (await bestPrice(venue, 'buy')).sub('0.01').toFixed()
    venue.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.5') })
    const [stalled, behind] = ['0.02', '20'].map((amount) => order({ ...RESTING, amount, price }))
    await place(venue, stalled!)
    await place(venue, behind!)
    const isMet = () => updates.some(({ clientOrderId, kind }) => kind === 'fill' && clientOrderId === behind!.clientOrderId)
    for (let ticks = 0; ticks < 4_000 && !isMet(); ticks++) venue.tick()
    expect(unwrap(await venue.orders.find(stalled!.clientOrderId))!.filledBase.toFixed()).toBe('0.01')
    expect(await venue.placer.cancel(stalled!.clientOrderId)).toEqual({ kind: 'canceled' })
    for (let ticks = 0; ticks < 4_000 && unwrap(await venue.orders.open()).length > 0; ticks++) venue.tick()
    expect(unwrap(await venue.orders.find(behind!.clientOrderId))).toMatchObject({ state: 'filled' })
    expect((await balance(venue, 'USD')).held.toFixed()).toBe('0')
  })

  it('leaves the book as it is when an order that stalled in it is canceled', async () => {
    const { venue, updates } = open()
    const price = (await bestPrice(venue, 'buy')).sub('0.01').toFixed()
    venue.faults.inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.5') })
    const request = order({ ...RESTING, amount: '0.02', price })
    await place(venue, request)
    for (let ticks = 0; ticks < 4_000 && updates.length < 2; ticks++) venue.tick()
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'open', filledBase: decimal('0.01') })
    // The market moves on, so that others quote beyond the price at which it stalled.
    for (let ticks = 0; ticks < 4_000 && (await bestPrice(venue, 'sell')).lte(price); ticks++) venue.tick()
    const before = unwrap(await venue.reader.depth('ETH-USD', 100))
    await venue.placer.cancel(request.clientOrderId)
    expect(unwrap(await venue.reader.depth('ETH-USD', 100))).toEqual(before)
  })

  it('shocks the price at the next tick, so that the hour’s range shows it, also after a restart', async () => {
    const store = new MemoryStore()
    const { venue, clock } = open({ store })
    const ask = { instrument: 'SOL-USD', side: 'buy', amount: decimal('1'), amountUnit: 'base', limitPrice: null } as const
    const before = unwrap(await venue.reader.quote(ask))
    venue.faults.inject({ kind: 'volatility-shock', instrument: 'SOL-USD', movePct: decimal('-60') })
    expect(unwrap(await venue.reader.quote(ask)).midPrice.eq(before.midPrice)).toBe(true)
    await clock.advance(500)
    const after = unwrap(await venue.reader.quote(ask))
    expect(after.midPrice.lt(before.midPrice.mul('0.41'))).toBe(true)
    expect(after.range!.high.sub(after.range!.low).div(after.midPrice).gt(1)).toBe(true)
    const again = unwrap(await open({ store, clock }).venue.reader.quote(ask))
    expect(again.midPrice.eq(after.midPrice)).toBe(true)
    expect(again.range).toEqual(after.range)
  })

  it('takes the liquidity away at once, and brings it back with the next tick', async () => {
    const { venue } = open()
    venue.faults.inject({ kind: 'liquidity-gone', instrument: 'SOL-USD' })
    expect(unwrap(await venue.reader.depth('SOL-USD', 5))).toMatchObject({ bids: [], asks: [] })
    expect(unwrap(await venue.reader.depth('ETH-USD', 5)).bids).toHaveLength(5)
    venue.tick()
    expect(unwrap(await venue.reader.depth('SOL-USD', 5)).bids).toEqual([])
    const request = order({ instrument: 'SOL-USD', price: '200' })
    await place(venue, request)
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'canceled' })
    venue.faults.clear('liquidity-gone')
    venue.tick()
    expect(unwrap(await venue.reader.depth('SOL-USD', 5)).bids).toHaveLength(5)
  })

  it('tells an update twice, and updates in reverse', async () => {
    const { venue, updates } = open()
    venue.faults.inject({ kind: 'duplicate-update' })
    await place(venue, order({ amount: '0.01' }))
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'fill'])
    updates.length = 0
    venue.faults.inject({ kind: 'reorder-updates' })
    await place(venue, order({ ...RESTING }))
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted'])
    await place(venue, order({ amount: '0.01' }))
    await place(venue, order({ amount: '0.01' }))
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'accepted', 'accepted', 'fill'])
  })

  it('tells what is in force, ends it all on request, and may be there from the beginning', async () => {
    const faults: readonly PaperFault[] = [{ kind: 'disconnect' }, { kind: 'time-out-before-accepting' }]
    const { venue } = open({ faults })
    expect(venue.faults.active()).toEqual(faults)
    venue.faults.clear()
    expect(venue.faults.active()).toEqual([])
    expect(await place(venue, order())).toMatchObject({ kind: 'accepted' })
  })

  it.each<PaperFault>([
    { kind: 'partial-fill-then-stall', fraction: decimal('1') },
    { kind: 'partial-fill-then-stall', fraction: decimal('NaN') },
    { kind: 'slow', beforeMs: -1, afterMs: 0 },
    { kind: 'slow', beforeMs: 0, afterMs: Number.NaN },
    { kind: 'liquidity-gone', instrument: 'DOGE-USD' },
    { kind: 'volatility-shock', instrument: 'DOGE-USD', movePct: decimal('10') },
    { kind: 'volatility-shock', instrument: 'ETH-USD', movePct: decimal('-100') },
  ])('refuses what makes no sense: $kind', (fault) => {
    const { venue } = open()
    expect(() => venue.faults.inject(fault)).toThrow(RangeError)
    expect(venue.faults.active()).toEqual([])
  })
})
