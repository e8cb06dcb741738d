import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { replacementFees } from '../../../../src-main/engine/orders/replacement-fees'

const GWEI = 1_000_000_000n
const wei = fc.bigInt({ min: 0n, max: 10_000n * GWEI })
const offered = fc.tuple(wei, wei).map(([a, b]) => ({ maxFeePerGasWei: a > b ? a : b, maxPriorityFeePerGasWei: a > b ? b : a }))
const market = fc.tuple(wei, wei).map(([base, tip]) => ({
  maxFeePerGasWei: 2n * base + tip,
  maxPriorityFeePerGasWei: tip,
  expectedPerGasWei: base + tip,
}))

describe('X3: what a replacement offers', () => {
  test('is a tenth more of both fees than anything before, what the market asks, and within the limit, or it is refused', () => {
    fc.assert(
      fc.property(fc.array(offered, { minLength: 1, maxLength: 4 }), fc.option(market), wei, (before, now, limit) => {
        const fees = replacementFees(before, now, limit)
        if (!fees.ok) {
          expect(fees.error.neededPerGasWei).toBeGreaterThan(limit)
          return
        }
        const { maxFeePerGasWei, maxPriorityFeePerGasWei } = fees.value
        for (const one of before) {
          expect(maxFeePerGasWei * 10n).toBeGreaterThanOrEqual(one.maxFeePerGasWei * 11n)
          expect(maxPriorityFeePerGasWei * 10n).toBeGreaterThanOrEqual(one.maxPriorityFeePerGasWei * 11n)
          expect(maxFeePerGasWei).toBeGreaterThan(one.maxFeePerGasWei)
          expect(maxPriorityFeePerGasWei).toBeGreaterThan(one.maxPriorityFeePerGasWei)
        }
        expect(maxFeePerGasWei).toBeLessThanOrEqual(limit)
        expect(maxPriorityFeePerGasWei).toBeLessThanOrEqual(maxFeePerGasWei)
        if (now !== null) {
          expect(maxFeePerGasWei).toBeGreaterThanOrEqual(now.expectedPerGasWei)
          expect(maxPriorityFeePerGasWei).toBeGreaterThanOrEqual(now.maxPriorityFeePerGasWei)
        }
      }),
    )
  })

  test('rounds up, so that not a wei is missing of the tenth', () => {
    expect(replacementFees([{ maxFeePerGasWei: 101n, maxPriorityFeePerGasWei: 1n }], null, GWEI)).toEqual({
      ok: true,
      value: { maxFeePerGasWei: 112n, maxPriorityFeePerGasWei: 2n },
    })
  })

  test('takes the limit where the market would want more room for later, and is refused where it wants more now', () => {
    const before = [{ maxFeePerGasWei: 30n * GWEI, maxPriorityFeePerGasWei: GWEI }]
    const asks = (base: bigint) => ({ maxFeePerGasWei: 2n * base + GWEI, maxPriorityFeePerGasWei: GWEI, expectedPerGasWei: base + GWEI })
    expect(replacementFees(before, asks(30n * GWEI), 40n * GWEI)).toMatchObject({ ok: true, value: { maxFeePerGasWei: 40n * GWEI } })
    expect(replacementFees(before, asks(50n * GWEI), 40n * GWEI)).toEqual({
      ok: false,
      error: { neededPerGasWei: 51n * GWEI, limitPerGasWei: 40n * GWEI },
    })
  })
})
