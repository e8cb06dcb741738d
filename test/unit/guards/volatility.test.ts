import { describe, expect, it } from 'vitest'

import type { PriceRange } from '../../../src-main/domain/quote'
import { volatilityOutcome, volatilityPct } from '../../../src-main/guards/volatility'
import { decimal } from '../../../src-main/lib/decimal'

const range = (low: string, high: string, coversMs = 3_600_000): PriceRange => ({ low: decimal(low), high: decimal(high), coversMs })
const judge = (value: PriceRange | null, mid = '2000', limit?: number) => volatilityOutcome({ range: value, midPrice: decimal(mid) }, limit)

describe('volatility', () => {
  it('is the range of the hour over mid', () => {
    expect(volatilityPct({ range: range('1900', '2100'), midPrice: decimal('2000') })?.toFixed()).toBe('10')
  })

  it('counts mid as part of the range', () => {
    expect(volatilityPct({ range: range('1000', '1200'), midPrice: decimal('2000') })?.toFixed()).toBe('50')
    expect(volatilityPct({ range: range('2600', '2800'), midPrice: decimal('2000') })?.toFixed()).toBe('40')
  })

  it('is an event above the limit, not at it', () => {
    expect(judge(range('1500', '2500'))).toBe('success')
    expect(judge(range('1500', '2500.01'))).toBe('failure')
    expect(judge(range('1900', '2100'), '2000', 9)).toBe('failure')
  })

  it('is a failure when the limit is no number', () => {
    expect(judge(range('1900', '2100'), '2000', NaN)).toBe('failure')
  })

  it.each([
    ['no range', null, '2000'],
    ['a mid of zero', range('1', '2'), '0'],
    ['a mid below zero', range('1', '2'), '-1'],
    ['a mid that is no number', range('1', '2'), 'NaN'],
    ['a low of zero', range('0', '2'), '1'],
    ['a high that is no number', range('1', 'NaN'), '1'],
    ['an endless high', range('1', 'Infinity'), '1'],
    ['a range upside down', range('3', '2'), '1'],
    ['a cover below zero', range('1', '2', -1), '1'],
    ['a cover that is no number', range('1', '2', NaN), '1'],
  ])('is unknown with %s', (_, value, mid) => {
    expect(volatilityPct({ range: value, midPrice: decimal(mid) })).toBeNull()
    expect(judge(value, mid)).toBeNull()
  })
})
