import { OPERATOR } from '../../../authority/app-lock'
import type { SecretStore } from '../../../credentials/secret-store'
import type { AuditAppender } from '../../../domain/audit-event'
import type { SecretSource } from '../../../domain/secret-source'
import type { SignerConfig } from '../../../domain/signer'
import type { Database } from '../../../storage/database'
import { keptConfigs } from './kept-configs'
import { storedSecretsOf } from './stored-secrets-of'

/** What of the app's own store is still needed (product row P1): a secret that no signer and no place outside names is forgotten, on record and for good. */
export class KeptSecrets {
  /** What is being set up right now names these, and how often. */
  readonly #used = new Map<string, number>()
  /** Left behind while what was set up with them had not ended yet. */
  readonly #left = new Set<string>()

  constructor(
    private readonly parts: { readonly db: Database; readonly store: Pick<SecretStore, 'ids' | 'remove'>; readonly audit: AuditAppender },
  ) {}

  /** Does something with a config that may not be kept yet; what it names is there as long as that takes. */
  async using<T>(config: SignerConfig | SecretSource, work: () => Promise<T> | T): Promise<T> {
    const ids = storedSecretsOf(config)
    for (const id of ids) this.#used.set(id, (this.#used.get(id) ?? 0) + 1)
    try {
      return await work()
    } finally {
      for (const id of ids) this.#release(id)
      const over = ids.filter((id) => !this.#used.has(id) && this.#left.delete(id))
      this.forget(over)
    }
  }

  /** Whoever set something up has left, or nobody has begun yet: what nothing names is forgotten. Throws where that cannot be recorded; then it is kept. */
  forgetUnused(actor = OPERATOR): void {
    const kept = this.parts.store.ids()
    for (const id of kept) if (this.#used.has(id)) this.#left.add(id)
    this.forget(kept, actor)
  }

  /** Forgets those that nothing names, and nothing is being done with. */
  forget(ids: readonly string[], actor = OPERATOR): void {
    const needed = ids.length === 0 ? null : this.#needed()
    if (needed === null) return
    for (const id of ids.filter((one) => !needed.has(one) && !this.#used.has(one))) {
      this.parts.audit.append({ category: 'KEY_OPERATION', severity: 'info', type: 'SecretForgotten', actor, subject: id, data: {} })
      this.parts.store.remove(id)
    }
  }

  /** What is named; null where a row cannot be read, for it may name any of them. */
  #needed(): ReadonlySet<string> | null {
    const configs = keptConfigs(this.parts.db)
    return configs.includes(null) ? null : new Set(configs.flatMap((config) => (config === null ? [] : storedSecretsOf(config))))
  }

  #release(id: string): void {
    const times = (this.#used.get(id) ?? 0) - 1
    if (times > 0) this.#used.set(id, times)
    else this.#used.delete(id)
  }
}
