import type { BreakerId, BreakerStateName } from '../domain/breaker'
import type { DecodedCall, UnsignedTx } from '../domain/evm'
import type { GuardId, SigningPurpose, Verdict } from '../domain/guard'
import type { OrderIntent, RiskProfile } from '../domain/intent'
import type { KillSwitchSnapshot } from '../domain/kill-switch'
import type { VenueOrderRequest } from '../domain/plan'
import type { Quote } from '../domain/quote'
import type { TypedData } from '../domain/typed-data'
import type { TradingStateSnapshot } from '../domain/trading-state'
import type { Decimal } from '../lib/decimal'
import type { LimitFacts } from './limits/facts'
import type { Policy } from './policy/policy'

/** One breaker as the guard sees it. */
export interface BreakerView {
  readonly id: BreakerId
  readonly state: BreakerStateName
  /** Steady time at which an open breaker lets one probe through, ms; null otherwise. */
  readonly halfOpenAtMs: number | null
  /** The order that is the probe of a half-open breaker; null when none is under way. */
  readonly probeOrderId: string | null
}

/** Limits of the slippage guard. */
export interface SlippageSettings {
  /** Percent of mid that the expected price may lose, by risk profile. */
  readonly limitPct: Readonly<Record<RiskProfile, Decimal>>
  readonly maxQuoteAgeMs: number
  /** Range of the last 60 minutes over mid above which the market counts as too volatile, percent. */
  readonly maxVolatilityPct: Decimal
  /** How far ahead a swap's deadline may lie, seconds. */
  readonly maxDeadlineSec: number
}

/** The policy as it could be read. Anything but `loaded` denies. */
export type PolicyState = { readonly kind: 'loaded'; readonly policy: Policy } | { readonly kind: 'unreadable'; readonly why: string }

/** Everything a guard may look at. Prepared once by the pipeline from its own data, never from a screen. */
export interface GuardInput {
  readonly orderId: string
  readonly purpose: SigningPurpose
  readonly intent: OrderIntent | null
  readonly killSwitch: KillSwitchSnapshot
  /** Whether orders may leave, the kill switch apart. */
  readonly trading: TradingStateSnapshot
  readonly breakers: Readonly<Record<BreakerId, BreakerView>>
  /** Exposure limits, and what other orders use of them. */
  readonly limits: LimitFacts
  readonly quote: Quote | null
  readonly slippage: SlippageSettings
  /** Null means unknown. */
  readonly notionalUsd: Decimal | null
  /** What the account holds free of the base asset; null when nobody asked, or nobody knows. */
  readonly heldBase: Decimal | null
  readonly policy: PolicyState
  /** What an exchange will be asked; null on a chain. */
  readonly request: VenueOrderRequest | null
  /** What will be signed; null where nothing is. */
  readonly tx: UnsignedTx | null
  /** What `tx` does, read from its calldata by {@link decodeCall}; null where there is no `tx`. */
  readonly call: DecodedCall | null
  /** Checksummed address of the signer; null where nothing is signed. */
  readonly signerAddress: string | null
  /** EIP-712 typed data that is to be signed, where it is no transaction; left out where there is none. */
  readonly typedData?: TypedData | null
  /** Nonces at which the journal holds something of this order waiting to be mined; left out where nothing is to be canceled. */
  readonly waitingNonces?: readonly number[]
  /** Steady time, ms. */
  readonly nowMs: number
  /** Calendar time, ms; what on-chain deadlines are compared with. */
  readonly wallMs: number
}

/** Decides on one thing, alone and without acting. Synchronous; a throw counts as a denial. */
export interface Guard {
  readonly id: GuardId
  evaluate(input: GuardInput): Verdict
}
