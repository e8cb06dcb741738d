/**
 * Why we refused an order before it left. Closed: a new reason is a new member, and the renderer has a sentence for each.
 * Denied is our word; a venue rejects.
 */
export const DENIAL_CODES = [
  // kill switch
  'KILL_SWITCH_TRIGGERED',
  'KILL_SWITCH_UNREADABLE',
  'NOT_SET_UP',
  // trading state (product rows X4, B9)
  'TRADING_STATE_UNREADABLE',
  'TRADING_HALTED',
  'TRADING_REDUCED',
  // breakers
  'BREAKER_OPEN',
  'BREAKER_PROBE_IN_FLIGHT',
  // exposure limits (product row B9)
  'LIMIT_USAGE_UNKNOWN',
  'LIMIT_VALUE_UNKNOWN',
  'ORDER_VALUE_EXCEEDS_LIMIT',
  'ASSET_DAY_LIMIT',
  'DAY_LIMIT',
  'ORDER_RATE_EXCEEDED',
  'OPEN_ORDERS_LIMIT',
  'REPEATED_ORDER',
  // slippage (product row X2)
  'EXCEEDED_LIMIT',
  'HIGH_VOLATILITY',
  'INSUFFICIENT_LIQUIDITY',
  'CIRCUIT_BREAKER_ACTIVE',
  'QUOTE_STALE',
  'MIN_OUTPUT_TOO_LOW',
  'DEADLINE_OUT_OF_RANGE',
  'CALLDATA_MISMATCH',
  // policy (product row C6)
  'POLICY_UNREADABLE',
  'VENUE_NOT_ALLOWED',
  'INSTRUMENT_NOT_ALLOWED',
  'NOTIONAL_EXCEEDS_MAX',
  'NOTIONAL_UNKNOWN',
  'SIGNER_NOT_ALLOWED',
  'CHAIN_NOT_ALLOWED',
  'TO_NOT_ALLOWED',
  'VALUE_EXCEEDS_MAX',
  'GAS_EXCEEDS_MAX',
  'GAS_PRICE_EXCEEDS_MAX',
  'DATA_TOO_LONG',
  'CALLDATA_UNDECODABLE',
  'RECIPIENT_NOT_ALLOWED',
  'SPENDER_NOT_ALLOWED',
  'TOKEN_NOT_ALLOWED',
  'UNLIMITED_APPROVAL',
  'CONTRACT_CREATION',
  'CANCEL_SHAPE_INVALID',
  // everything
  'INVALID_INTENT',
  'INVALID_TRANSACTION',
  'GUARD_FAILED',
  'SIMULATION_FAILED',
  'SIMULATION_UNEXPECTED',
  'PLAN_UNKNOWN',
  'PLAN_EXPIRED',
  'PLAN_ALREADY_USED',
  'PLAN_MISMATCH',
  'EARLIER_ORDER_LEAVING',
  'EARLIER_ATTEMPT_BACK',
  'AUDIT_UNAVAILABLE',
  'JOURNAL_UNAVAILABLE',
  'SIGNER_LOCKED',
  'SIGNER_UNAVAILABLE',
  'SIGNER_REFUSED',
  'SIGNATURE_MISMATCH',
  'QUOTE_UNAVAILABLE',
] as const
/** Why we refused. */
export type DenialCode = (typeof DENIAL_CODES)[number]

/** A refusal with its figures; `figures` hold decimal strings, addresses and names, ready for a sentence and for the log. */
export interface Denial {
  readonly code: DenialCode
  readonly figures: Readonly<Record<string, string>>
}

/** Makes a {@link Denial}. */
export function denial(code: DenialCode, figures: Readonly<Record<string, string>> = {}): Denial {
  return { code, figures }
}

/**
 * Why something outside us failed: a venue, a chain, a signer, a file. The first nine are the classes of product row X3.
 */
export const FAILURE_CODES = [
  'INSUFFICIENT_FUNDS',
  'SLIPPAGE_EXCEEDED',
  'INVALID_INSTRUCTION',
  'NETWORK_ERROR',
  'RATE_LIMITED',
  'TIMEOUT_ERROR',
  'EXPIRED',
  'OUT_OF_GAS',
  'REVERTED',
  'NONCE_TOO_LOW',
  'AMOUNTS_UNKNOWN',
  'REPLACEMENT_UNDERPRICED',
  'WRONG_CHAIN',
  'BAD_ANSWER',
  'ENDPOINTS_DISAGREE',
  'WITNESS_MISSING',
  'NOT_FOUND',
  'UNSUPPORTED',
  'VENUE_CLOSED',
  'DISK_FULL',
  'INTERNAL',
] as const
/** Why something outside us failed. */
export type FailureCode = (typeof FAILURE_CODES)[number]

/** A failure of something outside us: closed code, and detail for the log. */
export interface Failure {
  readonly code: FailureCode
  readonly detail: string
}

/** Makes a {@link Failure}. */
export function failure(code: FailureCode, detail = ''): Failure {
  return { code, detail }
}
