import { secretSource, signerConfig } from '../../src-preload/contract/signers'
import type { SecretSource } from '../domain/secret-source'
import type { SignerConfig } from '../domain/signer'

/** Reads a signer's config from a database row; null for anything that is not exactly one, with no field too many. */
export function parseSignerConfig(json: string): SignerConfig | null {
  return parsed(signerConfig, json)
}

/** Reads a source of secrets from a database row; null for anything that is not exactly one. */
export function parseSecretSource(json: string): SecretSource | null {
  return parsed(secretSource, json)
}

function parsed<T>(schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } }, json: string): T | null {
  try {
    const read = schema.safeParse(JSON.parse(json))
    return read.success ? read.data : null
  } catch {
    return null
  }
}
