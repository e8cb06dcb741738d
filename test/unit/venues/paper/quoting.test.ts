import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { QuoteRequest } from '../../../../src-main/domain/quote'
import { decimal, Decimal } from '../../../../src-main/lib/decimal'
import { open, order, place, unwrap, type Rig } from './support'

const ask = async (
  { venue }: Rig,
  given: Partial<Omit<QuoteRequest, 'amount' | 'limitPrice'>> & { amount?: string; limit?: string } = {},
) => {
  const { amount = '1', limit, ...rest } = given
  return venue.reader.quote({
    instrument: 'ETH-USD',
    side: 'buy',
    amountUnit: 'base',
    ...rest,
    amount: decimal(amount),
    limitPrice: limit === undefined ? null : decimal(limit),
  })
}

describe('a quote', { timeout: 30_000 }, () => {
  it('is what the order then costs: price, levels, fee and amount', async () => {
    const given = fc.record({
      instrument: fc.constantFrom('ETH-USD', 'SOL-USD', 'ETH-BTC', 'BTC-USD'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      amountUnit: fc.constantFrom('base' as const, 'quote' as const),
      usd: fc.integer({ min: 50, max: 20_000 }),
      ticks: fc.nat(5),
    })
    await fc.assert(
      fc.asyncProperty(given, async ({ instrument, side, amountUnit, usd, ticks }) => {
        const rig = open({ seed: usd })
        for (let tick = 0; tick < ticks; tick++) rig.venue.tick()
        const perUnit = { ETH: 2_500, SOL: 150, BTC: 60_000, USD: 1 }[instrument.split('-')[amountUnit === 'base' ? 0 : 1]!]!
        const quote = unwrap(
          await ask(rig, { instrument, side, amountUnit, amount: new Decimal(usd).div(perUnit).toDecimalPlaces(6).toFixed() }),
        )
        expect(quote.fillable.toFixed()).toBe('1')
        const placed = order({ instrument, side, amount: quote.baseAmount.toFixed(), price: quote.worstPrice.toFixed() })
        expect(await place(rig.venue, placed)).toMatchObject({ kind: 'accepted' })
        const status = unwrap(await rig.venue.orders.find(placed.clientOrderId))!
        expect(status.state).toBe('filled')
        expect(status.averagePrice!.sub(quote.expectedPrice).abs().lte('0.00000001')).toBe(true)
        expect(status.fee.toFixed()).toBe(quote.fee.toFixed())
        expect(rig.updates.filter(({ kind }) => kind === 'fill')).toHaveLength(quote.depthLevelsWalked)
        if (amountUnit === 'quote') expect(quote.quoteAmount.lte(new Decimal(usd).div(perUnit).toDecimalPlaces(6))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('orders its prices: mid, best, expected, worst, each no better than the one before', async () => {
    const rig = open()
    const buy = unwrap(await ask(rig, { instrument: 'SOL-USD', amount: '300' }))
    expect(buy.midPrice.lt(buy.bestPrice) && buy.bestPrice.lt(buy.expectedPrice) && buy.expectedPrice.lt(buy.worstPrice)).toBe(true)
    const sell = unwrap(await ask(rig, { instrument: 'SOL-USD', side: 'sell', amount: '300' }))
    expect(sell.midPrice.gt(sell.bestPrice) && sell.bestPrice.gt(sell.expectedPrice) && sell.expectedPrice.gt(sell.worstPrice)).toBe(true)
    expect(buy.expectedPrice.sub(buy.midPrice).div(buy.midPrice).gt('0.008')).toBe(true)
    expect(buy.feePct.toFixed()).toBe('0.2')
  })

  it('says how much of the amount can be filled', async () => {
    const rig = open()
    const { asks } = unwrap(await rig.venue.reader.depth('SOL-USD', 100))
    const all = asks.reduce((sum, { sizeBase }) => sum.add(sizeBase), decimal('0'))
    const quote = unwrap(await ask(rig, { instrument: 'SOL-USD', amount: all.mul(2).toFixed() }))
    expect(quote.fillable.toFixed()).toBe('0.5')
    expect(quote.depthLevelsWalked).toBe(asks.length)
    expect(quote.worstPrice.eq(asks.at(-1)!.price)).toBe(true)
    const worth = unwrap(await ask(rig, { instrument: 'SOL-USD', amountUnit: 'quote', amount: '100000000' }))
    expect(worth.fillable.lt('0.01') && worth.fillable.gt(0)).toBe(true)
  })

  it('stays a quote when there is nothing to fill from', async () => {
    const rig = open()
    rig.venue.faults.inject({ kind: 'liquidity-gone', instrument: null })
    for (const amountUnit of ['base', 'quote'] as const) {
      const quote = unwrap(await ask(rig, { amountUnit, amount: '100' }))
      expect(quote.fillable.toFixed()).toBe('0')
      expect(quote.depthLevelsWalked).toBe(0)
      expect(quote.expectedPrice.eq(quote.midPrice) && quote.midPrice.gt(1_000)).toBe(true)
    }
  })

  it('walks no further than a limit, and expects the limit where that is nowhere', async () => {
    const rig = open()
    const { asks } = unwrap(await rig.venue.reader.depth('SOL-USD', 3))
    const two = asks[0]!.sizeBase.add(asks[1]!.sizeBase)
    const quote = unwrap(await ask(rig, { instrument: 'SOL-USD', amount: two.mul(4).toFixed(), limit: asks[1]!.price.toFixed() }))
    expect(quote.fillable.toFixed()).toBe('0.25')
    expect(quote.worstPrice.eq(asks[1]!.price)).toBe(true)
    const resting = unwrap(await ask(rig, { amount: '2', limit: '2000' }))
    expect([resting.fillable, resting.expectedPrice, resting.worstPrice, resting.quoteAmount].map((figure) => figure.toFixed())).toEqual([
      '0',
      '2000',
      '2000',
      '4000',
    ])
    expect(unwrap(await ask(rig, { amountUnit: 'quote', amount: '4100', limit: '2000' })).baseAmount.toFixed()).toBe('2.05')
  })

  it('takes its mid, its depth and its liquidity from others, not from our own orders', async () => {
    const rig = open()
    const before = unwrap(await ask(rig, { amount: '1' }))
    const inside = before.midPrice.toDecimalPlaces(2, Decimal.ROUND_UP)
    await place(rig.venue, order({ side: 'sell', type: 'limit', timeInForce: 'gtc', amount: '1', price: inside.toFixed() }))
    const after = unwrap(await ask(rig, { amount: '1' }))
    expect(after.midPrice.eq(before.midPrice) && after.bestPrice.eq(before.bestPrice) && after.expectedPrice.eq(before.expectedPrice)).toBe(
      true,
    )
  })

  it('knows the range of the last hour and what a dollar is', async () => {
    const rig = open()
    const quote = unwrap(await ask(rig))
    expect(quote.range!.coversMs).toBe(3_600_000)
    expect(quote.range!.low.lte(quote.midPrice) && quote.range!.high.gte(quote.midPrice)).toBe(true)
    expect(quote.usdPerQuote!.toFixed()).toBe('1')
    const cross = unwrap(await ask(rig, { instrument: 'ETH-BTC' }))
    const btc = unwrap(await ask(rig, { instrument: 'BTC-USD', amount: '0.1' }))
    expect(cross.usdPerQuote!.eq(btc.midPrice)).toBe(true)
    expect(quote.quotedAtMs).toBe(rig.clock.steadyMs())
    expect(quote.quoteId).not.toBe(cross.quoteId)
  })

  it('brings an hour of prices up to now, whatever the calendar did', async () => {
    const rig = open()
    await rig.clock.advance(1_500)
    rig.clock.jumpWall(-86_400_000)
    rig.venue.tick()
    const points = unwrap(await rig.venue.reader.prices('BTC-USD'))
    expect(points[0]!.atMs).toBe(rig.clock.wallMs() - 3_600_000)
    expect(points.at(-1)!.atMs).toBe(rig.clock.wallMs())
    for (let index = 1; index < points.length; index++) expect(points[index]!.atMs).toBeGreaterThan(points[index - 1]!.atMs)
    expect(points.length).toBe(721)
  })

  it.each([
    ['an unknown instrument', { instrument: 'DOGE-USD' }],
    ['no amount', { amount: '0' }],
    ['a negative amount', { amount: '-1' }],
    ['less than a lot', { amount: '0.00001' }],
    ['less than a lot is worth', { amount: '0.01', amountUnit: 'quote' }],
    ['a limit off the tick', { limit: '2000.001' }],
  ] as const)('is refused for %s', async (_what, given) => {
    expect(await ask(open(), given)).toMatchObject({ ok: false, error: { code: 'INVALID_INSTRUCTION' } })
  })

  it('knows no depth and no prices of what is not traded', async () => {
    const { venue } = open()
    expect(await venue.reader.depth('DOGE-USD', 5)).toMatchObject({ ok: false, error: { code: 'INVALID_INSTRUCTION' } })
    expect(await venue.reader.prices('DOGE-USD')).toMatchObject({ ok: false, error: { code: 'INVALID_INSTRUCTION' } })
  })
})
