import { describe, expect, test } from 'vitest'

import { evenly, roundTicks } from '../../../../src-renderer/ui/ticks'

describe('the marks of an axis', () => {
  test('time is marked evenly, both ends included', () => {
    expect(evenly(0, 100, 4)).toEqual([0, 25, 50, 75, 100])
  })

  test.each([
    [234_979, 263_832, [230_000, 240_000, 250_000, 260_000, 270_000]],
    [0.93, 1.07, [0.9, 0.95, 1, 1.05, 1.1]],
    [-3, 9, [-5, 0, 5, 10]],
  ])('from %d to %d the marks are round and hold all of it', (low, high, marks) => {
    const ticks = roundTicks(low, high, 4)
    expect(ticks.map((each) => Number(each.toFixed(6)))).toEqual(marks)
    expect(ticks[0]).toBeLessThanOrEqual(low)
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(high)
  })

  test('what does not span anything is marked at its ends', () => {
    expect(roundTicks(5, 5, 4)).toEqual([5, 5])
  })
})
