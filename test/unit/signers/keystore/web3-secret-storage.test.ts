import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { decryptKeystoreJson, encryptKeystoreJson, Wallet } from 'ethers'
import { describe, expect, test } from 'vitest'

import { KEYSTORE_LIMITS, parseKeystore, type Kdf } from '../../../../src-main/signers/keystore/keystore-format'
import { decryptKeystore, DEFAULT_KDF, encryptKeystore } from '../../../../src-main/signers/keystore/web3-secret-storage'
import {
  GETH_FILE,
  METAMASK_FILE,
  METAMASK_KEY_HEX,
  PBKDF2_VECTOR,
  SCRYPT_VECTOR,
  VECTOR_ADDRESS,
  VECTOR_KEY_HEX,
  VECTOR_PASSWORD,
} from './vectors'

const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
const LIGHT: Kdf = { kind: 'scrypt', n: 1024, r: 8, p: 1 }
const key = () => Buffer.from(VECTOR_KEY_HEX, 'hex')
const password = (text = VECTOR_PASSWORD) => Buffer.from(text, 'utf8')

interface Mutable {
  [name: string]: Mutable
}
/** A copy of a vector with one change made to it. */
function changed(change: (file: Mutable) => void, vector: object = PBKDF2_VECTOR): string {
  const copy = structuredClone(vector) as unknown as Mutable
  change(copy)
  return JSON.stringify(copy)
}
const set = (path: string, value: unknown, vector?: object) =>
  changed((file) => {
    const names = path.split('.')
    const last = names.pop()!
    const parent = names.reduce<Mutable>((at, name) => at[name]!, file)
    if (value === undefined) Reflect.deleteProperty(parent, last)
    else (parent as Record<string, unknown>)[last] = value
  }, vector)

describe('decrypting', () => {
  test.each([
    ['pbkdf2', PBKDF2_VECTOR],
    ['scrypt', SCRYPT_VECTOR],
  ])(
    'the official %s vector',
    async (_name, vector) => {
      const opened = await decryptKeystore(JSON.stringify(vector), password())
      expect(opened).toEqual({ ok: true, value: { key: key(), address: VECTOR_ADDRESS } })
    },
    60_000, // a second of computing, on a machine that may be busy
  )

  test("geth's own file, and one in MetaMask's form", async () => {
    expect(await decryptKeystore(JSON.stringify(GETH_FILE), password('foobar'))).toMatchObject({
      ok: true,
      value: { address: '0xf466859eAD1932D743d622CB74FC058882E8648A' },
    })
    expect(await decryptKeystore(JSON.stringify(METAMASK_FILE), password('password1'))).toMatchObject({
      ok: true,
      value: { key: Buffer.from(METAMASK_KEY_HEX, 'hex'), address: '0xa7F92cE3FbA24196cf6F4BD2e1eB3db282Ba998c' },
    })
  })

  test('a wrong password is told apart from a corrupt file', async () => {
    const opened = await decryptKeystore(JSON.stringify(PBKDF2_VECTOR), password('testpasswort'))
    expect(opened).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
  })

  test('what ethers encrypts, in any normalisation of the typed password', async () => {
    const decomposed = 'pa\u0308ss ﬁ' // ethers takes its NFKC form
    const json = await encryptKeystoreJson({ address: VECTOR_ADDRESS, privateKey: `0x${VECTOR_KEY_HEX}` }, decomposed, {
      scrypt: { N: 1024 },
    })
    for (const typed of [decomposed, decomposed.normalize('NFKC')]) {
      expect(await decryptKeystore(json, password(typed))).toMatchObject({ ok: true, value: { address: VECTOR_ADDRESS } })
    }
  })

  test('a file whose password was taken as typed, without normalisation', async () => {
    // As go-ethereum does: the bytes 'ﬁ' (one ligature), which NFKC would turn into 'fi'.
    const { pbkdf2Sync, createCipheriv } = await import('node:crypto')
    const { keccak256 } = await import('ethers')
    const typed = password('ﬁ')
    const derived = pbkdf2Sync(typed, Buffer.alloc(32, 7), 1000, 32, 'sha256')
    const cipherText = createCipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.alloc(16, 9)).update(key())
    const json = changed((file) => {
      Object.assign(file['crypto']!, {
        cipherparams: { iv: '09'.repeat(16) },
        ciphertext: cipherText.toString('hex'),
        kdfparams: { c: 1000, dklen: 32, prf: 'hmac-sha256', salt: '07'.repeat(32) },
        mac: keccak256(Buffer.concat([derived.subarray(16), cipherText])).slice(2),
      })
    })
    expect(await decryptKeystore(json, typed)).toMatchObject({ ok: true, value: { address: VECTOR_ADDRESS } })
    expect(await decryptKeystore(json, password('fi'))).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
  })

  test('the key of an early tool that dropped a leading zero byte', async () => {
    const short = Buffer.alloc(31, 5)
    const { pbkdf2Sync, createCipheriv } = await import('node:crypto')
    const { keccak256 } = await import('ethers')
    const derived = pbkdf2Sync(password(), Buffer.alloc(32, 7), 1000, 32, 'sha256')
    const cipherText = createCipheriv('aes-128-ctr', derived.subarray(0, 16), Buffer.alloc(16, 9)).update(short)
    const json = changed((file) => {
      Object.assign(file['crypto']!, {
        cipherparams: { iv: '09'.repeat(16) },
        ciphertext: cipherText.toString('hex'),
        kdfparams: { c: 1000, dklen: 32, prf: 'hmac-sha256', salt: '07'.repeat(32) },
        mac: keccak256(Buffer.concat([derived.subarray(16), cipherText])).slice(2),
      })
    })
    const padded = Buffer.concat([Buffer.alloc(1), short])
    expect(await decryptKeystore(json, password())).toEqual({
      ok: true,
      value: { key: padded, address: new Wallet(`0x${padded.toString('hex')}`).address },
    })
  })

  test('the key of another address than the file says is corrupt, and wiped', async () => {
    const opened = await decryptKeystore(set('address', '11'.repeat(20)), password())
    expect(opened).toMatchObject({
      ok: false,
      error: { code: 'CORRUPT_KEYSTORE', detail: expect.stringContaining('another address') as string },
    })
  })

  test('leaves the password to its owner', async () => {
    const typed = password()
    await decryptKeystore(JSON.stringify(PBKDF2_VECTOR), typed)
    expect(typed).toEqual(password())
  })
})

describe('reading', () => {
  test.each([
    ['Crypto in capitals', changed((file) => void ((file['Crypto'] = file['crypto']!), Reflect.deleteProperty(file, 'crypto')))],
    ['an address with 0x', set('address', VECTOR_ADDRESS.toLowerCase())],
    ['an address without 0x', set('address', VECTOR_ADDRESS.slice(2).toLowerCase())],
    ['an empty address', set('address', '')],
    ['hex with 0x', set('crypto.mac', `0x${PBKDF2_VECTOR.crypto.mac}`)],
    ['hex in capitals', set('crypto.mac', PBKDF2_VECTOR.crypto.mac.toUpperCase())],
    ['the version as text', set('version', '3')],
    ['members nobody asked for', set('x-ethers', { mnemonicCounter: '00' })],
    ['a longer derived key', set('crypto.kdfparams.dklen', 64)],
  ])('accepts %s', (_name, json) => {
    expect(parseKeystore(json).ok).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', '{"crypto": hunter2}'],
    ['no object', '[]'],
    ['null', 'null'],
    ['version 1', set('version', 1)],
    ['no version', set('version', undefined)],
    ['no crypto', set('crypto', undefined)],
    ['crypto twice', changed((file) => void (file['Crypto'] = file['crypto']!))],
    ['another cipher', set('crypto.cipher', 'aes-256-ctr')],
    ['another KDF', set('crypto.kdf', 'argon2id')],
    ['another pseudo-random function', set('crypto.kdfparams.prf', 'hmac-sha1')],
    ['a KDF name off the prototype', set('crypto.kdf', 'constructor')],
    ['a short IV', set('crypto.cipherparams.iv', '00'.repeat(15))],
    ['odd hex', set('crypto.cipherparams.iv', '0'.repeat(31))],
    ['no hex', set('crypto.ciphertext', 'zz'.repeat(32))],
    ['a long ciphertext', set('crypto.ciphertext', '00'.repeat(33))],
    ['a short ciphertext', set('crypto.ciphertext', '00'.repeat(27))],
    ['a short MAC', set('crypto.mac', '00'.repeat(31))],
    ['no salt', set('crypto.kdfparams.salt', '')],
    ['a huge salt', set('crypto.kdfparams.salt', '00'.repeat(257))],
    ['a short derived key', set('crypto.kdfparams.dklen', 31)],
    ['no iterations', set('crypto.kdfparams.c', 0)],
    ['fractional iterations', set('crypto.kdfparams.c', 1.5)],
    ['iterations as text', set('crypto.kdfparams.c', '262144')],
    ['iterations beyond the cap', set('crypto.kdfparams.c', KEYSTORE_LIMITS.pbkdf2Iterations + 1)],
    ['a scrypt cost that is no power of two', set('crypto.kdfparams.n', 262143, SCRYPT_VECTOR)],
    ['a scrypt cost of 1', set('crypto.kdfparams.n', 1, SCRYPT_VECTOR)],
    ['scrypt beyond the memory cap', set('crypto.kdfparams.r', 32, SCRYPT_VECTOR)],
    ['scrypt beyond the work cap', set('crypto.kdfparams.p', 64, SCRYPT_VECTOR)],
    ['a negative scrypt parameter', set('crypto.kdfparams.r', -1, SCRYPT_VECTOR)],
    ['a bad address', set('address', '0x1234')],
    ['a file too large', set('padding', 'x'.repeat(KEYSTORE_LIMITS.jsonChars))],
  ])('refuses %s', (_name, json) => {
    const parsed = parseKeystore(json)
    expect(parsed).toMatchObject({ ok: false, error: { code: 'CORRUPT_KEYSTORE' } })
    // The detail names the part, and quotes nothing of the file.
    expect(JSON.stringify(parsed)).not.toMatch(/hunter2|[0-9a-f]{20}/)
  })
})

describe('encrypting', () => {
  test.each<[string, Kdf]>([
    ['scrypt', LIGHT],
    ['pbkdf2', { kind: 'pbkdf2', iterations: 1000 }],
  ])('makes a %s file that ethers and we open', async (_name, kdf) => {
    const json = await encryptKeystore(key(), password('Pässwörd ﬁ'), random, kdf)
    expect((await decryptKeystoreJson(json, 'Pässwörd ﬁ')).privateKey).toBe(`0x${VECTOR_KEY_HEX}`)
    expect(await decryptKeystore(json, password('Pässwörd ﬁ'))).toEqual({ ok: true, value: { key: key(), address: VECTOR_ADDRESS } })
    expect(json).not.toContain(VECTOR_KEY_HEX)
  })

  test('uses a fresh salt, vector and id each time', async () => {
    const files = await Promise.all([1, 2].map(async () => JSON.parse(await encryptKeystore(key(), password(), random, LIGHT)) as Mutable))
    const parts = (file: Mutable) => JSON.stringify([file['id'], file['crypto']!['cipherparams'], file['crypto']!['kdfparams']!['salt']])
    expect(parts(files[0]!)).not.toBe(parts(files[1]!))
  })

  test('costs what new files should by default', () => {
    expect(DEFAULT_KDF).toEqual({ kind: 'scrypt', n: 131_072, r: 8, p: 1 })
  })

  test.each([Buffer.alloc(32), Buffer.alloc(32, 0xff), Buffer.alloc(31, 1)])('refuses what is no key', async (bad) => {
    await expect(encryptKeystore(bad, password(), random, LIGHT)).rejects.toThrow('not a secp256k1 private key')
  })

  test('hands out no key that a change of one ciphertext bit makes', async () => {
    const json = await encryptKeystore(key(), password(), random, LIGHT)
    const file = JSON.parse(json) as { crypto: { ciphertext: string } }
    const bytes = Buffer.from(file.crypto.ciphertext, 'hex')
    bytes[createHash('sha256').update(json).digest()[0]! % 32]! ^= 1
    file.crypto.ciphertext = bytes.toString('hex')
    expect(await decryptKeystore(JSON.stringify(file), password())).toMatchObject({ ok: false, error: { code: 'WRONG_PASSWORD' } })
  })
})
