import { failure, type Failure } from '../../domain/codes'
import type { PriceRange, Quote } from '../../domain/quote'
import { Decimal, fromUnits, ZERO } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { Market } from './markets'
import type { Trade } from './trade'

const MILLIONTHS = 1_000_000

/** What a pool answers to a trade. Prices are quote per base. */
export interface SwapAnswer {
  readonly amountInRaw: bigint
  readonly amountOutRaw: bigint
  readonly midPrice: Decimal
  /** The marginal price after the trade. */
  readonly priceAfter: Decimal
  /** Stretches of the curve that the trade walks. */
  readonly segments: number
}

/** What a quote holds besides the swap. */
export interface QuoteContext {
  readonly quoteId: string
  readonly range: PriceRange | null
  readonly usdPerQuote: Decimal | null
  readonly quotedAtMs: number
}

/** The share of the input that is left after the pool's fee, 0..1. */
export function afterFee(market: Market): Decimal {
  return new Decimal(MILLIONTHS - market.fee).div(MILLIONTHS)
}

/**
 * Puts a pool's answer into the words of a quote. The pool takes its fee from the input; here it is always told in the quote asset, so that a
 * buyer pays `quoteAmount + fee` and a seller receives `quoteAmount − fee`, both exactly what the pool moves.
 */
export function swapQuote(market: Market, trade: Trade, answer: SwapAnswer, context: QuoteContext): Quote {
  const keeps = afterFee(market)
  const paid = fromUnits(answer.amountInRaw, trade.tokenIn.decimals)
  const received = fromUnits(answer.amountOutRaw, trade.tokenOut.decimals)
  const buying = trade.side === 'buy'
  const baseAmount = buying ? received : paid
  const quoteAmount = buying ? paid.mul(keeps) : received.div(keeps)
  const fee = buying ? paid.sub(quoteAmount) : quoteAmount.sub(received)
  return {
    ...common(market, trade, context),
    baseAmount,
    quoteAmount,
    midPrice: answer.midPrice,
    bestPrice: answer.midPrice,
    expectedPrice: quoteAmount.div(baseAmount),
    worstPrice: answer.priceAfter,
    fillable: new Decimal(1),
    depthLevelsWalked: answer.segments,
    fee,
    feeAsset: market.quote.symbol,
  }
}

/** The quote of a trade that is larger than the pool: nothing of it can be filled, and the amounts are those at the present price. */
export function unfillableQuote(market: Market, trade: Trade, midPrice: Decimal, context: QuoteContext): Quote {
  const fixed = trade.exact === 'input' ? trade.tokenIn : trade.tokenOut
  const amount = fromUnits(trade.amountRaw, fixed.decimals)
  const inBase = fixed === market.base
  return {
    ...common(market, trade, context),
    baseAmount: inBase ? amount : amount.div(midPrice),
    quoteAmount: inBase ? amount.mul(midPrice) : amount,
    midPrice,
    bestPrice: midPrice,
    expectedPrice: midPrice,
    worstPrice: midPrice,
    fillable: ZERO,
    depthLevelsWalked: 0,
    fee: ZERO,
    feeAsset: market.quote.symbol,
  }
}

function common(market: Market, trade: Trade, context: QuoteContext) {
  return { ...context, instrument: market.instrument, side: trade.side, feePct: new Decimal(market.fee).div(MILLIONTHS / 100) }
}

/** How far rounding to the token's smallest unit may move an amount, raw. */
const ROUNDING_RAW = 4
/** What a chain of roundings inside the pool may add, relative. */
const ROUNDING = new Decimal('1e-9')

/**
 * Holds a quoter's amounts against the curve: whatever a pool's liquidity looks like, the average price before fees lies between the price
 * before and the price after. Amounts outside were not computed by this pool.
 */
export function checkAgainstCurve(market: Market, trade: Trade, answer: SwapAnswer): Result<SwapAnswer, Failure> {
  const { amountInRaw, amountOutRaw, midPrice, priceAfter } = answer
  const broken = (what: string) => err(failure('BAD_ANSWER', `the quote does not fit the pool: ${what}`))
  const fixed = trade.exact === 'input' ? amountInRaw : amountOutRaw
  if (amountInRaw === 0n || amountOutRaw === 0n) return err(failure('INVALID_INSTRUCTION', 'the amount is too small to trade'))
  if (fixed !== trade.amountRaw) return broken('it is for another amount')
  const selling = trade.side === 'sell'
  if (selling ? priceAfter.gt(midPrice) : priceAfter.lt(midPrice)) return broken('the trade moves the price the wrong way')
  const paid = new Decimal(amountInRaw.toString()).mul(afterFee(market))
  const received = new Decimal(amountOutRaw.toString())
  // Raw units of the output per raw unit of the input; the higher the better for the trader.
  const scale = new Decimal(10).pow(trade.tokenOut.decimals - trade.tokenIn.decimals)
  const rate = (price: Decimal) => (selling ? price : new Decimal(1).div(price)).mul(scale)
  const best = paid.add(ROUNDING_RAW).mul(rate(midPrice)).mul(ROUNDING.add(1)).add(ROUNDING_RAW)
  const worst = paid.sub(ROUNDING_RAW).mul(rate(priceAfter)).mul(new Decimal(1).sub(ROUNDING)).sub(ROUNDING_RAW)
  if (received.gt(best)) return broken('it promises more than the price before the trade')
  if (received.lt(worst)) return broken('it promises less than the price after the trade')
  return ok(answer)
}
