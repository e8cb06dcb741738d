import type { UnsignedTx } from '../../domain/evm'
import type { OrderEventType, OrderState } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { Verdict } from '../../domain/guard'
import type { Json } from '../../lib/json'

/** What an order has come to so far; decimal strings. */
export interface OrderProgress {
  readonly filledBase: string
  readonly filledQuote: string
  readonly averagePrice: string | null
  readonly fee: string | null
  readonly feeAsset: string | null
  readonly confirmations: { readonly have: number; readonly need: number; readonly finalityNeeded: boolean } | null
  /** Why it was denied, rejected or failed. */
  readonly why: { readonly code: string; readonly figures: Readonly<Record<string, string>> } | null
  /** The venue refused it, but has its signed bytes: until its nonce is another's it may be carried out all the same. */
  readonly mayBeOut?: boolean
  /** What was done about its failure, where its class is one that is tried anew. */
  readonly retry?: RetryDecision
}

/** `continued`: the next attempt is `orderId`. `needs-sign-off`: a person must sign off what changed. */
export interface RetryDecision {
  readonly kind: 'continued' | 'needs-sign-off' | 'not-tried'
  readonly orderId: string | null
  /** What changed, or what stands in the way. */
  readonly why: readonly string[]
}

/** The progress of an order that has not left. */
export const NO_PROGRESS: OrderProgress = {
  filledBase: '0',
  filledQuote: '0',
  averagePrice: null,
  fee: null,
  feeAsset: null,
  confirmations: null,
  why: null,
}

/** A journaled order: its plan as signed off, and where it stands. */
export interface OrderRecord {
  readonly orderId: string
  readonly plan: Json<OrderPlan>
  readonly planHash: string
  readonly verdicts: readonly Json<Verdict>[]
  readonly state: OrderState
  readonly progress: OrderProgress
  readonly createdAtMs: number
  readonly updatedAtMs: number
}

/** An order of whose row, or of one of whose events, not all can be read: what the row's other columns say of it. */
export interface UnreadableOrder {
  readonly orderId: string
  readonly venue: string
  readonly state: OrderState
}

/** Something that happened to an order; `data` holds decimal strings, hashes and names. */
export interface OrderEvent {
  readonly type: OrderEventType
  readonly data?: Readonly<Record<string, string>>
  /** For the two events that carry where they lead. */
  readonly leadsTo?: OrderState
  /** What it changes of the order's progress. */
  readonly progress?: Partial<OrderProgress>
}

/** An event as it was journaled. */
export interface JournaledEvent {
  readonly seq: number
  readonly atMs: number
  readonly type: OrderEventType
  readonly data: Readonly<Record<string, string>>
  /** Where the audit log holds it; null while the log is owed it. */
  readonly auditSeq: number | null
}

/**
 * States of a transaction's bytes. `refused`: an endpoint has them and said no; the nonce is free for another of ours, and they may be mined until one has
 * it. `replaced`: another transaction has its nonce for good.
 */
export const TRANSACTION_STATES = ['reserved', 'signed', 'sending', 'sent', 'mined', 'failed', 'refused', 'replaced', 'abandoned'] as const
export type TransactionState = (typeof TRANSACTION_STATES)[number]

/** A transaction of an order: reserved nonce, then signed bytes, kept before they leave. */
export interface TransactionRecord {
  readonly txId: string
  readonly orderId: string
  readonly purpose: 'approve' | 'order' | 'cancel'
  /** The transaction at this nonce that was there first, where this one competes with it; else null. */
  readonly replaces: string | null
  readonly unsigned: UnsignedTx
  readonly chainId: number
  readonly from: string
  readonly nonce: number
  readonly raw: string | null
  readonly hash: string | null
  readonly state: TransactionState
  readonly updatedAtMs: number
}
