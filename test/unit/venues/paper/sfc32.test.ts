import { describe, expect, it } from 'vitest'

import { Sfc32 } from '../../../../src-main/venues/paper/sfc32'

describe('sfc32', () => {
  it('draws what PractRand draws from a zero seed', () => {
    // As published with the independent Rust implementations `sfc_prng` and `rand_sfc`.
    expect(new Sfc32(0, 0, 0).next()).toBe(0xfb52c520)
  })

  it('repeats for a seed and differs for another', () => {
    const draw = (a: number) => {
      const chance = new Sfc32(a, 7, 9)
      return Array.from({ length: 20 }, () => chance.next())
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })

  it('spreads evenly below a bound', () => {
    const chance = new Sfc32(1, 2, 3)
    const counts = Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw++) counts[chance.below(10)]! += 1
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })
})
