import { denial, type Denial } from '../../domain/codes'
import type { Environment } from '../../domain/environment'
import type { VenueId } from '../../domain/instrument'
import type { AmountUnit, OrderIntent, OrderSource, OrderType, RiskProfile, Side, TimeInForce } from '../../domain/intent'
import { parseDecimal } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'

/** An order as a ticket or an agent words it: figures are still text. */
export interface OrderDraft {
  readonly venue: VenueId
  readonly instrument: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly amount: string
  readonly amountUnit: AmountUnit
  readonly limitPrice: string | null
  readonly riskProfile: RiskProfile
  readonly account: string
}

/** Reads a draft; every figure must be a plain positive decimal. */
export function parseDraft(draft: OrderDraft, environment: Environment, source: OrderSource): Result<OrderIntent, Denial> {
  const amount = parseDecimal(draft.amount.trim())
  if (!amount.ok || !amount.value.gt(0)) return err(denial('INVALID_INTENT', { field: 'amount', value: draft.amount.slice(0, 80) }))
  let limitPrice: OrderIntent['limitPrice'] = null
  // Whoever names a limit believes in it: a market order that has one is not what they want.
  if (draft.type === 'market' && draft.limitPrice !== null) {
    return err(denial('INVALID_INTENT', { field: 'limitPrice', value: draft.limitPrice.slice(0, 80) }))
  }
  if (draft.type === 'limit') {
    const price = parseDecimal((draft.limitPrice ?? '').trim())
    if (!price.ok || !price.value.gt(0)) {
      return err(denial('INVALID_INTENT', { field: 'limitPrice', value: (draft.limitPrice ?? '').slice(0, 80) }))
    }
    limitPrice = price.value
  }
  return ok({
    environment,
    venue: draft.venue,
    instrument: draft.instrument,
    side: draft.side,
    type: draft.type,
    // A market order never rests.
    timeInForce: draft.type === 'market' ? 'ioc' : draft.timeInForce,
    amount: amount.value,
    amountUnit: draft.amountUnit,
    limitPrice,
    riskProfile: draft.riskProfile,
    account: draft.account,
    source,
  })
}
