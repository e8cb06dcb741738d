import { failure, type Failure } from '../../domain/codes'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import { Decimal, fromUnits, toUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { Market } from './markets'
import { tradeOf, type Trade } from './trade'

/** What is to be swapped and how far it may stray, in the tokens' smallest units. */
export interface Deal {
  readonly market: Market
  readonly trade: Trade
  /** What will be paid if nothing moves. */
  readonly expectedInRaw: bigint
  /** Exact input, or the most that may be paid. */
  readonly amountInMaxRaw: bigint
  /** The least that must come out, or the exact output. */
  readonly amountOutMinRaw: bigint
  /** `amountOutMinRaw` in whole tokens. */
  readonly minReceived: Decimal
}

/** What an intent means at its quote, bounded by the slippage limit and rounded in the trader's favour. */
export function dealOf(
  markets: ReadonlyMap<string, Market>,
  intent: OrderIntent,
  quote: Quote,
  slippageLimitPct: Decimal,
): Result<Deal, Failure> {
  if (intent.type !== 'market' || intent.limitPrice !== null) return err(failure('UNSUPPORTED', 'a pool takes market orders only'))
  const market = markets.get(intent.instrument)
  if (market === undefined) return err(failure('NOT_FOUND', `no pool of ${intent.instrument}`))
  const { instrument } = quote
  if (instrument.symbol !== intent.instrument || instrument.venue !== intent.venue || quote.side !== intent.side) {
    return err(failure('INVALID_INSTRUCTION', 'the quote is for another order'))
  }
  if (intent.venue !== market.instrument.venue) return err(failure('INVALID_INSTRUCTION', `this is not ${intent.venue}`))
  if (!(slippageLimitPct.gte(0) && slippageLimitPct.lt(100)))
    return err(failure('INVALID_INSTRUCTION', 'the slippage limit is not a percentage'))
  const traded = tradeOf(market, intent.side, intent.amount, intent.amountUnit)
  if (!traded.ok) return traded
  const trade = traded.value
  const { paidRaw, receivedRaw } = expected(trade, quote)
  if ((trade.exact === 'input' ? paidRaw : receivedRaw) !== trade.amountRaw)
    return err(failure('INVALID_INSTRUCTION', 'the quote is for another amount'))

  const amountInMaxRaw = trade.exact === 'input' ? paidRaw : scale(paidRaw, slippageLimitPct.div(100).add(1), Decimal.ROUND_DOWN)
  const amountOutMinRaw =
    trade.exact === 'output' ? receivedRaw : scale(receivedRaw, new Decimal(1).sub(slippageLimitPct.div(100)), Decimal.ROUND_UP)
  if (amountInMaxRaw === 0n || amountOutMinRaw === 0n) return err(failure('INVALID_INSTRUCTION', 'the amount is too small to trade'))
  const minReceived = fromUnits(amountOutMinRaw, trade.tokenOut.decimals)
  return ok({ market, trade, expectedInRaw: paidRaw, amountInMaxRaw, amountOutMinRaw, minReceived })
}

/** What a quote says will be paid, fee included, and received, fee taken off. */
function expected(
  { side, tokenIn, tokenOut }: Trade,
  { baseAmount, quoteAmount, fee }: Quote,
): { readonly paidRaw: bigint; readonly receivedRaw: bigint } {
  const [paid, received] = side === 'buy' ? [quoteAmount.add(fee), baseAmount] : [baseAmount, quoteAmount.sub(fee)]
  return { paidRaw: toUnits(paid, tokenIn.decimals), receivedRaw: toUnits(received, tokenOut.decimals) }
}

function scale(raw: bigint, by: Decimal, rounding: typeof Decimal.ROUND_UP | typeof Decimal.ROUND_DOWN): bigint {
  return BigInt(new Decimal(raw.toString()).mul(by).toFixed(0, rounding))
}
