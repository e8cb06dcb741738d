import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { parseUint256, parseUnsignedTx, sameAddress, type UnsignedTx } from '../../../src-main/domain/evm'
import { toJson } from '../../../src-main/lib/json'
import { benchTx, SIGNER_ADDRESS } from '../../support/app/bench-chain'

const MAX = (1n << 256n) - 1n

describe('B1: reading unsigned integers', () => {
  test('every unsigned 256-bit integer, as bigint or plain text, is read as itself', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX }), (value) => {
        expect([parseUint256(value), parseUint256(value.toString())]).toEqual([value, value])
      }),
    )
    expect([parseUint256(MAX), parseUint256(MAX.toString()), parseUint256(0n), parseUint256('0')]).toEqual([MAX, MAX, 0n, 0n])
  })

  test('nothing outside of the range is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.bigInt({ max: -1n }), fc.bigInt({ min: MAX + 1n })), (value) => {
        expect([parseUint256(value), parseUint256(value.toString())]).toEqual([null, null])
      }),
    )
  })

  test('text is read only if it is the one way to write the number', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+ 0-9a-fxXeE._n]{0,12}$/)), (text) => {
        const read = parseUint256(text)
        if (read !== null) expect(read.toString()).toBe(text)
      }),
      { numRuns: 1_000 },
    )
    for (const odd of ['', '0x10', '1e3', '-0', '01', ' 1', '1 ', '1.0', '1n', 1, 1.5, null, undefined, {}, [], true, ['1']])
      expect(parseUint256(odd)).toBeNull()
  })
})

describe('B1: reading an unsigned transaction from a stranger', () => {
  const valid = toJson(benchTx({ data: '0xabcd' })) as unknown as Record<string, unknown>

  test('its JSON form is read back as itself', () => {
    expect(parseUnsignedTx(valid)).toEqual({ ok: true, value: benchTx({ data: '0xabcd' }) })
    expect(parseUnsignedTx(benchTx({}))).toEqual({ ok: true, value: benchTx({}) })
  })

  const bad: readonly (readonly [keyof UnsignedTx, readonly unknown[]])[] = [
    ['chainId', [0, -1, 1.5, '1', Number.NaN, Infinity, 2 ** 53, null, 1n]],
    ['nonce', [-1, 0.5, '0', Number.NaN, 2 ** 53, null, 0n]],
    ['from', ['', '0x', SIGNER_ADDRESS.slice(2), `${SIGNER_ADDRESS}0`, null, 7, 'vitalik.eth']],
    ['to', ['', '0x', null, undefined, 'router']],
    ['data', ['', '0x1', 'abcd', '0xAB', '0xzz', null, 7]],
    ['valueWei', ['0x1', '-1', '', '1e18', 1, 1.5, null, MAX + 1n]],
    ['gasLimit', ['20999', '0x5208', 0n, 21_000, null]],
    ['maxFeePerGasWei', ['0', '0x1', null, 1]],
    ['maxPriorityFeePerGasWei', ['0x1', null, 1, '-1']],
  ]
  test.for(bad)('a bad %s is refused by name', ([field, values]) => {
    for (const value of values) expect(parseUnsignedTx({ ...valid, [field]: value })).toEqual({ ok: false, error: { field } })
    const { [field]: _gone, ...without } = valid
    expect(parseUnsignedTx(without)).toEqual({ ok: false, error: { field } })
  })

  test('a tip above the cap, a field nobody knows, and what is no object', () => {
    expect(parseUnsignedTx({ ...valid, maxPriorityFeePerGasWei: '30000000001' })).toEqual({
      ok: false,
      error: { field: 'maxFeePerGasWei' },
    })
    for (const field of ['gasPrice', 'accessList', 'type', 'constructor', 'toString'])
      expect(parseUnsignedTx({ ...valid, [field]: '1' })).toEqual({ ok: false, error: { field } })
    expect(parseUnsignedTx(JSON.parse(`{"__proto__":{"chainId":1}}`))).toMatchObject({ ok: false })
    for (const odd of [null, undefined, 7, 'tx', [], [valid]])
      expect(parseUnsignedTx(odd)).toEqual({ ok: false, error: { field: '(object)' } })
  })

  test('whatever it is, it is read whole and sound or refused', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseUnsignedTx(value).ok).toBe(false)
      }),
    )
  })

  test('addresses are compared whatever their letter case', () => {
    expect([
      sameAddress(SIGNER_ADDRESS, SIGNER_ADDRESS.toLowerCase()),
      sameAddress(SIGNER_ADDRESS, `${SIGNER_ADDRESS.slice(0, -1)}0`),
    ]).toEqual([true, false])
  })
})

describe('X1: reading legacy transactions', () => {
  const price = { maxFeePerGasWei: 5n, maxPriorityFeePerGasWei: 5n }

  test('one price is written as both fees', () => {
    const legacy: UnsignedTx = { ...benchTx({}), ...price, legacy: true }
    expect(parseUnsignedTx(toJson(legacy))).toEqual({ ok: true, value: legacy })
  })

  test.each([
    ['two fees', { maxFeePerGasWei: 6n, maxPriorityFeePerGasWei: 5n, legacy: true }],
    ['anything but true', { ...price, legacy: false }],
    ['a text', { ...price, legacy: 'true' }],
  ])('%s is refused by name', (_name, change) => {
    expect(parseUnsignedTx({ ...benchTx({}), ...change })).toEqual({ ok: false, error: { field: 'legacy' } })
  })
})
