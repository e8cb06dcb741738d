import { describe, expect, test } from 'vitest'

import { depthPicture, thin } from '../../../../src-renderer/ui/depth-points'

const level = (price: string, sizeBase: string) => ({ price, sizeBase })
const DEPTH = { bids: [level('99', '1'), level('98', '2')], asks: [level('101', '1'), level('102', '2'), level('103', '4')], atMs: 0 }

describe('the depth picture', () => {
  test('cumulates each side away from the middle, sorted by price', () => {
    const { points } = depthPicture(DEPTH, null)
    expect(points.map(({ price, bids, asks }) => [price, bids ?? asks])).toEqual([
      [98, 3],
      [99, 1],
      [101, 1],
      [102, 3],
      [103, 7],
    ])
  })

  test('draws the walk on the side it takes, the last level in part', () => {
    const { points } = depthPicture(DEPTH, { side: 'buy', baseAmount: '2.5', worstPrice: '102' })
    expect(points.flatMap(({ price, walk }) => (walk === undefined ? [] : [[price, walk]]))).toEqual([
      [101, 1],
      [102, 2.5],
    ])
    const sold = depthPicture(DEPTH, { side: 'sell', baseAmount: '1', worstPrice: '99' }).points
    expect(sold.flatMap(({ price, walk }) => (walk === undefined ? [] : [price]))).toEqual([99])
  })

  test('an order that rests far off leaves the market in view, and no price is below nothing', () => {
    const resting = { side: 'buy', baseAmount: '1', worstPrice: '40' } as const
    expect(depthPicture(DEPTH, resting).domain).toEqual(depthPicture(DEPTH, null).domain)
    const cheap = { bids: [level('1', '1')], asks: [level('3', '1')], atMs: 0 }
    expect(depthPicture(cheap, { ...resting, worstPrice: '4' }).domain).toEqual([0, 8])
  })

  test('an empty market is a picture too', () => {
    expect(depthPicture({ bids: [], asks: [], atMs: 0 }, null).points).toEqual([])
  })
})

test('thinning keeps the last point', () => {
  const points = Array.from({ length: 1_000 }, (_, index) => index)
  expect(thin(points, 100)).toHaveLength(100)
  expect(thin(points, 100).at(-1)).toBe(999)
  expect(thin([1, 2], 100)).toEqual([1, 2])
})
