import type { SecretStore } from '../../../credentials/secret-store'
import type { SecretRef } from '../../../domain/signer'
import { err, ok, type Result } from '../../../lib/result'
import type { FindSecret } from '../../../signers/kind'
import type { SignerFailure } from '../../../signers/signer'

/** Where referenced secrets outside of the app are read, by the prefix of their references. */
export type SecretSources = Readonly<Record<'vault' | 'aws-sm', (ref: SecretRef) => Promise<Result<Buffer, string>>>>

/** Finds secrets by reference: in the app's own store, or where `sources` read them. A failure names the reference, never the secret. */
export function secretFinder(store: SecretStore, sources: SecretSources): FindSecret {
  return async (ref, purpose) => {
    if (ref.startsWith('secret:')) {
      const found = store.find(ref.slice('secret:'.length), purpose)
      return found.ok ? ok(found.value) : unavailable(ref, found.error)
    }
    const source = ref.startsWith('vault:') ? sources.vault : ref.startsWith('aws-sm:') ? sources['aws-sm'] : null
    if (source === null) return unavailable(ref, 'no such kind of reference')
    const found = await source(ref)
    return found.ok ? ok(found.value) : unavailable(ref, found.error)
  }
}

function unavailable(ref: SecretRef, why: string): { readonly ok: false; readonly error: SignerFailure } {
  return err({ code: 'SECRET_UNAVAILABLE', detail: `${ref}: ${why}` })
}
