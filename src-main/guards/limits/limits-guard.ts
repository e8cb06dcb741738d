import { denial, type Denial } from '../../domain/codes'
import type { GuardFigure, Verdict } from '../../domain/guard'
import type { OrderIntent } from '../../domain/intent'
import type { Quote } from '../../domain/quote'
import { Decimal } from '../../lib/decimal'
import type { Guard, GuardInput } from '../guard'
import { deny, figure, pass } from '../verdict'
import { exposureUsd } from './exposure'
import type { ExposureLimits, LimitUsage } from './facts'

const ID = 'limits'
const NO_ORDER = pass(ID, [figure('order value', 'none: no order is placed')])
const CENTS = 2

/** An order against its limits. */
interface Judged {
  readonly intent: OrderIntent
  readonly quote: Quote
  readonly valueUsd: Decimal
  readonly limits: ExposureLimits
  readonly usage: LimitUsage
}

/**
 * Product row B9: how much may be traded an order, an asset, a day; how fast; how much at once; and how often the same. What is used comes from the
 * journal, orders in flight and of unknown outcome included. An order of unknown value fits no limit.
 */
export const limitsGuard: Guard = {
  id: ID,
  evaluate({ purpose, intent, quote, limits: facts }: GuardInput): Verdict {
    if (facts.kind !== 'known') return deny(ID, 'LIMIT_USAGE_UNKNOWN', { why: facts.why })
    // Only a move of funds is no order; the policy says where it may go.
    if (intent === null) return purpose === 'fund-move' ? NO_ORDER : deny(ID, 'INVALID_INTENT', { field: 'intent' })
    if (quote === null) return deny(ID, 'QUOTE_UNAVAILABLE', { why: 'there is no quote' })
    const { limits, usage } = facts
    const valueUsd = exposureUsd({ intent, quote })
    if (valueUsd === null) {
      return deny(ID, 'LIMIT_VALUE_UNKNOWN', { limitUsd: text(limits.maxOrderUsd) }, [
        figure('order value', 'unknown', text(limits.maxOrderUsd), 'USD'),
      ])
    }
    const judged: Judged = { intent, quote, valueUsd, limits, usage }
    const figures: GuardFigure[] = []
    const refusals = [valueCheck, assetCheck, dayCheck, rateCheck, openCheck, repeatCheck].map((check) => check(judged, figures))
    const refusal = refusals.find((found) => found !== null) ?? null
    return refusal === null ? pass(ID, figures) : { guard: ID, outcome: 'deny', denial: refusal, figures }
  },
}

function valueCheck({ valueUsd, limits: { maxOrderUsd } }: Judged, figures: GuardFigure[]): Denial | null {
  figures.push(figure('order value', text(valueUsd), text(maxOrderUsd), 'USD'))
  return valueUsd.lte(maxOrderUsd) ? null : denial('ORDER_VALUE_EXCEEDS_LIMIT', { valueUsd: text(valueUsd), limitUsd: text(maxOrderUsd) })
}

function assetCheck({ quote, valueUsd, limits, usage }: Judged, figures: GuardFigure[]): Denial | null {
  const asset = quote.instrument.base.symbol
  const total = usage.assetDayUsd.add(valueUsd)
  figures.push(figure(`${asset} today`, text(total), text(limits.maxAssetDayUsd), 'USD'))
  if (total.lte(limits.maxAssetDayUsd)) return null
  return denial('ASSET_DAY_LIMIT', { asset, ...room(usage.assetDayUsd, valueUsd, limits.maxAssetDayUsd) })
}

function dayCheck({ valueUsd, limits, usage }: Judged, figures: GuardFigure[]): Denial | null {
  const total = usage.dayUsd.add(valueUsd)
  figures.push(figure('all assets today', text(total), text(limits.maxDayUsd), 'USD'))
  return total.lte(limits.maxDayUsd) ? null : denial('DAY_LIMIT', room(usage.dayUsd, valueUsd, limits.maxDayUsd))
}

function rateCheck({ limits, usage }: Judged, figures: GuardFigure[]): Denial | null {
  const second = usage.ordersLastSecond + 1
  const minute = usage.ordersLastMinute + 1
  figures.push(figure('orders in a second', String(second), String(limits.maxOrdersPerSecond)))
  figures.push(figure('orders in a minute', String(minute), String(limits.maxOrdersPerMinute)))
  if (!(second <= limits.maxOrdersPerSecond)) return rate('second', second, limits.maxOrdersPerSecond)
  return minute <= limits.maxOrdersPerMinute ? null : rate('minute', minute, limits.maxOrdersPerMinute)
}

function openCheck({ limits, usage }: Judged, figures: GuardFigure[]): Denial | null {
  const open = usage.openOrders + 1
  figures.push(figure('open orders', String(open), String(limits.maxOpenOrders)))
  return open <= limits.maxOpenOrders ? null : denial('OPEN_ORDERS_LIMIT', { count: String(open), limit: String(limits.maxOpenOrders) })
}

function repeatCheck({ intent, limits, usage }: Judged, figures: GuardFigure[]): Denial | null {
  const times = usage.repeats + 1
  figures.push(figure('same order', String(times), String(limits.repeatCount), 'times'))
  if (!usage.throttled && times <= limits.repeatCount) return null
  return denial('REPEATED_ORDER', {
    instrument: intent.instrument,
    side: intent.side,
    amount: intent.amount.toFixed(),
    count: String(usage.repeats),
    limit: String(limits.repeatCount),
    windowMs: String(limits.repeatWindowMs),
  })
}

function rate(per: 'second' | 'minute', count: number, limit: number): Denial {
  return denial('ORDER_RATE_EXCEEDED', { per, count: String(count), limit: String(limit) })
}

function room(usedUsd: Decimal, valueUsd: Decimal, limitUsd: Decimal): Readonly<Record<string, string>> {
  return { usedUsd: text(usedUsd), valueUsd: text(valueUsd), limitUsd: text(limitUsd) }
}

/** To the cent, as people read it, rounded up so that what exceeds a limit also reads so; the comparison is exact. */
function text(usd: Decimal): string {
  return usd.decimalPlaces() <= CENTS ? usd.toFixed() : usd.toFixed(CENTS, Decimal.ROUND_UP)
}
