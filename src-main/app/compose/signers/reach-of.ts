import type { SecretSource } from '../../../domain/secret-source'
import type { ServerTrust, ServiceAddress, SignerConfig } from '../../../domain/signer'
import { visible } from '../../views/visible'

/** Where a config leads, and how that place is known to be the right one. */
export interface Reach {
  /** The same for the same place, reached in the same way by the same kind. */
  readonly id: string
  /** In few words, for the subject of a question. */
  readonly place: string
  /** What a person is shown of it. */
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  /** Whether something is sent there as soon as the config is used, secrets or not: bytes that a page chose, to whom it chose. */
  readonly isDialed: boolean
}

/** Where a config leads, and its secrets with it; null for one that stays in this machine's own files and devices. Throws on an address that cannot be read. */
export function reachOf(config: SignerConfig | SecretSource): Reach | null {
  switch (config.kind) {
    case 'remote':
    case 'mpc_2pc':
    case 'vault':
      return service(config.kind, config.service)
    case 'pkcs11':
      return reach(config.kind, config.tokenLabel, false, [
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
      const authority = config.authorityUrl ?? 'https://login.microsoftonline.com'
      return reach(config.kind, hostOf(authority), true, [
        ...whole('Goes to', authority),
        ['Of the tenant', config.tenantId],
        ...whole('Access that it gives goes to', config.vaultUrl),
        KNOWN_BY_SYSTEM,
      ])
    }
    case 'ledger':
      return config.transport.type === 'usb'
        ? null
        : reach(config.kind, hostOf(config.transport.url), true, whole('Goes to', config.transport.url))
    case 'keystore':
    case 'env_private_key':
      return null
  }
}

const KNOWN_BY = 'Server is known by'
const SYSTEM = 'the authorities of this system'
/** What is shown of an address in one line. */
const LINE_CHARACTERS = 120
const KNOWN_BY_SYSTEM = [KNOWN_BY, SYSTEM] as const

function cloud(kind: string, url: string): Reach {
  return reach(kind, hostOf(url), true, [...whole('Goes to', url), KNOWN_BY_SYSTEM])
}

function service(kind: string, { url, trust }: ServiceAddress): Reach {
  return reach(kind, hostOf(url), true, [...whole('Goes to', url), [KNOWN_BY, trustOf(trust)]])
}

/** An address in full, in as many lines as it takes: what follows the host is sent there, too. */
function whole(label: string, url: string): readonly (readonly [label: string, value: string])[] {
  const { href, pathname, search, hash } = new URL(url)
  const sent = hash === '' ? href : href.slice(0, -hash.length)
  const shown = pathname === '/' && search === '' ? sent.replace(/\/$/, '') : sent
  const lines = Array.from({ length: Math.ceil(shown.length / LINE_CHARACTERS) }, (_, line) =>
    shown.slice(line * LINE_CHARACTERS, (line + 1) * LINE_CHARACTERS),
  )
  return lines.map((line, index) => [index === 0 ? label : `${label}, on`, line])
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

function reach(kind: string, place: string, isDialed: boolean, facts: readonly (readonly [label: string, value: string])[]): Reach {
  return {
    id: JSON.stringify([kind, ...facts.map(([, value]) => value)]),
    place,
    facts: facts.map(([label, value]) => ({ label, value: visible(value) })),
    isDialed,
  }
}

function hostOf(url: string): string {
  return new URL(url).host
}
