/** Rounds that mix a seed into the state before the first draw, as PractRand's own seeding does. */
const SEED_ROUNDS = 15

/**
 * The generator sfc32 (Small Fast Counting) of Chris Doty-Humphrey's PractRand, public domain: the paper market's chance, the same on every
 * machine for the same seed. Whole numbers only. Never for anything secret.
 */
export class Sfc32 {
  private counter = 1

  /** Seeded with three 32-bit words. */
  constructor(
    private a: number,
    private b: number,
    private c: number,
  ) {
    for (let round = 0; round < SEED_ROUNDS; round++) this.next()
  }

  /** The next 32 bits, as an unsigned whole number. */
  next(): number {
    const drawn = (this.a + this.b + this.counter) | 0
    this.counter = (this.counter + 1) | 0
    this.a = this.b ^ (this.b >>> 9)
    this.b = (this.c + (this.c << 3)) | 0
    this.c = (((this.c << 21) | (this.c >>> 11)) + drawn) | 0
    return drawn >>> 0
  }

  /** A whole number from 0 up to, not including, `bound` (at most 2^20, so that the bias is beyond notice). */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound)
  }
}
