import { scrypt, timingSafeEqual } from 'node:crypto'

import { z } from 'zod'

import type { Random } from '../lib/random'

const SALT_BYTES = 16
const HASH_BYTES = 32
const BLOCK_R = 8
/** scrypt's N by default, and the least that a file may say. */
export const DEFAULT_COST_N = 2 ** 15
// scrypt needs 128·N·r bytes; as much again for the rest.
const maxMemory = (N: number): number => 256 * N * BLOCK_R

/** Fixed-length bytes as hex. */
export const hexBytes = (count: number) => z.string().regex(new RegExp(`^[0-9a-f]{${count * 2}}$`))

/** What is kept of a secret that a person knows: enough to compare, slow to guess. The cost is bounded, so that a file cannot make us spend all memory. */
export const slowHash = z.strictObject({
  cost: z.strictObject({
    N: z
      .number()
      .int()
      .min(2 ** 15)
      .max(2 ** 18),
    r: z.literal(8),
    p: z.literal(1),
  }),
  saltHex: hexBytes(SALT_BYTES),
  hashHex: hexBytes(HASH_BYTES),
})
/** {@link slowHash} as a type. */
export type SlowHash = z.output<typeof slowHash>

/** Hashes a secret under a fresh salt; the secret is left to the caller to wipe. */
export async function makeSlowHash(secret: Uint8Array, random: Random, costN = DEFAULT_COST_N): Promise<SlowHash> {
  const salt = Buffer.from(random.bytes(SALT_BYTES))
  const hash = await derive(secret, salt, costN)
  return { cost: { N: costN, r: BLOCK_R, p: 1 }, saltHex: salt.toString('hex'), hashHex: hash.toString('hex') }
}

/** Whether a secret is the one that was hashed; compares in constant time. */
export async function fitsSlowHash(secret: Uint8Array, stored: SlowHash): Promise<boolean> {
  const hash = await derive(secret, Buffer.from(stored.saltHex, 'hex'), stored.cost.N)
  return timingSafeEqual(hash, Buffer.from(stored.hashHex, 'hex'))
}

function derive(secret: Uint8Array, salt: Buffer, N: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, HASH_BYTES, { N, r: BLOCK_R, p: 1, maxmem: maxMemory(N) }, (error, hash) => {
      if (error === null) resolve(hash)
      else reject(error)
    })
  })
}
