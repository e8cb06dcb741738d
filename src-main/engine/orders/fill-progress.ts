import { decimal, type Decimal } from '../../lib/decimal'
import type { OrderProgress, OrderRecord } from '../journal/records'

/** An order's progress with one fill more. */
export function addFill(record: OrderRecord, base: Decimal, price: Decimal, fee: Decimal, feeAsset: string): Partial<OrderProgress> {
  const filledBase = decimal(record.progress.filledBase).add(base)
  const filledQuote = decimal(record.progress.filledQuote).add(base.mul(price))
  return {
    filledBase: filledBase.toFixed(),
    filledQuote: filledQuote.toFixed(),
    averagePrice: filledQuote.div(filledBase).toDecimalPlaces(12).toFixed(),
    fee: decimal(record.progress.fee ?? '0')
      .add(fee)
      .toFixed(),
    feeAsset,
  }
}

/** An order's progress as its mined swap came out. */
export function realisedProgress(
  side: 'buy' | 'sell',
  moved: { readonly paid: Decimal; readonly received: Decimal },
): Partial<OrderProgress> {
  const [base, quote] = side === 'buy' ? [moved.received, moved.paid] : [moved.paid, moved.received]
  return {
    filledBase: base.toFixed(),
    filledQuote: quote.toFixed(),
    averagePrice: base.isZero() ? null : quote.div(base).toDecimalPlaces(12).toFixed(),
  }
}
