import { secp256k1 } from '@noble/curves/secp256k1'

import type { Hex, UnsignedTx } from '../domain/evm'
import type { Clock } from '../lib/clock'
import type { Random } from '../lib/random'
import { err, ok, type Result } from '../lib/result'
import { signTransactionByDigest } from './digest'
import { HealthKeeper } from './health-keeper'
import type { Signer, SignerFailure, SignerHealth } from './signer'
import { addressOfPoint } from './vendor-host/public-key'

/**
 * The signer of a rehearsal (product row B7): a key drawn for it alone, for a chain that exists in this process alone. It is written nowhere, nothing was ever
 * sent to its address, and it is gone once the rehearsal is over.
 */
export class RehearsalSigner implements Signer {
  readonly id = 'rehearsal'
  readonly kind = 'keystore'
  readonly address: string
  readonly #keeper: HealthKeeper
  #key: Uint8Array | null

  constructor(random: Random, clock: Clock) {
    this.#keeper = new HealthKeeper(clock, 'ready')
    const key = newKey(random)
    this.#key = key
    this.address = addressOfPoint(secp256k1.getPublicKey(key, false))
  }

  async signTransaction(tx: UnsignedTx, signal: AbortSignal): Promise<Result<Hex, SignerFailure>> {
    const startedMs = this.#keeper.started()
    const signed = await signTransactionByDigest(tx, (digest) => Promise.resolve(this.#sign(digest)), signal)
    if (signed.ok) this.#keeper.succeeded(startedMs)
    return signed
  }

  health(): SignerHealth {
    return this.#keeper.health()
  }

  /** Forgets the key for good. */
  lock(): Promise<void> {
    this.#key?.fill(0)
    this.#key = null
    this.#keeper.set('locked', '')
    return Promise.resolve()
  }

  #sign(digest: Hex): Result<{ readonly r: bigint; readonly s: bigint }, SignerFailure> {
    if (this.#key === null) return err({ code: 'LOCKED', detail: 'the rehearsal is over' })
    const { r, s } = secp256k1.sign(Buffer.from(digest.slice(2), 'hex'), this.#key, { prehash: false })
    return ok({ r, s })
  }
}

function newKey(random: Random): Uint8Array {
  for (;;) {
    const key = random.bytes(32)
    if (secp256k1.utils.isValidSecretKey(key)) return key
  }
}
