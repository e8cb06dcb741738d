import { z } from 'zod'

import { FAILURE_CODES } from '../../domain/codes'
import { ORDER_TYPES, SIDES, TIMES_IN_FORCE } from '../../domain/intent'
import { CANCEL_REASONS, ROLES } from './paper-order'

/** What tells our state from anybody else's. */
export const HEAD_FORMAT = 'holdfast-paper-venue'
/** Counts up whenever stored state would be read differently. */
export const HEAD_VERSION = 1

const count = z.number().int().nonnegative()
const word = z.number().int().min(0).max(0xffffffff)
const integer = z
  .string()
  .max(60)
  .regex(/^(?:0|-?[1-9]\d*)$/)
  .transform(BigInt)
const natural = z
  .string()
  .max(60)
  .regex(/^(?:0|[1-9]\d*)$/)
  .transform(BigInt)
const positive = z
  .string()
  .max(60)
  .regex(/^[1-9]\d*$/)
  .transform(BigInt)

/** The head row: the account and the market. */
export const headSchema = z.strictObject({
  format: z.literal(HEAD_FORMAT),
  version: z.literal(HEAD_VERSION),
  seed: z.tuple([word, word]),
  starting: z.record(z.string(), natural),
  accounts: z.record(z.string(), z.strictObject({ free: natural, held: natural, market: integer, fees: natural })),
  nextSeq: count,
  tick: count,
  shocks: z.array(z.strictObject({ instrument: z.string(), atTick: count, movePpm: z.number().int() })),
  makersLeft: z.record(z.string(), z.strictObject({ bids: natural, asks: natural })),
})

const order = z.strictObject({
  clientOrderId: z.string(),
  seq: count,
  instrument: z.string(),
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(TIMES_IN_FORCE),
  limitTicks: positive,
  lots: positive,
  acceptedAtMs: z.number(),
  state: z.enum(['open', 'filled', 'canceled']),
  canceledFor: z.enum(CANCEL_REASONS).nullable(),
  capLots: natural,
  queuedTick: count,
  queuedSeq: count,
  filledLots: natural,
  notionalAtoms: natural,
  feeExact: natural,
  fills: z.array(z.strictObject({ atMs: z.number(), lots: positive, priceTicks: positive, feeAtoms: natural, role: z.enum(ROLES) })),
})

const rejection = z.strictObject({
  clientOrderId: z.string(),
  rejectedAtMs: z.number(),
  failure: z.strictObject({ code: z.enum(FAILURE_CODES), detail: z.string() }),
  feeAsset: z.string(),
})

/** The row of one client order id. */
export const recordSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order'), order }),
  z.strictObject({ kind: z.literal('rejection'), rejection }),
])
