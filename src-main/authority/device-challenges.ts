import type { Hex } from '../domain/evm'
import type { AuthenticationStatement } from '../domain/own-typed-data'
import type { Clock } from '../lib/clock'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'

/** How long a challenge is good, ms. */
export const CHALLENGE_MS = 120_000
/** More are never open at once; the oldest is forgotten first. */
const MOST_OPEN = 16

/** What is to be approved: the act, what it is done to, and a hash over all that was shown (0x hex of 32 bytes). */
export type DeviceClaim = Pick<AuthenticationStatement, 'act' | 'subject' | 'requestHash'>

/** Why a signature proves nothing. UNKNOWN: nobody was asked this, or it was answered before. */
export type ChallengeFailure = 'UNKNOWN' | 'EXPIRED' | 'NOT_SIGNED'

/** What challenges are made of. */
export interface DeviceChallengesOptions {
  readonly clock: Clock
  readonly random: Random
  /** Whether this is the signature of `address` over exactly this statement. */
  readonly isSignedBy: (statement: AuthenticationStatement, signature: Hex, address: string) => boolean
}

/**
 * What devices are asked to sign in proof that somebody approves (product row B6). Each has a number of its own that main made, is good once and for two
 * minutes, and names the act and all that was shown of it: a signature for another act, of another device, of before or for a second time proves nothing.
 */
export class DeviceChallenges {
  readonly #options: DeviceChallengesOptions
  readonly #open = new Map<string, { readonly statement: AuthenticationStatement; readonly untilMs: number }>()

  constructor(options: DeviceChallengesOptions) {
    this.#options = options
  }

  /** A fresh one. */
  issue({ act, subject, requestHash }: DeviceClaim): AuthenticationStatement {
    const { clock, random } = this.#options
    const nonce = `0x${Buffer.from(random.bytes(32)).toString('hex')}`
    const statement = { act, subject, requestHash, nonce, atMs: Math.floor(clock.wallMs()) }
    for (const oldest of this.#open.keys()) {
      if (this.#open.size < MOST_OPEN) break
      this.#open.delete(oldest)
    }
    // Steady time: setting the clock back makes nothing good again.
    this.#open.set(nonce, { statement, untilMs: clock.steadyMs() + CHALLENGE_MS })
    return statement
  }

  /** Whether a signature answers a challenge, which is used up by it in any case. */
  redeem(nonce: string, signature: Hex, address: string): Result<void, ChallengeFailure> {
    const open = this.#open.get(nonce)
    this.#open.delete(nonce)
    if (open === undefined) return err('UNKNOWN')
    if (this.#options.clock.steadyMs() >= open.untilMs) return err('EXPIRED')
    return this.#options.isSignedBy(open.statement, signature, address) ? ok(undefined) : err('NOT_SIGNED')
  }
}
