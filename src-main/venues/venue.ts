import type { Denial, Failure } from '../domain/codes'
import type { Hex, Simulation, UnsignedTx } from '../domain/evm'
import type { Instrument, VenueId } from '../domain/instrument'
import type { OrderIntent } from '../domain/intent'
import type { NetworkFee, VenueOrderRequest } from '../domain/plan'
import type { Depth, Quote, QuoteRequest } from '../domain/quote'
import type { Cancel } from '../lib/clock'
import type { Decimal } from '../lib/decimal'
import type { Result } from '../lib/result'

/** A balance in whole units of `asset`. */
export interface Balance {
  readonly asset: string
  /** Token address, or null. */
  readonly token: string | null
  readonly free: Decimal
  /** Held by resting orders. */
  readonly held: Decimal
  readonly usd: Decimal | null
}

/** One price seen. */
export interface PricePoint {
  readonly atMs: number
  readonly price: Decimal
}

/** How a venue or endpoint is doing. */
export interface Health {
  readonly ok: boolean
  /** Wall time of the last success, ms; null when there was none. */
  readonly lastSuccessMs: number | null
  readonly latencyMs: number | null
  readonly detail: string
}

/** The reading side of a venue: nothing here can move money. */
export interface VenueReader {
  readonly id: VenueId
  instruments(): Promise<Result<readonly Instrument[], Failure>>
  quote(request: QuoteRequest): Promise<Result<Quote, Failure>>
  depth(instrument: string, levels: number): Promise<Result<Depth, Failure>>
  /** Mid prices of the last hour or what is known of it, oldest first. */
  prices(instrument: string): Promise<Result<readonly PricePoint[], Failure>>
  /** `account` is a signer's address, or the paper account's name. */
  balances(account: string): Promise<Result<readonly Balance[], Failure>>
  health(): Promise<Health>
}

/** Nonces of an account that the chain's own count says nothing of. */
export interface OwnNonces {
  /** Held by transactions of ours that are being made, or wait to be mined. */
  readonly held: readonly number[]
  /** Of transactions that an endpoint was given and refused: whoever has their bytes can have them mined while the nonce is free. */
  readonly refused: readonly { readonly nonce: number; readonly hash: Hex }[]
}

/** What populating needs besides the intent and its quote. */
export interface PopulateContext {
  readonly orderId: string
  /** The signer's checksummed address; null for a venue that needs no signature. */
  readonly from: string | null
  readonly slippageLimitPct: Decimal
  /** What the journal knows of the account's nonces on the chain. */
  readonly ownNonces: OwnNonces
  readonly nowMs: number
}

/** One act, exactly as it will be carried out. What its calldata does is read by the guards, not claimed by the venue. */
export type PopulatedStep =
  | { readonly kind: 'venue-order'; readonly purpose: 'order'; readonly request: VenueOrderRequest }
  | { readonly kind: 'evm-tx'; readonly purpose: 'approve' | 'order'; readonly tx: UnsignedTx }

/** What will be done, exactly. */
export interface Populated {
  readonly steps: readonly PopulatedStep[]
  readonly simulation: Simulation | null
  readonly networkFee: NetworkFee | null
  /** The least that must be received, in whole units of the asset received. */
  readonly minReceived: Decimal
}

/** Turns an intent and a quote into exact steps. Reads the venue, moves nothing. */
export interface VenuePlanner {
  populate(intent: OrderIntent, quote: Quote, context: PopulateContext): Promise<Result<Populated, Failure>>
}

/**
 * The last look at the kill switch, called by the transport itself with nothing queued behind it. Synchronous; a denial means nothing may leave.
 */
export type LastLook = () => Denial | null

/** What is placed: an order for an exchange, or signed bytes for a chain. */
export type Placeable =
  | { readonly kind: 'venue-order'; readonly request: VenueOrderRequest }
  | { readonly kind: 'signed-tx'; readonly raw: Hex; readonly hash: Hex }

/** What came of placing. `withheld`: the last look refused, nothing left. `unknown`: it may have left; never send again. */
export type PlaceOutcome =
  | { readonly kind: 'accepted'; readonly ref: string }
  | {
      readonly kind: 'rejected'
      readonly failure: Failure
      /** Of a signed transaction: it did not leave, or its nonce is another's. Left out, its bytes are in other hands, whatever was said of them. */
      readonly neverOut?: true
    }
  | { readonly kind: 'withheld'; readonly denial: Denial }
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** What came of cancelling. */
export type CancelOutcome =
  | { readonly kind: 'canceled' }
  | { readonly kind: 'not-open' }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure }

/** The placing side of a venue: handed to the pipeline alone. */
export interface VenuePlacer {
  place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome>
  /** Cancels a resting order; always allowed, also while halted. */
  cancel(clientOrderId: string): Promise<CancelOutcome>
}

/** Something a venue says of a resting order. */
export type VenueOrderUpdate =
  | { readonly kind: 'accepted'; readonly clientOrderId: string; readonly atMs: number }
  | {
      readonly kind: 'fill'
      readonly clientOrderId: string
      readonly atMs: number
      readonly baseAmount: Decimal
      readonly price: Decimal
      readonly fee: Decimal
      readonly feeAsset: string
      readonly remainingBase: Decimal
    }
  | {
      readonly kind: 'canceled'
      readonly clientOrderId: string
      readonly atMs: number
      readonly remainingBase: Decimal
      readonly why: string
    }

/** What a venue holds of one order; null when it has never seen it. */
export interface VenueOrderStatus {
  readonly state: 'open' | 'filled' | 'canceled' | 'rejected'
  readonly filledBase: Decimal
  readonly averagePrice: Decimal | null
  readonly fee: Decimal
  readonly feeAsset: string
}

/** Following resting orders on an exchange. */
export interface VenueOrders {
  /** Hears of what happens to orders; what happened together is told together, in its order. */
  subscribe(listener: (updates: readonly VenueOrderUpdate[]) => void): Cancel
  find(clientOrderId: string): Promise<Result<VenueOrderStatus | null, Failure>>
  /** Every open order of ours that the venue holds. */
  open(): Promise<Result<readonly string[], Failure>>
}
