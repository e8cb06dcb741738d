import type { SecretStore } from '../../credentials/secret-store'
import type { SecretSource, SecretSourceKind } from '../../domain/secret-source'
import type { SecretRef } from '../../domain/signer'
import { err, ok, type Result } from '../../lib/result'
import type { SecretSources } from './secret-sources'

/** Secrets as the app's calls may touch them: in, and whether they are there; never out. */
export interface SecretsDoor {
  /** Keeps a secret; the bytes are wiped. */
  put: SecretStore['put']
  /** Where secrets outside of the app lie. */
  sources(): readonly SecretSource[]
  setSource(kind: SecretSourceKind, source: SecretSource | null): void
  /** Whether a reference can be read now; else why not. */
  canFind(ref: SecretRef): Promise<Result<void, string>>
}

/** The door to an environment's secrets. */
export function secretsDoor(store: SecretStore, sources: SecretSources): SecretsDoor {
  return {
    put: (...kept) => store.put(...kept),
    sources: () => sources.list(),
    setSource: (kind, source) => sources.set(kind, source),
    canFind: async (ref) => {
      const found = await sources.find(ref)
      if (!found.ok) return err(found.error.detail)
      found.value.fill(0)
      return ok(undefined)
    },
  }
}
