import { Decimal, toUnits } from '../../lib/decimal'

/** Nothing larger than this is an amount or a price; it keeps every conversion exact. */
const LARGEST = new Decimal('1e18')

/** `value` counted in steps of 10^-digits; null when it is not a positive whole number of them. */
export function wholeSteps(value: Decimal, digits: number): bigint | null {
  if (!value.isFinite() || value.lte(0) || value.gt(LARGEST) || value.decimalPlaces() > digits) return null
  return toUnits(value, digits)
}

/** `value` counted in steps of 10^-digits, rounded down; null when it is not a positive number. */
export function stepsDown(value: Decimal, digits: number): bigint | null {
  if (!value.isFinite() || value.lte(0) || value.gt(LARGEST)) return null
  return toUnits(value, digits)
}

/** a / b rounded up, for a ≥ 0 and b > 0. */
export function divideUp(a: bigint, b: bigint): bigint {
  return (a + b - 1n) / b
}

/** The smaller of two. */
export function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
