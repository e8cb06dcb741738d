import type { Denial } from '../../domain/codes'
import type { GuardFigure } from '../../domain/guard'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import type { Decimal } from '../../lib/decimal'
import type { GuardInput } from '../guard'

/** An order to be judged for slippage: what is wanted, what the market says, and how much may be lost. */
export interface Trade {
  readonly input: GuardInput
  readonly intent: OrderIntent
  readonly quote: Quote
  readonly limitPct: Decimal
  /** Whether the order may rest on an exchange: it fills at its limit or better, so it is its limit that is judged. */
  readonly mayRest: boolean
}

/** Judges one aspect of a trade: a refusal or null. Leaves what it looked at in `figures`. */
export type TradeCheck = (trade: Trade, figures: GuardFigure[]) => Denial | null

/** A decimal as figures show it: at most eight digits after the point. */
export function shown(value: Decimal): string {
  return (value.decimalPlaces() <= 8 ? value : value.toDecimalPlaces(8)).toFixed()
}
