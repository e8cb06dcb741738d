import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { parseUint256, parseUnsignedTx, type UnsignedTx } from '../../../src-main/domain/evm'
import { toJson } from '../../../src-main/lib/json'
import { txOf } from './support/input'

const AMOUNTS = ['valueWei', 'gasLimit', 'maxFeePerGasWei', 'maxPriorityFeePerGasWei'] as const
const FIELDS = Object.keys(txOf())
const MAX = (1n << 256n) - 1n

const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((array) => Buffer.from(array).toString('hex'))
const address = hex(20).map((digits) => `0x${digits}`)
const soundTx: fc.Arbitrary<UnsignedTx> = fc
  .record({
    chainId: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
    from: address,
    to: address,
    nonce: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
    valueWei: fc.bigInt({ min: 0n, max: MAX }),
    data: fc.uint8Array({ maxLength: 200 }).map((array): `0x${string}` => `0x${Buffer.from(array).toString('hex')}`),
    gasLimit: fc.bigInt({ min: 21_000n, max: MAX }),
    maxFeePerGasWei: fc.bigInt({ min: 1n, max: MAX }),
    tip: fc.bigInt({ min: 0n, max: MAX }),
  })
  .map(({ tip, ...tx }) => ({ ...tx, maxPriorityFeePerGasWei: tip % (tx.maxFeePerGasWei + 1n) }))

const noAmount = fc.oneof(
  fc.constantFrom('', ' ', '0x', '0x0', '0x10', '1e18', '-1', '-0', '+1', '01', '1.0', '1_000', 'NaN', 'Infinity', ' 1', '1 ', '1n', '१'),
  fc.bigInt({ max: -1n }),
  fc.bigInt({ min: MAX + 1n }),
  fc.bigInt({ min: MAX + 1n }).map(String),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, undefined, true, {}, [], ['1']),
)

describe('reading an unsigned transaction', () => {
  it('gives back any sound one, from bigints or from their decimal text', () => {
    fc.assert(
      fc.property(soundTx, (tx) => {
        expect(parseUnsignedTx(tx)).toEqual({ ok: true, value: tx })
        expect(parseUnsignedTx(toJson(tx))).toEqual({ ok: true, value: tx })
      }),
    )
  })

  it('refuses, by name, an amount that is not plainly one', () => {
    fc.assert(
      fc.property(soundTx, fc.constantFrom(...AMOUNTS), noAmount, (tx, field, value) => {
        expect(parseUnsignedTx({ ...tx, [field]: value })).toEqual({ ok: false, error: { field } })
      }),
    )
  })

  it('refuses, by name, a missing field', () => {
    fc.assert(
      fc.property(soundTx, fc.constantFrom(...FIELDS), (tx, field) => {
        const { [field]: _, ...rest } = { ...tx } as Record<string, unknown>
        expect(parseUnsignedTx(rest)).toEqual({ ok: false, error: { field } })
      }),
    )
  })

  it('refuses, by name, an unknown field', () => {
    const unknown = fc.constantFrom('gasPrice', 'accessList', 'type', 'value', 'gas', 'ToAddress', 'authorizationList', '')
    fc.assert(
      fc.property(soundTx, fc.oneof(unknown, fc.string()), fc.anything(), (tx, field, value) => {
        fc.pre(!FIELDS.includes(field) && field !== '__proto__')
        expect(parseUnsignedTx({ ...tx, [field]: value })).toEqual({ ok: false, error: { field } })
      }),
    )
  })

  it('refuses a chain or nonce that is no whole number in range', () => {
    const noCount = fc.oneof(fc.constantFrom('1', '0x1', null, undefined, NaN, Infinity, -1, 1.5, 2 ** 53, 1n), fc.integer({ max: -1 }))
    fc.assert(
      fc.property(soundTx, fc.constantFrom('chainId', 'nonce'), noCount, (tx, field, value) => {
        expect(parseUnsignedTx({ ...tx, [field]: value })).toEqual({ ok: false, error: { field } })
      }),
    )
    expect(parseUnsignedTx({ ...txOf(), chainId: 0 })).toEqual({ ok: false, error: { field: 'chainId' } })
  })

  it('refuses an address or data that is not whole bytes of hex', () => {
    const noHex = fc.constantFrom(
      '',
      '0x',
      '0x1',
      '0xzz',
      '1234',
      null,
      undefined,
      5,
      `0x${'00'.repeat(19)}`,
      `0x${'00'.repeat(21)}`,
      'name.eth',
    )
    fc.assert(
      fc.property(soundTx, fc.constantFrom('from', 'to'), noHex, (tx, field, value) => {
        expect(parseUnsignedTx({ ...tx, [field]: value })).toEqual({ ok: false, error: { field } })
      }),
    )
    for (const data of ['', '0x1', '0xzz', '00', '0xAB', null, undefined, 5]) {
      expect(parseUnsignedTx({ ...txOf(), data })).toEqual({ ok: false, error: { field: 'data' } })
    }
  })

  it('refuses fees and gas that no transaction could have', () => {
    expect(parseUnsignedTx(txOf({ gasLimit: 20_999n }))).toEqual({ ok: false, error: { field: 'gasLimit' } })
    expect(parseUnsignedTx(txOf({ maxFeePerGasWei: 0n, maxPriorityFeePerGasWei: 0n }))).toMatchObject({
      error: { field: 'maxFeePerGasWei' },
    })
    expect(parseUnsignedTx(txOf({ maxPriorityFeePerGasWei: txOf().maxFeePerGasWei + 1n }))).toMatchObject({ ok: false })
  })

  it('refuses whatever else it is given, without throwing', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(parseUnsignedTx(value).ok).toBe(false)
      }),
    )
  })

  it('reads integers only as plain decimal text or as bigint', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAX }), (value) => {
        expect(parseUint256(value)).toBe(value)
        expect(parseUint256(value.toString())).toBe(value)
        expect(parseUint256(`0${value}`)).toBeNull()
        expect(parseUint256(`0x${value.toString(16)}`)).toBeNull()
        expect(parseUint256(`-${value}`)).toBeNull()
      }),
    )
  })
})
