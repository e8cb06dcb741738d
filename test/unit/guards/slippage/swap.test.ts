import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { DecodedCall } from '../../../../src-main/domain/evm'
import type { OrderIntent } from '../../../../src-main/domain/intent'
import type { Quote } from '../../../../src-main/domain/quote'
import type { GuardInput } from '../../../../src-main/guards/guard'
import { slippageGuard } from '../../../../src-main/guards/slippage/slippage-guard'
import { swapBounds } from '../../../../src-main/guards/slippage/swap-bounds'
import { decimal } from '../../../../src-main/lib/decimal'
import { CHAIN_ETH, DAI, LEAST_OUT_RAW, NOW_MS, USDC, WETH, chainInput, chainIntent, quoteOf, requestOf, swapOf } from '../support/input'
import { answer, detailOf, figureOf } from '../support/verdicts'

type Swap = Extract<DecodedCall, { kind: 'swap' }>

function judge(call: Partial<Swap>, intent: Partial<OrderIntent> = {}, quote: Partial<Quote> = {}, input: Partial<GuardInput> = {}) {
  return slippageGuard.evaluate(
    chainInput({
      intent: chainIntent(intent),
      quote: quoteOf({ instrument: CHAIN_ETH, feePct: decimal('0.3'), ...quote }),
      call: swapOf(call),
      ...input,
    }),
  )
}

const E18 = 10n ** 18n
// All at mid 2000 and a limit of 1 %, with a fee of 0.3 % taken from the input.
const BUY = { side: 'buy' } as const
const BUY_QUOTE = { side: 'buy', expectedPrice: decimal('2010') } as const
const BUYS = { tokenIn: USDC, tokenOut: WETH } as const

describe('the bound of a swap', () => {
  it('sells an exact amount: what is expected after fees, less the limit', () => {
    // 1 × 1990 × 0.997 × 0.99
    expect(answer(judge({ amountOutMinRaw: LEAST_OUT_RAW - 1n }))).toBe('pass') // the last digit may be rounded
    expect(answer(judge({ amountOutMinRaw: LEAST_OUT_RAW - 2n }))).toBe('MIN_OUTPUT_TOO_LOW')
    expect(figureOf(judge({}), 'minimum output')).toBe(LEAST_OUT_RAW.toString())
    expect(answer(judge({ amountOutMinRaw: 0n }))).toBe('MIN_OUTPUT_TOO_LOW')
  })

  it('buys for an exact amount of the quote asset', () => {
    // 2010 / 2010 × 0.997 × 0.99
    const least = 987_030_000_000_000_000n
    const spend = (amountOutMinRaw: bigint) =>
      judge(
        { ...BUYS, amountInMaxRaw: 2_010_000_000n, amountOutMinRaw },
        { ...BUY, amount: decimal('2010'), amountUnit: 'quote' },
        BUY_QUOTE,
      )
    expect(answer(spend(least))).toBe('pass')
    expect(answer(spend(least - 2n))).toBe('MIN_OUTPUT_TOO_LOW')
  })

  it('buys an exact amount: what is expected with fees, plus the limit', () => {
    // 1 × 2010 / 0.997 × 1.01 = 2036.208625…
    const most = 2_036_208_625n
    const buy = (amountInMaxRaw: bigint) =>
      judge({ ...BUYS, exact: 'output', amountInMaxRaw, amountOutMinRaw: E18 }, { ...BUY, amount: decimal('1') }, BUY_QUOTE)
    expect(answer(buy(most))).toBe('pass')
    expect(answer(buy(most + 1n))).toBe('pass')
    expect(answer(buy(most + 2n))).toBe('EXCEEDED_LIMIT')
    expect(detailOf(buy(most + 2n))).toEqual({ maxInputRaw: '2036208627', mostAllowedRaw: '2036208626' })
  })

  it('sells for an exact amount of the quote asset', () => {
    // 1990 / 1990 / 0.997 × 1.01 = 1.013039117…
    const most = 1_013_039_117_352_056_168n
    const sell = (amountInMaxRaw: bigint) =>
      judge({ exact: 'output', amountInMaxRaw, amountOutMinRaw: 1_990_000_000n }, { amount: decimal('1990'), amountUnit: 'quote' })
    expect(answer(sell(most))).toBe('pass')
    expect(answer(sell(most + 2n))).toBe('EXCEEDED_LIMIT')
  })

  it('is never zero', () => {
    const intent = chainIntent({ amount: decimal('0.000000000000000001') })
    const quote = quoteOf({ instrument: CHAIN_ETH })
    expect(swapBounds(intent, quote, decimal('1')).boundRaw).toBe(1n)
  })

  it('is drawn closer by the price of a limit order', () => {
    const limit = (limitPrice: string, amountOutMinRaw: bigint) =>
      answer(judge({ amountOutMinRaw }, { type: 'limit', timeInForce: 'ioc', limitPrice: decimal(limitPrice) }))
    expect(limit('1985', LEAST_OUT_RAW)).toBe('MIN_OUTPUT_TOO_LOW')
    expect(limit('1985', 1_979_045_000n)).toBe('pass') // 1985 × 0.997
    expect(limit('1980', LEAST_OUT_RAW)).toBe('MIN_OUTPUT_TOO_LOW')
    const buy = (limitPrice: string, amountInMaxRaw: bigint) =>
      answer(
        judge(
          { ...BUYS, exact: 'output', amountInMaxRaw, amountOutMinRaw: E18 },
          { ...BUY, type: 'limit', timeInForce: 'ioc', limitPrice: decimal(limitPrice) },
          BUY_QUOTE,
        ),
      )
    expect(buy('2015', 2_036_208_625n)).toBe('EXCEEDED_LIMIT')
    expect(buy('2015', 2_021_063_189n)).toBe('pass') // 2015 / 0.997
  })

  it('on a chain a limit order cannot rest: all of it must be fillable, whatever its time in force', () => {
    const intent = { type: 'limit', timeInForce: 'gtc', limitPrice: decimal('1980') } as const
    expect(answer(judge({ amountOutMinRaw: 1_990_000_000n }, intent, { fillable: decimal('0.5') }))).toBe('INSUFFICIENT_LIQUIDITY')
  })

  it('holds for any amount and price: a planner that rounds to the token passes, one that gives a thousandth away does not', () => {
    const amount = fc.integer({ min: 1, max: 10 ** 9 }).map((micro) => decimal(micro).div(1_000_000))
    const price = fc.integer({ min: 100, max: 10 ** 7 }).map((cents) => decimal(cents).div(100))
    const scenario = fc.constantFrom(['sell', 'base'], ['sell', 'quote'], ['buy', 'base'], ['buy', 'quote']) as fc.Arbitrary<
      ['sell' | 'buy', 'base' | 'quote']
    >
    fc.assert(
      fc.property(amount, price, scenario, (size, expectedPrice, [side, amountUnit]) => {
        const inBase = amountUnit === 'base'
        const fixed = BigInt(size.mul(inBase ? E18.toString() : '1000000').toFixed(0))
        const gross = inBase ? size.mul(expectedPrice) : size.div(expectedPrice)
        const scale = inBase ? 1_000_000 : E18.toString()
        const exact = (side === 'sell') === inBase ? 'input' : 'output'
        const bound =
          exact === 'input' ? gross.mul('0.997').mul('0.99').mul(scale).floor() : gross.div('0.997').mul('1.01').mul(scale).floor()
        const tokens = side === 'sell' ? {} : BUYS
        const call = (raw: bigint): Partial<Swap> =>
          exact === 'input'
            ? { ...tokens, exact, amountInMaxRaw: fixed, amountOutMinRaw: raw }
            : { ...tokens, exact, amountInMaxRaw: raw, amountOutMinRaw: fixed }
        const market = { side, midPrice: expectedPrice, expectedPrice, range: { low: expectedPrice, high: expectedPrice, coversMs: 0 } }
        const verdict = (raw: bigint) => answer(judge(call(raw), { side, amount: size, amountUnit }, market))
        expect(verdict(BigInt(bound.toFixed()))).toBe(bound.isZero() && exact === 'input' ? 'MIN_OUTPUT_TOO_LOW' : 'pass')
        const given = exact === 'input' ? bound.mul('0.999').sub(2).floor() : bound.mul('1.001').add(2).ceil()
        if (given.gte(0)) expect(verdict(BigInt(given.toFixed()))).toBe(exact === 'input' ? 'MIN_OUTPUT_TOO_LOW' : 'EXCEEDED_LIMIT')
      }),
      { numRuns: 300 },
    )
  })
})

describe('the deadline of a swap', () => {
  const at = (deadlineSec: number, wallMs = NOW_MS) => answer(judge({ deadlineSec }, {}, {}, { wallMs }))
  const nowSec = NOW_MS / 1_000

  it('lies ahead, and not further than the settings allow', () => {
    expect(at(nowSec)).toBe('DEADLINE_OUT_OF_RANGE')
    expect(at(nowSec - 1)).toBe('DEADLINE_OUT_OF_RANGE')
    expect(at(nowSec + 1)).toBe('pass')
    expect(at(nowSec + 600)).toBe('pass')
    expect(at(nowSec + 601)).toBe('DEADLINE_OUT_OF_RANGE')
    expect(at(Number.MAX_SAFE_INTEGER)).toBe('DEADLINE_OUT_OF_RANGE')
    expect(at(NaN)).toBe('DEADLINE_OUT_OF_RANGE')
  })

  it('is judged by the calendar, as the chain judges it', () => {
    expect(at(nowSec + 600, NOW_MS + 600_000)).toBe('DEADLINE_OUT_OF_RANGE')
    expect(at(nowSec + 600, NOW_MS + 599_999)).toBe('pass')
  })
})

describe('what is signed', () => {
  it.each([
    ['other tokens in', { tokenIn: DAI }],
    ['other tokens out', { tokenOut: DAI }],
    ['the other direction', { tokenIn: USDC, tokenOut: WETH }],
    ['another protocol', { protocol: 'uniswap-v2' }],
    ['an exact output instead', { exact: 'output' }],
    ['less', { amountInMaxRaw: E18 - 1n }],
    ['more', { amountInMaxRaw: E18 + 1n }],
    ['coin instead of its token', { native: 'in' }],
    ['coin out instead of a token', { native: 'out' }],
  ] as const)('is refused when it swaps %s', (_, call) => {
    expect(answer(judge(call))).toBe('CALLDATA_MISMATCH')
  })

  it('may name tokens in any case', () => {
    expect(answer(judge({ tokenIn: WETH.toLowerCase(), tokenOut: USDC.toLowerCase() }))).toBe('pass')
  })

  it('moves coin where coin is traded, and there only', () => {
    const coin = { ...CHAIN_ETH, base: { symbol: 'ETH', decimals: 18, address: null } }
    const sell = (call: Partial<Swap>) => answer(judge(call, {}, { instrument: coin }))
    expect(sell({ native: 'in' })).toBe('pass')
    expect(sell({})).toBe('CALLDATA_MISMATCH')
    expect(sell({ native: 'out' })).toBe('CALLDATA_MISMATCH')
  })

  it.each([
    ['nothing that could be read', { kind: 'unknown', selector: '0x', why: '' }],
    ['an approval', { kind: 'approve', token: WETH, spender: DAI, amountRaw: 1n, unlimited: false }],
    ['a transfer', { kind: 'transfer-native', recipient: DAI }],
  ] as const)('is refused when it is %s', (_, call) => {
    expect(answer(slippageGuard.evaluate(chainInput({ call })))).toBe('CALLDATA_MISMATCH')
  })

  it('is one transaction that was decoded, and no request', () => {
    for (const part of [
      { tx: null, call: null },
      { call: null },
      { request: requestOf() },
      { tx: null, call: null, request: requestOf() },
    ]) {
      expect(answer(slippageGuard.evaluate(chainInput(part)))).toBe('INVALID_TRANSACTION')
    }
  })
})
