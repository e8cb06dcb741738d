import type { Hex } from '../../domain/evm'

const WORD = 64
const MAX_KNOWN_OFFSET = 0x10_000n

/** Thrown inside the decoder when calldata is not exactly what the canonical encoding of its arguments would be. */
export class NotCanonical extends Error {}

/**
 * Strict reading of ABI-encoded arguments, word by word (Solidity ABI specification). Only the one canonical encoding is accepted: exact
 * offsets, zero padding, nothing before, between or behind. A contract would accept looser bytes, and what a contract reads leniently
 * a guard must not read at all.
 */
export class AbiWords {
  /** Number of 32-byte words. */
  readonly count: number
  private readonly digits: string

  /** `digits` are lower-case hex digits without selector or prefix. */
  constructor(digits: string) {
    if (digits.length % WORD !== 0) throw new NotCanonical('the arguments are not whole words')
    this.digits = digits
    this.count = digits.length / WORD
  }

  /** Refuses unless there are exactly `count` words. */
  expectCount(count: number): void {
    if (this.count !== count) throw new NotCanonical(`${count} words expected, ${this.count} found`)
  }

  /** The unsigned integer at a word. */
  uint(index: number): bigint {
    return BigInt(`0x${this.word(index)}`)
  }

  /** An integer of fewer than 256 bits. */
  uintOf(bits: number, index: number): bigint {
    const value = this.uint(index)
    if (value >> BigInt(bits) !== 0n) throw new NotCanonical(`a number exceeds ${bits} bits`)
    return value
  }

  /** The address at a word, lower case. */
  address(index: number): Hex {
    const word = this.word(index)
    if (!word.startsWith('000000000000000000000000')) throw new NotCanonical('an address has more than 20 bytes')
    return `0x${word.slice(24)}`
  }

  /** Refuses unless the word holds this offset. */
  expectOffset(index: number, words: number): void {
    if (this.uint(index) !== BigInt(words * 32)) throw new NotCanonical('an offset is not where it must be')
  }

  /** A length or count at a word, small enough to be one. */
  length(index: number): number {
    const value = this.uint(index)
    if (value >= MAX_KNOWN_OFFSET) throw new NotCanonical('a length exceeds any calldata')
    return Number(value)
  }

  /** The `length` bytes that start at a word, as hex digits; their padding must be zero. */
  bytes(index: number, length: number): string {
    const words = wordsOf(length)
    if (index + words > this.count) throw new NotCanonical('bytes run past the end')
    const padded = this.digits.slice(index * WORD, (index + words) * WORD)
    if (/[^0]/.test(padded.slice(length * 2))) throw new NotCanonical('padding is not zero')
    return padded.slice(0, length * 2)
  }

  private word(index: number): string {
    if (index >= this.count) throw new NotCanonical('the arguments are too short')
    return this.digits.slice(index * WORD, (index + 1) * WORD)
  }
}

/** How many words so many bytes take. */
export function wordsOf(bytes: number): number {
  return Math.ceil(bytes / 32)
}
