import { describe, expect, it } from 'vitest'

import { limitsGuard } from '../../../../src-main/guards/limits/limits-guard'
import { exposureUsd } from '../../../../src-main/guards/limits/exposure'
import { decimal } from '../../../../src-main/lib/decimal'
import { cancelInput, intentOf, limitFacts, paperInput, quoteOf } from '../support/input'

const judge = (changed: Parameters<typeof paperInput>[0] = {}) => limitsGuard.evaluate(paperInput(changed))
/** The code and figures of a refusal, or `pass`. */
const said = (changed: Parameters<typeof paperInput>[0]) => {
  const verdict = judge(changed)
  return verdict.outcome === 'deny' ? [verdict.denial.code, verdict.denial.figures] : 'pass'
}

describe('B9: the limits guard', () => {
  it('passes an order that has room, and shows each limit with what is used, this order included', () => {
    const verdict = judge()
    expect(verdict.outcome).toBe('pass')
    expect(verdict.figures.map(({ name, value, limit }) => [name, value, limit])).toEqual([
      ['order value', '1990', '100000'],
      ['ETH today', '14335.67', '500000'],
      ['all assets today', '25446.78', '1000000'],
      ['orders in a second', '1', '2'],
      ['orders in a minute', '4', '20'],
      ['open orders', '3', '10'],
      ['same order', '1', '3'],
    ])
  })

  it.each([
    [
      'an order’s value',
      limitFacts({ maxOrderUsd: decimal('1990') }),
      limitFacts({ maxOrderUsd: decimal('1989.999') }),
      'ORDER_VALUE_EXCEEDS_LIMIT',
    ],
    [
      'an asset’s day',
      limitFacts({ maxAssetDayUsd: decimal('14335.67') }),
      limitFacts({ maxAssetDayUsd: decimal('14335.66') }),
      'ASSET_DAY_LIMIT',
    ],
    ['the day', limitFacts({ maxDayUsd: decimal('25446.78') }), limitFacts({ maxDayUsd: decimal('25446.77') }), 'DAY_LIMIT'],
    ['orders in a second', limitFacts({}, { ordersLastSecond: 1 }), limitFacts({}, { ordersLastSecond: 2 }), 'ORDER_RATE_EXCEEDED'],
    ['orders in a minute', limitFacts({}, { ordersLastMinute: 19 }), limitFacts({}, { ordersLastMinute: 20 }), 'ORDER_RATE_EXCEEDED'],
    ['open orders', limitFacts({}, { openOrders: 9 }), limitFacts({}, { openOrders: 10 }), 'OPEN_ORDERS_LIMIT'],
    ['the same order', limitFacts({}, { repeats: 2 }), limitFacts({}, { repeats: 3 }), 'REPEATED_ORDER'],
  ])('lets %s go up to its limit and not beyond', (_, within, beyond, code) => {
    expect(said({ limits: within })).toBe('pass')
    expect(said({ limits: beyond })[0]).toBe(code)
  })

  it('names the figure and the limit', () => {
    expect(said({ limits: limitFacts({ maxAssetDayUsd: decimal('14000') }) })).toEqual([
      'ASSET_DAY_LIMIT',
      { asset: 'ETH', usedUsd: '12345.67', valueUsd: '1990', limitUsd: '14000' },
    ])
    expect(said({ limits: limitFacts({}, { repeats: 3 }) })).toEqual([
      'REPEATED_ORDER',
      { instrument: 'ETH-USD', side: 'sell', amount: '1', count: '3', limit: '3', windowMs: '600000' },
    ])
    expect(said({ limits: limitFacts({}, { ordersLastMinute: 20 }) })).toEqual([
      'ORDER_RATE_EXCEEDED',
      { per: 'minute', count: '21', limit: '20' },
    ])
  })

  it('rounds what it shows up: what exceeds a limit by less than a cent does not read as if it did not', () => {
    const quote = quoteOf({ quoteAmount: decimal('2000.0001') })
    expect(said({ quote, limits: limitFacts({ maxOrderUsd: decimal('2000') }) })).toEqual([
      'ORDER_VALUE_EXCEEDS_LIMIT',
      { valueUsd: '2000.01', limitUsd: '2000' },
    ])
  })

  it('refuses a throttled order however few of it there were in the window', () => {
    expect(said({ limits: limitFacts({}, { repeats: 0, throttled: true }) })[0]).toBe('REPEATED_ORDER')
  })

  it('denies what it cannot value or count', () => {
    expect(said({ quote: null })[0]).toBe('QUOTE_UNAVAILABLE')
    expect(said({ quote: quoteOf({ usdPerQuote: null }) })[0]).toBe('LIMIT_VALUE_UNKNOWN')
    for (const odd of ['NaN', 'Infinity', '0', '-5'])
      expect(said({ quote: quoteOf({ quoteAmount: decimal(odd) }) })[0], odd).toBe('LIMIT_VALUE_UNKNOWN')
    expect(said({ limits: { kind: 'unknown', why: 'the journal was not read yet' } })).toEqual([
      'LIMIT_USAGE_UNKNOWN',
      { why: 'the journal was not read yet' },
    ])
    expect(said({ intent: null })[0]).toBe('INVALID_INTENT')
  })

  it('denies figures that are no figures', () => {
    for (const usage of [
      { assetDayUsd: decimal('NaN') },
      { dayUsd: decimal('NaN') },
      { ordersLastSecond: NaN },
      { ordersLastMinute: NaN },
      { openOrders: NaN },
      { repeats: NaN },
    ])
      expect(said({ limits: limitFacts({}, usage) }), JSON.stringify(usage)).not.toBe('pass')
  })

  it('judges a limit order by its own price where that makes it worth more', () => {
    const value = (limitPrice: string | null) =>
      exposureUsd({ intent: { limitPrice: limitPrice === null ? null : decimal(limitPrice) }, quote: quoteOf() })?.toFixed()
    expect([value(null), value('2100'), value('1900')]).toEqual(['1990', '2100', '1990'])
    const intent = intentOf({ type: 'limit', limitPrice: decimal('30000') })
    expect(said({ intent, limits: limitFacts({ maxOrderUsd: decimal('29999') }) })[0]).toBe('ORDER_VALUE_EXCEEDS_LIMIT')
  })

  it('says of a move of funds that it is no order', () => {
    expect(limitsGuard.evaluate(cancelInput({ purpose: 'fund-move' })).outcome).toBe('pass')
  })
})
