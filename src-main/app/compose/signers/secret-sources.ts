import { boundedSecret, readField } from '../../../credentials/read-field'
import type { SecretStore } from '../../../credentials/secret-store'
import { readVaultKv } from '../../../credentials/vault-kv'
import { parseOutsideRef, SECRET_SOURCE_KINDS, type SecretSource, type SecretSourceKind } from '../../../domain/secret-source'
import type { SecretRef } from '../../../domain/signer'
import { parseSecretSource } from '../../../signers/stored-config'
import type { Clock, Scheduler } from '../../../lib/clock'
import { err, type Result } from '../../../lib/result'
import { isLoopback } from '../../../signers/allowed-in'
import type { FindSecret } from '../../../signers/kind'
import { ServiceClient } from '../../../signers/service/service-client'
import type { VendorHostPort } from '../../../signers/vendor-host/protocol'
import { VendorClient } from '../../../signers/vendor-host/vendor-client'
import type { Database } from '../../../storage/database'
import { secretFinder } from './find-secret'
import { storedSecretsOf } from './stored-secrets-of'

/** How long a secret may take to be had, ms. */
const READ_MS = 20_000
const MAX_ANSWER_BYTES = 100_000

/** What reading secrets outside of the app takes. */
export interface SecretSourcesParts {
  readonly db: Database
  readonly store: SecretStore
  /** Forgets secrets of the app's own store, unless something still names them. */
  readonly forgetSecrets: (ids: readonly string[]) => void
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly spawnVendorHost: () => VendorHostPort
}

/**
 * Where secrets lie that the app does not keep itself (product row P1): a HashiCorp Vault and an AWS Secrets Manager, one of each. What opens them is in the app's
 * own store, so that no reference can lead round in a circle.
 */
export class SecretSources {
  readonly #find: FindSecret

  constructor(private readonly parts: SecretSourcesParts) {
    const own = secretFinder(parts.store, {
      vault: () => Promise.resolve(err('a secret that opens a store must lie in the app')),
      'aws-sm': () => Promise.resolve(err('a secret that opens a store must lie in the app')),
    })
    this.#find = secretFinder(parts.store, {
      vault: (ref) => this.#readVault(ref, own),
      'aws-sm': (ref) => this.#readAws(ref, own),
    })
  }

  /** Finds a secret, wherever it lies. For signers alone. */
  readonly find: FindSecret = (ref, purpose) => this.#find(ref, purpose)

  /** The configured places. */
  list(): readonly SecretSource[] {
    return SECRET_SOURCE_KINDS.flatMap((kind) => this.#get(kind) ?? [])
  }

  /** Sets or forgets a place, and with it what opened it before and does no more. */
  set(kind: SecretSourceKind, source: SecretSource | null): void {
    const { db, clock, forgetSecrets } = this.parts
    const before = this.#get(kind)
    db.transaction(() => {
      db.prepare('DELETE FROM secret_sources WHERE kind = ?').run(kind)
      if (source !== null)
        db.prepare('INSERT INTO secret_sources(kind, config_json, changed_at_ms) VALUES (?, ?, ?)').run(
          kind,
          JSON.stringify(source),
          clock.wallMs(),
        )
    })()
    if (before !== null) forgetSecrets(storedSecretsOf(before))
  }

  #get<K extends SecretSourceKind>(kind: K): Extract<SecretSource, { kind: K }> | null {
    const row = this.parts.db.prepare('SELECT config_json FROM secret_sources WHERE kind = ?').get(kind) as
      { config_json: string } | undefined
    const source = row === undefined ? null : parseSecretSource(row.config_json)
    return source?.kind === kind ? (source as Extract<SecretSource, { kind: K }>) : null
  }

  async #readVault(ref: SecretRef, own: FindSecret): Promise<Result<Buffer, string>> {
    const source = this.#get('vault')
    const outside = parseOutsideRef(ref)
    if (source === null) return err('no vault is configured')
    if (outside?.kind !== 'vault') return err('not a reference into a vault')
    const { clock, scheduler } = this.parts
    const client = new ServiceClient(source.service, source.tokenRef, { findSecret: own, clock, scheduler })
    return readVaultKv(outside, async (path) => {
      const answered = await client.request({ method: 'GET', path, maxAnswerBytes: MAX_ANSWER_BYTES }, new AbortController().signal)
      return answered.ok ? answered : err(`${answered.error.code} ${answered.error.detail}`)
    })
  }

  async #readAws(ref: SecretRef, own: FindSecret): Promise<Result<Buffer, string>> {
    const source = this.#get('aws-sm')
    const outside = parseOutsideRef(ref)
    if (source === null) return err('no secrets manager is configured')
    if (outside?.kind !== 'aws-sm') return err('not a reference into a secrets manager')
    // The request is signed, but the answer is the secret in clear.
    if (!isProtected(source.endpoint)) return err('UNTRUSTED_SERVER HTTPS is required; plain HTTP is for this machine only')
    const access = await own(source.secretAccessKeyRef, 'access-key')
    if (!access.ok) return err(access.error.detail)
    const client = new VendorClient(this.parts.spawnVendorHost(), this.parts.scheduler)
    try {
      const secrets = { [source.secretAccessKeyRef]: access.value }
      const answer = await client.ask({ op: 'read-secret', source, name: outside.name, secrets }, READ_MS, new AbortController().signal)
      if (!answer.ok) return err(`${answer.error.code} ${answer.error.detail}`)
      if (answer.value.kind !== 'secret') return err('the helper process answered something else')
      const text = Buffer.from(answer.value.bytes).toString('utf8')
      answer.value.bytes.fill(0)
      return outside.field === null ? boundedSecret(text) : readField(jsonOf(text), outside.field)
    } finally {
      access.value.fill(0)
      client.close()
    }
  }
}

function isProtected(endpoint: string | null): boolean {
  return endpoint === null || endpoint.startsWith('https:') || isLoopback(endpoint)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
