import { describe, expect, test } from 'vitest'

import { nextInRing } from '../../../../src-renderer/app/use-strip-in-tab-order'

const ring = { inside: ['close', 'reason', 'place'], strip: ['halt', 'cancel'] }

describe('D10: Tab reaches the halt button from inside an open sheet', () => {
  test('forwards: past the last of the sheet comes the strip, and after the strip the sheet again', () => {
    expect(['place', 'halt', 'cancel'].map((at) => nextInRing(ring, at, false))).toEqual(['halt', 'cancel', 'close'])
  })
  test('backwards the same', () => {
    expect(['close', 'cancel', 'halt'].map((at) => nextInRing(ring, at, true))).toEqual(['cancel', 'halt', 'place'])
  })
  test('in the middle of the sheet nothing changes', () => {
    expect(['close', 'reason'].map((at) => nextInRing(ring, at, false))).toEqual([null, null])
    expect(nextInRing(ring, 'reason', true)).toBeNull()
  })
  test('a sheet that has nothing to tab to leads to the strip', () => {
    expect(nextInRing({ ...ring, inside: [] }, 'elsewhere', false)).toBe('halt')
  })
})
