import { scrypt as nodeScrypt } from 'node:crypto'
import { promisify } from 'node:util'

import { scryptAsync as portableScrypt } from '@noble/hashes/scrypt'

/** Cost of scrypt (RFC 7914): 128 · n · r bytes of memory, `p` times over. */
export interface ScryptCost {
  readonly n: number
  readonly r: number
  readonly p: number
}

const KEY_BYTES = 32
/** libsodium's salt, the least cost that it does not raise, and the most memory that it may be allowed. */
const SODIUM = { saltBytes: 32, leastOpslimit: 32_768, memlimit: 2 ** 32 - 1 }
const deriveByNode = promisify<Buffer, Buffer, number, { N: number; r: number; p: number; maxmem: number }, Buffer>(nodeScrypt)

/**
 * 32 bytes of scrypt (RFC 7914), never on the calling thread where it is native. Three libraries compute the same: libsodium for the cost that
 * practically all keystores have, because it uses the processor's vectors (what a person waits for, by a third to a half); Node's for others; and a portable one
 * for what Node's refuses. The caller wipes what it gave and what it got.
 */
export async function scrypt(password: Buffer, salt: Buffer, cost: ScryptCost): Promise<Buffer> {
  const fast = await scryptByLibsodium(password, salt, cost)
  if (fast !== null) return fast
  const { n, r, p } = cost
  const maxmem = 128 * r * (n + p) * 2
  // RFC 7914 wants n < 2^(16r) (its errata say: by mistake), and OpenSSL and BoringSSL insist; the definition's own vector has n = 2^18, r = 1.
  if (n >= 2 ** (16 * r)) {
    const derived = await portableScrypt(password, salt, { N: n, r, p, dkLen: KEY_BYTES, maxmem })
    return Buffer.from(derived.buffer, derived.byteOffset, derived.byteLength)
  }
  return deriveByNode(password, salt, KEY_BYTES, { N: n, r, p, maxmem })
}

/**
 * The same by libsodium, which takes no cost but derives it from limits (`pickparams` in its pwhash_scryptsalsa208sha256.c): r is 8 always, p is 1 as long as
 * opslimit < memlimit / 32, and then n is the first power of two past half of opslimit / 32. Null where that cannot give the cost asked for, where the salt is
 * not of its one length, and where the library or the memory is not there.
 */
export async function scryptByLibsodium(password: Buffer, salt: Buffer, { n, r, p }: ScryptCost): Promise<Buffer | null> {
  const opslimit = 4 * r * n
  const expressible =
    r === 8 && p === 1 && opslimit >= SODIUM.leastOpslimit && opslimit < SODIUM.memlimit / 32 && Number.isInteger(Math.log2(n))
  if (!expressible || salt.length !== SODIUM.saltBytes || password.length === 0) return null
  const derived = Buffer.alloc(KEY_BYTES)
  try {
    const { default: sodium } = await import('sodium-native')
    await sodium.crypto_pwhash_scryptsalsa208sha256_async(derived, password, salt, opslimit, SODIUM.memlimit)
    return derived
  } catch {
    derived.fill(0)
    return null
  }
}

/** Loads what {@link scrypt} will need, so that nobody waits for it later. */
export async function loadScrypt(): Promise<void> {
  await import('sodium-native').catch(() => undefined)
}
