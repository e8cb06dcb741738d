/** Thrown while calldata is read that says something we do not know, or says it in another form than the one canonical encoding. */
export class Undecodable extends Error {}

const WORD = 32
/** Nothing that we sign is longer; a length beyond it is none. */
const MOST_BYTES = 1n << 20n

/**
 * One tuple of ABI-encoded values (Solidity ABI specification), read from its head, member by member. What is dynamic must lie exactly where the
 * canonical encoding puts it: behind the head, in order, without gaps. Written apart from the trading policy's decoder, on purpose.
 */
export class AbiFrame {
  readonly #bytes: Buffer
  readonly #base: number
  readonly #headEnd: number
  #next: number
  #tail: number

  private constructor(bytes: Buffer, base: number, headWords: number) {
    this.#bytes = bytes
    this.#base = base
    this.#next = base
    this.#headEnd = base + headWords * WORD
    this.#tail = this.#headEnd
    if (this.#headEnd > bytes.length) throw new Undecodable('the arguments are too short')
  }

  /** Reads arguments whose head has so many words; all of the bytes must be used. */
  static read<T>(bytes: Buffer, headWords: number, members: (frame: AbiFrame) => T): T {
    const frame = new AbiFrame(bytes, 0, headWords)
    const value = members(frame)
    if (frame.#end() !== bytes.length) throw new Undecodable('something follows the arguments')
    return value
  }

  /** An unsigned integer of at most so many bits. */
  uint(bits = 256): bigint {
    const value = BigInt(`0x${this.#word().toString('hex')}`)
    if (value >> BigInt(bits) !== 0n) throw new Undecodable(`a number exceeds ${bits} bits`)
    return value
  }

  /** An address, lower case. */
  address(): string {
    return `0x${this.uint(160).toString(16).padStart(40, '0')}`
  }

  /** A truth value, 0 or 1. */
  bool(): boolean {
    return this.uint(1) === 1n
  }

  /** Dynamic bytes. */
  bytes(): Buffer {
    const start = this.#enterTail()
    const length = this.#lengthAt(start)
    const end = start + WORD + Math.ceil(length / WORD) * WORD
    if (end > this.#bytes.length) throw new Undecodable('bytes run past the end')
    const padding = this.#bytes.subarray(start + WORD + length, end)
    if (padding.some((byte) => byte !== 0)) throw new Undecodable('padding is not zero')
    this.#tail = end
    return this.#bytes.subarray(start + WORD, start + WORD + length)
  }

  /** A dynamic tuple whose head has so many words. */
  tuple<T>(headWords: number, members: (frame: AbiFrame) => T): T {
    return this.#inner(this.#enterTail(), headWords, members)
  }

  /** An array whose elements take one word of its head each. */
  list<T>(element: (frame: AbiFrame) => T): readonly T[] {
    const start = this.#enterTail()
    const count = this.#lengthAt(start)
    return this.#inner(start + WORD, count, (frame) => Array.from({ length: count }, () => element(frame)))
  }

  #inner<T>(base: number, headWords: number, members: (frame: AbiFrame) => T): T {
    const frame = new AbiFrame(this.#bytes, base, headWords)
    const value = members(frame)
    this.#tail = frame.#end()
    return value
  }

  /** Where the next dynamic member starts, which its word in the head must say too. */
  #enterTail(): number {
    if (this.uint() !== BigInt(this.#tail - this.#base)) throw new Undecodable('an offset is not where it must be')
    return this.#tail
  }

  #lengthAt(at: number): number {
    if (at + WORD > this.#bytes.length) throw new Undecodable('a length is missing')
    const length = BigInt(`0x${this.#bytes.subarray(at, at + WORD).toString('hex')}`)
    if (length > MOST_BYTES) throw new Undecodable('a length exceeds any calldata')
    return Number(length)
  }

  #word(): Buffer {
    if (this.#next + WORD > this.#headEnd) throw new Undecodable('the arguments are too short')
    const word = this.#bytes.subarray(this.#next, this.#next + WORD)
    this.#next += WORD
    return word
  }

  #end(): number {
    if (this.#next !== this.#headEnd) throw new Undecodable('not every argument was read')
    return this.#tail
  }
}
