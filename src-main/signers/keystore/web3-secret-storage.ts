import { createCipheriv, createDecipheriv, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

import { keccak256 } from 'ethers/crypto'

import type { Random } from '../../lib/random'
import { err, ok, type Result } from '../../lib/result'
import { addressOfKey, isUsableKey } from './key'
import { parseKeystore, type Kdf, type KeystoreError, type ParsedKeystore } from './keystore-format'
import { asTyped, normalised } from './password'
import { scrypt } from './scrypt'

const derivePbkdf2 = promisify(pbkdf2)

/** What new keystores are written with: 128 MiB and about a third of a second. */
export const DEFAULT_KDF: Kdf = { kind: 'scrypt', n: 2 ** 17, r: 8, p: 1 }

/** A key out of its keystore. The receiver must `fill(0)` the key. */
export interface DecryptedKeystore {
  /** 32 bytes. */
  readonly key: Buffer
  /** Checksummed (EIP-55); derived from the key, equal to the file's where the file names one. */
  readonly address: string
}

/**
 * Decrypts a Web3 Secret Storage v3 file. The password is its UTF-8 bytes as typed; they are tried as they are (as go-ethereum does) and then
 * normalised to NFKC (as ethers does). WRONG_PASSWORD and a damaged MAC cannot be told apart; everything else wrong is CORRUPT_KEYSTORE.
 * The password stays the caller's to wipe.
 */
export async function decryptKeystore(json: string, password: Buffer): Promise<Result<DecryptedKeystore, KeystoreError>> {
  const parsed = parseKeystore(json)
  if (!parsed.ok) return parsed
  const attempts = asTyped(password)
  try {
    for (const attempt of attempts) {
      const key = await decryptWith(parsed.value, attempt)
      if (key !== null) return checked(key, parsed.value.address)
    }
  } finally {
    for (const attempt of attempts) attempt.fill(0)
  }
  return err({ code: 'WRONG_PASSWORD', detail: 'the password last given does not open this file' })
}

/** Encrypts a 32-byte key as a v3 file that other tools read; the password is normalised to NFKC. Key and password stay the caller's to wipe. */
export async function encryptKeystore(key: Buffer, password: Buffer, random: Random, kdf: Kdf = DEFAULT_KDF): Promise<string> {
  if (!isUsableKey(key)) throw new RangeError('not a secp256k1 private key')
  const salt = Buffer.from(random.bytes(32))
  const iv = Buffer.from(random.bytes(16))
  const passwordBytes = normalised(password)
  let derived: Buffer | undefined
  try {
    derived = await derive(passwordBytes, salt, kdf)
    const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv)
    const cipherText = Buffer.concat([cipher.update(key), cipher.final()])
    const dklen = derived.length
    const kdfparams =
      kdf.kind === 'scrypt'
        ? { dklen, n: kdf.n, p: kdf.p, r: kdf.r, salt: salt.toString('hex') }
        : { c: kdf.iterations, dklen, prf: 'hmac-sha256', salt: salt.toString('hex') }
    return JSON.stringify({
      version: 3,
      id: random.uuid(),
      address: addressOfKey(key).slice(2).toLowerCase(),
      crypto: {
        cipher: 'aes-128-ctr',
        cipherparams: { iv: iv.toString('hex') },
        ciphertext: cipherText.toString('hex'),
        kdf: kdf.kind,
        kdfparams,
        mac: macOf(derived, cipherText).toString('hex'),
      },
    })
  } finally {
    derived?.fill(0)
    passwordBytes.fill(0)
  }
}

/** The key, or null when the password is not the one. */
async function decryptWith(store: ParsedKeystore, password: Buffer): Promise<Buffer | null> {
  const derived = await derive(password, store.salt, store.kdf)
  let plain: Buffer | undefined
  try {
    if (!timingSafeEqual(macOf(derived, store.cipherText), store.mac)) return null
    const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), store.iv)
    plain = decipher.update(store.cipherText)
    const key = Buffer.alloc(32)
    plain.copy(key, 32 - plain.length)
    return key
  } finally {
    derived.fill(0)
    plain?.fill(0)
  }
}

function checked(key: Buffer, expected: string | null): Result<DecryptedKeystore, KeystoreError> {
  const address = isUsableKey(key) ? addressOfKey(key) : null
  if (address !== null && (expected === null || address === expected)) return ok({ key, address })
  key.fill(0)
  const detail = address === null ? 'it holds no valid key' : 'it holds the key of another address than it says'
  return err({ code: 'CORRUPT_KEYSTORE', detail })
}

function derive(password: Buffer, salt: Buffer, kdf: Kdf): Promise<Buffer> {
  return kdf.kind === 'pbkdf2' ? derivePbkdf2(password, salt, kdf.iterations, 32, 'sha256') : scrypt(password, salt, kdf)
}

function macOf(derived: Buffer, cipherText: Buffer): Buffer {
  const input = Buffer.concat([derived.subarray(16, 32), cipherText])
  try {
    return Buffer.from(keccak256(input).slice(2), 'hex')
  } finally {
    input.fill(0)
  }
}
