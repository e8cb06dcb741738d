import type { SecretStore } from '../../credentials/secret-store'
import type { SecretSource, SecretSourceKind } from '../../domain/secret-source'
import type { SecretRef } from '../../domain/signer'
import { err, ok, type Result } from '../../lib/result'
import type { KeptSecrets } from './kept-secrets'
import type { SecretSources } from './secret-sources'

/** Secrets as the app's calls may touch them: in, and whether they are there; never out. */
export interface SecretsDoor {
  /** Keeps a secret; the bytes are wiped. */
  put: SecretStore['put']
  /** Does something with a config that may not be kept yet. */
  using: KeptSecrets['using']
  /** Forgets what nothing names. */
  forgetUnused: KeptSecrets['forgetUnused']
  /** Where secrets outside of the app lie. */
  sources(): readonly SecretSource[]
  setSource(kind: SecretSourceKind, source: SecretSource | null): void
  /** Whether a reference can be read now; else why not. */
  canFind(ref: SecretRef): Promise<Result<void, string>>
}

/** The door to an environment's secrets. */
export function secretsDoor(store: SecretStore, kept: KeptSecrets, sources: SecretSources): SecretsDoor {
  return {
    put: (...kept) => store.put(...kept),
    using: (config, work) => kept.using(config, work),
    forgetUnused: (actor) => kept.forgetUnused(actor),
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
