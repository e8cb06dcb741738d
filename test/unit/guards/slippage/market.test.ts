import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { RiskProfile } from '../../../../src-main/domain/intent'
import type { Quote } from '../../../../src-main/domain/quote'
import type { GuardInput, SlippageSettings } from '../../../../src-main/guards/guard'
import { slippageGuard } from '../../../../src-main/guards/slippage/slippage-guard'
import { DEFAULT_SLIPPAGE_SETTINGS } from '../../../../src-main/guards/slippage/settings'
import { decimal } from '../../../../src-main/lib/decimal'
import { NOW_MS, approveInput, breakers, cancelInput, intentOf, paperInput, quoteOf, requestOf } from '../support/input'
import { answer, detailOf, figureOf } from '../support/verdicts'

const judge = (changed: Partial<GuardInput>) => slippageGuard.evaluate(paperInput(changed))
const withQuote = (changed: Partial<Quote>) => judge({ quote: quoteOf(changed) })
const settings = (changed: Partial<SlippageSettings>): SlippageSettings => ({ ...DEFAULT_SLIPPAGE_SETTINGS, ...changed })

/** An order of either side at an expected price; the exchange is asked at mid, so that only the expectation is judged. */
function expecting(side: 'buy' | 'sell', expectedPrice: string, riskProfile: RiskProfile = 'moderate') {
  return judge({
    intent: intentOf({ side, riskProfile }),
    quote: quoteOf({ side, expectedPrice: decimal(expectedPrice) }),
    request: requestOf({ side, limitPrice: decimal('2000') }),
  })
}

describe('expected slippage', () => {
  it.each([
    ['conservative', '2010', '2010.01', '1990', '1989.99'],
    ['moderate', '2020', '2020.01', '1980', '1979.99'],
    ['aggressive', '2040', '2040.01', '1960', '1959.99'],
  ] as const)('may reach the limit of the %s profile, and not exceed it', (profile, buy, buyWorse, sell, sellWorse) => {
    expect(answer(expecting('buy', buy, profile))).toBe('pass')
    expect(answer(expecting('buy', buyWorse, profile))).toBe('EXCEEDED_LIMIT')
    expect(answer(expecting('sell', sell, profile))).toBe('pass')
    expect(answer(expecting('sell', sellWorse, profile))).toBe('EXCEEDED_LIMIT')
  })

  it('says what was expected and what is allowed', () => {
    expect(detailOf(expecting('buy', '2028.4'))).toEqual({ slippagePct: '1.42', limitPct: '1', profile: 'moderate' })
    expect(figureOf(expecting('buy', '2010'), 'expected slippage')).toBe('0.5')
  })

  it('is no loss when the price is better than mid', () => {
    expect(answer(expecting('buy', '1000'))).toBe('pass')
    expect(answer(expecting('sell', '3000'))).toBe('pass')
    expect(figureOf(expecting('buy', '1990'), 'expected slippage')).toBe('-0.5')
  })

  it('leaves fees apart', () => {
    expect(answer(withQuote({ feePct: decimal('5'), fee: decimal('99.5') }))).toBe('pass')
  })

  it('is judged by the sign of the direction, whatever the prices', () => {
    const price = fc.integer({ min: 1, max: 1_000_000_000 }).map((cents) => decimal(cents).div(100))
    fc.assert(
      fc.property(price, price, fc.constantFrom('buy' as const, 'sell' as const), (midPrice, expectedPrice, side) => {
        const verdict = judge({
          intent: intentOf({ side }),
          quote: quoteOf({ side, midPrice, expectedPrice, range: { low: midPrice, high: midPrice, coversMs: 0 } }),
          request: requestOf({ side, limitPrice: midPrice }),
        })
        const allowed = side === 'buy' ? expectedPrice.lte(midPrice.mul('1.01')) : expectedPrice.gte(midPrice.mul('0.99'))
        expect(answer(verdict)).toBe(allowed ? 'pass' : 'EXCEEDED_LIMIT')
      }),
    )
  })

  it.each([
    ['is no number', { moderate: decimal('NaN') }],
    ['is below zero', { moderate: decimal('-1') }],
  ])('is refused when the limit %s', (_, part) => {
    const slippage = settings({ limitPct: { ...DEFAULT_SLIPPAGE_SETTINGS.limitPct, ...part } })
    const atMid = quoteOf({ expectedPrice: decimal('2000') })
    expect(answer(judge({ slippage, quote: atMid, request: requestOf({ limitPrice: decimal('2000') }) }))).toBe('EXCEEDED_LIMIT')
  })
})

describe('a quote', () => {
  it('must exist', () => {
    expect(answer(judge({ quote: null }))).toBe('QUOTE_UNAVAILABLE')
  })

  it.each([
    ['a mid of zero', { midPrice: decimal('0') }],
    ['a mid below zero', { midPrice: decimal('-2000') }],
    ['a mid that is no number', { midPrice: decimal('NaN') }],
    ['an endless mid', { midPrice: decimal('Infinity') }],
    ['an expected price of zero', { expectedPrice: decimal('0') }],
    ['an expected price below zero', { expectedPrice: decimal('-1') }],
    ['an expected price that is no number', { expectedPrice: decimal('NaN') }],
    ['a filled part that is no number', { fillable: decimal('NaN') }],
    ['a filled part below zero', { fillable: decimal('-0.1') }],
    ['a filled part above one', { fillable: decimal('1.1') }],
    ['a fee that is no number', { feePct: decimal('NaN') }],
    ['a fee below zero', { feePct: decimal('-0.1') }],
    ['a fee of everything', { feePct: decimal('100') }],
    ['the other side', { side: 'buy' as const }],
    ['another instrument', { instrument: { ...quoteOf().instrument, symbol: 'BTC-USD' } }],
    ['another venue', { instrument: { ...quoteOf().instrument, venue: 'uniswap-v3' as const } }],
  ])('is refused with %s', (_, part) => {
    expect(answer(withQuote(part))).toBe('QUOTE_UNAVAILABLE')
  })

  it('may be as old as the settings allow, and no older', () => {
    const { maxQuoteAgeMs } = DEFAULT_SLIPPAGE_SETTINGS
    expect(answer(withQuote({ quotedAtMs: NOW_MS - maxQuoteAgeMs }))).toBe('pass')
    expect(answer(withQuote({ quotedAtMs: NOW_MS - maxQuoteAgeMs - 1 }))).toBe('QUOTE_STALE')
  })

  it('may not come from the future, save for rounding', () => {
    expect(answer(withQuote({ quotedAtMs: NOW_MS + 1 }))).toBe('pass')
    expect(answer(withQuote({ quotedAtMs: NOW_MS + 6 }))).toBe('QUOTE_STALE')
    expect(answer(withQuote({ quotedAtMs: NaN }))).toBe('QUOTE_STALE')
  })

  it('is judged by steady time: a jump of the calendar makes it neither older nor younger', () => {
    expect(answer(judge({ wallMs: NOW_MS + 86_400_000 }))).toBe('pass')
    expect(answer(judge({ wallMs: NOW_MS - 86_400_000 }))).toBe('pass')
  })

  it('is refused when the age allowed is no number', () => {
    expect(answer(judge({ slippage: settings({ maxQuoteAgeMs: NaN }) }))).toBe('QUOTE_STALE')
  })
})

describe('the market', () => {
  it('may have moved as far as the settings allow, and no further', () => {
    const range = (low: string, high: string) => ({ range: { low: decimal(low), high: decimal(high), coversMs: 3_600_000 } })
    expect(answer(withQuote(range('1500', '2500')))).toBe('pass')
    expect(answer(withQuote(range('1499.99', '2500')))).toBe('HIGH_VOLATILITY')
    expect(detailOf(withQuote(range('1400', '2600')))).toEqual({ rangePct: '60', limitPct: '50' })
  })

  it('is too volatile when nobody knows how it moved', () => {
    expect(detailOf(withQuote({ range: null }))).toEqual({ rangePct: 'unknown', limitPct: '50' })
    expect(answer(judge({ slippage: settings({ maxVolatilityPct: decimal('NaN') }) }))).toBe('HIGH_VOLATILITY')
  })

  it('must be able to fill all of it', () => {
    expect(answer(withQuote({ fillable: decimal('0.999999999999') }))).toBe('INSUFFICIENT_LIQUIDITY')
    expect(detailOf(withQuote({ fillable: decimal('0.42') }))).toEqual({ fillablePct: '42' })
  })
})

describe('the slippage breaker', () => {
  it.each([[{ state: 'open' as const }], [{ state: 'isolated' as const }], [{ state: 'half-open' as const, probeOrderId: 'order-2' }]])(
    'refuses at %o',
    (slippage) => {
      expect(answer(judge({ breakers: breakers({ slippage }) }))).toBe('CIRCUIT_BREAKER_ACTIVE')
    },
  )

  it('lets its probe through, and does not mind other breakers', () => {
    expect(answer(judge({ breakers: breakers({ slippage: { state: 'half-open', probeOrderId: 'order-1' } }) }))).toBe('pass')
    expect(answer(judge({ breakers: breakers({ trade: { state: 'open' } }) }))).toBe('pass')
  })
})

describe('a limit order', () => {
  const limit = (side: 'buy' | 'sell', limitPrice: string, timeInForce: 'gtc' | 'ioc', quote: Partial<Quote> = {}) =>
    judge({
      intent: intentOf({ side, type: 'limit', timeInForce, limitPrice: decimal(limitPrice) }),
      quote: quoteOf({ side, expectedPrice: decimal('2000'), ...quote }),
      request: requestOf({ side, type: 'limit', timeInForce, limitPrice: decimal(limitPrice) }),
    })
  const NOTHING = { fillable: decimal('0'), expectedPrice: decimal('NaN') }

  it('rests at any price that is not worse than the limit', () => {
    expect(answer(limit('buy', '100', 'gtc', NOTHING))).toBe('pass')
    expect(answer(limit('sell', '90000', 'gtc', NOTHING))).toBe('pass')
    expect(answer(limit('buy', '2020', 'gtc', NOTHING))).toBe('pass')
    expect(answer(limit('buy', '2020.01', 'gtc', NOTHING))).toBe('EXCEEDED_LIMIT')
    expect(answer(limit('sell', '1979.99', 'gtc', NOTHING))).toBe('EXCEEDED_LIMIT')
  })

  it('that may rest is judged by its price, not by what a walk without a limit would cost', () => {
    expect(answer(limit('buy', '1900', 'gtc', { expectedPrice: decimal('2500'), fillable: decimal('0') }))).toBe('pass')
  })

  it('that may rest needs no liquidity now', () => {
    expect(answer(limit('buy', '1990', 'gtc', { fillable: decimal('0.3') }))).toBe('pass')
  })

  it('that fills at once or not at all is judged by what is expected and by its price', () => {
    expect(answer(limit('buy', '2010', 'ioc', { expectedPrice: decimal('2005') }))).toBe('pass')
    expect(answer(limit('buy', '2030', 'ioc', { expectedPrice: decimal('2005') }))).toBe('EXCEEDED_LIMIT')
    expect(answer(limit('buy', '2010', 'ioc', { expectedPrice: decimal('2030') }))).toBe('EXCEEDED_LIMIT')
    expect(answer(limit('buy', '2010', 'ioc', { fillable: decimal('0.5') }))).toBe('INSUFFICIENT_LIQUIDITY')
  })

  it.each(['0', '-1', 'NaN', 'Infinity'])('is refused at a price of %s', (price) => {
    expect(answer(limit('buy', price, 'gtc'))).toBe('INVALID_INTENT')
  })

  it('is refused without a price, as is a market order with one', () => {
    expect(answer(judge({ intent: intentOf({ type: 'limit' }) }))).toBe('INVALID_INTENT')
    expect(answer(judge({ intent: intentOf({ limitPrice: decimal('2000') }) }))).toBe('INVALID_INTENT')
  })
})

describe('what is no order', () => {
  it('passes, and says that nothing is traded', () => {
    for (const input of [
      approveInput(),
      cancelInput(),
      approveInput({ quote: null, breakers: breakers({ slippage: { state: 'open' } }) }),
    ]) {
      const verdict = slippageGuard.evaluate(input)
      expect(answer(verdict)).toBe('pass')
      expect(figureOf(verdict, 'expected slippage')).toBe('none: nothing is traded')
    }
  })

  it('is refused when it trades all the same', () => {
    expect(answer(judge({ purpose: 'approve' }))).toBe('CALLDATA_MISMATCH')
    expect(answer(slippageGuard.evaluate(approveInput({ call: null })))).toBe('CALLDATA_MISMATCH')
  })

  it('is refused as an order without an intent', () => {
    expect(answer(judge({ intent: null }))).toBe('INVALID_INTENT')
  })
})
