import type { SecretSource } from '../../../domain/secret-source'
import type { SignerConfig } from '../../../domain/signer'

const STORED = /^secret:(.+)$/

/** The ids of the secrets in the app's own store that a signer's config, or a place outside of the app, names, wherever in it they stand. */
export function storedSecretsOf(config: SignerConfig | SecretSource): readonly string[] {
  return textsIn(config).flatMap((text) => STORED.exec(text)?.slice(1) ?? [])
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
