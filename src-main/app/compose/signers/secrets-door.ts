import type { SecretStore } from '../../../credentials/secret-store'
import { SECRET_PURPOSES, type SecretPurpose } from '../../../domain/secret-use'
import { parseOutsideRef, type SecretSource, type SecretSourceKind } from '../../../domain/secret-source'
import type { SecretRef } from '../../../domain/signer'
import { err, ok, type Result } from '../../../lib/result'
import type { KeptSecrets } from './kept-secrets'
import type { ReachPermits } from './reach-permits'
import type { SecretSources } from './secret-sources'

/** Secrets as the app's calls may touch them: in, where they may go, and whether they are there; never out. */
export interface SecretsDoor {
  /** Keeps a secret that was typed; the bytes are wiped. */
  put: SecretStore['put']
  /** Does something with a config that may not be kept yet. */
  using: KeptSecrets['using']
  /** What a config that a page proposes needs before anything is done with it. */
  needs: ReachPermits['needs']
  /** A reference as a person knows it. */
  nameOf: ReachPermits['nameOf']
  /** Forgets what nothing names, and what was allowed for a set-up. */
  forgetUnused: KeptSecrets['forgetUnused']
  /** Where secrets outside of the app lie. */
  sources(): readonly SecretSource[]
  setSource(kind: SecretSourceKind, source: SecretSource | null): void
  /** Whether whoever asks learns nothing new by trying a reference: it is named already, or lies where nothing is configured. */
  mayTry(ref: SecretRef): boolean
  /** Whether a reference can be read now; else why not. */
  canFind(ref: SecretRef): Promise<Result<void, string>>
}

/** What the door leads to. */
export interface DoorParts {
  readonly store: SecretStore
  readonly kept: KeptSecrets
  readonly sources: SecretSources
  readonly permits: ReachPermits
}

/** The door to an environment's secrets. */
export function secretsDoor({ store, kept, sources, permits }: DoorParts): SecretsDoor {
  return {
    put: (id, ...rest) => {
      store.put(id, ...rest)
      permits.typed(`secret:${id}`)
    },
    using: (config, work) => kept.using(config, work),
    needs: (config) => permits.needs(config),
    nameOf: (ref) => permits.nameOf(ref),
    forgetUnused: (actor) => {
      permits.left()
      kept.forgetUnused(actor)
    },
    sources: () => sources.list(),
    setSource: (kind, source) => sources.set(kind, source),
    mayTry: (ref) => {
      const outside = parseOutsideRef(ref)
      return outside === null || permits.isNamed(ref) || !sources.list().some(({ kind }) => kind === outside.kind)
    },
    canFind: async (ref) => {
      const found = await sources.find(ref, purposeOf(store, ref))
      if (!found.ok) return err(found.error.detail)
      found.value.fill(0)
      return ok(undefined)
    },
  }
}

/** What a stored secret was kept for: whether it is there is asked of each. */
function purposeOf(store: SecretStore, ref: SecretRef): SecretPurpose {
  const kept = store.nameOf(ref.replace(/^secret:/, ''))
  return SECRET_PURPOSES.find((purpose) => purpose === kept?.purpose) ?? 'token'
}
