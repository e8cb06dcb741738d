import { z } from 'zod'

import { command, event, query } from './channel'
import { decimalText, epochMs, idText, nothing, shortText } from './primitives'

/** The limits as they are kept. Main checks their bounds; they differ by environment. */
export const limitSettings = z.strictObject({
  maxOrderUsd: decimalText,
  maxAssetDayUsd: decimalText,
  maxDayUsd: decimalText,
  maxOrdersPerSecond: z.number().int(),
  maxOrdersPerMinute: z.number().int(),
  maxOpenOrders: z.number().int(),
  repeatCount: z.number().int(),
  repeatWindowMin: z.number().int(),
  lossReducePct: decimalText,
  lossHaltPct: decimalText,
  lossBasis: z.enum(['high', 'start']),
  valuationTimeoutMin: z.number().int(),
})
/** What recognises an order that repeats itself. */
const repeatKey = z.string().min(1).max(400)
const repeated = z.strictObject({
  key: repeatKey,
  instrument: shortText,
  side: z.enum(['buy', 'sell']),
  amount: decimalText,
  amountUnit: z.enum(['base', 'quote']),
  /** How often it went out within the window. */
  count: z.number().int(),
  /** Since when it is refused until a person has looked; null when it is not. */
  throttledSinceMs: epochMs.nullable(),
})
const accountLoss = z.strictObject({
  id: idText,
  label: shortText,
  /** Null until it was valued today. */
  equityUsd: decimalText.nullable(),
  /** What the loss is measured from. */
  fromUsd: decimalText.nullable(),
  startUsd: decimalText.nullable(),
  highUsd: decimalText.nullable(),
  lossPct: decimalText.nullable(),
  reducedAtMs: epochMs.nullable(),
  haltedAtMs: epochMs.nullable(),
  /** Since when its value is not known; null while it is. */
  unknownSinceMs: epochMs.nullable(),
  /** Its value over the day, oldest first. */
  points: z.array(z.strictObject({ atMs: epochMs, equityUsd: decimalText })).max(400),
})
/** The limits, and what of them is used today (UTC). Amounts in USD as decimal text. */
export const limitsView = z.strictObject({
  settings: limitSettings,
  /** Why what is used cannot be told; then nothing passes. */
  trouble: shortText.nullable(),
  dayUsd: decimalText,
  assets: z.array(z.strictObject({ asset: shortText, usedUsd: decimalText })).max(200),
  ordersLastSecond: z.number().int(),
  ordersLastMinute: z.number().int(),
  openOrders: z.number().int(),
  repeated: z.array(repeated).max(200),
  losses: z.array(accountLoss).max(100),
  /** When the UTC day ends. */
  dayEndsMs: epochMs,
  atMs: epochMs,
})

const reason = z.string().min(1).max(500)
const done = z.strictObject({ done: z.boolean() })

/** Calls about limits. */
export const limitsCalls = {
  'limits.status': query(nothing, limitsView),
  /** Tighter at once; anything looser opens the main-owned window first. `done` is false when it was closed there. */
  'limits.change': command(z.strictObject({ change: limitSettings.partial(), reason }), done),
  /** A person means the order that repeats itself; the main-owned window asks. */
  'limits.acknowledgeRepeat': command(z.strictObject({ key: repeatKey, reason }), done),
  /** Counts an account's losses anew from what it is worth now; the main-owned window asks. */
  'limits.restartLoss': command(z.strictObject({ account: idText, reason }), done),
} as const
/** What main tells of limits. */
export const limitsEvents = {
  'limits.changed': event(limitsView),
} as const

/** The limits, and what of them is used. */
export type LimitsView = z.output<typeof limitsView>
/** The limits as they are kept. */
export type LimitSettingsView = z.output<typeof limitSettings>
/** An order that repeats itself. */
export type RepeatedView = z.output<typeof repeated>
/** What an account has lost today, percent and USD. */
export type AccountLossView = z.output<typeof accountLoss>
