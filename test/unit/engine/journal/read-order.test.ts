import { expect, test } from 'vitest'

import { readPlan, readProgress } from '../../../../src-main/engine/journal/read-order'

const asset = { symbol: 'X', address: null }
const kept = (quoteAmount: unknown) =>
  JSON.stringify({
    plan: {
      intent: {
        ...{ venue: 'uniswap-v3', instrument: 'WETH-USDC', side: 'sell', type: 'market', account: 'a', source: 'person' },
        ...{ amount: '0.1', amountUnit: 'base', limitPrice: null },
      },
      quote: { baseAmount: '0.1', quoteAmount, usdPerQuote: '1', instrument: { base: asset, quote: asset } },
      steps: [],
    },
    verdicts: [],
  })

// The price of a pool is a square of a fraction of 2^96.
test.each(['250.009527582748244734202607823470411233701103309929789368104', '250', '1e-9'])(
  'X10: an order is read with whatever figure our own arithmetic wrote: %s',
  (figure) => {
    expect(readPlan('o', kept(figure)).plan.quote.quoteAmount).toBe(figure)
  },
)

test.each(['', 'NaN', 'Infinity', '1,5', 'much', 250, null])('X10: %j is no figure, and the order cannot be read', (figure) => {
  expect(() => readPlan('o', kept(figure))).toThrow('a kept order cannot be read')
  expect(() => readProgress('o', JSON.stringify({ filledBase: figure }))).toThrow('a kept order cannot be read')
})
