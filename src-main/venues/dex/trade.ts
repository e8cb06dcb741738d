import { failure, type Failure } from '../../domain/codes'
import type { AmountUnit, Side } from '../../domain/intent'
import { toUnits, type Decimal } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ProfileToken } from './chain-profile'
import type { Market } from './markets'

/** No pool holds more; what exceeds it would only overflow somewhere. */
const MAX_AMOUNT = (1n << 112n) - 1n

/** A swap in the pool's terms. */
export interface Trade {
  readonly side: Side
  /** Whether the amount paid or the amount received is the fixed one. */
  readonly exact: 'input' | 'output'
  readonly tokenIn: ProfileToken
  readonly tokenOut: ProfileToken
  /** The fixed amount, in the token's smallest unit. */
  readonly amountRaw: bigint
}

/**
 * What an order means to a pool. An amount in base is the base that is sold or received exactly; an amount in quote is the quote that is
 * paid (fee included) or received exactly (fee taken off). Refuses what the token cannot count and what is below the least amount.
 */
export function tradeOf(market: Market, side: Side, amount: Decimal, unit: AmountUnit): Result<Trade, Failure> {
  const { base, quote } = market
  const [tokenIn, tokenOut] = side === 'sell' ? [base, quote] : [quote, base]
  const token = unit === 'base' ? base : quote
  if (!amount.isFinite() || amount.lte(0)) return err(failure('INVALID_INSTRUCTION', 'the amount is not above zero'))
  if (amount.decimalPlaces() > token.decimals)
    return err(failure('INVALID_INSTRUCTION', `${token.symbol} has only ${token.decimals} decimals`))
  if (unit === 'base' && amount.lt(market.instrument.minAmountBase)) {
    return err(failure('INVALID_INSTRUCTION', `the least amount is ${market.instrument.minAmountBase} ${base.symbol}`))
  }
  const amountRaw = toUnits(amount, token.decimals)
  if (amountRaw > MAX_AMOUNT) return err(failure('INVALID_INSTRUCTION', 'the amount is larger than any pool'))
  return ok({ side, exact: token === tokenIn ? 'input' : 'output', tokenIn, tokenOut, amountRaw })
}

/** Whether the pool's token0 is the one that is paid. */
export function paysToken0(market: Market, trade: Trade): boolean {
  return (trade.side === 'sell') === market.baseIsToken0
}
