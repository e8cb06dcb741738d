import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

import type { SecretPurpose } from '../domain/secret-use'
import { err, ok, type Result } from '../lib/result'
import type { Database } from '../storage/database'

const IV_BYTES = 12
const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'

/** Why a stored secret could not be had. */
export type StoredSecretError = 'NOT_FOUND' | 'OTHER_PURPOSE' | 'UNREADABLE'

/** What may be said of a stored secret. */
export interface StoredSecretName {
  readonly purpose: string
  readonly label: string
}

interface Row extends StoredSecretName {
  readonly sealed: Buffer
}

/**
 * Secrets that the app keeps itself, such as PINs, tokens and client keys (product row P1): in the environment's encrypted database, each once more
 * encrypted and authenticated (AES-256-GCM, NIST SP 800-38D) under a key derived from the environment's own (HKDF, RFC 5869) and bound to its id, what it is
 * for, and what it is called.
 */
export class SecretStore {
  readonly #key: Buffer

  constructor(
    private readonly db: Database,
    environmentKey: Buffer,
  ) {
    this.#key = Buffer.from(hkdfSync('sha256', environmentKey, Buffer.alloc(0), 'holdfast stored secrets 1', 32))
  }

  /** Keeps a secret. The bytes are wiped. Throws when it cannot be written. */
  put(id: string, purpose: SecretPurpose, label: string, secret: Buffer, nowMs: number): void {
    try {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv(ALGORITHM, this.#key, iv).setAAD(boundTo(id, { purpose, label }))
      const body = Buffer.concat([cipher.update(secret), cipher.final()])
      this.db
        .prepare('INSERT INTO stored_secrets(secret_id, purpose, label, sealed, created_at_ms) VALUES (?, ?, ?, ?, ?)')
        .run(id, purpose, label, Buffer.concat([iv, cipher.getAuthTag(), body]), nowMs)
    } finally {
      secret.fill(0)
    }
  }

  /** The secret's bytes, the caller's to wipe; for what it was kept for, and nothing else. */
  find(id: string, purpose: SecretPurpose): Result<Buffer, StoredSecretError> {
    const row = this.#row(id)
    if (row === undefined) return err('NOT_FOUND')
    if (row.purpose !== purpose) return err('OTHER_PURPOSE')
    const { sealed } = row
    try {
      const decipher = createDecipheriv(ALGORITHM, this.#key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
        .setAAD(boundTo(id, row))
        .setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      return ok(Buffer.concat([decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]))
    } catch {
      return err('UNREADABLE')
    }
  }

  /** What a secret is for and what it is called; null where there is none. */
  nameOf(id: string): StoredSecretName | null {
    const row = this.#row(id)
    return row === undefined ? null : { purpose: row.purpose, label: row.label }
  }

  /** The ids of all that is kept. */
  ids(): readonly string[] {
    return (this.db.prepare('SELECT secret_id AS id FROM stored_secrets').all() as { readonly id: string }[]).map(({ id }) => id)
  }

  /** Forgets a secret. */
  remove(id: string): void {
    this.db.prepare('DELETE FROM stored_secrets WHERE secret_id = ?').run(id)
  }

  /** Wipes the key; nothing can be found afterwards. */
  close(): void {
    this.#key.fill(0)
  }

  #row(id: string): Row | undefined {
    return this.db.prepare('SELECT purpose, label, sealed FROM stored_secrets WHERE secret_id = ?').get(id) as Row | undefined
  }
}

/** A row that says anything else of its secret than what it was kept with does not open it. */
function boundTo(id: string, { purpose, label }: StoredSecretName): Buffer {
  return Buffer.from(JSON.stringify([id, purpose, label]))
}
