import { getAddress } from 'ethers/address'

import { err, ok, type Result } from '../../lib/result'

/** Why a keystore could not be used; `detail` names the part at fault, never its content. */
export interface KeystoreError {
  readonly code: 'CORRUPT_KEYSTORE' | 'WRONG_PASSWORD'
  readonly detail: string
}

/** How a password becomes the key that encrypts the key. */
export type Kdf =
  | { readonly kind: 'scrypt'; readonly n: number; readonly r: number; readonly p: number }
  | { readonly kind: 'pbkdf2'; readonly iterations: number }

/** A keystore file, read and within limits, still encrypted. */
export interface ParsedKeystore {
  /** Checksummed; null where the file names none (the format allows it). */
  readonly address: string | null
  readonly kdf: Kdf
  readonly salt: Buffer
  readonly iv: Buffer
  readonly cipherText: Buffer
  readonly mac: Buffer
}

/**
 * What a file may ask of this machine. go-ethereum's standard is n = 2^18, r = 8, p = 1 (256 MiB, 2^21 blocks): twice the memory and four times
 * the work are allowed, so that a hostile file can neither exhaust memory nor keep the processor busy for minutes.
 */
export const KEYSTORE_LIMITS = {
  jsonChars: 65_536,
  scryptMemoryBytes: 512 * 1024 * 1024,
  /** n·r·p */
  scryptWork: 2 ** 23,
  pbkdf2Iterations: 10_000_000,
  minSaltBytes: 8,
  maxSaltBytes: 256,
  maxDerivedBytes: 128,
  /** Some early tools dropped a key's leading zero bytes; fewer than this cannot come from an honest random key. */
  minCipherTextBytes: 28,
} as const

class Corrupt extends Error {}

function corrupt(detail: string): never {
  throw new Corrupt(detail)
}

/**
 * Reads a Web3 Secret Storage v3 file (ethereum.org, "Web3 secret storage definition"). Member names may differ in letter case (`Crypto`), the
 * address may be missing or carry `0x`. Everything that is not exactly understood (version, cipher, KDF, pseudo-random function) is
 * CORRUPT_KEYSTORE.
 */
export function parseKeystore(json: string): Result<ParsedKeystore, KeystoreError> {
  try {
    return ok(read(json))
  } catch (thrown) {
    if (thrown instanceof Corrupt) return err({ code: 'CORRUPT_KEYSTORE', detail: thrown.message })
    throw thrown
  }
}

function read(json: string): ParsedKeystore {
  if (json.length > KEYSTORE_LIMITS.jsonChars) corrupt('file too large')
  const root = members(parseJson(json), 'file')
  const version = root.get('version')
  if (version !== 3 && version !== '3') corrupt('version')
  const crypto = members(root.get('crypto'), 'crypto')
  if (crypto.get('cipher') !== 'aes-128-ctr') corrupt('crypto.cipher')
  const iv = bytes(members(crypto.get('cipherparams'), 'crypto.cipherparams').get('iv'), 'crypto.cipherparams.iv', 16, 16)
  const cipherText = bytes(crypto.get('ciphertext'), 'crypto.ciphertext', KEYSTORE_LIMITS.minCipherTextBytes, 32)
  const mac = bytes(crypto.get('mac'), 'crypto.mac', 32, 32)
  const params = members(crypto.get('kdfparams'), 'crypto.kdfparams')
  const salt = bytes(params.get('salt'), 'crypto.kdfparams.salt', KEYSTORE_LIMITS.minSaltBytes, KEYSTORE_LIMITS.maxSaltBytes)
  // Both KDFs yield the same first 32 bytes whatever the length asked for, and no more than those are ever used.
  integer(params.get('dklen'), 'crypto.kdfparams.dklen', 32, KEYSTORE_LIMITS.maxDerivedBytes)
  return { address: address(root.get('address')), kdf: kdf(crypto.get('kdf'), params), salt, iv, cipherText, mac }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json) as unknown
  } catch {
    // The parser's own message quotes the text.
    return corrupt('not JSON')
  }
}

/** An object's members by lower-case name; two names that differ in case only are refused, for nobody could say which one counts. */
function members(value: unknown, where: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) corrupt(where)
  const found = new Map<string, unknown>()
  for (const [name, member] of Object.entries(value)) {
    const key = name.toLowerCase()
    if (found.has(key)) corrupt(`${where}: a member twice`)
    found.set(key, member)
  }
  return found
}

function kdf(name: unknown, params: ReadonlyMap<string, unknown>): Kdf {
  if (name === 'scrypt') {
    const n = integer(params.get('n'), 'crypto.kdfparams.n', 2, 2 ** 30)
    const r = integer(params.get('r'), 'crypto.kdfparams.r', 1, 64)
    const p = integer(params.get('p'), 'crypto.kdfparams.p', 1, 64)
    if ((n & (n - 1)) !== 0) corrupt('crypto.kdfparams.n is not a power of two')
    if (128 * n * r > KEYSTORE_LIMITS.scryptMemoryBytes) corrupt('crypto.kdfparams: scrypt asks for too much memory')
    if (n * r * p > KEYSTORE_LIMITS.scryptWork) corrupt('crypto.kdfparams: scrypt asks for too much work')
    return { kind: 'scrypt', n, r, p }
  }
  if (name === 'pbkdf2') {
    if (params.get('prf') !== 'hmac-sha256') corrupt('crypto.kdfparams.prf')
    return { kind: 'pbkdf2', iterations: integer(params.get('c'), 'crypto.kdfparams.c', 1, KEYSTORE_LIMITS.pbkdf2Iterations) }
  }
  return corrupt('crypto.kdf')
}

function address(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value !== 'string' || !/^(?:0x)?[0-9a-f]{40}$/i.test(value)) return corrupt('address')
  return getAddress(`0x${value.slice(-40).toLowerCase()}`)
}

function integer(value: unknown, where: string, least: number, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) corrupt(where)
  return value
}

function bytes(value: unknown, where: string, least: number, most: number): Buffer {
  if (typeof value !== 'string' || !/^(?:0x)?(?:[0-9a-f]{2})*$/i.test(value)) corrupt(where)
  const read = Buffer.from(value.replace(/^0x/i, ''), 'hex')
  if (read.length < least || read.length > most) corrupt(where)
  return read
}
