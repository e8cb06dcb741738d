import { Sfc32 } from './sfc32'

/** What the market's chance is made from: two 32-bit words. */
export type Seed = readonly [number, number]

/** How many steps a price remembers: two hours of half seconds. */
const WINDOW_STEPS = 14_400
/** The standard deviation of the sum of four even bytes, and their mean. */
const BYTES_DEVIATION = 148
const BYTES_MEAN = 510

/** A generator of its own for every purpose and tick, so that any tick can be made without those before it. */
export function streamOf(seed: Seed, purpose: string, tick: number): Sfc32 {
  return new Sfc32(seed[0], seed[1] ^ hashText(purpose), tick >>> 0)
}

/**
 * A price's way around its anchor: the sum of its last {@link WINDOW_STEPS} random steps. Over minutes that is a random walk; over hours it
 * comes back to its anchor, since old steps are forgotten; and it can be computed for any tick from the seed alone, exactly, for steps are
 * whole numbers.
 */
export class PriceWalk {
  private tick = Number.NaN
  private sum = 0
  private readonly stream: number

  /** `stepPpb`: the standard deviation of one step, parts per billion of the anchor. */
  constructor(
    private readonly seed: Seed,
    name: string,
    private readonly stepPpb: number,
  ) {
    this.stream = hashText(`walk ${name}`)
  }

  /** The offset from the anchor at a tick, parts per billion. Cheap when asked for one tick after another. */
  at(tick: number): number {
    if (tick === this.tick + 1) {
      this.sum += this.step(tick) - this.step(tick - WINDOW_STEPS)
    } else if (tick !== this.tick) {
      this.sum = 0
      for (let past = tick - WINDOW_STEPS + 1; past <= tick; past++) this.sum += this.step(past)
    }
    this.tick = tick
    return this.sum
  }

  /** Four bytes added up are near enough to a bell curve, and need no logarithm that might differ between machines. */
  private step(tick: number): number {
    const drawn = new Sfc32(this.seed[0], this.seed[1] ^ this.stream, tick >>> 0).next()
    const bytes = (drawn & 255) + ((drawn >>> 8) & 255) + ((drawn >>> 16) & 255) + (drawn >>> 24)
    return Math.trunc(((bytes - BYTES_MEAN) * this.stepPpb) / BYTES_DEVIATION)
  }
}

/** FNV-1a, 32 bits: tells purposes apart. */
function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}
