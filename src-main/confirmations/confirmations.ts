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
  /** The block it was in when it was last looked at: following begins there, so that a chain that has dropped it since is noticed. */
  readonly foundIn?: { readonly number: number; readonly hash: Hex }
  /** Nothing waits for it any more: how polls went is told to others. */
  readonly quiet?: true
}

/** What following a transaction finds. After `confirmed` without finality, `finalized`, `reverted` or `replaced` nothing more comes. */
export type ConfirmationEvent =
  | {
      readonly kind: 'included'
      /** Whether its execution succeeded in this block; a failure is said as `reverted` only once it is as deep as a success would have to be. */
      readonly succeeded: boolean
      readonly blockNumber: number
      readonly blockHash: Hex
      readonly gasUsed: bigint
      readonly feePaidWei: bigint
    }
  /** `finality`: whether finality is required after them. */
  | { readonly kind: 'confirmations'; readonly have: number; readonly need: number; readonly finality: boolean }
  | { readonly kind: 'confirmed'; readonly confirmations: number; readonly awaitsFinality: boolean }
  | { readonly kind: 'finalized'; readonly blockNumber: number }
  | { readonly kind: 'reverted'; readonly reason: string | null; readonly blockNumber: number }
  /** The block it was in is no longer part of the chain, also after `confirmed` with finality outstanding; following goes on. */
  | { readonly kind: 'reorged'; readonly fromBlock: number }
  /** Said once for each phase; following goes on. */
  | { readonly kind: 'timed-out'; readonly phase: 'confirmations' | 'finality' }
  /** Another transaction took its nonce, deep enough: it can never be mined. */
  | { readonly kind: 'replaced' }
  /**
   * A notice: the node has not known it for long and its nonce is unused. Whoever holds the bytes may send it again, so it may still be mined;
   * following goes on, and only `replaced` says that it cannot be.
   */
  | { readonly kind: 'dropped' }
  /** A read failed; following goes on with back-off. */
  | { readonly kind: 'read-failed'; readonly failure: Failure }
  | { readonly kind: 'read-succeeded' }

/** Follows transactions until they are final. */
export interface ConfirmationMonitor {
  follow(request: FollowRequest, emit: (event: ConfirmationEvent) => void): Cancel
}
