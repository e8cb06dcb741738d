import { describe, expect, test } from 'vitest'

import { countParts } from '../../../../src-renderer/ui/ribbon'

describe('D6: how often something happened, in equal parts of a time', () => {
  test('each time falls into its part; the ends belong to the first and the last', () => {
    expect(countParts([0, 24, 25, 99, 100], 0, 100, 4)).toEqual([2, 1, 0, 2])
  })

  test('what lies outside counts for none', () => {
    expect(countParts([-1, 101], 0, 100, 4)).toEqual([0, 0, 0, 0])
  })

  test('a time of no length is one part', () => {
    expect(countParts([5], 5, 5, 2)).toEqual([1, 0])
  })
})
