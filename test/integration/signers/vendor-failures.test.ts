import { afterEach, describe, expect, test } from 'vitest'

import type { ConfigOf } from '../../../src-main/domain/signer'
import type { Signer } from '../../../src-main/signers/signer'
import type { VendorKind } from '../../../src-main/signers/vendor-host/vendor'
import { vendorMaker } from '../../../src-main/signers/vendor-host/vendor-signer'
import { startAwsKmsPart } from '../../support/signers/aws-kms-part'
import { startAzureKeyVaultPart } from '../../support/signers/azure-kms-part'
import { contractTx } from '../../support/signers/contract'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startGcpKmsPart } from '../../support/signers/gcp-kms-part'
import { secretRef, type SignerPart } from '../../support/signers/part'
import { startPkcs11Part } from '../../support/signers/pkcs11-part'
import { signerParts } from '../../support/signers/signer-parts'
import { RIG_TIMES } from '../../support/signers/vendor-rig'

const never = new AbortController().signal
const STRANGER = '0x00000000000000000000000000000000DeaDBeef'
const closing: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

interface Wrong<K extends VendorKind> {
  readonly secrets?: Readonly<Record<string, string>>
  readonly address?: string
  readonly config?: Partial<ConfigOf<K>>
}

/** A signer over a real part, with something about it wrong; and how often a helper was started for it. */
function signerOf<K extends VendorKind>(
  kind: K,
  part: SignerPart<ConfigOf<K>>,
  wrong: Wrong<K> = {},
): { readonly signer: Signer; readonly started: () => number } {
  let started = 0
  const parts = signerParts(
    { ...part.secrets, ...wrong.secrets },
    {
      spawnVendorHost: () => {
        started += 1
        return forkVendorHost(part.env)
      },
    },
  )
  const signer = vendorMaker(kind, RIG_TIMES).create('signer-1', wrong.address ?? part.address, { ...part.config, ...wrong.config }, parts)
  closing.push(
    () => signer.lock(),
    () => part.close(),
  )
  return { signer, started: () => started }
}

const codeOf = async (signer: Signer): Promise<string> => {
  const signed = await signer.signTransaction(contractTx(signer.address, 1), never)
  return signed.ok ? 'signed' : signed.error.code
}

describe('X1: who is not let in is told so', () => {
  test('AWS: a wrong secret key is noticed by the signature of the request', async () => {
    const part = await startAwsKmsPart()
    expect(await codeOf(signerOf('aws_kms', part, { secrets: { [secretRef(1)]: 'another-secret' } }).signer)).toBe('NOT_AUTHORISED')
  })

  test('Google: a service account of somebody else', async () => {
    const part = await startGcpKmsPart()
    const other = await startGcpKmsPart()
    closing.push(() => other.close())
    expect(await codeOf(signerOf('gcp_kms', part, { secrets: other.secrets }).signer)).toBe('NOT_AUTHORISED')
  })

  test('Google: what is no service account at all', async () => {
    const part = await startGcpKmsPart()
    expect(await codeOf(signerOf('gcp_kms', part, { secrets: { [secretRef(2)]: '{}' } }).signer)).toBe('NOT_AUTHORISED')
  })

  test('Azure: a wrong client secret', async () => {
    const part = await startAzureKeyVaultPart()
    expect(await codeOf(signerOf('azure_key_vault', part, { secrets: { [secretRef(3)]: 'another-secret' } }).signer)).toBe('NOT_AUTHORISED')
  })

  test('PKCS#11: a wrong PIN is tried once and never again by itself, so that the token does not lock', async () => {
    const { signer, started } = signerOf('pkcs11', startPkcs11Part(), { secrets: { [secretRef(4)]: '0000' } })
    expect(await codeOf(signer)).toBe('NOT_AUTHORISED')
    expect(await codeOf(signer)).toBe('NOT_AUTHORISED')
    expect((await signer.check?.(never))?.status).toBe('unavailable')
    expect(started()).toBe(1)
    await signer.lock() // a person tries anew
    expect(await codeOf(signer)).toBe('NOT_AUTHORISED')
    expect(started()).toBe(2)
  })
})

describe('X1: what is not as configured is not used', () => {
  test.each(['AWS', 'Google', 'Azure', 'PKCS#11'] as const)('%s: a key of another address', async (name) => {
    const wrong = { address: STRANGER }
    const { signer } =
      name === 'AWS'
        ? signerOf('aws_kms', await startAwsKmsPart(), wrong)
        : name === 'Google'
          ? signerOf('gcp_kms', await startGcpKmsPart(), wrong)
          : name === 'Azure'
            ? signerOf('azure_key_vault', await startAzureKeyVaultPart(), wrong)
            : signerOf('pkcs11', startPkcs11Part(), wrong)
    expect(await codeOf(signer)).toBe('WRONG_ADDRESS')
  })

  test('a key that is not there, in the words of each cloud', async () => {
    const found = [
      signerOf('aws_kms', await startAwsKmsPart(), { config: { keyId: 'alias/none' } }),
      signerOf('gcp_kms', await startGcpKmsPart(), {
        config: { keyVersion: 'projects/p/locations/l/keyRings/r/cryptoKeys/none/cryptoKeyVersions/1' },
      }),
      signerOf('azure_key_vault', await startAzureKeyVaultPart(), { config: { keyName: 'none' } }),
    ]
    expect(await Promise.all(found.map(({ signer }) => codeOf(signer)))).toEqual(['KEY_NOT_FOUND', 'KEY_NOT_FOUND', 'KEY_NOT_FOUND'])
  })

  test('PKCS#11: a token that is not there, and a module that is not there', async () => {
    expect(await codeOf(signerOf('pkcs11', startPkcs11Part(), { config: { tokenLabel: 'none' } }).signer)).toBe('UNAVAILABLE')
    expect(await codeOf(signerOf('pkcs11', startPkcs11Part(), { config: { libraryPath: '/none/such.so' } }).signer)).toBe('NOT_INSTALLED')
  })

  test('a service that nobody listens for certainly signed nothing', async () => {
    const part = await startAwsKmsPart()
    await part.close()
    const { signer } = signerOf('aws_kms', { ...part, close: () => Promise.resolve() })
    expect(await codeOf(signer)).toBe('UNAVAILABLE')
    expect(await signer.check?.(never)).toMatchObject({ status: 'unavailable' })
  })
})

describe('X1: a look at a kind that is not used starts nothing', () => {
  test('no helper is started and no vendor library loaded before the first use', async () => {
    const { signer, started } = signerOf('aws_kms', await startAwsKmsPart())
    expect(await signer.check?.(never)).toMatchObject({ status: 'ready', detail: 'not used yet; the service takes connections' })
    expect(started()).toBe(0)
    expect(await codeOf(signer)).toBe('signed')
    expect(started()).toBe(1)
    expect(await signer.check?.(never)).toMatchObject({ status: 'ready', detail: '' })
    expect(started()).toBe(1)
  })

  test('a session that was locked is opened afresh', async () => {
    const { signer, started } = signerOf('pkcs11', startPkcs11Part())
    expect(await codeOf(signer)).toBe('signed')
    await signer.lock()
    expect(await codeOf(signer)).toBe('signed')
    expect(started()).toBe(2)
  })

  test('locked while its session is being opened, it signs nothing', async () => {
    const { signer } = signerOf('aws_kms', await startAwsKmsPart())
    const signing = codeOf(signer)
    await signer.lock()
    expect(await signing).toBe('LOCKED')
    expect(await codeOf(signer)).toBe('signed')
  })

  test('set-up lists every key of a token, each with the config that names it alone', async () => {
    const part = startPkcs11Part()
    closing.push(() => part.close())
    const found = await vendorMaker('pkcs11', RIG_TIMES).discover(
      { ...part.config, keyLabel: 'whatever' },
      signerParts(part.secrets, { spawnVendorHost: () => forkVendorHost(part.env) }),
      never,
      () => undefined,
    )
    expect(found).toEqual({ ok: true, value: [{ address: part.address, where: 'eth-trading', config: part.config }] })
  })
})
