import crypto, { createHash } from 'node:crypto'

/** Length of a SHA-256 hash and of an HMAC-SHA256 code, in bytes. */
export const HASH_BYTES = 32
/** The same in hexadecimal digits. */
export const HASH_HEX_DIGITS = 2 * HASH_BYTES

/** Length of the length that stands before every field. */
const LENGTH_BYTES = 4

// The one-shot form is twice as fast; Node 18 does not have it yet.
const oneShot = (crypto as { hash?: typeof crypto.hash }).hash

/** Whether this runtime hashes in one call. */
export const hasOneShotHash = oneShot !== undefined

/** SHA-256. */
export const sha256: (bytes: Uint8Array) => Buffer =
  oneShot === undefined ? (bytes) => createHash('sha256').update(bytes).digest() : (bytes) => oneShot('sha256', bytes, 'buffer')

/** SHA-256 in hexadecimal digits, which cost less to hand over than a buffer. */
export const sha256Hex: (bytes: Uint8Array) => string =
  oneShot === undefined ? (bytes) => createHash('sha256').update(bytes).digest('hex') : (bytes) => oneShot('sha256', bytes, 'hex')

/**
 * Joins fields so that no two lists of fields give the same bytes: each stands behind its length. The first field is a tag that says
 * what the bytes are and in which version, so that a hash made for one purpose never serves another.
 */
export function lengthPrefixed(...fields: readonly (string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    fields.flatMap((field) => {
      const bytes = typeof field === 'string' ? Buffer.from(field, 'utf8') : field
      const length = Buffer.alloc(LENGTH_BYTES)
      length.writeUInt32BE(bytes.length)
      return [length, bytes]
    }),
  )
}

/** An unsigned 64-bit integer, most significant byte first. */
export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
