import type { Hex, UnsignedTx } from '../domain/evm'
import type { Result } from '../lib/result'

/** Kinds of signer; more join with later work. */
export const SIGNER_KINDS = ['keystore'] as const
/** A kind of signer. */
export type SignerKind = (typeof SIGNER_KINDS)[number]

/** What the person must do for a signature to come about. */
export const USER_INTERACTIONS = ['none', 'unlock', 'unlock-device', 'open-app', 'confirm-on-device'] as const
export type UserInteraction = (typeof USER_INTERACTIONS)[number]

/** Why a signer did not sign. */
export const SIGNER_FAILURE_CODES = [
  'LOCKED',
  'WRONG_PASSWORD',
  'CORRUPT_KEYSTORE',
  'REJECTED_BY_USER',
  'UNAVAILABLE',
  'TIMEOUT',
  'BAD_ANSWER',
] as const
export type SignerFailureCode = (typeof SIGNER_FAILURE_CODES)[number]
/** A signer's failure: closed code, detail for the log. */
export interface SignerFailure {
  readonly code: SignerFailureCode
  readonly detail: string
}

/** Whether a signer can sign now. */
export type SignerStatus = 'locked' | 'ready' | 'unavailable'

/** How a signer is doing. */
export interface SignerHealth {
  readonly status: SignerStatus
  readonly lastSuccessMs: number | null
  readonly latencyMs: number | null
  /** Wall time at which it locks itself, ms; null when it does not. */
  readonly locksAtMs: number | null
  readonly detail: string
}

/** Something that signs with a key that never leaves it. Handed to the signing gate alone. */
export interface Signer {
  readonly id: string
  readonly kind: SignerKind
  /** Checksummed (EIP-55). */
  readonly address: string
  /** Whether a person must act for every signature, as on a hardware device; what the app does by itself then asks first. Left out: no. */
  readonly attended?: boolean
  /** The raw signed transaction (EIP-2718 envelope). What comes back is not trusted: the gate decodes and compares it. */
  signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>>
  health(): SignerHealth
  /** Forgets the key; signing fails with LOCKED until unlocked again. */
  lock(): Promise<void>
}
