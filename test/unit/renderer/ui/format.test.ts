import { describe, expect, test } from 'vitest'

import {
  formatAmount,
  formatGwei,
  formatPct,
  formatUsd,
  fromSmallest,
  groupDigits,
  priceStyle,
  share,
  sum,
  withUnit,
} from '../../../../src-renderer/ui/format/amount'
import { shortHex, shortId } from '../../../../src-renderer/ui/format/identity'
import { countdown, dayAndTimeInZone, happened, relative, roughly, took, zone } from '../../../../src-renderer/ui/format/time'

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ').replace(/\u2212/g, '-')

describe('prices where the digits of the pair are not at hand', () => {
  test.each([
    ['2540.080812', '2 540.08'],
    ['2410', '2 410.00'],
    ['12.3456789', '12.3457'],
    ['7', '7.00'],
    ['0.00001234', '0.00001234'],
    ['0.5', '0.50'],
    ['not known', 'not known'],
  ])('%s', (price, shown) => expect(plain(formatAmount(price, priceStyle(price)))).toBe(shown))
})

describe('amounts', () => {
  test.each([
    ['1249.10', '1 249.10'],
    ['-1234567.5', '-1 234 567.5'],
    ['999', '999'],
    ['0', '0'],
  ])('groups %s', (text, shown) => expect(plain(groupDigits(text))).toBe(shown))

  test('stay exact far beyond what a number holds', () => {
    expect(plain(formatAmount('123456789012345678901234567890.123456789', { most: 9 }))).toBe(
      '123 456 789 012 345 678 901 234 567 890.123456789',
    )
    expect(fromSmallest('115792089237316195423570985008687907853269984665640564039457', 18)).toBe(
      '115792089237316195423570985008687907853269.984665640564039457',
    )
  })

  test('something never looks like nothing', () => {
    expect(plain(formatAmount('0.00000000041'))).toBe('<0.00000001')
    expect(plain(formatAmount('-0.001', { most: 2 }))).toBe('>-0.01')
    expect(formatAmount('0', { most: 2, least: 2 })).toBe('0.00')
  })

  test('round half-even, so that rounding has no side', () => {
    expect(formatAmount('0.125', { most: 2 })).toBe('0.12')
    expect(formatAmount('0.135', { most: 2 })).toBe('0.14')
  })

  test('what is no plain decimal is shown as it came, never as a number', () => {
    for (const text of ['1e5', 'NaN', '', '0x10', '1,000']) expect(formatAmount(text)).toBe(text)
    expect(sum(['1', 'x'])).toBeNull()
  })

  test('have their unit beside them', () => {
    expect(plain(withUnit('0.5', 'ETH'))).toBe('0.5 ETH')
    expect(plain(formatPct('1.416'))).toBe('1.42 %')
    expect(plain(formatUsd('48211.4'))).toBe('48 211.40 USD')
    expect(plain(formatGwei('12500000000'))).toBe('12.5 gwei')
    expect(plain(formatAmount('3', { signed: true }))).toBe('+3')
  })

  test('add up exactly', () => {
    expect(sum(['0.1', '0.2'])).toBe('0.3')
    expect(sum([])).toBe('0')
  })

  test('a share is a length between nothing and all', () => {
    expect(share('1', '4')).toBe(0.25)
    expect(share('9', '4')).toBe(1)
    expect(share('-1', '4')).toBe(0)
    expect(share('1', '0')).toBe(0)
  })
})

describe('identities', () => {
  test('addresses keep their first and last six and their case', () => {
    expect(shortHex('0x71C7656EC7ab88b098defB751B7401B5f6d8976F')).toBe('0x71C765…d8976F')
    expect(shortHex('0x1234')).toBe('0x1234')
    expect(shortHex('not hex at all, and long')).toBe('not hex at all, and long')
    expect(shortId('ord-479bcc3a8777')).toBe('ord-479b…8777')
  })
})

describe('times', () => {
  test('are rough on the surface', () => {
    expect([999, 12_000, 240_000, 7_200_000, 300_000_000].map(roughly).map(plain)).toEqual(['0 s', '12 s', '4 min', '2 h', '3 d'])
    expect(plain(relative(1_000, 13_000))).toBe('12 s ago')
    expect(plain(relative(13_000, 1_000))).toBe('in 12 s')
    expect(relative(1_000, 1_400)).toBe('just now')
  })

  test('what was written down by a clock that was ahead is not announced as to come', () => {
    expect(plain(happened(1_000, 13_000))).toBe('12 s ago')
    expect(happened(13_000, 1_000)).toBe('just now')
    expect(happened(3 * 365 * 86_400_000, 1_000)).toBe('ahead of this clock')
  })

  test('count down to zero and never below', () => {
    expect([2_652_000, 9_000, 8_001, 3_723_000, 0, -5_000].map(countdown)).toEqual(['44:12', '0:09', '0:09', '1:02:03', '0:00', '0:00'])
  })

  test('durations have the grain that fits', () => {
    expect([14, 1_240, 200_000, 3_660_000].map(took).map(plain)).toEqual(['14 ms', '1.2 s', '3 min 20 s', '1 h 1 min'])
  })
})

describe('a time that stands alone says its zone', () => {
  const at = Date.UTC(2026, 10, 21, 11, 3, 22)

  test('and both ways of saying it agree', () => {
    expect(zone(at)).toMatch(/^UTC[+-]\d\d:\d\d$/)
    expect(dayAndTimeInZone(at)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d$/)
    expect(dayAndTimeInZone(at).endsWith(zone(at).slice(3))).toBe(true)
    expect(Date.parse(dayAndTimeInZone(at).replace(' ', 'T').replace(' ', ''))).toBe(at)
  })
})
