import type { OrderDraft } from '../../../src-preload/contract/orders'
import type { FakeOrders } from './fake-orders'

const draft = (side: 'buy' | 'sell', instrument: string, amount: string, limitPrice: string | null = null): OrderDraft => ({
  venue: 'paper',
  instrument,
  side,
  type: limitPrice === null ? 'market' : 'limit',
  timeInForce: limitPrice === null ? 'ioc' : 'gtc',
  amount,
  amountUnit: 'base',
  limitPrice,
  riskProfile: 'moderate',
  account: 'paper',
})

/** Orders of the past: what was asked for, how long ago, ms, and what became of it. */
export const PAST: readonly (readonly [OrderDraft, number, Parameters<FakeOrders['past']>[2]])[] = [
  [draft('buy', 'ETH-USD', '0.75', '2410.00'), 180_000, 'working'],
  [draft('sell', 'BTC-USD', '0.05', '71000.00'), 1_400_000, 'working'],
  [draft('buy', 'SOL-USD', '12'), 26_000, 'unknown'],
  [draft('sell', 'ETH-USD', '0.5'), 400_000, 'filled'],
  [draft('buy', 'ETH-USD', '4'), 900_000, 'denied'],
  [draft('buy', 'BTC-USD', '0.1'), 5_000_000, 'rejected'],
  [draft('sell', 'SOL-USD', '40', '160.000'), 9_000_000, 'canceled'],
  [draft('buy', 'ETH-USD', '1.25'), 90_000_000, 'filled'],
]
