import { expect, test } from 'vitest'

import { secretUsesOf } from '../../../src-main/domain/secret-use'
import { storedSecretsOf } from '../../../src-main/app/compose/signers/stored-secrets-of'
import type { SecretSource } from '../../../src-main/domain/secret-source'
import type { SignerConfig } from '../../../src-main/domain/signer'
import { secretRef } from '../../support/signers/part'

const service = {
  url: 'https://a.example',
  timeoutMs: 1_000,
  trust: { type: 'system' },
  clientCertificate: { certificatePem: 'a', keyRef: secretRef(2) },
} as const
const CONFIGS: readonly (SignerConfig | SecretSource)[] = [
  { kind: 'keystore' },
  { kind: 'ledger', driver: 'dmk', derivationPath: "44'", transport: { type: 'usb' } },
  { kind: 'remote', dialect: 'clef', service, retries: 0, tokenRef: secretRef(1) },
  { kind: 'mpc_2pc', service, tokenRef: secretRef(1) },
  { kind: 'vault', service, tokenRef: secretRef(1) },
  { kind: 'pkcs11', libraryPath: '/a.so', tokenLabel: 'a', keyLabel: 'b', pinRef: secretRef(1) },
  {
    ...{ kind: 'aws_kms', region: 'eu', keyId: 'a', accessKeyId: 'A', endpoint: null },
    ...{ secretAccessKeyRef: secretRef(1), sessionTokenRef: secretRef(2) },
  },
  { kind: 'aws-sm', region: 'eu', accessKeyId: 'A', secretAccessKeyRef: secretRef(1), endpoint: null },
  { kind: 'gcp_kms', keyVersion: 'a', credentialsRef: secretRef(1), endpoint: null },
  {
    ...{ kind: 'azure_key_vault', vaultUrl: 'https://a', keyName: 'a', keyVersion: '1', tenantId: 't', clientId: 'c', authorityUrl: null },
    clientSecretRef: secretRef(1),
  },
  { kind: 'env_private_key', variable: 'A' },
]

test.each(CONFIGS)('P1: every secret that $kind names is among those that are asked about, each for one purpose', (config) => {
  const uses = secretUsesOf(config)
  expect(uses.map(({ ref }) => ref.slice('secret:'.length)).sort()).toEqual([...storedSecretsOf(config)].sort())
  expect(new Set(uses.map(({ purpose }) => purpose)).size).toBe(uses.length)
})
