import { isOpen } from '../../domain/order'
import { lossPct } from '../../domain/quote'
import { decimal, type Decimal } from '../../lib/decimal'
import type { JournaledEvent, OrderRecord } from '../journal/records'

/** What an order that has ended tells about trading; null where it tells nothing. */
export interface OrderFigures {
  /** Whether it ended well; null for what people or guards stopped, which is no fault of trading. */
  readonly succeeded: boolean | null
  readonly confirmationSeconds: number | null
  readonly slippagePct: number | null
  readonly slippageExpectedPct: number | null
  readonly slippageLimitPct: number | null
}

/** Reads the figures of an order that has ended off its record and its life; null while it is open. */
export function orderFigures(record: OrderRecord, events: readonly JournaledEvent[]): OrderFigures | null {
  if (isOpen(record.state)) return null
  const { quote, slippageLimitPct } = record.plan
  const mid = decimal(quote.midPrice)
  const average = record.progress.averagePrice
  const loss = (price: Decimal): number | null => lossPct(quote.side, price, mid)?.toNumber() ?? null
  const filled = record.state === 'filled' && average !== null
  return {
    succeeded: record.state === 'filled' ? true : record.state === 'failed' || record.state === 'rejected' ? false : null,
    confirmationSeconds: record.state === 'filled' ? secondsToConfirm(events) : null,
    slippagePct: filled ? loss(decimal(average)) : null,
    slippageExpectedPct: filled ? loss(decimal(quote.expectedPrice)) : null,
    slippageLimitPct: filled ? decimal(slippageLimitPct).toNumber() : null,
  }
}

function secondsToConfirm(events: readonly JournaledEvent[]): number | null {
  const left = events.find(({ type }) => type === 'OrderSubmitting')
  const done = events.find(({ type }) => type === 'OrderConfirmed') ?? events.find(({ type }) => type === 'OrderFilled')
  return left === undefined || done === undefined ? null : Math.max(0, done.atMs - left.atMs) / 1_000
}
