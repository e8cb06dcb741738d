import { describe, expect, test } from 'vitest'

import type { Environment } from '../../../src-main/domain/environment'
import type { ServiceAddress, SignerConfig } from '../../../src-main/domain/signer'
import { isLoopback, whyNotIn } from '../../../src-main/signers/allowed-in'

const at = (url: string): ServiceAddress => ({ url, timeoutMs: 10_000, trust: { type: 'system' }, clientCertificate: null })
const remote = (url: string): SignerConfig => ({ kind: 'remote', dialect: 'web3signer', service: at(url), retries: 0, tokenRef: null })
const mpc = (url: string): SignerConfig => ({ kind: 'mpc_2pc', service: at(url), tokenRef: null })
const aws = (endpoint: string | null): SignerConfig => ({
  kind: 'aws_kms',
  region: 'eu-central-1',
  keyId: 'alias/trading',
  accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
  secretAccessKeyRef: 'vault:kv/aws#secret',
  sessionTokenRef: null,
  endpoint,
})
const azure = (vaultUrl: string, authorityUrl: string | null = null): SignerConfig => ({
  kind: 'azure_key_vault',
  vaultUrl,
  keyName: 'trading',
  keyVersion: '1',
  tenantId: 't',
  clientId: 'c',
  clientSecretRef: 'vault:kv/azure#secret',
  authorityUrl,
})
const gcp = (endpoint: string | null): SignerConfig => ({ kind: 'gcp_kms', keyVersion: 'v', credentialsRef: 'vault:kv/gcp#json', endpoint })
const ledger = (transport: Extract<SignerConfig, { kind: 'ledger' }>['transport']): SignerConfig => ({
  kind: 'ledger',
  driver: 'dmk',
  derivationPath: "44'/60'/0'/0/0",
  transport,
})
const variable: SignerConfig = { kind: 'env_private_key', variable: 'KEY' }
const ALL: readonly Environment[] = ['paper', 'testnet', 'live']

describe('X1: what is for development is refused in live, and nowhere else', () => {
  test.each([
    ['a key in a variable', variable],
    ['a device emulator', ledger({ type: 'emulator', url: 'http://127.0.0.1:5000' })],
    ['a cloud on this machine', aws('http://127.0.0.1:4566')],
    ['a cloud on this machine by TLS', gcp('https://localhost:4566')],
    ['a vault on this machine', azure('https://127.0.0.1:8443')],
    ['an authority on this machine', azure('https://trading.vault.azure.net', 'https://127.0.0.1:8443')],
  ])('%s', (_what, config) => {
    expect(ALL.map((environment) => whyNotIn(environment, config) === null)).toEqual([true, true, false])
  })
})

test.each([
  ['a remote signer', remote('https://signer.example.org')],
  ['a remote signer on this machine', remote('http://127.0.0.1:9000')],
  ['a party on this machine', mpc('http://localhost:9000')],
  ['a party on this machine, IPv6', mpc('http://[::1]:9000')],
  ['AWS', aws(null)],
  ['Google', gcp(null)],
  ['Azure', azure('https://trading.vault.azure.net')],
  ['a Ledger', ledger({ type: 'usb' })],
  ['a key file', { kind: 'keystore' } satisfies SignerConfig],
  [
    'an HSM',
    { kind: 'pkcs11', libraryPath: '/usr/lib/hsm.so', tokenLabel: 't', keyLabel: 'k', pinRef: 'vault:kv/hsm#pin' } satisfies SignerConfig,
  ],
])('X1: %s may be used everywhere', (_what, config) => {
  for (const environment of ALL) expect(whyNotIn(environment, config)).toBe(null)
})

test.each([
  ['another machine', remote('http://signer.example.org')],
  ['a name that only begins like this machine', remote('http://127.0.0.1.example.org')],
  ['a name that ends like this machine', mpc('http://not-localhost')],
  ['a user name that looks like this machine', remote('http://127.0.0.1@signer.example.org')],
  ['a text that is no URL', remote('signer')],
  ['a cloud by plain HTTP', aws('http://kms.example.org')],
  ['an authority by plain HTTP', azure('https://trading.vault.azure.net', 'http://login.example.org')],
])('C4: plain HTTP to %s is refused everywhere', (_what, config) => {
  for (const environment of ALL) expect(whyNotIn(environment, config)).toMatch(/HTTPS/)
})

test('C4: what counts as this machine', () => {
  expect(['http://127.0.0.1:1', 'http://127.9.9.9', 'https://localhost', 'http://[::1]:80'].map(isLoopback)).toEqual([
    true,
    true,
    true,
    true,
  ])
  expect(['http://0.0.0.0', 'http://10.0.0.1', 'http://1270.0.1', 'nonsense', ''].map(isLoopback)).toEqual([
    false,
    false,
    false,
    false,
    false,
  ])
})
