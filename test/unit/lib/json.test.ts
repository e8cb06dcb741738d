import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { decimal } from '../../../src-main/lib/decimal'
import { canonicalJson, toJson } from '../../../src-main/lib/json'

/** The same value with the members of every object in another order. */
const shuffled = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(shuffled)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .reverse()
            .map(([key, member]) => [key, shuffled(member)]),
        )
      : value

describe('B10: the one text of a value', () => {
  test('is JSON that says the same, however its members were ordered', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(canonicalJson(shuffled(value))).toBe(text)
        expect(canonicalJson(JSON.parse(text))).toBe(text)
      }),
      { numRuns: 500 },
    )
  })

  test('differs where the values differ', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(canonicalJson(a) === canonicalJson(b)).toBe(
          JSON.stringify(shuffled(JSON.parse(canonicalJson(a)))) === JSON.stringify(shuffled(JSON.parse(canonicalJson(b)))),
        )
      }),
    )
    expect(new Set([{ a: 1 }, { a: '1' }, { a: [1] }, { a: null }, {}, [], null, '', 0, false, { b: 1 }].map(canonicalJson)).size).toBe(11)
  })

  test('has keys in one order, no blanks, and amounts as decimal text', () => {
    expect(canonicalJson({ b: 10n ** 30n, a: decimal('1.50'), c: [undefined, { z: 1, y: undefined }], é: 'ü', A: 0 })).toBe(
      '{"A":0,"a":"1.5","b":"1000000000000000000000000000000","c":[null,{"z":1}],"é":"ü"}',
    )
  })

  test('a member called __proto__ is a member like any other', () => {
    const value: unknown = JSON.parse('{"__proto__":{"x":1},"a":2}')
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"a":2}')
  })

  test.for([Number.NaN, Infinity, -Infinity, () => 1, Symbol('s'), new Date(0), new Map(), decimal(1).div(0), { deep: [Number.NaN] }])(
    'what has no JSON form (%#) is refused, not guessed',
    (value) => {
      expect(() => toJson(value)).toThrow(TypeError)
      expect(() => canonicalJson(value)).toThrow(TypeError)
    },
  )

  test('turning into JSON changes nothing of the value itself', () => {
    const value = Object.freeze({ amount: 1n, list: Object.freeze([decimal('0.1')]) })
    expect(toJson(value)).toEqual({ amount: '1', list: ['0.1'] })
    expect(value.amount).toBe(1n)
  })
})
