import { isOpen } from '../../domain/order'
import { exposureUsd } from '../../guards/limits/exposure'
import { Decimal, decimal, ZERO } from '../../lib/decimal'
import type { OrderRecord } from '../journal/records'

/** Digits after the point that usage is kept with, rounded up: sums of such figures are exact. */
const USD_DIGITS = 8

/** What the same order is recognised by: where, what, which way, how much. */
export type RepeatKey = string

/** The parts of an intent that make it the same order as another. */
export interface Repeatable {
  readonly account: string
  readonly venue: string
  readonly instrument: string
  readonly side: string
  readonly amount: { toString(): string }
  readonly amountUnit: string
}

/** The key of an order's repetition: amounts are plain decimals, so that equal ones have equal texts. */
export function repeatKeyOf({ account, venue, instrument, side, amount, amountUnit }: Repeatable): RepeatKey {
  return [account, venue, instrument, side, decimal(amount.toString()).toFixed(), amountUnit].join('|')
}

/** What a base asset is counted under: its address where it has one, for symbols are anybody's to choose. */
export function assetKeyOf(base: { readonly symbol: string; readonly address: string | null }): string {
  return base.address ?? base.symbol
}

/**
 * What an order uses of the limits in USD, by what the journal knows of it: while it is open all of it, filled or not; at its end what was filled.
 * One whose outcome is unknown is open, and one that was refused counts like it as long as it may be out. Null when its value cannot be told.
 */
export function usedUsd({ state, plan, progress }: Pick<OrderRecord, 'state' | 'plan' | 'progress'>): Decimal | null {
  if (state === 'denied') return ZERO
  const { intent, quote } = plan
  if (quote.usdPerQuote === null) return null
  const filledBase = decimal(progress.filledBase)
  const filledUsd = decimal(progress.filledQuote).mul(quote.usdPerQuote)
  if (!mayTrade({ state, progress }) && !(state === 'filled' && filledBase.isZero())) return rounded(filledUsd)
  const planned = exposureUsd({
    intent: { limitPrice: intent.limitPrice === null ? null : decimal(intent.limitPrice) },
    quote: {
      baseAmount: decimal(quote.baseAmount),
      quoteAmount: decimal(quote.quoteAmount),
      usdPerQuote: decimal(quote.usdPerQuote),
    },
  })
  if (planned === null) return null
  const left = Decimal.max(0, decimal(1).sub(filledBase.div(quote.baseAmount)))
  return rounded(filledUsd.add(planned.mul(left)))
}

/** Whether an order may still be carried out. */
export function mayTrade({ state, progress }: Pick<OrderRecord, 'state' | 'progress'>): boolean {
  return isOpen(state) || progress.mayBeOut === true
}

function rounded(usd: Decimal): Decimal {
  return usd.toDecimalPlaces(USD_DIGITS, Decimal.ROUND_UP)
}
