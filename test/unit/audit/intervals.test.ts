import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { type Interval, overlap, without } from '../../../src-main/audit/intervals'

const interval = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.nat(10)).map(([from, length]): Interval => ({ from, to: from + length }))
const places = (intervals: readonly Interval[]): Set<number> =>
  new Set(intervals.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index)))

describe('intervals', () => {
  it('without: exactly the places that the others do not have', () => {
    fc.assert(
      fc.property(interval, fc.array(interval), (one, taken) => {
        const left = places(without([one], taken))
        const gone = places(taken)
        expect(left).toEqual(new Set([...places([one])].filter((each) => !gone.has(each))))
      }),
    )
  })

  it('overlap: whether they have a place in common', () => {
    fc.assert(
      fc.property(fc.array(interval), fc.array(interval), (some, others) => {
        const taken = places(others)
        expect(overlap(some, others)).toBe([...places(some)].some((each) => taken.has(each)))
      }),
    )
  })

  it('is not put off by ranges that nobody could count', () => {
    expect(without([{ from: 1, to: Number.MAX_SAFE_INTEGER }], [{ from: 5, to: 6 }])).toEqual([
      { from: 1, to: 4 },
      { from: 7, to: Number.MAX_SAFE_INTEGER },
    ])
  })
})
