import { describe, expect, test } from 'vitest'

import { figure, listOf, orNull, parseChecked, shape, text, texts } from '../../../../src-main/engine/journal/row-checks'

describe('X10: what is read from a row is of the shape that was written', () => {
  test.each(['0', '-1.5', '1e-9', '7'.repeat(200)])('%s is a figure', (value) => expect(figure(value)).toBe(true))

  test.each(['', '-', 'NaN', 'Infinity', '-Infinity', '0x', '1 ', '1\n', '１', 1, true, null, {}])('%j is none', (value) =>
    expect(figure(value)).toBe(false),
  )

  test('lists and what may be missing', () => {
    expect([orNull(text)(null), orNull(text)('a'), orNull(text)(undefined), orNull(text)(1)]).toEqual([true, true, false, false])
    expect([listOf(text)([]), listOf(text)(['a', 1]), listOf(text)({ length: 0 }), listOf(text)('a')]).toEqual([true, false, false, false])
  })

  test.each(['{', '', '[]', 'null', '7', '"a"', '{}', '{"a":1}', '{"b":"x"}', '{"__proto__":{"a":"x"}}', '[{"a":"x"}]'])(
    '%s has no member a',
    (json) => expect(parseChecked(json, shape({ a: text }))).toBeUndefined(),
  )

  test('what nobody asked about is kept as it is', () => {
    expect(parseChecked('{"a":"x","more":[1]}', shape({ a: text }))).toEqual({ a: 'x', more: [1] })
  })

  test.each(['[]', '["a"]', 'null', '"a"', '{"a":null}', '{"a":"x","b":{}}'])('%s is no record of texts', (json) =>
    expect(parseChecked(json, texts)).toBeUndefined(),
  )
})
