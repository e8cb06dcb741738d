import { describe, expect, it } from 'vitest'

import { decimal } from '../../../../src-main/lib/decimal'
import { HOUR_MS, lastHour, pointsOf, rangeOf } from '../../../../src-main/venues/dex/price-history'

const HEAD = 10 * HOUR_MS
const at = (minutesAgo: number, price: number) => ({ atMs: HEAD - minutesAgo * 60_000, price: decimal(price) })
const shown = (points: readonly { atMs: number; price: { toFixed(): string } }[]) =>
  points.map(({ atMs, price }) => `${(HEAD - atMs) / 60_000} min: ${price.toFixed()}`)

describe('the last hour', () => {
  it('begins with the price that held when it began', () => {
    const history = lastHour([at(120, 1), at(70, 5), at(30, 3)], at(120, 0).atMs, HEAD)
    expect(shown(history.points)).toEqual(['60 min: 5', '30 min: 3'])
    expect(history.sinceMs).toBe(HEAD - HOUR_MS)
  })

  it('says how much of it is known', () => {
    const history = lastHour([at(20, 4)], at(20, 0).atMs, HEAD)
    expect(rangeOf(history, decimal('4.5'), HEAD)).toEqual({ low: decimal('4'), high: decimal('4.5'), coversMs: 20 * 60_000 })
    const none = lastHour([], HEAD - 2 * HOUR_MS, HEAD)
    expect(rangeOf(none, decimal('4'), HEAD)).toEqual({ low: decimal('4'), high: decimal('4'), coversMs: HOUR_MS })
    // Read a moment ago: it does not cover more than there is.
    expect(rangeOf(none, decimal('4'), HEAD + 9_000).coversMs).toBe(HOUR_MS)
    expect(rangeOf(none, decimal('4'), HEAD - 2 * HOUR_MS).coversMs).toBe(0)
  })

  it('keeps every extreme for the range, and the last of each quarter minute for drawing', () => {
    const history = lastHour(
      [at(10, 5), { ...at(10, 9), atMs: at(10, 0).atMs + 1 }, { ...at(10, 6), atMs: at(10, 0).atMs + 2 }],
      at(50, 0).atMs,
      HEAD,
    )
    expect(rangeOf(history, decimal('7'), HEAD).high.toFixed()).toBe('9')
    expect(pointsOf(history, decimal('7'), HEAD).map((point) => point.price.toFixed())).toEqual(['6', '7'])
  })
})
