import { describe, expect, it, test } from 'vitest'

import { TRADING_ACTIVE, type TradingStateSnapshot } from '../../../src-main/domain/trading-state'
import type { GuardInput } from '../../../src-main/guards/guard'
import { runGuards } from '../../../src-main/guards/run-guards'
import { tradingStateGuard } from '../../../src-main/guards/trading-state-guard'
import { decimal } from '../../../src-main/lib/decimal'
import {
  USDC,
  WETH,
  approveInput,
  chainInput,
  chainIntent,
  intentOf,
  paperInput,
  quoteOf,
  requestOf,
  swapOf,
  CHAIN_ETH,
} from './support/input'

const REDUCING: TradingStateSnapshot = {
  ...TRADING_ACTIVE,
  state: 'reducing',
  reason: 'loss-limit',
  by: 'system',
  sinceMs: 1_700_000_000_000,
  reducing: ['loss-limit'],
}
const HALTED: TradingStateSnapshot = { ...REDUCING, state: 'halted', reason: 'breakers' }
const reducing = { trading: REDUCING, heldBase: decimal('1') }
const judge = (input: GuardInput) => tradingStateGuard.evaluate(input)
const why = (input: GuardInput) => {
  const verdict = judge(input)
  return verdict.outcome === 'pass'
    ? 'passes'
    : verdict.denial.code === 'TRADING_REDUCED'
      ? verdict.denial.figures['why']
      : verdict.denial.code
}

describe('the trading state', () => {
  it('X4: lets everything through while active, and nothing while halted', () => {
    for (const input of [paperInput, chainInput, approveInput]) {
      expect(why(input({}))).toBe('passes')
      expect(why(input({ trading: HALTED, heldBase: decimal(1) }))).toBe('TRADING_HALTED')
    }
  })

  it('says why, since when and by whom', () => {
    expect(judge(paperInput({ trading: HALTED }))).toMatchObject({
      denial: { figures: { state: 'halted', reason: 'breakers', by: 'system', sinceMs: '1700000000000' } },
    })
  })

  it.each([
    null,
    undefined,
    {},
    { ...TRADING_ACTIVE, state: 'fine' },
    { ...TRADING_ACTIVE, reason: 'person' },
    { ...REDUCING, reason: null },
  ])('X10: denies when it cannot be understood: %j', (trading) => {
    expect(why(paperInput({ trading: trading as never, heldBase: decimal(1) }))).toBe('TRADING_STATE_UNREADABLE')
  })
})

describe('B9: while reducing', () => {
  it('lets a sale of what is held pass, for dollars, up to all of it, with its figures', () => {
    expect(judge(paperInput(reducing))).toMatchObject({
      outcome: 'pass',
      figures: [{ value: 'reducing' }, { value: 'loss-limit' }, { name: 'sold', value: '1', limit: '1', unit: 'ETH' }],
    })
    expect(why(chainInput(reducing))).toBe('passes')
    expect(why(approveInput(reducing))).toBe('passes')
  })

  const cases: readonly (readonly [string, GuardInput, string])[] = [
    ['a purchase', paperInput({ ...reducing, intent: intentOf({ side: 'buy' }), quote: quoteOf({ side: 'buy' }) }), 'buys'],
    [
      'a sale for something that is no dollar',
      paperInput({ ...reducing, quote: quoteOf({ usdPerQuote: decimal('60000') }) }),
      'not-for-cash',
    ],
    ['a sale for something whose worth nobody knows', paperInput({ ...reducing, quote: quoteOf({ usdPerQuote: null }) }), 'not-for-cash'],
    ['a sale of more than is held', paperInput({ ...reducing, heldBase: decimal('0.9999999') }), 'more-than-held'],
    ['a sale when nobody knows what is held', paperInput({ ...reducing, heldBase: null }), 'held-unknown'],
    [
      'a sale when what is held is no number',
      paperInput({ ...reducing, heldBase: decimal('1').div(0).minus(decimal('1').div(0)) }),
      'more-than-held',
    ],
    ['a quote of no number', paperInput({ ...reducing, quote: quoteOf({ baseAmount: decimal(0).div(0) }) }), 'more-than-held'],
    [
      'an exchange that is asked for more than was quoted',
      paperInput({ ...reducing, request: requestOf({ baseAmount: decimal('1.1') }) }),
      'more-than-held',
    ],
    ['a swap that may take more', chainInput({ ...reducing, call: swapOf({ amountInMaxRaw: 10n ** 18n + 1n }) }), 'more-than-held'],
    ['a swap of another token', chainInput({ ...reducing, call: swapOf({ tokenIn: USDC, tokenOut: WETH }) }), 'other-token'],
    ['a call that cannot be read', chainInput({ ...reducing, call: null }), 'other-token'],
    ['a transfer', chainInput({ ...reducing, call: { kind: 'transfer-native', recipient: WETH } }), 'other-token'],
    [
      'an allowance of another token',
      approveInput({ ...reducing, call: { kind: 'approve', token: USDC, spender: WETH, amountRaw: 1n, unlimited: false } }),
      'other-token',
    ],
    [
      'an unlimited allowance',
      approveInput({ ...reducing, call: { kind: 'approve', token: WETH, spender: WETH, amountRaw: 1n, unlimited: true } }),
      'other-token',
    ],
    ['a move of funds', chainInput({ ...reducing, purpose: 'fund-move' }), 'no-sale'],
    ['an order without intent', paperInput({ ...reducing, intent: null }), 'no-sale'],
    ['an order without quote', paperInput({ ...reducing, quote: null }), 'no-sale'],
    ['a quote for another pair', chainInput({ ...reducing, intent: chainIntent({ instrument: 'DAI-USDC' }) }), 'no-sale'],
    ['a quote for the other side', paperInput({ ...reducing, quote: quoteOf({ side: 'buy' }) }), 'no-sale'],
    [
      'a chain asset without an address',
      chainInput({ ...reducing, quote: quoteOf({ instrument: { ...CHAIN_ETH, base: { ...CHAIN_ETH.base, address: null } } }) }),
      'other-token',
    ],
  ]
  it.each(cases)('refuses %s', (_, input, expected) => {
    expect(why(input)).toBe(expected)
  })

  test('X10: nonsense denies, and never passes by a throw', () => {
    for (const part of [
      { quote: {} as never },
      { intent: {} as never },
      { request: {} as never },
      { heldBase: {} as never },
      { call: {} as never },
    ]) {
      const [verdict] = runGuards([tradingStateGuard], chainInput({ ...reducing, ...part }))
      expect(verdict?.outcome, JSON.stringify(part)).toBe('deny')
    }
  })
})
