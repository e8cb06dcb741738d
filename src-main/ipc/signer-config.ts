import { signerConfig } from '../../src-preload/contract/signers'
import type { SignerConfig } from '../domain/signer'

/** Reads a signer's config from a database row; null for anything that is not exactly one, with no field too many. */
export function parseSignerConfig(json: string): SignerConfig | null {
  try {
    const parsed = signerConfig.safeParse(JSON.parse(json))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}
