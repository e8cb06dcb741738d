import type { Decimal } from '../lib/decimal'
import type { FailureCode } from './codes'
import type { DecodedCall, Simulation, UnsignedTx } from './evm'
import type { OrderIntent, OrderType, Side, TimeInForce } from './intent'
import type { Quote } from './quote'

/** An order as an exchange takes it. */
export interface VenueOrderRequest {
  /** Chosen by us and kept before sending, so that a repeat is recognised. */
  readonly clientOrderId: string
  readonly instrument: string
  readonly side: Side
  readonly type: OrderType
  readonly timeInForce: TimeInForce
  readonly baseAmount: Decimal
  /** The worst price accepted, quote per base: the limit of a limit order, the collar of a market order. */
  readonly limitPrice: Decimal
}

/** One act of a plan, exactly as it will be carried out. */
export type PlanStep =
  | { readonly kind: 'venue-order'; readonly purpose: 'order'; readonly request: VenueOrderRequest }
  | { readonly kind: 'evm-tx'; readonly purpose: 'approve' | 'order'; readonly tx: UnsignedTx; readonly call: DecodedCall }

/** What the network charges. */
export interface NetworkFee {
  readonly gasLimit: bigint
  readonly expectedWei: bigint
  /** Gas limit times the fee cap: the most it can cost. */
  readonly maxWei: bigint
  readonly expectedUsd: Decimal | null
}

/** The exact deed that a person signs off: bound by its hash, single use, short-lived (product row B10). */
export interface OrderPlan {
  readonly planId: string
  readonly orderId: string
  readonly intent: OrderIntent
  readonly quote: Quote
  readonly steps: readonly PlanStep[]
  readonly simulation: Simulation | null
  readonly networkFee: NetworkFee | null
  /** Percent of mid that the expected price may lose (product row X2). */
  readonly slippageLimitPct: Decimal
  /** The least that must be received, in whole units of the asset received, after venue fees. */
  readonly minReceived: Decimal
  /** USD value of the trade; null when unknown, which means the highest tier. */
  readonly notionalUsd: Decimal | null
  /** What the account held free of the base asset, asked only while trading is reducing; null otherwise, and when it is not known. */
  readonly heldBase: Decimal | null
  /** Which attempt at an order this is, where it is not the first: the order before it, and why that one ended. */
  readonly attempt?: { readonly number: number; readonly after: string; readonly why: FailureCode }
  readonly createdAtMs: number
  readonly expiresAtMs: number
}
