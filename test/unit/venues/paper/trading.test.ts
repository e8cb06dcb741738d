import { describe, expect, it } from 'vitest'

import { decimal } from '../../../../src-main/lib/decimal'
import { PAPER_ACCOUNT } from '../../../../src-main/venues/paper/listings'
import type { VenueOrderUpdate } from '../../../../src-main/venues/venue'
import { balance, bestPrice, open, order, place, unwrap } from './support'

const fills = (updates: readonly VenueOrderUpdate[]) => updates.filter((update) => update.kind === 'fill')
const tick = '0.01'

describe('trading on paper', () => {
  it('begins with 100 000 USD, 10 ETH, 1 BTC and 500 SOL', async () => {
    const { venue } = open()
    const balances = unwrap(await venue.reader.balances(PAPER_ACCOUNT))
    expect(balances.map(({ asset, free, held }) => [asset, free.toFixed(), held.toFixed()])).toEqual([
      ['USD', '100000', '0'],
      ['ETH', '10', '0'],
      ['BTC', '1', '0'],
      ['SOL', '500', '0'],
    ])
    expect(balances[0]!.usd!.toFixed()).toBe('100000')
    expect(Number(balances[1]!.usd!.toFixed())).toBeGreaterThan(20_000)
    expect(await venue.reader.balances('somebody')).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } })
  })

  it('lists four instruments as the quote and the rules need them', async () => {
    const { venue } = open()
    const instruments = unwrap(await venue.reader.instruments())
    expect(instruments.map(({ symbol, priceDigits, amountDigits }) => [symbol, priceDigits, amountDigits])).toEqual([
      ['ETH-USD', 2, 4],
      ['BTC-USD', 1, 5],
      ['SOL-USD', 2, 3],
      ['ETH-BTC', 5, 3],
    ])
  })

  it('fills a market order from the best price on, takes the fee in the quote asset, and tells each fill', async () => {
    const { venue, updates } = open()
    const depth = unwrap(await venue.reader.depth('ETH-USD', 30))
    const [first, second] = depth.asks
    const amount = first!.sizeBase.add('0.5')
    const request = order({ amount: amount.toFixed() })
    expect(await place(venue, request)).toEqual({ kind: 'accepted', ref: 'PAPER-1' })

    const cost = first!.sizeBase.mul(first!.price).add(second!.price.mul('0.5'))
    const fee = cost.mul('0.002')
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'fill'])
    expect(fills(updates).map(({ price }) => price.toFixed())).toEqual([first!.price.toFixed(), second!.price.toFixed()])
    expect(fills(updates).at(-1)).toMatchObject({ feeAsset: 'USD', clientOrderId: request.clientOrderId })
    expect(fills(updates).at(-1)!.remainingBase.toFixed()).toBe('0')
    const status = unwrap(await venue.orders.find(request.clientOrderId))!
    expect(status.state).toBe('filled')
    expect(status.filledBase.toFixed()).toBe(amount.toFixed())
    expect(status.fee.sub(fee).abs().lte('0.00000001')).toBe(true)
    expect(status.averagePrice!.sub(cost.div(amount)).abs().lt('0.00000001')).toBe(true)
    const usd = await balance(venue, 'USD')
    expect(usd.free.toFixed()).toBe(decimal('100000').sub(cost).sub(status.fee).toFixed())
    expect(usd.held.toFixed()).toBe('0')
    expect((await balance(venue, 'ETH')).free.toFixed()).toBe(amount.add(10).toFixed())
  })

  it('sells likewise, the fee coming off the proceeds', async () => {
    const { venue, updates } = open()
    await place(venue, order({ side: 'sell', amount: '0.5' }))
    const [fill] = fills(updates)
    const usd = await balance(venue, 'USD')
    expect(usd.free.toFixed()).toBe(decimal('100000').add(fill!.price.mul('0.5').mul('0.998')).toFixed())
    expect((await balance(venue, 'ETH')).free.toFixed()).toBe('9.5')
  })

  it('never pays more than a market order’s collar: what is beyond is canceled', async () => {
    const { venue, updates } = open()
    const depth = unwrap(await venue.reader.depth('SOL-USD', 3))
    const collar = depth.asks[2]!.price
    const inside = depth.asks.reduce((sum, { sizeBase }) => sum.add(sizeBase), decimal('0'))
    await place(venue, order({ instrument: 'SOL-USD', amount: '200', price: collar.toFixed() }))
    for (const { price } of fills(updates)) expect(price.lte(collar)).toBe(true)
    expect(updates.at(-1)).toMatchObject({ kind: 'canceled', why: 'price-limit' })
    expect(updates.at(-1)).toHaveProperty('remainingBase', decimal('200').sub(inside))
    expect((await balance(venue, 'USD')).held.toFixed()).toBe('0')
  })

  it('runs out of depth in SOL before the account does', async () => {
    const { venue, updates } = open()
    await place(venue, order({ instrument: 'SOL-USD', side: 'sell', amount: '500', price: '1' }))
    expect(updates.at(-1)).toMatchObject({ kind: 'canceled', why: 'no-liquidity' })
    expect(unwrap(await venue.reader.depth('SOL-USD', 10)).bids).toEqual([])
    venue.tick()
    expect(unwrap(await venue.reader.depth('SOL-USD', 10)).bids).toHaveLength(10)
  })

  it('rests a gtc limit order at its price with its funds held, and frees them on cancel', async () => {
    const { venue, updates } = open()
    const request = order({ type: 'limit', timeInForce: 'gtc', amount: '2', price: '2000' })
    expect(await place(venue, request)).toMatchObject({ kind: 'accepted' })
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted'])
    expect(unwrap(await venue.orders.open())).toEqual([request.clientOrderId])
    const usd = await balance(venue, 'USD')
    expect([usd.free.toFixed(), usd.held.toFixed()]).toEqual(['95992', '4008'])
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'open', averagePrice: null })

    expect(await venue.placer.cancel(request.clientOrderId)).toEqual({ kind: 'canceled' })
    expect(await venue.placer.cancel(request.clientOrderId)).toEqual({ kind: 'not-open' })
    expect(await venue.placer.cancel('never-seen')).toEqual({ kind: 'not-open' })
    expect(updates.at(-1)).toMatchObject({ kind: 'canceled', why: 'requested' })
    expect(unwrap(await venue.orders.open())).toEqual([])
    expect((await balance(venue, 'USD')).free.toFixed()).toBe('100000')
    expect(unwrap(await venue.orders.find(request.clientOrderId))).toMatchObject({ state: 'canceled' })
  })

  it('cancels the rest of an ioc limit order and rests that of a gtc one', async () => {
    const { venue, updates } = open()
    const { asks } = unwrap(await venue.reader.depth('ETH-USD', 2))
    const price = asks[0]!.price.toFixed()
    const amount = asks[0]!.sizeBase.add(1).toFixed()
    await place(venue, order({ type: 'limit', timeInForce: 'ioc', amount, price }))
    expect(updates.map(({ kind }) => kind)).toEqual(['accepted', 'fill', 'canceled'])
    venue.tick()
    const again = unwrap(await venue.reader.depth('ETH-USD', 1)).asks[0]!
    const gtc = order({ type: 'limit', timeInForce: 'gtc', amount: again.sizeBase.add(1).toFixed(), price: again.price.toFixed() })
    await place(venue, gtc)
    expect(updates.slice(3).map(({ kind }) => kind)).toEqual(['accepted', 'fill'])
    expect(unwrap(await venue.orders.open())).toEqual([gtc.clientOrderId])
    const { bids } = unwrap(await venue.reader.depth('ETH-USD', 1))
    expect(bids[0]).toEqual({ price: again.price, sizeBase: decimal('1') })
  })

  it('fills a resting order, in parts and at its own price, when the market trades through it', async () => {
    const { venue, updates } = open()
    // A tick inside the spread and larger than what others bring in one go: several trades are needed.
    const price = (await bestPrice(venue, 'buy')).sub(tick)
    const request = order({ type: 'limit', timeInForce: 'gtc', amount: '30', price: price.toFixed() })
    await place(venue, request)
    for (let ticks = 0; ticks < 4_000 && unwrap(await venue.orders.open()).length > 0; ticks++) venue.tick()
    const parts = fills(updates)
    expect(parts.length).toBeGreaterThan(1)
    for (const fill of parts) expect(fill.price.eq(price)).toBe(true)
    const status = unwrap(await venue.orders.find(request.clientOrderId))!
    expect(status.state).toBe('filled')
    // The maker's rate.
    expect(status.fee.toFixed()).toBe(price.mul(30).mul('0.001').toFixed())
  })

  it('lets the earlier order at a price be filled first', async () => {
    const { venue, updates } = open()
    const price = (await bestPrice(venue, 'buy')).sub(tick).toFixed()
    const [early, late] = ['2', '2'].map((amount) => order({ type: 'limit', timeInForce: 'gtc', amount, price }))
    await place(venue, early!)
    await place(venue, late!)
    for (let ticks = 0; ticks < 4_000 && unwrap(await venue.orders.open()).length > 0; ticks++) venue.tick()
    const ids = fills(updates).map(({ clientOrderId }) => clientOrderId)
    expect(new Set(ids)).toEqual(new Set([early!.clientOrderId, late!.clientOrderId]))
    expect(ids.lastIndexOf(early!.clientOrderId)).toBeLessThan(ids.indexOf(late!.clientOrderId))
  })

  it('never trades with itself: the resting order is canceled', async () => {
    const { venue, updates } = open()
    const price = (await bestPrice(venue, 'buy')).sub(tick).toFixed()
    const resting = order({ side: 'sell', type: 'limit', timeInForce: 'gtc', amount: '1', price })
    await place(venue, resting)
    await place(venue, order({ amount: '0.5' }))
    expect(updates.filter(({ clientOrderId }) => clientOrderId === resting.clientOrderId).at(-1)).toMatchObject({
      kind: 'canceled',
      why: 'self-trade',
    })
    expect(fills(updates).every((fill) => fill.price.gt(price))).toBe(true)
    expect((await balance(venue, 'ETH')).held.toFixed()).toBe('0')
  })

  it('knows a client order id: the first answer, never a second order', async () => {
    const { venue, updates } = open()
    const request = order({ amount: '1' })
    const first = await place(venue, request)
    const { free } = await balance(venue, 'USD')
    expect(await place(venue, request)).toEqual(first)
    expect(await place(venue, { ...request, baseAmount: decimal('2') })).toEqual(first)
    expect((await balance(venue, 'USD')).free.toFixed()).toBe(free.toFixed())
    expect(updates.filter(({ kind }) => kind === 'accepted')).toHaveLength(1)

    const poor = order({ amount: '1000' })
    const refusal = await place(venue, poor)
    expect(refusal).toMatchObject({ kind: 'rejected', failure: { code: 'INSUFFICIENT_FUNDS' } })
    expect(await place(venue, { ...poor, baseAmount: decimal('1') })).toEqual(refusal)
    expect(unwrap(await venue.orders.find(poor.clientOrderId))).toMatchObject({ state: 'rejected', feeAsset: 'USD' })
  })

  it.each([
    ['an unknown instrument', { instrument: 'DOGE-USD' }, 'INVALID_INSTRUCTION'],
    ['less than the smallest amount', { amount: '0.0009' }, 'INVALID_INSTRUCTION'],
    ['an amount off the lot', { amount: '1.00001' }, 'INVALID_INSTRUCTION'],
    ['no amount', { amount: '0' }, 'INVALID_INSTRUCTION'],
    ['a negative amount', { amount: '-1' }, 'INVALID_INSTRUCTION'],
    ['NaN', { amount: 'NaN' }, 'INVALID_INSTRUCTION'],
    ['an endless amount', { amount: 'Infinity' }, 'INVALID_INSTRUCTION'],
    ['an absurd amount', { amount: '1e40' }, 'INVALID_INSTRUCTION'],
    ['a price off the tick', { price: '2500.001' }, 'INVALID_INSTRUCTION'],
    ['a price of nothing', { price: '0' }, 'INVALID_INSTRUCTION'],
    ['an id that is none', { clientOrderId: 'a b' }, 'INVALID_INSTRUCTION'],
    ['more USD than there is', { amount: '50' }, 'INSUFFICIENT_FUNDS'],
    ['more ETH than there is', { side: 'sell', amount: '10.0001' }, 'INSUFFICIENT_FUNDS'],
  ] as const)('refuses %s', async (_what, given, code) => {
    const { venue, updates } = open()
    const request = order(given)
    const outcome = await place(venue, request)
    expect(outcome).toMatchObject({ kind: 'rejected', failure: { code } })
    expect(updates).toEqual([])
    expect(unwrap(await venue.reader.balances(PAPER_ACCOUNT)).map(({ free }) => free.toFixed())).toEqual(['100000', '10', '1', '500'])
  })

  it('takes no signed transactions', async () => {
    const { venue } = open()
    let looked = false
    const outcome = await venue.placer.place({ kind: 'signed-tx', raw: '0x02', hash: '0x00' }, () => {
      looked = true
      return null
    })
    expect(outcome).toMatchObject({ kind: 'rejected', failure: { code: 'UNSUPPORTED' } })
    expect(looked).toBe(false)
  })

  it('moves by the clock, tells the market’s moves, and stops', async () => {
    const { venue, clock } = open()
    const seen: string[] = []
    venue.onMarket(({ instrument }) => seen.push(instrument))
    const before = unwrap(await venue.reader.depth('ETH-USD', 5))
    await clock.advance(500)
    expect(seen).toEqual(['ETH-USD', 'BTC-USD', 'SOL-USD', 'ETH-BTC'])
    expect(unwrap(await venue.reader.depth('ETH-USD', 5)).asks).not.toEqual(before.asks)
    expect(await venue.reader.health()).toMatchObject({ ok: true, lastSuccessMs: clock.wallMs() })

    const waiting = order({ type: 'limit', timeInForce: 'gtc', price: '2000' })
    await place(venue, waiting)
    seen.length = 0
    venue.stop()
    venue.stop()
    expect(clock.pendingTasks).toBe(0)
    expect(seen).toEqual([])
    expect(await place(venue, order())).toMatchObject({ kind: 'rejected', failure: { code: 'VENUE_CLOSED' } })
    expect(await venue.placer.cancel(waiting.clientOrderId)).toMatchObject({ kind: 'rejected', failure: { code: 'VENUE_CLOSED' } })
    expect(await venue.orders.open()).toMatchObject({ ok: false, error: { code: 'VENUE_CLOSED' } })
    expect(await venue.reader.health()).toMatchObject({ ok: false })
  })

  it('goes on when a listener throws, and says so', async () => {
    const { venue, faults, updates } = open()
    venue.orders.subscribe(() => {
      throw new Error('listener')
    })
    venue.onMarket(() => {
      throw new Error('watcher')
    })
    const late: string[] = []
    const cancel = venue.orders.subscribe((told) => late.push(...told.map(({ kind }) => kind)))
    expect(await place(venue, order())).toMatchObject({ kind: 'accepted' })
    expect(late).toEqual(updates.map(({ kind }) => kind))
    expect(faults.map(String)).toContain('Error: listener')
    expect(faults.map(String)).toContain('Error: watcher')
    cancel()
    await place(venue, order())
    expect(late.length).toBeLessThan(updates.length)
  })
})
