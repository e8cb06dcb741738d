import { describe, expect, test } from 'vitest'

import { failureOfPkcs11, failureOfSigning } from '../../../../src-main/signers/pkcs11/failures'
import { isDefinitelyUnavailable } from '../../../../src-main/signers/signer'
import { VendorFailure } from '../../../../src-main/signers/vendor-host/vendor'

const ALL = Array.from({ length: 0x202 }, (_, code) => code)

describe('X1: what an error of PKCS#11 means', () => {
  test('a device that fails or is gone is unavailable before C_Sign, and may have signed after it', () => {
    for (const code of [0x30, 0x32, 0x60, 0xb3, 0xe0, 0xe1]) {
      expect(failureOfPkcs11({ code, message: 'CKR' }).code).toBe('UNAVAILABLE')
      expect(failureOfSigning({ code, message: 'CKR' })).toMatchObject({ code: 'DISCONNECTED', message: 'CKR' })
    }
  })

  test('once C_Sign was called nothing that it says lets another signer be asked', () => {
    for (const code of ALL) expect(isDefinitelyUnavailable(failureOfSigning({ code, message: '' }).code), String(code)).toBe(false)
    for (const thrown of [
      null,
      undefined,
      new Error('x'),
      'x',
      new VendorFailure('UNAVAILABLE', ''),
      new VendorFailure('NOT_INSTALLED', ''),
    ])
      expect(isDefinitelyUnavailable(failureOfSigning(thrown).code)).toBe(false)
  })

  test('what says something of its own keeps its meaning', () => {
    expect(failureOfSigning({ code: 0x101, message: '' }).code).toBe('NOT_AUTHORISED')
    expect(failureOfSigning({ code: 0x70, message: '' }).code).toBe('NOT_SUPPORTED')
    expect(failureOfSigning(new VendorFailure('BAD_ANSWER', 'no signature')).code).toBe('BAD_ANSWER')
  })
})
