import fc from 'fast-check'
import { expect, test } from 'vitest'

import { tierFor } from '../../../src-main/confirmations/tiers'
import { decimal, Decimal } from '../../../src-main/lib/decimal'

const highest = { confirmations: 3, timeoutMs: 300_000, finality: true }

test.each([
  ['0', 1, 60_000, false],
  ['99.999999999999999999', 1, 60_000, false],
  ['100', 1, 120_000, false],
  ['999.999999999999999999', 1, 120_000, false],
  ['1000', 2, 180_000, false],
  ['9999.999999999999999999', 2, 180_000, false],
  ['10000', 3, 300_000, true],
  ['1000000000000', 3, 300_000, true],
])('%s USD: %i confirmations within %i ms', (usd, confirmations, timeoutMs, finality) => {
  expect(tierFor(decimal(usd))).toEqual({ confirmations, timeoutMs, finality })
})

test.each([
  ['unknown', null],
  ['NaN', new Decimal(Number.NaN)],
  ['negative', new Decimal(-1)],
  ['just below zero', new Decimal('-0.000000000000000001')],
  ['infinite', new Decimal(Number.POSITIVE_INFINITY)],
  ['negative and infinite', new Decimal(Number.NEGATIVE_INFINITY)],
])('%s: the highest tier', (_name, usd) => {
  expect(tierFor(usd)).toEqual(highest)
})

test('a higher value never needs less', () => {
  const usd = fc.bigInt({ min: 0n, max: 10n ** 24n }).map((units) => new Decimal(units.toString()).div(10 ** 18))
  fc.assert(
    fc.property(usd, usd, (a, b) => {
      const [less, more] = a.lte(b) ? [tierFor(a), tierFor(b)] : [tierFor(b), tierFor(a)]
      expect(more.confirmations).toBeGreaterThanOrEqual(less.confirmations)
      expect(more.timeoutMs).toBeGreaterThanOrEqual(less.timeoutMs)
      expect(Number(more.finality)).toBeGreaterThanOrEqual(Number(less.finality))
    }),
  )
})
