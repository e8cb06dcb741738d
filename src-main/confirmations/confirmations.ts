import type { Failure } from '../domain/codes'
import type { Hex } from '../domain/evm'
import type { Cancel } from '../lib/clock'
import type { Decimal } from '../lib/decimal'

/** What a trade of a given value must reach before it counts (product row X3). */
export interface ConfirmationTier {
  readonly confirmations: number
  readonly timeoutMs: number
  readonly finality: boolean
}

/** Which transaction to follow, and how far. */
export interface FollowRequest {
  readonly hash: Hex
  readonly from: string
  readonly nonce: number
  /** Null means unknown, which means the highest tier. */
  readonly notionalUsd: Decimal | null
  /** Wall time of sending, ms. */
  readonly sentAtMs: number
}

/** What following a transaction finds. After `confirmed` without finality, `finalized`, `reverted`, `replaced` or `dropped` nothing more comes. */
export type ConfirmationEvent =
  | {
      readonly kind: 'included'
      readonly blockNumber: number
      readonly blockHash: Hex
      readonly gasUsed: bigint
      readonly feePaidWei: bigint
    }
  | { readonly kind: 'confirmations'; readonly have: number; readonly need: number }
  | { readonly kind: 'confirmed'; readonly confirmations: number; readonly awaitsFinality: boolean }
  | { readonly kind: 'finalized'; readonly blockNumber: number }
  | { readonly kind: 'reverted'; readonly reason: string | null; readonly blockNumber: number }
  | { readonly kind: 'reorged'; readonly fromBlock: number }
  /** Said once for each phase; following goes on. */
  | { readonly kind: 'timed-out'; readonly phase: 'confirmations' | 'finality' }
  | { readonly kind: 'replaced' }
  | { readonly kind: 'dropped' }
  /** A read failed; following goes on with back-off. */
  | { readonly kind: 'read-failed'; readonly failure: Failure }
  | { readonly kind: 'read-succeeded' }

/** Follows transactions until they are final. */
export interface ConfirmationMonitor {
  follow(request: FollowRequest, emit: (event: ConfirmationEvent) => void): Cancel
}
