import { z } from 'zod'

import type { Verdict } from '../../domain/guard'
import { ORDER_STATES, type OrderState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import { decimal } from '../../lib/decimal'
import { HoldfastError } from '../../lib/errors'
import type { Json } from '../../lib/json'
import type { OrderProgress } from './records'

/** What is stored of a plan, so that what was previewed can be shown for ever. */
export interface StoredPlan {
  readonly plan: Json<OrderPlan>
  readonly verdicts: readonly Json<Verdict>[]
}

/** Whatever our own decimals can be: a figure of a chain has sixty digits, more than anybody may type. */
const amount = z.string().refine((text) => {
  try {
    return decimal(text).isFinite()
  } catch {
    return false
  }
})
const asset = z.looseObject({ symbol: z.string(), address: z.string().nullable() })

/** As much of it as an order is followed, counted and listed by. Who wrote it has checked the rest. */
const storedPlan = z.looseObject({
  plan: z.looseObject({
    intent: z.looseObject({
      venue: z.string(),
      instrument: z.string(),
      side: z.string(),
      type: z.string(),
      account: z.string(),
      source: z.string(),
      amount,
      amountUnit: z.string(),
      limitPrice: amount.nullable(),
    }),
    quote: z.looseObject({
      baseAmount: amount,
      quoteAmount: amount,
      usdPerQuote: amount.nullable(),
      instrument: z.looseObject({ base: asset, quote: asset }),
    }),
    steps: z.array(z.looseObject({ kind: z.string() })),
  }),
  verdicts: z.array(z.looseObject({ outcome: z.string() })),
})

const storedProgress = z.looseObject({
  filledBase: amount,
  filledQuote: amount,
  averagePrice: amount.nullable(),
  fee: amount.nullable(),
  feeAsset: z.string().nullable(),
  confirmations: z.looseObject({}).nullable(),
  why: z.looseObject({ code: z.string(), figures: z.record(z.string(), z.string()) }).nullable(),
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

/** What was parsed, not what the schema made of it: nothing is taken out or put in. */
function read(orderId: string, what: string, schema: z.ZodType, json: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    value = undefined
  }
  if (schema.safeParse(value).success) return value
  throw new HoldfastError('BAD_RECORD', 'a kept order cannot be read', { orderId, what })
}
