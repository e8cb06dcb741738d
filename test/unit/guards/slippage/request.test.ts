import { describe, expect, it } from 'vitest'

import type { OrderIntent } from '../../../../src-main/domain/intent'
import type { VenueOrderRequest } from '../../../../src-main/domain/plan'
import type { Quote } from '../../../../src-main/domain/quote'
import { slippageGuard } from '../../../../src-main/guards/slippage/slippage-guard'
import { decimal } from '../../../../src-main/lib/decimal'
import { intentOf, paperInput, quoteOf, requestOf, swapOf, txOf } from '../support/input'
import { answer, detailOf, figureOf } from '../support/verdicts'

function judge(request: Partial<VenueOrderRequest>, intent: Partial<OrderIntent> = {}, quote: Partial<Quote> = {}) {
  return slippageGuard.evaluate(paperInput({ intent: intentOf(intent), quote: quoteOf(quote), request: requestOf(request) }))
}

describe('what an exchange is asked', () => {
  it('may be as bad as mid less the limit, and no worse', () => {
    expect(answer(judge({ limitPrice: decimal('1980') }))).toBe('pass')
    expect(answer(judge({ limitPrice: decimal('1979.99') }))).toBe('EXCEEDED_LIMIT')
    const buy = (limitPrice: string) =>
      judge({ side: 'buy', limitPrice: decimal(limitPrice) }, { side: 'buy' }, { side: 'buy', expectedPrice: decimal('2001') })
    expect(answer(buy('2020'))).toBe('pass')
    expect(answer(buy('2020.01'))).toBe('EXCEEDED_LIMIT')
    expect(detailOf(buy('2020.01'))).toMatchObject({ price: '2020.01', worstAllowed: '2020' })
    expect(figureOf(buy('2020'), 'worst price')).toBe('2020')
  })

  it.each([
    ['the other side', { side: 'buy' }],
    ['another instrument', { instrument: 'BTC-USD' }],
    ['another type', { type: 'limit' }],
    ['another time in force', { timeInForce: 'gtc' }],
    ['no price', { limitPrice: decimal('0') }],
    ['a price that is no number', { limitPrice: decimal('NaN') }],
    ['an endless price', { limitPrice: decimal('Infinity') }],
    ['no amount', { baseAmount: decimal('0') }],
    ['an amount that is no number', { baseAmount: decimal('NaN') }],
    ['more', { baseAmount: decimal('1.0001') }],
    ['a digit less than rounding takes', { baseAmount: decimal('0.9999') }],
  ] as const)('is refused with %s', (_, request) => {
    expect(answer(judge(request))).toBe('CALLDATA_MISMATCH')
  })

  it('may round the amount down to what the venue accepts', () => {
    const wanted = { amount: decimal('1.00009') }
    expect(answer(judge({ baseAmount: decimal('1') }, wanted))).toBe('pass')
    expect(answer(judge({ baseAmount: decimal('1.0001') }, wanted))).toBe('CALLDATA_MISMATCH')
  })

  describe('for an amount in quote', () => {
    // 2000 USD at 1990 each and a fee of 0.2 %: between 1.0030 and 1.0070.
    const sized = (baseAmount: string) =>
      answer(judge({ baseAmount: decimal(baseAmount) }, { amount: decimal('2000'), amountUnit: 'quote' }))

    it('is worth that amount, with or without the fee, rounded down', () => {
      expect(sized('1.0050')).toBe('pass') // 2000 / 1990
      expect(sized('1.0070')).toBe('pass') // 2000 / 0.998 / 1990
      expect(sized('1.0030')).toBe('pass') // 2000 × 0.998 / 1990
      expect(sized('1.0029')).toBe('CALLDATA_MISMATCH')
      expect(sized('1.0071')).toBe('CALLDATA_MISMATCH')
    })

    it('is sized by the price of a limit order', () => {
      const intent = {
        type: 'limit',
        timeInForce: 'gtc',
        limitPrice: decimal('4000'),
        amount: decimal('2000'),
        amountUnit: 'quote',
      } as const
      const request = { type: 'limit', timeInForce: 'gtc', limitPrice: decimal('4000') } as const
      expect(answer(judge({ ...request, baseAmount: decimal('0.5') }, intent))).toBe('pass')
      expect(answer(judge({ ...request, baseAmount: decimal('0.502') }, intent))).toBe('CALLDATA_MISMATCH')
    })
  })

  it('is at the price of a limit order, or better for the person', () => {
    const intent = { type: 'limit', timeInForce: 'gtc', limitPrice: decimal('2100') } as const
    const at = (limitPrice: string) => answer(judge({ type: 'limit', timeInForce: 'gtc', limitPrice: decimal(limitPrice) }, intent))
    expect(at('2100')).toBe('pass')
    expect(at('2100.01')).toBe('pass')
    expect(at('2099.99')).toBe('CALLDATA_MISMATCH')
  })

  it('is one request, and nothing is signed for it', () => {
    expect(answer(slippageGuard.evaluate(paperInput({ request: null })))).toBe('INVALID_TRANSACTION')
    expect(answer(slippageGuard.evaluate(paperInput({ tx: txOf(), call: swapOf() })))).toBe('INVALID_TRANSACTION')
    expect(answer(slippageGuard.evaluate(paperInput({ request: null, tx: txOf(), call: swapOf() })))).toBe('INVALID_TRANSACTION')
  })
})
