import type { DevicePreview, KnownThings } from '../domain/device-preview'
import type { Hex, UnsignedTx } from '../domain/evm'
import type { SignerFailureCode, SignerKind, UserInteraction } from '../domain/signer'
import type { TypedData } from '../domain/typed-data'
import type { Result } from '../lib/result'

export { SIGNER_FAILURE_CODES, type SignerFailureCode, type SignerKind, type UserInteraction } from '../domain/signer'

/** A signer's failure: closed code, detail for the log, never a secret. */
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

/** What a person has to do before the signature comes; called as it changes, `none` when nothing is needed any more. */
export type OnInteraction = (required: UserInteraction) => void

/** Something that signs with a key that never leaves it. Handed to the signing gate alone. */
export interface Signer {
  readonly id: string
  readonly kind: SignerKind
  /** Checksummed (EIP-55). */
  readonly address: string
  /** Whether a person must act for every signature, as on a hardware device; what the app does by itself then asks first. Left out: no. */
  readonly attended?: boolean
  /** The raw signed transaction (EIP-2718 envelope). What comes back is not trusted: the gate decodes and compares it. */
  signTransaction(tx: UnsignedTx, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>>
  /** The 65-byte signature r‖s‖v of EIP-712 typed data. Left out by kinds that cannot. Not trusted either. */
  signTypedData?(typedData: TypedData, signal: AbortSignal, onInteraction?: OnInteraction): Promise<Result<Hex, SignerFailure>>
  /** What its screen will show for it; left out by kinds without a screen. */
  preview?(asked: UnsignedTx | TypedData, known: KnownThings): DevicePreview
  health(): SignerHealth
  /** Looks whether it would sign, without signing; never asks a person for anything. Left out where `health` knows by itself. */
  check?(signal: AbortSignal): Promise<SignerHealth>
  /** Forgets the key or session; signing fails with LOCKED until unlocked again, or connects afresh where nothing was to be unlocked. */
  lock(): Promise<void>
}

const DEFINITE: ReadonlySet<SignerFailureCode> = new Set<SignerFailureCode>([
  'UNAVAILABLE',
  'KEY_NOT_FOUND',
  'NOT_INSTALLED',
  'SECRET_UNAVAILABLE',
  'DEVICE_NOT_FOUND',
])

/** Whether it is certain that nothing was signed and this signer cannot sign now: only then may another one with the same key be asked. */
export function isDefinitelyUnavailable(code: SignerFailureCode): boolean {
  return DEFINITE.has(code)
}

const NO_FAULTS: ReadonlySet<SignerFailureCode> = new Set<SignerFailureCode>([
  'LOCKED',
  'REJECTED_BY_USER',
  'DENIED_BY_POLICY',
  'DEVICE_LOCKED',
  // What a device that is ready but for its owner shows.
  'WRONG_APP',
  'BUSY',
])

/** Whether a failure says something about the person or our own rules, and nothing about the signer's soundness: no breaker hears of it. */
export function isNoFault(code: SignerFailureCode): boolean {
  return NO_FAULTS.has(code)
}
