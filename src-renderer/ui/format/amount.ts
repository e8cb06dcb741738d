import { Decimal, GROUP_SPACE, MINUS, toDecimal, UNIT_SPACE, type Decimal as Exact } from './decimal'

/** How to show an amount. */
export interface AmountStyle {
  /** The most digits after the point; more are rounded half-even. Default 8. */
  readonly most?: number
  /** The fewest digits after the point. Default 0. */
  readonly least?: number
  /** Show a plus before positive amounts too. */
  readonly signed?: boolean
}

const DEFAULT_DIGITS = 8

/** Puts narrow spaces between thousands: `1249.10` becomes `1 249.10`. Text that is no plain decimal comes back as it is. */
export function groupDigits(text: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(text)
  if (match === null) return text
  const [, sign = '', whole = '', fraction = ''] = match
  return (sign === '' ? '' : MINUS) + whole.replace(/\B(?=(?:\d{3})+$)/g, GROUP_SPACE) + fraction
}

/**
 * An amount for people: grouped, rounded to `most` digits. What would round to nothing shows as `<0.01`, so that something never looks like
 * nothing. Text that is no plain decimal is shown as it came.
 */
export function formatAmount(text: string, { most = DEFAULT_DIGITS, least = 0, signed = false }: AmountStyle = {}): string {
  const exact = toDecimal(text)
  if (exact === null) return text
  const rounded = exact.toDecimalPlaces(most)
  if (rounded.isZero() && !exact.isZero()) return `${exact.isNegative() ? `>${MINUS}` : '<'}${new Decimal(10).pow(-most).toFixed()}`
  const digits = Math.max(least, Math.min(most, rounded.decimalPlaces()))
  const plus = signed && rounded.greaterThan(0) ? '+' : ''
  return plus + groupDigits(rounded.toFixed(digits))
}

/** An amount with its unit, never apart. */
export function withUnit(text: string, unit: string, style?: AmountStyle): string {
  const figure = formatAmount(text, style)
  return unit === '' ? figure : `${figure}${UNIT_SPACE}${unit}`
}

/**
 * How a price is shown where the pair's own digits are not at hand: cents from 100 up, more digits the cheaper it is. A column of prices then
 * lines up, and nothing that matters is cut; the exact price is on hover.
 */
export function priceStyle(price: string): AmountStyle {
  const exact = toDecimal(price)?.abs()
  if (exact === undefined || exact.lessThan(1)) return { most: DEFAULT_DIGITS, least: 2 }
  return exact.lessThan(100) ? { most: 4, least: 2 } : { most: 2, least: 2 }
}

/** A percentage with two digits: `1.42 %`. */
export function formatPct(text: string): string {
  return withUnit(text, '%', { most: 2, least: 2 })
}

/** A value in US dollars, to the cent. */
export function formatUsd(text: string): string {
  return withUnit(text, 'USD', { most: 2, least: 2 })
}

/** An integer amount of smallest units as whole units, exactly: wei to ether with 18 decimals. */
export function fromSmallest(integer: string, decimals: number): string {
  const exact = toDecimal(integer)
  return exact === null ? integer : exact.div(new Decimal(10).pow(decimals)).toFixed()
}

/** Wei as a fee per gas: `12.5 gwei`. */
export function formatGwei(wei: string): string {
  return withUnit(fromSmallest(wei, 9), 'gwei', { most: 3 })
}

/** Whether the exact value is zero; false for what is no decimal. */
export function isZero(text: string): boolean {
  return toDecimal(text)?.isZero() ?? false
}

/** The exact sum; null when one of them is no decimal. */
export function sum(texts: readonly string[]): string | null {
  let total: Exact = new Decimal(0)
  for (const text of texts) {
    const exact = toDecimal(text)
    if (exact === null) return null
    total = total.plus(exact)
  }
  return total.toFixed()
}

/** `part` of `whole` as a number from 0 to 1, for the length of a bar only, never for an amount. */
export function share(part: string | number, whole: string | number): number {
  const [a, b] = [toDecimal(String(part)), toDecimal(String(whole))]
  if (a === null || b === null || b.lessThanOrEqualTo(0)) return 0
  return Math.min(1, Math.max(0, a.div(b).toNumber()))
}
