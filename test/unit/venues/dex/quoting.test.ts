import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { OrderIntent } from '../../../../src-main/domain/intent'
import { swapBounds } from '../../../../src-main/guards/slippage/swap-bounds'
import { decimal, Decimal, fromUnits } from '../../../../src-main/lib/decimal'
import { dealOf } from '../../../../src-main/venues/dex/deal'
import { priceOf, v2PairAddress, v3PoolAddress, marketsOf, type Market, type RawPrice } from '../../../../src-main/venues/dex/markets'
import { checkAgainstCurve, swapQuote, unfillableQuote, type SwapAnswer } from '../../../../src-main/venues/dex/swap-quote'
import { paysToken0, tradeOf, type Trade } from '../../../../src-main/venues/dex/trade'
import { testMarket, testProfile } from './dex-fixtures'

const CONTEXT = { quoteId: 'q', range: null, usdPerQuote: null, quotedAtMs: 0 }

/** A constant-product pool in whole numbers, with V2's rounding. */
function swapOn(market: Market, trade: Trade, { token0, token1 }: RawPrice): SwapAnswer | null {
  const pays0 = paysToken0(market, trade)
  const [x, y] = pays0 ? [token0, token1] : [token1, token0]
  const kept = trade.amountRaw * 997n
  if (trade.exact === 'output' && trade.amountRaw >= y) return null
  const amountInRaw = trade.exact === 'input' ? trade.amountRaw : (x * trade.amountRaw * 1000n) / ((y - trade.amountRaw) * 997n) + 1n
  const amountOutRaw = trade.exact === 'input' ? (kept * y) / (x * 1000n + kept) : trade.amountRaw
  if (amountOutRaw === 0n) return null
  const after = pays0 ? { token0: x + amountInRaw, token1: y - amountOutRaw } : { token0: y - amountOutRaw, token1: x + amountInRaw }
  return { amountInRaw, amountOutRaw, midPrice: priceOf(market, { token0, token1 }), priceAfter: priceOf(market, after), segments: 1 }
}

const trades = fc.record({
  symbol: fc.constantFrom('WETH-USDC' as const, 'WETH-DAI' as const),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  unit: fc.constantFrom('base' as const, 'quote' as const),
  milli: fc.integer({ min: 1, max: 400_000 }),
  wethPool: fc.integer({ min: 1, max: 100_000 }),
  dollars: fc.integer({ min: 1, max: 100_000 }),
  limitBp: fc.integer({ min: 0, max: 500 }),
})

describe('a quote of a pool', () => {
  it('tells exactly what moves, in its words and in the guards’', () => {
    fc.assert(
      fc.property(trades, ({ symbol, side, unit, milli, wethPool, dollars, limitBp }) => {
        const market = testMarket(symbol)
        const base = BigInt(wethPool) * 10n ** 18n
        const counter = BigInt(wethPool) * BigInt(dollars) * 10n ** BigInt(market.quote.decimals)
        const reserves = market.baseIsToken0 ? { token0: base, token1: counter } : { token0: counter, token1: base }
        const amount = decimal(milli).div(1000)
        const traded = tradeOf(market, side, amount, unit)
        if (!traded.ok) throw new Error(traded.error.detail)
        const trade = traded.value
        const answer = swapOn(market, trade, reserves)
        fc.pre(answer !== null)
        expect(checkAgainstCurve(market, trade, answer)).toEqual({ ok: true, value: answer })

        const quote = swapQuote(market, trade, answer, CONTEXT)
        const paid = side === 'buy' ? quote.quoteAmount.add(quote.fee) : quote.baseAmount
        const received = side === 'buy' ? quote.baseAmount : quote.quoteAmount.sub(quote.fee)
        expect(paid.toFixed()).toBe(fromUnits(answer.amountInRaw, trade.tokenIn.decimals).toFixed())
        expect(received.toFixed()).toBe(fromUnits(answer.amountOutRaw, trade.tokenOut.decimals).toFixed())
        expect(
          quote.fee
            .div(quote.quoteAmount.add(side === 'buy' ? quote.fee : 0))
            .mul(100)
            .toFixed(20),
        ).toBe(quote.feePct.toFixed(20))

        const intent: OrderIntent = {
          ...{ environment: 'testnet', venue: 'uniswap-v2', instrument: symbol, side, type: 'market', timeInForce: 'ioc', amount },
          ...{ amountUnit: unit, limitPrice: null, riskProfile: 'moderate', account: 'a', source: 'person' },
        }
        const limitPct = decimal(limitBp).div(100)
        const deal = dealOf(marketsOf(testProfile(), 'uniswap-v2'), intent, quote, limitPct)
        fc.pre(deal.ok || deal.error.detail !== 'the amount is too small to trade')
        if (!deal.ok) throw new Error(deal.error.detail)
        const { amountInMaxRaw, amountOutMinRaw, expectedInRaw } = deal.value
        expect(expectedInRaw).toBe(answer.amountInRaw)
        const keep = new Decimal(1).sub(limitPct.div(100))
        if (trade.exact === 'input') {
          expect(amountInMaxRaw).toBe(answer.amountInRaw)
          // Rounded up: never less than the limit allows, never a whole unit more.
          const least = new Decimal(answer.amountOutRaw.toString()).mul(keep)
          expect(amountOutMinRaw).toBe(BigInt(least.toFixed(0, Decimal.ROUND_UP)))
        } else {
          expect(amountOutMinRaw).toBe(answer.amountOutRaw)
          const most = new Decimal(answer.amountInRaw.toString()).mul(new Decimal(2).sub(keep))
          expect(amountInMaxRaw).toBe(BigInt(most.toFixed(0, Decimal.ROUND_DOWN)))
        }
        const bounds = swapBounds(intent, quote, limitPct)
        expect(bounds.exact).toBe(trade.exact)
        if (trade.exact === 'input') expect(amountOutMinRaw).toBeGreaterThanOrEqual(bounds.boundRaw)
        else expect(amountInMaxRaw).toBeLessThanOrEqual(bounds.boundRaw)
      }),
      { numRuns: 500 },
    )
  })

  it('is refused when it promises more or less than the curve can give', () => {
    const market = testMarket()
    const reserves = { token0: 1000n * 10n ** 18n, token1: 2_500_000n * 10n ** 6n }
    for (const side of ['buy', 'sell'] as const) {
      for (const unit of ['base', 'quote'] as const) {
        const traded = tradeOf(market, side, decimal('10'), unit)
        if (!traded.ok) throw new Error('trade')
        const answer = swapOn(market, traded.value, reserves)!
        const check = (over: Partial<SwapAnswer>) => {
          const result = checkAgainstCurve(market, traded.value, { ...answer, ...over })
          return result.ok ? 'ok' : result.error.code
        }
        const moving = traded.value.exact === 'input' ? 'amountOutRaw' : 'amountInRaw'
        expect(check({})).toBe('ok')
        expect(check({ [moving]: (answer[moving] * 103n) / 100n })).toBe('BAD_ANSWER')
        expect(check({ [moving]: (answer[moving] * 97n) / 100n })).toBe('BAD_ANSWER')
        expect(check({ [moving]: 0n })).toBe('INVALID_INSTRUCTION')
        expect(check({ [moving === 'amountInRaw' ? 'amountOutRaw' : 'amountInRaw']: traded.value.amountRaw + 1n })).toBe('BAD_ANSWER')
        // A price that moves the wrong way.
        expect(check({ priceAfter: answer.midPrice.mul(side === 'sell' ? '1.001' : '0.999') })).toBe('BAD_ANSWER')
      }
    }
  })

  it('of more than the pool holds fills nothing, at the present price', () => {
    const market = testMarket()
    for (const [unit, base, counter] of [
      ['base', '5', '12500'],
      ['quote', '0.002', '5'],
    ] as const) {
      const traded = tradeOf(market, 'buy', decimal('5'), unit)
      if (!traded.ok) throw new Error('trade')
      const quote = unfillableQuote(market, traded.value, decimal('2500'), CONTEXT)
      expect([quote.fillable, quote.baseAmount, quote.quoteAmount, quote.worstPrice].map(String)).toEqual(['0', base, counter, '2500'])
    }
  })
})

describe('a deal', () => {
  it('of nothing at all is refused', () => {
    for (const amount of ['0', '-1', 'NaN', 'Infinity']) {
      const traded = tradeOf(testMarket(), 'sell', new Decimal(amount), 'base')
      expect(traded.ok ? 'ok' : traded.error.code).toBe('INVALID_INSTRUCTION')
    }
  })
})

describe('a pool’s address', () => {
  it('is where mainnet has it', () => {
    const WETH = '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'
    const USDC = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
    expect(v3PoolAddress('0x1F98431c8aD98523631AE4a59f267346ea31F984', USDC, WETH, 3000)).toBe('0x8ad599c3A0ff1De082011EFDDc58f1908eb6e6D8')
    expect(v3PoolAddress('0x1F98431c8aD98523631AE4a59f267346ea31F984', USDC, WETH, 500)).toBe('0x88e6A0c2dDD26FEEb64F039a2c41296FcB3f5640')
    expect(v2PairAddress('0x5C69bEe701ef814a2B6a3EDD4B1652CB9cc5aA6f', USDC, WETH)).toBe('0xB4e16d0168e52d35CaCD2c6185b44281Ec28C9Dc')
  })

  it('has the lower token first, whichever is the base', () => {
    expect([testMarket('WETH-USDC').baseIsToken0, testMarket('WETH-DAI').baseIsToken0]).toEqual([true, false])
    expect(priceOf(testMarket('WETH-USDC'), { token0: 10n ** 18n, token1: 2500n * 10n ** 6n }).toFixed()).toBe('2500')
    expect(priceOf(testMarket('WETH-DAI'), { token0: 2500n * 10n ** 18n, token1: 10n ** 18n }).toFixed()).toBe('2500')
  })
})
