import type { OrderDraft } from '../../../src-preload/contract/orders'

/** A small market order on the paper exchange. */
export const PAPER_SELL: OrderDraft = {
  venue: 'paper',
  instrument: 'ETH-USD',
  side: 'sell',
  type: 'market',
  timeInForce: 'ioc',
  amount: '0.5',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: 'paper-main',
}
