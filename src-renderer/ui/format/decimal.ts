import { Decimal as Base } from 'decimal.js'

/** Exact decimal arithmetic for what is shown: amounts arrive as text and stay exact until they are text again. */
export const Decimal = Base.clone({ precision: 60, rounding: Base.ROUND_HALF_EVEN, toExpNeg: -60, toExpPos: 60 })
/** An exact decimal number. */
export type Decimal = Base

/** Groups thousands; narrow, and never broken over two lines. */
export const GROUP_SPACE = '\u202f'
/** Between a figure and its unit. */
export const UNIT_SPACE = '\u00a0'
/** A true minus sign, as wide as a digit in tabular figures. */
export const MINUS = '\u2212'

const PLAIN = /^-?\d+(?:\.\d+)?$/

/** The exact value of plain decimal text, or null for anything else. */
export function toDecimal(text: string): Decimal | null {
  return PLAIN.test(text) ? new Decimal(text) : null
}
