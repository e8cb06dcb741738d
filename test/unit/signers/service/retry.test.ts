import { describe, expect, test } from 'vitest'

import { err, ok } from '../../../../src-main/lib/result'
import { retryUnsent } from '../../../../src-main/signers/service/retry'
import { SIGNER_FAILURE_CODES, type SignerFailureCode } from '../../../../src-main/signers/signer'
import { FakeClock } from '../../../support/fake-clock'

const never = new AbortController().signal

function failing(code: SignerFailureCode) {
  let attempts = 0
  return {
    attempts: () => attempts,
    attempt: () => {
      attempts += 1
      return Promise.resolve(err({ code, detail: '' }))
    },
  }
}

describe('C4: what is tried again', () => {
  test('only what certainly did not leave, with waits that grow', async () => {
    const clock = new FakeClock()
    const { attempt, attempts } = failing('UNAVAILABLE')
    const done = retryUnsent(3, clock, never, attempt)
    const counts: number[] = []
    for (const ms of [0, 249, 1, 499, 1, 999, 1, 60_000]) {
      await clock.advance(ms)
      counts.push(attempts())
    }
    expect(counts).toEqual([1, 1, 2, 2, 3, 3, 4, 4])
    expect(await done).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })

  test.each(SIGNER_FAILURE_CODES.filter((code) => code !== 'UNAVAILABLE'))('%s is tried once', async (code) => {
    const { attempt, attempts } = failing(code)
    expect(await retryUnsent(5, new FakeClock(), never, attempt)).toMatchObject({ ok: false, error: { code } })
    expect(attempts()).toBe(1)
  })

  test('a success ends it', async () => {
    expect(await retryUnsent(5, new FakeClock(), never, () => Promise.resolve(ok(7)))).toEqual(ok(7))
  })

  test('given up while waiting, it is not tried again', async () => {
    const clock = new FakeClock()
    const { attempt, attempts } = failing('UNAVAILABLE')
    const abort = new AbortController()
    const done = retryUnsent(5, clock, abort.signal, attempt)
    await clock.settle()
    abort.abort()
    expect(await done).toMatchObject({ ok: false })
    await clock.advance(60_000)
    expect(attempts()).toBe(1)
  })
})
