import type { Verdict } from '../../domain/guard'
import { ORDER_EVENT_TYPES, ORDER_STATES, type OrderEventType, type OrderState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import { HoldfastError } from '../../lib/errors'
import type { Json } from '../../lib/json'
import type { OrderProgress } from './records'
import { figure, listOf, orNull, parseChecked, shape, text, texts, type Check } from './row-checks'

/** What is stored of a plan, so that what was previewed can be shown for ever. */
export interface StoredPlan {
  readonly plan: Json<OrderPlan>
  readonly verdicts: readonly Json<Verdict>[]
}

const asset = shape({ symbol: text, address: orNull(text) })

/** As much of it as an order is followed, counted and listed by. Who wrote it has checked the rest. */
const storedPlan = shape({
  plan: shape({
    intent: shape({
      venue: text,
      instrument: text,
      side: text,
      type: text,
      account: text,
      source: text,
      amount: figure,
      amountUnit: text,
      limitPrice: orNull(figure),
    }),
    quote: shape({
      baseAmount: figure,
      quoteAmount: figure,
      usdPerQuote: orNull(figure),
      instrument: shape({ base: asset, quote: asset }),
    }),
    steps: listOf(shape({ kind: text })),
  }),
  verdicts: listOf(shape({ outcome: text })),
})

const storedProgress = shape({
  filledBase: figure,
  filledQuote: figure,
  averagePrice: orNull(figure),
  fee: orNull(figure),
  feeAsset: orNull(text),
  confirmations: orNull(shape({})),
  why: orNull(shape({ code: text, figures: texts })),
})

/** The plan of an order's row. Throws `BAD_RECORD` where it cannot be read. */
export function readPlan(orderId: string, json: string): StoredPlan {
  return read(orderId, 'plan', storedPlan, json) as StoredPlan
}

/** The progress of an order's row. Throws `BAD_RECORD` where it cannot be read. */
export function readProgress(orderId: string, json: string): OrderProgress {
  return read(orderId, 'progress', storedProgress, json) as OrderProgress
}

/** The state of an order's row; one that nobody knows says no more than that its outcome is unknown. */
export function readState(text: string): OrderState {
  return KNOWN.has(text) ? (text as OrderState) : 'unknown'
}

const KNOWN: ReadonlySet<string> = new Set(ORDER_STATES)

/** What happened, of an event's row. Throws `BAD_RECORD` where it cannot be read: an event that nobody knows may be the one that matters. */
export function readEvent(
  orderId: string,
  type: string,
  json: string,
): { readonly type: OrderEventType; readonly data: Readonly<Record<string, string>> } {
  if (!EVENTS.has(type)) throw new HoldfastError('BAD_RECORD', 'a kept order cannot be read', { orderId, what: 'event' })
  return { type: type as OrderEventType, data: read(orderId, 'event', texts, json) as Record<string, string> }
}

const EVENTS: ReadonlySet<string> = new Set(ORDER_EVENT_TYPES)

function read(orderId: string, what: string, check: Check, json: string): unknown {
  const value = parseChecked(json, check)
  if (value === undefined) throw new HoldfastError('BAD_RECORD', 'a kept order cannot be read', { orderId, what })
  return value
}
