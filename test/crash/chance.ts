import { Sfc32 } from '../../src-main/venues/paper/sfc32'

/** Drawn numbers, the same for the same seed. */
export interface Chance {
  /** A whole number from 0 up to, not including, `bound`. */
  below(bound: number): number
  /** True once in `times`, on average. */
  once(times: number): boolean
  pick<T>(from: readonly T[]): T
}

/** Chance of a seed of 32 bits; `stream` tells apart what is drawn side by side. */
export function chanceOf(seed: number, stream = 0): Chance {
  const source = new Sfc32(seed, stream, 0x5eed)
  const below = (bound: number): number => source.below(bound)
  return {
    below,
    once: (times) => below(times) === 0,
    pick: (from) => {
      const drawn = from[below(from.length)]
      if (drawn === undefined) throw new RangeError('nothing to pick from')
      return drawn
    },
  }
}
