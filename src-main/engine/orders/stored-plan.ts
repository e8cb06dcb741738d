import type { OrderIntent } from '../../domain/intent'
import type { OrderPlan } from '../../domain/plan'
import type { Quote } from '../../domain/quote'
import { decimal } from '../../lib/decimal'
import type { Json } from '../../lib/json'

/** The intent of a journaled plan, with its amounts as numbers again. */
export function intentOf({ intent }: Json<OrderPlan>): OrderIntent {
  return { ...intent, amount: decimal(intent.amount), limitPrice: intent.limitPrice === null ? null : decimal(intent.limitPrice) }
}

/** The quote that a journaled plan was signed off with. */
export function quoteOf({ quote }: Json<OrderPlan>): Quote {
  return {
    ...quote,
    baseAmount: decimal(quote.baseAmount),
    quoteAmount: decimal(quote.quoteAmount),
    midPrice: decimal(quote.midPrice),
    bestPrice: decimal(quote.bestPrice),
    expectedPrice: decimal(quote.expectedPrice),
    worstPrice: decimal(quote.worstPrice),
    fillable: decimal(quote.fillable),
    fee: decimal(quote.fee),
    feePct: decimal(quote.feePct),
    range: quote.range === null ? null : { low: decimal(quote.range.low), high: decimal(quote.range.high), coversMs: quote.range.coversMs },
    usdPerQuote: quote.usdPerQuote === null ? null : decimal(quote.usdPerQuote),
  }
}
