import type { Asset } from '../../domain/instrument'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import { Decimal } from '../../lib/decimal'

/** What a swap for an intent may be, in raw token units. */
export interface SwapBounds {
  readonly pay: Asset
  readonly receive: Asset
  /** Which side is exact: the one whose amount was given. */
  readonly exact: 'input' | 'output'
  /** The amount given. */
  readonly exactRaw: bigint
  /** For an exact input the least that must come out, for an exact output the most that may be paid. */
  readonly boundRaw: bigint
}

/** Powers of ten, made once: this runs with every keystroke of a ticket. Tokens have at most 36 decimals, as amounts do. */
const POWERS: readonly Decimal[] = Array.from({ length: 37 }, (_, digits) => new Decimal(10).pow(digits))
const HUNDRED = new Decimal(100)
const PERCENT = new Decimal('0.01')
/** One unit of the last digit: what the planner's own rounding may take. */
const ROUNDING_RAW = 1n

/**
 * How far an on-chain swap may stray (product row X2). Exact input: the output expected after fees, less the limit. Exact output: the input
 * expected with fees, plus the limit. A limit order's price bounds both as well, fees apart.
 */
export function swapBounds(intent: OrderIntent, quote: Quote, limitPct: Decimal): SwapBounds {
  const { base, quote: counter } = quote.instrument
  const sells = intent.side === 'sell'
  const inBase = intent.amountUnit === 'base'
  const [pay, receive] = sells ? [base, counter] : [counter, base]
  const { amount, limitPrice } = intent
  const net = share(quote.feePct.neg())
  const at = (price: Decimal): Decimal => (inBase ? amount.mul(price) : amount.div(price))
  const exactRaw = toRaw(amount, (inBase ? base : counter).decimals)
  if (sells === inBase) {
    const expected = at(quote.expectedPrice).mul(net).mul(share(limitPct.neg()))
    const atLimit = limitPrice === null ? null : at(limitPrice).mul(net)
    const least = toRaw(atLimit?.gt(expected) ? atLimit : expected, receive.decimals)
    return { pay, receive, exact: 'input', exactRaw, boundRaw: least > ROUNDING_RAW ? least - ROUNDING_RAW : ROUNDING_RAW }
  }
  const expected = at(quote.expectedPrice).div(net).mul(share(limitPct))
  const atLimit = limitPrice === null ? null : at(limitPrice).div(net)
  const most = toRaw(atLimit?.lt(expected) ? atLimit : expected, pay.decimals)
  return { pay, receive, exact: 'output', exactRaw, boundRaw: most + ROUNDING_RAW }
}

/** All of it and so many percent more, as a factor. */
function share(morePct: Decimal): Decimal {
  return morePct.plus(HUNDRED).mul(PERCENT)
}

/** A number of whole tokens in raw units, rounded down. Throws on what is no number, and for a token that is none. */
function toRaw(amount: Decimal, decimals: number): bigint {
  const power = POWERS[decimals]
  if (power === undefined) throw new RangeError(`a token cannot have ${decimals} decimals`)
  return BigInt(amount.mul(power).toFixed(0, Decimal.ROUND_DOWN))
}
