import type { Quote } from '../../domain/quote'

/**
 * What a swap that waited is judged by. A market that moved against the trader is judged as it is now. One that moved in the trader's favour
 * leaves the signed-off bounds standing: they were judged when they were agreed, and only the age and the range are new.
 */
export function judgedAfterWait(agreed: Quote, fresh: Quote): Quote {
  const better = agreed.side === 'buy' ? fresh.expectedPrice.lt(agreed.expectedPrice) : fresh.expectedPrice.gt(agreed.expectedPrice)
  return better ? { ...agreed, quotedAtMs: fresh.quotedAtMs, range: fresh.range } : fresh
}

/** What is on record of a market that was asked again: what it said, and by which of the two quotes the order is judged. */
export function requotedData(fresh: Quote, judgedBy: Quote): Record<string, string> {
  const { quoteId, midPrice, expectedPrice, quoteAmount, fillable } = fresh
  return {
    quoteId,
    midPrice: midPrice.toFixed(),
    expectedPrice: expectedPrice.toFixed(),
    quoteAmount: quoteAmount.toFixed(),
    fillable: fillable.toFixed(),
    judgedBy: judgedBy === fresh ? 'this quote' : 'the quote that was signed off',
  }
}
