import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { OrderIntent } from '../../../../src-main/domain/intent'
import { decimal } from '../../../../src-main/lib/decimal'
import { open, unwrap, type Rig } from './support'

const context = (limitPct: string) => ({
  orderId: 'the-order',
  from: null,
  slippageLimitPct: decimal(limitPct),
  ownNonces: { held: [], refused: [] },
  nowMs: 0,
})

function intent(given: Partial<Omit<OrderIntent, 'amount' | 'limitPrice'>> & { amount?: string; limit?: string }): OrderIntent {
  const { amount = '1', limit, ...rest } = given
  return {
    environment: 'paper',
    venue: 'paper',
    instrument: 'ETH-USD',
    side: 'buy',
    type: limit === undefined ? 'market' : 'limit',
    timeInForce: 'gtc',
    amountUnit: 'base',
    riskProfile: 'moderate',
    account: 'paper',
    source: 'person',
    ...rest,
    amount: decimal(amount),
    limitPrice: limit === undefined ? null : decimal(limit),
  }
}

async function plan({ venue }: Rig, wanted: OrderIntent, limitPct = '1') {
  const { instrument, side, amount, amountUnit, limitPrice } = wanted
  const quote = unwrap(await venue.reader.quote({ instrument, side, amount, amountUnit, limitPrice }))
  const populated = await venue.planner.populate(wanted, quote, context(limitPct))
  return { quote, populated }
}

describe('planning an order', { timeout: 30_000 }, () => {
  it('collars a market order at mid and the slippage limit, on the tick, never beyond it', async () => {
    const given = fc.record({
      instrument: fc.constantFrom('ETH-USD', 'BTC-USD', 'SOL-USD', 'ETH-BTC'),
      side: fc.constantFrom('buy' as const, 'sell' as const),
      limit: fc.integer({ min: 0, max: 2_000 }),
    })
    await fc.assert(
      fc.asyncProperty(given, async ({ instrument, side, limit }) => {
        const rig = open({ seed: limit })
        const limitPct = (limit / 100).toFixed(2)
        const { quote, populated } = await plan(rig, intent({ instrument, side }), limitPct)
        const step = unwrap(populated).steps[0]!
        if (step.kind !== 'venue-order') throw new Error('not an order')
        const { limitPrice } = step.request
        const loss = (side === 'buy' ? limitPrice.sub(quote.midPrice) : quote.midPrice.sub(limitPrice)).mul(100)
        expect(loss.lte(quote.midPrice.mul(limitPct))).toBe(true)
        expect(limitPrice.decimalPlaces()).toBeLessThanOrEqual(quote.instrument.priceDigits)
        // Not a tick tighter than it must be.
        const tick = decimal(1).div(decimal(10).pow(quote.instrument.priceDigits)).mul(100)
        expect(loss.add(tick).gt(quote.midPrice.mul(limitPct))).toBe(true)
      }),
      { numRuns: 40 },
    )
  })

  it('asks for exactly what was wanted', async () => {
    const rig = open()
    const { quote, populated } = await plan(rig, intent({ amount: '1.23456' }))
    const { steps, simulation, networkFee, minReceived } = unwrap(populated)
    expect(steps).toEqual([
      {
        kind: 'venue-order',
        purpose: 'order',
        request: {
          clientOrderId: 'the-order',
          instrument: 'ETH-USD',
          side: 'buy',
          type: 'market',
          timeInForce: 'gtc',
          baseAmount: decimal('1.2345'),
          limitPrice: quote.midPrice.mul('1.01').toDecimalPlaces(2, 1),
        },
      },
    ])
    expect([simulation, networkFee, minReceived.toFixed()]).toEqual([null, null, '1.2345'])
  })

  it('keeps the price of a limit order, and takes the fee off what a sale brings', async () => {
    const { populated } = await plan(open(), intent({ side: 'sell', amount: '2', limit: '2600' }))
    const { steps, minReceived } = unwrap(populated)
    expect(steps[0]).toMatchObject({ request: { limitPrice: decimal('2600') } })
    expect(minReceived.toFixed()).toBe('5189.6')
  })

  it('turns quote amounts into whole lots, rounded down', async () => {
    const limit = unwrap((await plan(open(), intent({ amount: '1000', amountUnit: 'quote', limit: '2333.33' }))).populated)
    expect(limit.steps[0]).toMatchObject({ request: { baseAmount: decimal('0.4285') } })
    const { quote, populated } = await plan(open(), intent({ amount: '1000', amountUnit: 'quote' }))
    const step = unwrap(populated).steps[0]!
    if (step.kind !== 'venue-order') throw new Error('not an order')
    expect(step.request.baseAmount.eq(quote.baseAmount)).toBe(true)
    expect(step.request.baseAmount.mul(quote.expectedPrice).lte(1_000.00001)).toBe(true)
    expect(step.request.baseAmount.add('0.0001').mul(quote.expectedPrice).gt(999.9)).toBe(true)
  })

  it('refuses what the venue would refuse, or what the quote is not about', async () => {
    const rig = open()
    const { quote } = await plan(rig, intent({}))
    const refused = { ok: false, error: { code: 'INVALID_INSTRUCTION' } }
    const populate = (wanted: OrderIntent, limitPct = '1') => rig.venue.planner.populate(wanted, quote, context(limitPct))
    expect(await populate(intent({ amount: '0.0001' }))).toMatchObject(refused)
    expect(await populate(intent({ limit: '2500.001' }))).toMatchObject(refused)
    expect(await populate(intent({ side: 'sell' }))).toMatchObject(refused)
    expect(await populate(intent({ instrument: 'BTC-USD' }))).toMatchObject(refused)
    expect(await populate(intent({ instrument: 'DOGE-USD' }))).toMatchObject(refused)
    expect(await populate(intent({ venue: 'uniswap-v3' }))).toMatchObject(refused)
    expect(await populate({ ...intent({}), type: 'limit' })).toMatchObject(refused)
    expect(await populate(intent({}), 'NaN')).toMatchObject(refused)
    expect(await populate(intent({}), '-1')).toMatchObject(refused)
  })
})
