import type { SecretSource } from '../../domain/secret-source'
import type { ServerTrust, ServiceAddress, SignerConfig } from '../../domain/signer'
import { visible } from '../visible'

/** Where a config leads, and how that place is known to be the right one. */
export interface Reach {
  /** The same for the same place, reached in the same way by the same kind. */
  readonly id: string
  /** In few words, for the subject of a question. */
  readonly place: string
  /** What a person is shown of it. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
}

/** Where the secrets of a config would go; null for one that takes none. Throws on an address that cannot be read. */
export function reachOf(config: SignerConfig | SecretSource): Reach | null {
  switch (config.kind) {
    case 'remote':
    case 'mpc_2pc':
    case 'vault':
      return service(config.kind, config.service)
    case 'pkcs11':
      return reach(config.kind, config.tokenLabel, [
        ['Is given to the token', config.tokenLabel],
        ['By the library', config.libraryPath],
      ])
    case 'aws_kms':
      return cloud(config.kind, config.endpoint ?? `https://kms.${config.region}.amazonaws.com`)
    case 'aws-sm':
      return cloud(config.kind, config.endpoint ?? `https://secretsmanager.${config.region}.amazonaws.com`)
    case 'gcp_kms':
      return cloud(config.kind, config.endpoint ?? 'https://cloudkms.googleapis.com')
    case 'azure_key_vault': {
      const authority = new URL(config.authorityUrl ?? 'https://login.microsoftonline.com').origin
      const vault = new URL(config.vaultUrl).origin
      return reach(config.kind, hostOf(authority), [
        ['Goes to', authority],
        ['Of the tenant', config.tenantId],
        ['Access that it gives goes to', vault],
        KNOWN_BY_SYSTEM,
      ])
    }
    case 'keystore':
    case 'ledger':
    case 'env_private_key':
      return null
  }
}

const KNOWN_BY = 'Server is known by'
const SYSTEM = 'the authorities of this system'
const KNOWN_BY_SYSTEM = [KNOWN_BY, SYSTEM] as const

function cloud(kind: string, url: string): Reach {
  const { origin } = new URL(url)
  return reach(kind, hostOf(origin), [['Goes to', origin], KNOWN_BY_SYSTEM])
}

function service(kind: string, { url, trust }: ServiceAddress): Reach {
  const { origin } = new URL(url)
  return reach(kind, hostOf(origin), [
    ['Goes to', origin],
    [KNOWN_BY, trustOf(trust)],
  ])
}

/** How a server is known, in one line in which no two ways look the same. */
function trustOf(trust: ServerTrust): string {
  switch (trust.type) {
    case 'system':
      return SYSTEM
    case 'ca':
      return `an authority of your own: ${visible(trust.certificatePem)}`
    case 'pin':
      return `this one certificate, SHA-256 ${trust.sha256}`
  }
}

function reach(kind: string, place: string, facts: readonly (readonly [label: string, value: string])[]): Reach {
  return {
    id: JSON.stringify([kind, ...facts.map(([, value]) => value)]),
    place,
    facts: facts.map(([label, value]) => ({ label, value: visible(value) })),
  }
}

function hostOf(url: string): string {
  return new URL(url).host
}
