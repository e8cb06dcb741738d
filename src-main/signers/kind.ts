import type { SecretPurpose } from '../domain/secret-use'
import type { ConfigOf, OfferedAccount, SecretRef, SignerKind } from '../domain/signer'
import type { Environment } from '../domain/environment'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import type { Result } from '../lib/result'
import type { OnInteraction, Signer, SignerFailure } from './signer'
import type { VendorHostPort } from './vendor-host/protocol'

/** Finds a secret by its reference, for what it is for: another one is not given. The bytes are the caller's to wipe; a failure names the reference, never the secret. */
export type FindSecret = (ref: SecretRef, purpose: SecretPurpose) => Promise<Result<Buffer, SignerFailure>>

/** What a kind of signer may use. */
export interface SignerParts {
  readonly environment: Environment
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly findSecret: FindSecret
  /** Starts a helper process for a vendor's library. */
  readonly spawnVendorHost: () => VendorHostPort
  /** A signer's health changed by itself, as by unplugging. */
  readonly onChange: () => void
}

/** One kind of signer, as the composition root knows it. A vendor's library is loaded inside, when it is first needed, never before. */
export interface SignerMaker<K extends SignerKind> {
  readonly kind: K
  /** Makes a signer without reaching out for anything. */
  create(id: string, address: string, config: ConfigOf<K>, parts: SignerParts): Signer
  /** The accounts that could be used, for set-up; more than one where the signer holds several. Nothing is signed. */
  discover(
    config: ConfigOf<K>,
    parts: SignerParts,
    signal: AbortSignal,
    onInteraction: OnInteraction,
  ): Promise<Result<readonly OfferedAccount[], SignerFailure>>
  /** Has the device show the address, so that a person can compare it; where there is a screen to show it on. */
  verifyAddress?(
    config: ConfigOf<K>,
    address: string,
    parts: SignerParts,
    signal: AbortSignal,
    onInteraction: OnInteraction,
  ): Promise<Result<void, SignerFailure>>
}
