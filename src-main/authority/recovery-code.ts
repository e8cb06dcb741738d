import { createHash } from 'node:crypto'

import type { Random } from '../lib/random'

/**
 * A recovery code as a person writes it down: `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX`, Crockford base 32. 26 characters are random (130 bits),
 * the last two check the rest, so that a slip of the pen is told from a wrong key. Bytes throughout: a string could not be wiped.
 */
const ALPHABET = Buffer.from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 'ascii')
const RANDOM_LENGTH = 26
const CHECK_LENGTH = 2
const CODE_LENGTH = RANDOM_LENGTH + CHECK_LENGTH
const GROUP = 4
const DASH = 0x2d
const MAX_TYPED_BYTES = 200
const CHECK_DOMAIN = 'holdfast recovery code v1\n'

/** Value of each byte that may be typed: upper and lower case, O for 0, I and L for 1. Undefined for all others. */
const VALUES = new Map<number, number>()
ALPHABET.forEach((byte, value) => {
  VALUES.set(byte, value)
  VALUES.set(lower(byte), value)
})
for (const [lookAlike, digit] of [
  ['Oo', 0],
  ['IiLl', 1],
] as const) {
  for (const byte of Buffer.from(lookAlike, 'ascii')) VALUES.set(byte, digit)
}
const IGNORED = new Set(Buffer.from(' -\t\r\n', 'ascii'))

/** A new code, grouped, as ASCII bytes. The caller wipes it once it was shown. */
export function newRecoveryCode(random: Random): Buffer {
  const symbols = Buffer.alloc(CODE_LENGTH)
  // 256 is a multiple of 32: no value is likelier than another.
  random.bytes(RANDOM_LENGTH).forEach((byte, index) => (symbols[index] = symbolOf(byte)))
  checkOf(symbols.subarray(0, RANDOM_LENGTH)).copy(symbols, RANDOM_LENGTH)
  const code = Buffer.alloc(CODE_LENGTH + CODE_LENGTH / GROUP - 1, DASH)
  symbols.forEach((symbol, index) => (code[index + Math.floor(index / GROUP)] = symbol))
  symbols.fill(0)
  return code
}

/**
 * What was typed in its one form: 28 upper-case characters without dashes. Null where it cannot be a code: a character that no code has, a wrong
 * length, a check that does not fit. The caller wipes it.
 */
export function normaliseRecoveryCode(typed: Uint8Array): Buffer | null {
  if (typed.length > MAX_TYPED_BYTES) return null
  const symbols = Buffer.alloc(CODE_LENGTH)
  let length = 0
  for (const byte of typed) {
    if (IGNORED.has(byte)) continue
    const value = VALUES.get(byte)
    if (value === undefined || length === CODE_LENGTH) return wiped(symbols)
    symbols[length++] = symbolOf(value)
  }
  const fits = length === CODE_LENGTH && checkOf(symbols.subarray(0, RANDOM_LENGTH)).equals(symbols.subarray(RANDOM_LENGTH))
  return fits ? symbols : wiped(symbols)
}

function checkOf(symbols: Uint8Array): Buffer {
  const digest = createHash('sha256').update(CHECK_DOMAIN).update(symbols).digest()
  return Buffer.from(digest.subarray(0, CHECK_LENGTH).map(symbolOf))
}

/** The character of the lowest five bits. */
function symbolOf(value: number): number {
  return ALPHABET[value % ALPHABET.length] ?? 0
}

function lower(byte: number): number {
  return byte >= 0x41 ? byte | 0x20 : byte
}

function wiped(bytes: Buffer): null {
  bytes.fill(0)
  return null
}
