import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { Decimal } from '../../../../src-main/lib/decimal'
import { MAX_SQRT_RATIO, MAX_TICK, MIN_SQRT_RATIO, MIN_TICK, sqrtRatioAtTick } from '../../../../src-main/venues/dex/tick-math'

describe('the square root at a tick', () => {
  // v3-core's own test vectors (TickMath.spec.ts).
  it.each([
    [0, 1n << 96n],
    [50, 79_426_470_787_362_580_746_886_972_461n],
    [100, 79_625_275_426_524_748_796_330_556_128n],
    [250_000, 21_246_587_762_933_397_357_449_903_968_194_344n],
    [500_000, 5_697_689_776_495_288_729_098_254_600_827_762_987_878n],
    [738_203, 847_134_979_253_254_120_489_401_328_389_043_031_315_994_541n],
    [MIN_TICK, MIN_SQRT_RATIO],
    [MAX_TICK, MAX_SQRT_RATIO],
  ])('%i', (tick, ratio) => {
    expect(sqrtRatioAtTick(tick)).toBe(ratio)
  })

  it('is 1.0001^(tick/2) to a part in 2^64, and rises', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400_000, max: 400_000 }), (tick) => {
        const exact = new Decimal('1.0001').pow(tick).sqrt().mul(new Decimal(2).pow(96))
        const ours = new Decimal(sqrtRatioAtTick(tick).toString())
        expect(ours.sub(exact).abs().div(exact).lt(new Decimal(2).pow(-64))).toBe(true)
        expect(sqrtRatioAtTick(tick + 1) > sqrtRatioAtTick(tick)).toBe(true)
      }),
      { numRuns: 200 },
    )
  })

  it.each([MIN_TICK - 1, MAX_TICK + 1, 0.5, Number.NaN])('does not exist at %f', (tick) => {
    expect(() => sqrtRatioAtTick(tick)).toThrow(RangeError)
  })
})
