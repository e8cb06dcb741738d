import type { Denial } from '../../../domain/codes'
import { describeError } from '../../../lib/errors'
import { err, ok, type Result } from '../../../lib/result'
import type { SignerFailure } from '../../../signers/signer'
import type { HeldSigner } from './held-signer'

/** Has a signer make a test signature through the signing gate, which verifies it. */
export type Prove = (signerId: string) => Promise<Result<void, Denial>>

/** Why a signer is not believed to hold an address. */
export type NotProven = SignerFailure | { readonly code: 'NOT_PROVEN'; readonly detail: string; readonly denial: Denial }

/**
 * Signers that claim an address which others have. To be believed on its word is enough for an address of its own; beside another signer of the address it would be
 * shown that one's transactions, and so it makes a signature first. It is asked for that, and for nothing else.
 */
export class SignerTrials {
  readonly #onTrial = new Map<string, HeldSigner>()

  /** The one on trial under an id. */
  get(id: string): HeldSigner | undefined {
    return this.#onTrial.get(id)
  }

  /** Has one make its test signature, and forgets it. */
  async run(held: HeldSigner, signal: AbortSignal, prove: Prove): Promise<Result<void, NotProven>> {
    const { id } = held.record
    const stopped = new Promise<Result<void, NotProven>>((resolve) => {
      const stop = (): void => resolve(err({ code: 'UNAVAILABLE', detail: 'it was stopped' }))
      if (signal.aborted) stop()
      else signal.addEventListener('abort', stop)
    })
    this.#onTrial.set(id, held)
    try {
      const proven = prove(id).then((shown): Result<void, NotProven> =>
        shown.ok ? ok(undefined) : err({ code: 'NOT_PROVEN', detail: shown.error.code, denial: shown.error }),
      )
      return await Promise.race([proven, stopped])
    } catch (thrown) {
      return err({ code: 'UNAVAILABLE', detail: describeError(thrown).slice(0, 500) })
    } finally {
      this.#onTrial.delete(id)
      await held.signer.lock()
    }
  }
}
