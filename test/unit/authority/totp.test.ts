import { describe, expect, test } from 'vitest'

import { newTotpSecret, totpEnrolment, totpStepOf } from '../../../src-main/authority/totp'
import { countingRandom } from '../engine/halt/support'

const utf8 = (text: string) => new TextEncoder().encode(text)
/** The secret of RFC 6238, appendix B, for SHA-1. */
const RFC_SECRET = utf8('12345678901234567890')

describe('B6: a one-time code', () => {
  // RFC 6238, appendix B: eight digits there, of which six-digit codes are the last six.
  test.for([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ] as const)('at %d s is as RFC 6238 says', ([atSec, code]) => {
    expect(totpStepOf(RFC_SECRET, utf8(code.slice(-6)), atSec * 1_000, null)).toBe(Math.floor(atSec / 30))
  })

  test('of the step before and after is accepted, of two steps away is not', () => {
    const at = (sec: number) => totpStepOf(RFC_SECRET, utf8('081804'), sec * 1_000, null)
    const step = Math.floor(1_111_111_109 / 30)
    const [from, to] = [(step - 1) * 30, (step + 2) * 30]
    expect([from - 1, from, 1_111_111_109, to - 1, to].map(at)).toEqual([null, step, step, step, null])
  })

  test('is good once, and so is every step before it', () => {
    const first = totpStepOf(RFC_SECRET, utf8('287082'), 59_000, null)
    expect(first).toBe(1)
    expect(totpStepOf(RFC_SECRET, utf8('287082'), 59_000, first)).toBeNull()
    expect(totpStepOf(RFC_SECRET, utf8('287082'), 59_000, 2)).toBeNull()
    expect(totpStepOf(RFC_SECRET, utf8('287082'), 59_000, 0)).toBe(1)
  })

  test('may be typed with a blank, and must be six digits', () => {
    expect(totpStepOf(RFC_SECRET, utf8('287 082'), 59_000, null)).toBe(1)
    for (const odd of ['', '28708', '2870820', '28708a', '２８７０８２', '287-082', '-87082']) {
      expect(totpStepOf(RFC_SECRET, utf8(odd), 59_000, null), odd).toBeNull()
    }
  })

  test('leaves the secret and the code as they are', () => {
    const secret = utf8('12345678901234567890')
    const code = utf8('287082')
    totpStepOf(secret, code, 59_000, null)
    expect([secret, code]).toEqual([RFC_SECRET, utf8('287082')])
  })
})

describe('B6: an enrolment', () => {
  test('has a secret of 160 bits, as base 32 and as an address that authenticators read', () => {
    const secret = newTotpSecret(countingRandom())
    expect(secret).toHaveLength(20)
    const { base32, uri } = totpEnrolment(RFC_SECRET, 'Ada Lovelace')
    expect(base32).toBe('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')
    expect(uri).toBe(
      'otpauth://totp/Holdfast:Ada%20Lovelace?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Holdfast&algorithm=SHA1&digits=6&period=30',
    )
  })
})
