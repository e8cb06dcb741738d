import { decimal, type Decimal } from '../../lib/decimal'
import type { OrderProgress, OrderRecord } from '../journal/records'

/** What of an exchange's order is not yet filled, as far as is on record. */
export function leftOf({ plan, progress }: OrderRecord): Decimal {
  const step = plan.steps.find(({ kind }) => kind === 'venue-order')
  return decimal(step?.kind === 'venue-order' ? step.request.baseAmount : plan.quote.baseAmount).sub(progress.filledBase)
}

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

/**
 * An order's progress as its mined swap came out. What moved includes the pool's fee, which it takes from what is paid; the average price is told
 * without it, as the expected price is, and the fee beside it.
 */
export function realisedProgress(
  side: 'buy' | 'sell',
  moved: { readonly paid: Decimal; readonly received: Decimal },
  quote: Pick<OrderRecord['plan']['quote'], 'feePct' | 'feeAsset'>,
): Partial<OrderProgress> {
  const kept = decimal(1).sub(decimal(quote.feePct).div(100))
  const [base, quoteMoved] = side === 'buy' ? [moved.received, moved.paid] : [moved.paid, moved.received]
  const traded = side === 'buy' ? quoteMoved.mul(kept) : quoteMoved.div(kept)
  return {
    filledBase: base.toFixed(),
    filledQuote: quoteMoved.toFixed(),
    averagePrice: base.isZero() ? null : traded.div(base).toDecimalPlaces(12).toFixed(),
    fee: traded.sub(quoteMoved).abs().toDecimalPlaces(18).toFixed(),
    feeAsset: quote.feeAsset,
  }
}
