import { z } from 'zod'

import { DENIAL_CODES, FAILURE_CODES } from '../../src-main/domain/codes'
import { GUARD_IDS } from '../../src-main/domain/guard'
import { AMOUNT_UNITS, ORDER_SOURCES, ORDER_TYPES, RISK_PROFILES, SIDES, TIMES_IN_FORCE } from '../../src-main/domain/intent'
import { ORDER_EVENT_TYPES, ORDER_STATES } from '../../src-main/domain/order'
import { command, event, query } from './channel'
import { instrumentView, venueId } from './market'
import { addressText, decimalText, epochMs, figures, hashText, hexText, idText, integerText, nothing, shortText } from './primitives'

/** What the ticket holds. Main parses every figure again and computes everything else itself. */
export const orderDraft = z.strictObject({
  venue: venueId,
  instrument: shortText,
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  timeInForce: z.enum(TIMES_IN_FORCE),
  amount: z.string().max(80),
  amountUnit: z.enum(AMOUNT_UNITS),
  limitPrice: z.string().max(80).nullable(),
  riskProfile: z.enum(RISK_PROFILES),
  account: idText,
})

/** Why a guard refused, with the figures for its sentence. */
export const denialView = z.strictObject({ code: z.enum(DENIAL_CODES), figures })
const figureView = z.strictObject({ name: shortText, value: shortText, limit: shortText.nullable(), unit: shortText })
/** What one guard says. */
export const verdictView = z.discriminatedUnion('outcome', [
  z.strictObject({ guard: z.enum(GUARD_IDS), outcome: z.literal('pass'), figures: z.array(figureView) }),
  z.strictObject({ guard: z.enum(GUARD_IDS), outcome: z.literal('deny'), figures: z.array(figureView), denial: denialView }),
])

/** What the venue would give now. Amounts in units of their asset, prices in quote per base. */
export const quoteView = z.strictObject({
  baseAmount: decimalText,
  quoteAmount: decimalText,
  midPrice: decimalText,
  bestPrice: decimalText,
  expectedPrice: decimalText,
  worstPrice: decimalText,
  fillable: decimalText,
  depthLevelsWalked: z.number().int(),
  fee: decimalText,
  feeAsset: shortText,
  feePct: decimalText,
  /** Loss of the expected price against mid, percent. */
  slippagePct: decimalText,
  /** Loss of the marginal price against mid, percent. */
  impactPct: decimalText,
  /** Range of the last hour over mid, percent. */
  volatilityPct: decimalText.nullable(),
  quotedAtMs: epochMs,
})
/** What the network takes: gas, and wei expected and at most. `expectedUsd` is null where no price is known. */
export const networkFeeView = z.strictObject({
  gasLimit: integerText,
  expectedWei: integerText,
  maxWei: integerText,
  expectedUsd: decimalText.nullable(),
})
/** What the simulation changed of one balance. */
export const balanceChangeView = z.strictObject({
  account: addressText,
  asset: shortText,
  token: addressText.nullable(),
  /** Signed, whole units. */
  delta: decimalText,
})
/** What a rehearsal on the chain came to; gas in units of gas. */
export const simulationView = z.strictObject({
  ok: z.boolean(),
  revertReason: z.string().max(2_000).nullable(),
  changes: z.array(balanceChangeView),
  gasUsed: integerText,
  method: z.enum(['eth_simulateV1', 'eth_call']),
  blockNumber: z.number().int(),
})

/** The live picture beside the ticket; nothing in it can be signed. */
export const previewView = z.strictObject({
  instrument: instrumentView,
  quote: quoteView.nullable(),
  networkFee: networkFeeView.nullable(),
  slippageLimitPct: decimalText,
  minReceived: decimalText.nullable(),
  receivedAsset: shortText,
  notionalUsd: decimalText.nullable(),
  verdicts: z.array(verdictView),
  /** Why no full preview could be made; the verdicts say what is known. */
  obstacle: z.strictObject({ code: z.enum([...new Set([...DENIAL_CODES, ...FAILURE_CODES])]), figures }).nullable(),
  atMs: epochMs,
})

/** One field of what a call does, for people. */
const decodedField = z.strictObject({ label: shortText, value: shortText, kind: z.enum(['address', 'amount', 'time', 'text']) })
/** One thing that a plan does: an order at a venue, or a transaction, fees in wei per gas. */
export const stepView = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('venue-order'),
    purpose: z.literal('order'),
    clientOrderId: idText,
    baseAmount: decimalText,
    limitPrice: decimalText,
  }),
  z.strictObject({
    kind: z.literal('evm-tx'),
    purpose: z.enum(['approve', 'order']),
    chainId: z.number().int(),
    from: addressText,
    to: addressText,
    nonce: z.number().int(),
    valueWei: integerText,
    data: hexText,
    gasLimit: integerText,
    maxFeePerGasWei: integerText,
    maxPriorityFeePerGasWei: integerText,
    /** `approve`, `swap` …, and its fields. */
    action: shortText,
    fields: z.array(decodedField),
  }),
])

/** The exact deed to sign off; confirmed by its id and hash. */
export const planView = z.strictObject({
  planId: idText,
  planHash: hashText,
  orderId: idText,
  draft: orderDraft,
  preview: previewView,
  steps: z.array(stepView),
  simulation: simulationView.nullable(),
  account: shortText,
  expiresAtMs: epochMs,
})

/** An order, as a list shows it. Amounts in units of their asset, prices in quote per base; null where it is not known or does not apply. */
export const orderSummary = z.strictObject({
  orderId: idText,
  venue: venueId,
  instrument: shortText,
  side: z.enum(SIDES),
  type: z.enum(ORDER_TYPES),
  state: z.enum(ORDER_STATES),
  open: z.boolean(),
  source: z.enum(ORDER_SOURCES),
  account: shortText,
  baseAmount: decimalText,
  baseAsset: shortText,
  quoteAsset: shortText,
  limitPrice: decimalText.nullable(),
  expectedPrice: decimalText,
  filledBase: decimalText,
  averagePrice: decimalText.nullable(),
  fee: decimalText.nullable(),
  feeAsset: shortText.nullable(),
  /** The fee in USD by the prices of the plan; null where they are not known. */
  feeUsd: decimalText.nullable(),
  notionalUsd: decimalText.nullable(),
  /** Why it was denied, rejected or failed. */
  why: z.strictObject({ code: shortText, figures }).nullable(),
  createdAtMs: epochMs,
  updatedAtMs: epochMs,
})
/** One thing that happened to an order. */
export const orderEventView = z.strictObject({
  seq: z.number().int(),
  atMs: epochMs,
  type: z.enum(ORDER_EVENT_TYPES),
  /** Hashes, prices, counts, verdicts; decimal strings. */
  data: figures,
})
/** A transaction of an order; `hash` is null until it is signed. */
export const transactionView = z.strictObject({
  purpose: z.enum(['approve', 'order', 'cancel']),
  hash: hashText.nullable(),
  nonce: z.number().int(),
  state: shortText,
  /** Whether it competes with an earlier one for the same nonce. */
  replacement: z.boolean(),
})

/** Why what waits on a chain cannot be replaced; what else there is to say stands in `code` and `figures`. */
export const REPLACE_OBSTACLES = [
  'NOT_OPEN',
  'NOT_SENT_YET',
  'TOO_LATE',
  'BUSY',
  'CANCELING',
  'OUTCOME_UNKNOWN',
  'SIGNER_LOCKED',
  'SIGNER_ATTENDED',
  'BUDGET',
  'DENIED',
  'FAILED',
] as const
const impossible = z.strictObject({
  kind: z.literal('impossible'),
  why: z.enum(REPLACE_OBSTACLES),
  code: z.enum([...new Set([...DENIAL_CODES, ...FAILURE_CODES])]).nullable(),
  figures,
})
/** What replacing would cost at most, wei, and what it would offer per gas, or why it cannot be. */
export const replaceOption = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('possible'), mostWei: integerText, perGasWei: integerText, beforePerGasWei: integerText }),
  impossible,
])
/** `sent`: the node took it. `unknown`: it may have left, and is followed. */
export const replaceOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sent'), hash: hashText }),
  z.strictObject({ kind: z.literal('unknown'), hash: hashText }),
  impossible,
])
/** The most that the person agreed to, wei per gas: what was shown. */
const replaceRequest = z.strictObject({ orderId: idText, mostPerGasWei: integerText })
/** An order whole: what happened, why, and what it sent. */
export const orderDetail = z.strictObject({
  summary: orderSummary,
  events: z.array(orderEventView),
  verdicts: z.array(verdictView),
  steps: z.array(stepView),
  simulation: simulationView.nullable(),
  transactions: z.array(transactionView),
  /** How many more are on record and cannot be read. */
  unreadableTransactions: z.number().int().nonnegative(),
  confirmations: z.strictObject({ have: z.number().int(), need: z.number().int(), finalityNeeded: z.boolean() }).nullable(),
  auditSeqs: z.array(z.number().int()),
  /** Null when it can be canceled; else why not. */
  cancelObstacle: z.enum(['NOT_OPEN', 'ALREADY_SENT_TO_CHAIN', 'NOT_SENT_YET']).nullable(),
  /** Whether something of it waits to be mined, which may be replaced. */
  waitsOnChain: z.boolean(),
  /** The chain that what is out of it is on, where that one is not connected: nobody follows it until it is. */
  waitsForChain: z.number().int().nullable(),
  /** Which attempt it is, where it is not the first, and the order before it. */
  attempt: z.strictObject({ number: z.number().int(), after: idText }).nullable(),
  /** What was done about its failure, where its class is one that is tried anew. */
  retry: z
    .strictObject({ kind: z.enum(['continued', 'needs-sign-off', 'not-tried']), orderId: idText.nullable(), why: z.array(shortText) })
    .nullable(),
})
const cancelReport = z.strictObject({
  asked: z.number().int(),
  canceled: z.number().int(),
  notCanceled: z.array(z.strictObject({ orderId: idText, why: shortText })),
  /** Venues that could not be asked what they hold, and why, in a code. */
  notAsked: z.array(z.strictObject({ venue: shortText, why: shortText })),
})

/** Calls about orders. Canceling passes always. */
export const orderCalls = {
  'order.preview': query(orderDraft, previewView),
  'order.prepare': command(orderDraft, planView),
  /** The exact deed of a further attempt at an order that failed, to sign off. */
  'order.prepareAgain': command(z.strictObject({ orderId: idText }), planView),
  'order.confirm': command(z.strictObject({ planId: idText, planHash: hashText }), z.strictObject({ orderId: idText })),
  'order.discard': command(z.strictObject({ planId: idText }), nothing),
  'order.cancel': command(z.strictObject({ orderId: idText }), nothing),
  /** What replacing the order's waiting transaction would cost now; reads the chain. */
  'order.replaceOptions': query(z.strictObject({ orderId: idText }), z.strictObject({ speedUp: replaceOption, cancel: replaceOption })),
  /** The same transaction for a higher fee. */
  'order.speedUp': command(replaceRequest, replaceOutcome),
  /** A transaction that does nothing in the place of the one that waits; passes while halted. */
  'order.cancelOnChain': command(replaceRequest, replaceOutcome),
  /** Cancels every resting order of ours; passes while halted. */
  'order.cancelAll': command(nothing, cancelReport),
  /** `open` also lists what has ended and still has something waiting on a chain. */
  'order.list': query(
    z.strictObject({ which: z.enum(['open', 'closed', 'all']), limit: z.number().int().min(1).max(500), beforeMs: epochMs.nullable() }),
    z.array(orderSummary),
  ),
  'order.detail': query(z.strictObject({ orderId: idText }), orderDetail),
} as const
/** What main tells of orders. */
export const orderEvents = {
  'order.changed': event(orderSummary),
} as const

/** What canceling everything came to. */
export type CancelReportView = z.output<typeof cancelReport>
/** What the ticket holds. */
export type OrderDraft = z.output<typeof orderDraft>
/** The live picture beside the ticket. */
export type PreviewView = z.output<typeof previewView>
/** The exact deed to sign off. */
export type PlanView = z.output<typeof planView>
/** One thing that a plan does. */
export type StepView = z.output<typeof stepView>
/** What one guard says. */
export type VerdictView = z.output<typeof verdictView>
/** Why a guard refused. */
export type DenialView = z.output<typeof denialView>
/** What the venue would give now. */
export type QuoteView = z.output<typeof quoteView>
/** What a rehearsal on the chain came to. */
export type SimulationView = z.output<typeof simulationView>
/** An order, as a list shows it. */
export type OrderSummary = z.output<typeof orderSummary>
/** One thing that happened to an order. */
export type OrderEventView = z.output<typeof orderEventView>
/** What replacing a transaction would cost, or why it cannot be. */
export type ReplaceOptionView = z.output<typeof replaceOption>
/** What came of replacing one. */
export type ReplaceOutcomeView = z.output<typeof replaceOutcome>
/** An order whole. */
export type OrderDetail = z.output<typeof orderDetail>
