import { describe, expect, test } from 'vitest'

import { signerConfig, type SignerConfigView } from '../../../../src-preload/contract/signers'
import type { FormValues } from '../../../../src-renderer/features/signers/config/fields'
import { formOf, problemsIn, type ConfiguredKind } from '../../../../src-renderer/features/signers/config/forms'

const REF = 'secret:00000000-0000-4000-8000-000000000001'
const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
const service = {
  url: 'https://signer.example.org:9000',
  timeoutMs: 15_000,
  trust: { type: 'ca', certificatePem: PEM },
  clientCertificate: { certificatePem: PEM, keyRef: REF },
} as const

/** One config of every kind, with whatever it may have. */
const CONFIGS: readonly Exclude<SignerConfigView, { kind: 'keystore' }>[] = [
  { kind: 'ledger', driver: 'dmk', derivationPath: "44'/60'/0'/0/0", transport: { type: 'usb' } },
  { kind: 'ledger', driver: 'ledgerjs', derivationPath: "44'/60'/7'", transport: { type: 'emulator', url: 'http://127.0.0.1:5000' } },
  { kind: 'remote', dialect: 'clef', service, retries: 0, tokenRef: REF },
  {
    kind: 'remote',
    dialect: 'intent',
    service: { url: 'http://127.0.0.1:9000', timeoutMs: 1_500, trust: { type: 'system' }, clientCertificate: null },
    retries: 5,
    tokenRef: null,
  },
  {
    kind: 'mpc_2pc',
    service: { ...service, trust: { type: 'pin', sha256: 'ab'.repeat(32) }, clientCertificate: null },
    tokenRef: 'vault:kv/mpc#token',
  },
  { kind: 'pkcs11', libraryPath: '/usr/lib/hsm.so', tokenLabel: 'office', keyLabel: 'trading', pinRef: 'aws-sm:hsm/pin' },
  {
    kind: 'aws_kms',
    region: 'eu-central-1',
    keyId: 'alias/trading',
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKeyRef: REF,
    sessionTokenRef: REF,
    endpoint: 'http://127.0.0.1:4566',
  },
  {
    kind: 'gcp_kms',
    keyVersion: 'projects/p/locations/europe/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1',
    credentialsRef: REF,
    endpoint: null,
  },
  {
    kind: 'azure_key_vault',
    vaultUrl: 'https://trading.vault.azure.net',
    keyName: 'trading',
    keyVersion: 'abc',
    tenantId: 't',
    clientId: 'c',
    clientSecretRef: REF,
    authorityUrl: null,
  },
  { kind: 'env_private_key', variable: 'HOLDFAST_DEV_KEY' },
]
const KINDS = [...new Set(CONFIGS.map(({ kind }) => kind))]

/** A form as somebody filled it in. */
const filled = (kind: ConfiguredKind, change: FormValues = {}): FormValues => {
  const config = CONFIGS.find((each) => each.kind === kind)
  if (config === undefined) throw new Error(kind)
  return { ...formOf(kind).fresh, ...formOf(kind).read(config), ...change }
}

test.each(CONFIGS)('C4 X1: the form of $kind shows a config and gives back the very same, which the contract takes', (config) => {
  const form = formOf(config.kind)
  const values = { ...form.fresh, ...form.read(config) }
  expect(problemsIn(form, values)).toEqual({})
  expect(form.build(values)).toEqual(config)
  expect(signerConfig.parse(form.build(values))).toEqual(config)
})

test.each(KINDS)('X1: a fresh form of %s says what is missing, and nothing else', (kind) => {
  const form = formOf(kind)
  const missing = Object.keys(problemsIn(form, form.fresh))
  const needed = form.fields.filter(({ optional, name }) => optional !== true && form.fresh[name] === '').map(({ name }) => name)
  expect(needed).toEqual(expect.arrayContaining(missing))
  expect(missing.length > 0).toBe(kind !== 'ledger')
})

describe('X1: what the contract would refuse is said at the field', () => {
  const bad: readonly [ConfiguredKind, string, string][] = [
    ['ledger', 'derivationPath', '44/sixty'],
    ['ledger', 'derivationPath', ''],
    ['remote', 'url', 'signer.example.org'],
    ['remote', 'url', 'ftp://signer.example.org'],
    ['remote', 'url', 'https://me@signer.example.org'],
    ['remote', 'url', 'https://signer.example.org/a b'],
    ['remote', 'url', `https://signer.example.org/${'a'.repeat(500)}`],
    ['remote', 'timeoutSec', '0'],
    ['remote', 'timeoutSec', '601'],
    ['remote', 'timeoutSec', '1e4'],
    ['remote', 'timeoutSec', '-5'],
    ['remote', 'retries', '6'],
    ['remote', 'retries', '1.5'],
    ['remote', 'token', 'a-bare-token'],
    ['remote', 'clientPem', 'no certificate'],
    ['remote', 'ca', '-----BEGIN CERTIFICATE-----'],
    ['mpc_2pc', 'pin', 'ab'.repeat(31)],
    ['pkcs11', 'tokenLabel', 'a'.repeat(33)],
    ['pkcs11', 'keyLabel', 'a'.repeat(201)],
    ['pkcs11', 'pin', '1234'],
    ['aws_kms', 'region', 'Frankfurt am Main'],
    ['aws_kms', 'accessKeyId', 'akia'],
    ['aws_kms', 'keyId', 'a'.repeat(301)],
    ['aws_kms', 'endpoint', 'kms'],
    ['azure_key_vault', 'vaultUrl', 'trading'],
    ['azure_key_vault', 'keyVersion', ''],
    ['env_private_key', 'variable', '0x1234'],
    ['env_private_key', 'variable', 'A'.repeat(62)],
  ]
  test.each(bad)('%s, %s: %s', (kind, name, value) => {
    const form = formOf(kind)
    const values = filled(kind, { [name]: value })
    expect(Object.keys(problemsIn(form, values))).toEqual([name])
    // The test itself is of use only while the contract refuses it, or the rule that is stricter is ours on purpose.
    const ours = ['url', 'clientPem', 'ca', 'endpoint', 'vaultUrl'].includes(name)
    if (!ours) expect(signerConfig.safeParse(form.build(values)).success).toBe(false)
  })
})

test('C4: plain http to another machine is refused at the field, and on this computer it is not', () => {
  const form = formOf('remote')
  expect(Object.keys(problemsIn(form, filled('remote', { url: 'http://signer.example.org' })))).toEqual(['url'])
  expect(problemsIn(form, filled('remote', { url: 'http://127.0.0.1:9000' }))).toEqual({})
})

test('P1: a private key in the place of a certificate is refused with a word about where it belongs', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----'
  expect(problemsIn(formOf('remote'), filled('remote', { clientPem: pem }))['clientPem']).toMatch(/private window/)
})

test('C4: what does not belong to the form as it stands is neither asked nor kept', () => {
  const form = formOf('remote')
  const values = filled('remote', { url: 'http://127.0.0.1:9000', ca: '', clientPem: '', clientKey: '' })
  expect(problemsIn(form, values)).toEqual({})
  expect(form.build(values)).toMatchObject({ service: { trust: { type: 'system' }, clientCertificate: null } })
})

test('C4: a fingerprint is taken as openssl prints it', () => {
  const printed = `sha256 Fingerprint=${Array.from({ length: 32 }, () => 'AB').join(':')}`
  expect(formOf('mpc_2pc').build(filled('mpc_2pc', { pin: printed }))).toMatchObject({
    service: { trust: { type: 'pin', sha256: 'ab'.repeat(32) } },
  })
})

test('D5: a path may begin with m/', () => {
  expect(formOf('ledger').build(filled('ledger', { derivationPath: "m/44'/60'/0'/0/3" }))).toMatchObject({
    derivationPath: "44'/60'/0'/0/3",
  })
})

test.each(['/usr/lib/hsm.so', 'C:\\hsm\\hsm.dll', 'hsm.so', '//host/share/hsm.dll', '\\\\host\\share\\hsm.dll', '/usr//hsm.so', '/'])(
  'C5: the form takes %s as a library exactly where the contract does',
  (libraryPath) => {
    const values = filled('pkcs11', { libraryPath })
    const taken = signerConfig.safeParse(formOf('pkcs11').build(values)).success
    expect(problemsIn(formOf('pkcs11'), values)['libraryPath'] === undefined).toBe(taken)
  },
)
