import { describe, expect, test } from 'vitest'

import type { AccountView, InstrumentView } from '../../../../src-preload/contract/market'
import type { OrderDraft, OrderSummary } from '../../../../src-preload/contract/orders'
import { hrefOf, placeOf } from '../../../../src-renderer/stores/navigation'
import { placeOrder } from '../../../../src-renderer/stores/orders'
import { LOADING } from '../../../../src-renderer/stores/remote'
import { partOf, settleDraft, ticketIssues } from '../../../../src-renderer/stores/ticket-rules'

const asset = (symbol: string) => ({ symbol, decimals: 8, address: null })
const pair = (venue: InstrumentView['venue'], symbol: string, orderTypes: InstrumentView['orderTypes']): InstrumentView => ({
  symbol,
  venue,
  base: asset('ETH'),
  quote: asset('USD'),
  priceDigits: 2,
  amountDigits: 4,
  minAmountBase: '0.001',
  orderTypes,
})
const PAPER = pair('paper', 'ETH-USD', ['market', 'limit'])
const SWAP = pair('uniswap-v3', 'ETH-USDC', ['market'])
const PAPER_ACCOUNT: AccountView = { id: 'paper', label: 'Paper', kind: 'paper', address: null, ready: true }
const KEY: AccountView = { id: 'key-1', label: 'Key', kind: 'keystore', address: `0x${'1'.repeat(40)}`, ready: false }
const DRAFT: OrderDraft = {
  venue: 'paper',
  instrument: 'ETH-USD',
  side: 'buy',
  type: 'market',
  timeInForce: 'ioc',
  amount: '1',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: 'paper',
}

describe('what keeps a ticket from being asked about', () => {
  test.each([
    ['', 'AMOUNT_MISSING'],
    ['1,000', 'AMOUNT_NOT_PLAIN'],
    ['1e3', 'AMOUNT_NOT_PLAIN'],
    ['-1', 'AMOUNT_NOT_PLAIN'],
    ['01', 'AMOUNT_NOT_PLAIN'],
    [' 1', 'AMOUNT_NOT_PLAIN'],
    ['0', 'AMOUNT_ZERO'],
    ['0.00001', 'AMOUNT_TOO_FINE'],
    ['0.0009', 'AMOUNT_BELOW_MIN'],
    ['0.001', undefined],
  ])('amount %j', (amount, issue) => expect(ticketIssues({ ...DRAFT, amount }, PAPER).amount).toBe(issue))

  test('an amount in the quote asset is not measured with the base asset’s steps', () => {
    expect(ticketIssues({ ...DRAFT, amount: '0.00001', amountUnit: 'quote' }, PAPER)).toEqual({})
  })

  test('a limit order needs a price, a market order does not', () => {
    expect(ticketIssues({ ...DRAFT, type: 'limit', limitPrice: '' }, PAPER).limitPrice).toBe('LIMIT_MISSING')
    expect(ticketIssues({ ...DRAFT, type: 'limit', limitPrice: '2e3' }, PAPER).limitPrice).toBe('LIMIT_NOT_PLAIN')
    expect(ticketIssues(DRAFT, PAPER).limitPrice).toBeUndefined()
  })

  test('it needs an account', () => expect(ticketIssues({ ...DRAFT, account: '' }, PAPER).account).toBe('ACCOUNT_MISSING'))
})

describe('putting a ticket right', () => {
  const settle = (part: Partial<OrderDraft>) => settleDraft({ ...DRAFT, ...part }, [PAPER, SWAP], [PAPER_ACCOUNT, KEY])

  test('another venue brings its own pair, account and order type', () => {
    expect(settle({ venue: 'uniswap-v3', type: 'limit', limitPrice: '5' })).toMatchObject({
      instrument: 'ETH-USDC',
      account: 'key-1',
      type: 'market',
      limitPrice: null,
      timeInForce: 'ioc',
    })
  })

  test('amounts and prices are never altered', () => {
    expect(settle({ amount: '1,0', type: 'limit', limitPrice: 'x' })).toMatchObject({ amount: '1,0', limitPrice: 'x' })
  })

  test('a chain order never comes from the paper account, whatever was chosen', () => {
    expect(settleDraft({ ...DRAFT, venue: 'uniswap-v3' }, [SWAP], [PAPER_ACCOUNT]).account).toBe('')
  })

  test('settling twice changes nothing more', () => {
    for (const part of [{}, { venue: 'uniswap-v3' as const }, { type: 'limit' as const }, { instrument: '' }]) {
      const once = settle(part)
      expect(settleDraft(once, [PAPER, SWAP], [PAPER_ACCOUNT, KEY])).toEqual(once)
    }
  })
})

test('a share of what is free is exact and never more than there is', () => {
  expect(partOf('5.004218937461', 100, 4)).toBe('5.0042')
  expect(partOf('0.3', 25, 4)).toBe('0.075')
  expect(partOf('48211.379', 100, 2)).toBe('48211.37')
})

describe('places', () => {
  test('are read from the address and written to it', () => {
    expect(placeOf('#/orders/ord-1')).toEqual({ screen: 'orders', item: 'ord-1' })
    expect(placeOf(hrefOf('audit', 'a/b c'))).toEqual({ screen: 'audit', item: 'a/b c' })
  })
  test.each(['', '#/', '#/nowhere', '#main', '#/__proto__'])('%j is the first screen', (hash) =>
    expect(placeOf(hash)).toEqual({ screen: 'trade', item: null }),
  )
})

describe('orders in their lists', () => {
  const order = (orderId: string, open: boolean, createdAtMs: number) => ({ orderId, open, createdAtMs }) as OrderSummary
  const ready = (...orders: OrderSummary[]) => ({ kind: 'ready' as const, value: orders })

  test('an order that ends moves from open to history, newest first', () => {
    const lists = { open: ready(order('b', true, 2), order('a', true, 1)), closed: ready(order('c', false, 3)) }
    const moved = placeOrder(lists, order('b', false, 2))
    expect(moved).toEqual({ open: ready(order('a', true, 1)), closed: ready(order('c', false, 3), order('b', false, 2)) })
  })

  test('a list that has not been read yet is not taken for a whole one', () => {
    expect(placeOrder({ open: LOADING, closed: LOADING }, order('a', true, 1))).toEqual({ open: LOADING, closed: LOADING })
  })
})
