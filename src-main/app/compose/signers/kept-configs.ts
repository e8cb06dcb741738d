import type { SecretSource } from '../../../domain/secret-source'
import type { SignerConfig } from '../../../domain/signer'
import { parseSecretSource, parseSignerConfig } from '../../../signers/stored-config'
import type { Database } from '../../../storage/database'

/** The config of every signer and of every place outside of the app, as it is kept; null for a row that cannot be read. */
export function keptConfigs(db: Database): readonly (SignerConfig | SecretSource | null)[] {
  const rows = db.prepare('SELECT config_json AS config FROM signers UNION ALL SELECT config_json FROM secret_sources').all() as {
    readonly config: string
  }[]
  return rows.map(({ config }) => parseSignerConfig(config) ?? parseSecretSource(config))
}
