import { describe, expect, test } from 'vitest'

import { SECRET_SOURCE_KINDS, type SecretSource } from '../../../src-main/domain/secret-source'
import { SIGNER_KINDS, type SignerConfig } from '../../../src-main/domain/signer'
import { parseSecretSource, parseSignerConfig } from '../../../src-main/signers/stored-config'
import { secretSource, signerConfig } from '../../../src-preload/contract/signers'

const OWN = 'secret:01234567-89ab-cdef-0123-456789abcdef'
const service = {
  url: 'https://signer.example:9000/path',
  timeoutMs: 5_000,
  trust: { type: 'pin', sha256: 'ab'.repeat(32) },
  clientCertificate: { certificatePem: 'PEM', keyRef: 'vault:kv/signer#key' },
} as const
const SIGNERS: readonly SignerConfig[] = [
  { kind: 'keystore' },
  { kind: 'ledger', driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: { type: 'usb' } },
  { kind: 'ledger', driver: 'ledgerjs', derivationPath: "44'/60'", transport: { type: 'emulator', url: 'tcp://127.0.0.1:9998' } },
  { kind: 'remote', dialect: 'clef', service, retries: 2, tokenRef: OWN },
  { kind: 'remote', dialect: 'intent', service: { ...service, trust: { type: 'ca', certificatePem: 'PEM' } }, retries: 0, tokenRef: null },
  { kind: 'mpc_2pc', service: { ...service, trust: { type: 'system' }, clientCertificate: null }, tokenRef: null },
  { kind: 'pkcs11', libraryPath: '/usr/lib/softhsm/libsofthsm2.so', tokenLabel: 'desk', keyLabel: 'main', pinRef: OWN },
  {
    kind: 'aws_kms',
    region: 'eu-central-1',
    keyId: 'alias/desk',
    accessKeyId: 'A'.repeat(20),
    secretAccessKeyRef: 'aws-sm:desk#key',
    sessionTokenRef: OWN,
    endpoint: 'https://kms.example',
  },
  { kind: 'gcp_kms', keyVersion: 'projects/p/cryptoKeyVersions/1', credentialsRef: OWN, endpoint: null },
  {
    kind: 'azure_key_vault',
    vaultUrl: 'https://vault.example',
    keyName: 'desk',
    keyVersion: '1',
    tenantId: 't',
    clientId: 'c',
    clientSecretRef: OWN,
    authorityUrl: null,
  },
  { kind: 'env_private_key', variable: 'DESK_KEY' },
]
const SOURCES: readonly SecretSource[] = [
  { kind: 'vault', service, tokenRef: OWN },
  { kind: 'aws-sm', region: 'eu-central-1', accessKeyId: 'A'.repeat(20), secretAccessKeyRef: OWN, endpoint: null },
]

/** The same value with one leaf or branch replaced, left out or added, each in turn. */
function* bent(value: unknown): Generator {
  yield* ['', ' ', 'x'.repeat(30_000), 'http://127.0.0.1:1', '/../x', 'DESK', -1, 1.5, 1e9, null, [], {}]
  if (typeof value !== 'object' || value === null) return
  yield { ...value, more: 1 }
  for (const [key, member] of Object.entries(value)) {
    yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key))
    for (const other of bent(member)) yield { ...value, [key]: other }
  }
}

describe.each([
  { what: 'a signer', samples: SIGNERS, kinds: SIGNER_KINDS, parse: parseSignerConfig, window: signerConfig },
  { what: 'a place for secrets', samples: SOURCES, kinds: SECRET_SOURCE_KINDS, parse: parseSecretSource, window: secretSource },
])('P1: $what as it is kept', ({ samples, kinds, parse, window }) => {
  test('is read again, of every kind', () => {
    expect(new Set(samples.map(({ kind }) => kind))).toEqual(new Set(kinds))
    for (const sample of samples) expect(parse(JSON.stringify(sample))).toEqual(sample)
  })

  test('can be read whenever a window may set it, and no more than that is read', () => {
    let taken = 0
    for (const sample of samples) {
      for (const odd of bent(sample)) {
        const accepted = window.safeParse(odd).success
        taken += Number(accepted)
        expect(parse(JSON.stringify(odd)) !== null, JSON.stringify(odd).slice(0, 300)).toBe(accepted)
      }
    }
    expect(taken).toBeGreaterThan(0)
  })

  test('is nothing where the row is no JSON', () => {
    expect(parse('')).toBeNull()
    expect(parse('{"kind"')).toBeNull()
  })
})
