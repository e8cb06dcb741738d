import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

import { HASH_BYTES, hasOneShotHash, sha256Hex } from './encoding'

/** SHA-256 works on blocks of this many bytes. */
const BLOCK_BYTES = 64
const INNER_PAD = 0x36
const OUTER_PAD = 0x5c

/**
 * HMAC-SHA256 under one key, of messages of 32 bytes, which is all that is authenticated here: hashes.
 *
 * Node has no one-shot HMAC, and the object that `createHmac` makes for every message costs more than the code itself, most of it where it
 * hurts: before an act that waits for its record. So where hashing in one call exists, the code is put together from two of them as
 * RFC 2104 says; a test holds it to be the same. Elsewhere `createHmac` does it.
 */
export class HmacSha256 {
  private readonly inner: Buffer
  private readonly outer: Buffer
  private readonly key: KeyObject | null

  /** The key, of at most one block; taken over: it is wiped here. */
  constructor(key: Buffer) {
    if (key.length > BLOCK_BYTES) throw new RangeError(`a key has at most ${BLOCK_BYTES} bytes`)
    this.key = hasOneShotHash ? null : createSecretKey(key)
    this.inner = padded(key, INNER_PAD)
    this.outer = padded(key, OUTER_PAD)
    key.fill(0)
  }

  /** The code of 32 bytes that are given in hexadecimal digits, in such digits. */
  ofHex(messageHex: string): string {
    if (this.key !== null) return createHmac('sha256', this.key).update(messageHex, 'hex').digest('hex')
    this.inner.write(messageHex, BLOCK_BYTES, HASH_BYTES, 'hex')
    this.outer.write(sha256Hex(this.inner), BLOCK_BYTES, HASH_BYTES, 'hex')
    return sha256Hex(this.outer)
  }
}

/** The key block mixed with a pad, and room for 32 bytes behind it. */
function padded(key: Buffer, pad: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES + HASH_BYTES)
  for (let index = 0; index < BLOCK_BYTES; index++) block[index] = (key[index] ?? 0) ^ pad
  return block
}
