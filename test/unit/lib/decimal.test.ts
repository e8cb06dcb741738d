import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Decimal, decimal, fromUnits, parseDecimal, toUnits } from '../../../src-main/lib/decimal'

describe('money is exact', () => {
  test('a plain decimal is read as exactly what it says', () => {
    const plain = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 39n - 1n }), fc.option(fc.stringMatching(/^\d{1,20}$/)), fc.boolean())
    fc.assert(
      fc.property(plain, ([whole, fraction, negative]) => {
        const text = `${negative ? '-' : ''}${whole}${fraction === null ? '' : `.${fraction}`}`
        const read = parseDecimal(text)
        if (!read.ok) throw new Error(text)
        // Digit by digit, as integers of the last place: no library between.
        const places = fraction?.length ?? 0
        const units = (negative ? -1n : 1n) * BigInt(`${whole}${fraction ?? ''}`)
        expect(BigInt(read.value.mul(new Decimal(10).pow(places)).toFixed())).toBe(units)
      }),
      { numRuns: 500 },
    )
  })

  test('anything that is not plainly a decimal is refused', () => {
    for (const odd of [
      '',
      ' 1',
      '1 ',
      '+1',
      '0x10',
      '0b1',
      '1e3',
      '1E-3',
      '.5',
      '5.',
      '00',
      '01',
      '-',
      '--1',
      '1,5',
      '1_000',
      'NaN',
      'Infinity',
      '-Infinity',
      '١',
      '1\n',
      1,
      1n,
      null,
      undefined,
      {},
      [],
      ['1'],
      new String('1'),
    ]) {
      expect(parseDecimal(odd)).toEqual({ ok: false, error: 'NOT_A_DECIMAL' })
    }
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+0-9.eE]{0,10}$/)), (text) => {
        if (parseDecimal(text).ok) expect(text).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/)
      }),
      { numRuns: 1_000 },
    )
  })

  test('on-chain integers and whole units turn into each other without loss; too fine an amount is rounded down', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.integer({ min: 0, max: 18 }), (raw, decimals) => {
        expect(toUnits(fromUnits(raw, decimals), decimals)).toBe(raw)
        expect(toUnits(fromUnits(raw, decimals + 2), decimals)).toBe(raw / 100n)
      }),
    )
    expect([toUnits(decimal('0.0000019'), 6), toUnits(decimal('1.999999999'), 6)]).toEqual([1n, 1_999_999n])
  })

  test('no amount is ever written with an exponent', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 55n }), fc.integer({ min: 0, max: 55 }), (raw, decimals) => {
        expect(fromUnits(raw, decimals).toFixed()).not.toMatch(/e/i)
        expect(String(fromUnits(raw, decimals))).not.toMatch(/e/i)
      }),
    )
  })
})
