import { Decimal as Base } from 'decimal.js'

import { err, ok, type Result } from './result'

/** Exact decimal arithmetic for prices, amounts and USD values: 60 digits, half-even, never exponent notation. */
export const Decimal = Base.clone({ precision: 60, rounding: Base.ROUND_HALF_EVEN, toExpNeg: -60, toExpPos: 60 })
/** An exact decimal number. */
export type Decimal = Base

/** Zero. */
export const ZERO = new Decimal(0)

const PLAIN = /^-?(?:0|[1-9]\d{0,38})(?:\.\d{1,36})?$/

/**
 * Reads a plain decimal such as `-12.50`. Hex, exponents, blanks, signs other than a leading minus, NaN and Infinity are refused:
 * what a person or an agent did not plainly write is not an amount.
 */
export function parseDecimal(text: unknown): Result<Decimal, 'NOT_A_DECIMAL'> {
  if (typeof text !== 'string' || !PLAIN.test(text)) return err('NOT_A_DECIMAL')
  return ok(new Decimal(text))
}

/** As {@link parseDecimal}, for text that our own code wrote; throws on anything else. */
export function decimal(text: string | number | bigint): Decimal {
  return new Decimal(text.toString())
}

/** An on-chain integer amount as a decimal number of whole tokens. */
export function fromUnits(raw: bigint, decimals: number): Decimal {
  return new Decimal(raw.toString()).div(new Decimal(10).pow(decimals))
}

/** A number of whole tokens as the on-chain integer, rounded down. */
export function toUnits(amount: Decimal, decimals: number): bigint {
  return BigInt(amount.mul(new Decimal(10).pow(decimals)).toFixed(0, Decimal.ROUND_DOWN))
}
