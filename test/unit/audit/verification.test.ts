import { describe, expect, it } from 'vitest'

import type { VerifyOptions, VerifyReport } from '../../../src-main/audit/audit'
import { Verification } from '../../../src-main/audit/verification'
import { FakeClock } from '../../support/fake-clock'

const report = (entries: number, verdict: VerifyReport['verdict'] = 'intact'): VerifyReport =>
  ({ verdict, entries, breaks: [], sealed: [] }) as unknown as VerifyReport

/** A log whose checks end when the test says so. */
function bench() {
  const clock = new FakeClock()
  const checks: { options: VerifyOptions; end: (found: VerifyReport) => void; fail: (why: Error) => void }[] = []
  const verification = new Verification(
    {
      verify: (options = {}) =>
        new Promise((resolve, reject) => {
          checks.push({ options, end: resolve, fail: reject })
          options.signal?.addEventListener('abort', () => {
            reject(options.signal?.reason as Error)
          })
        }),
    },
    clock,
  )
  const seen: string[] = []
  verification.onChange(() => seen.push(`${verification.state.verdict} ${verification.state.progressPct}`))
  return { clock, checks, verification, seen }
}

describe('X6: one keeper of checks of the whole chain', () => {
  it('whoever asks, everybody is told: of the progress, and of what was found, before the answer', async () => {
    const { clock, checks, verification, seen } = bench()
    const heard: number[] = []
    verification.onReport(({ entries }) => heard.push(entries))
    expect(verification.state).toEqual({ verdict: 'unverified', report: null, verifiedAtMs: null, progressPct: null })
    const asked = verification.check()
    await clock.settle()
    checks[0]?.options.onProgress?.({ done: 1, total: 2 })
    await clock.advance(1_000)
    checks[0]?.end(report(7, 'broken'))
    expect((await asked).entries).toBe(7)
    expect(heard).toEqual([7])
    expect(seen).toEqual(['verifying 0', 'verifying 50', 'broken null'])
    expect(verification.state).toMatchObject({ verdict: 'broken', report: { entries: 7 }, verifiedAtMs: clock.wallMs() })
  })

  it('two at once share a check; one that must be fresh waits for the next', async () => {
    const { clock, checks, verification } = bench()
    const shared = [verification.check(), verification.check()]
    const fresh = [verification.check({ fresh: true }), verification.check({ fresh: true })]
    await clock.settle()
    expect(checks).toHaveLength(1)
    checks[0]?.end(report(1))
    await clock.settle()
    expect(checks).toHaveLength(2)
    checks[1]?.end(report(2))
    expect((await Promise.all([...shared, ...fresh])).map(({ entries }) => entries)).toEqual([1, 1, 2, 2])
  })

  it('one that may be of a certain age is not made anew, counted from when it began', async () => {
    const { clock, checks, verification } = bench()
    const first = verification.check({ maxAgeMs: 10_000 })
    await clock.advance(6_000)
    checks[0]?.end(report(1))
    await first
    await clock.advance(3_999)
    expect((await verification.check({ maxAgeMs: 10_000 })).entries).toBe(1)
    await clock.advance(1)
    void verification.check({ maxAgeMs: 10_000 })
    await clock.settle()
    expect(checks).toHaveLength(2)
  })

  it('a cancel ends it where nobody needs it, keeps what was found before, and ends nothing that a release or the watch waits for', async () => {
    const { clock, checks, verification } = bench()
    const first = verification.check()
    await clock.settle()
    checks[0]?.end(report(1, 'broken'))
    await first
    const byPerson = verification.check({ cancellable: true })
    await clock.settle()
    verification.cancel()
    await expect(byPerson).rejects.toMatchObject({ name: 'AbortError' })
    expect(verification.state).toMatchObject({ verdict: 'broken', progressPct: null })
    const again = verification.check({ cancellable: true })
    const needed = verification.check()
    await clock.settle()
    verification.cancel()
    checks[2]?.end(report(3))
    expect((await again).entries).toBe(3)
    expect((await needed).entries).toBe(3)
  })

  it('one that fails is told to those who wait, and the next one is made', async () => {
    const { clock, checks, verification } = bench()
    const failing = verification.check()
    await clock.settle()
    checks[0]?.fail(new Error('the disk is gone'))
    await expect(failing).rejects.toThrow('the disk is gone')
    expect(verification.state.verdict).toBe('unverified')
    const next = verification.check()
    await clock.settle()
    checks[1]?.end(report(2))
    expect((await next).entries).toBe(2)
  })

  it('is ended with the log, for whoever waits, and checks nothing after that', async () => {
    const { clock, checks, verification, seen } = bench()
    const waiting = verification.check()
    await clock.settle()
    const told = seen.length
    verification.close()
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' })
    await expect(verification.check()).rejects.toMatchObject({ name: 'AbortError' })
    expect(checks).toHaveLength(1)
    expect(seen).toHaveLength(told)
  })

  it('what sealing checked is taken in', () => {
    const { verification, seen } = bench()
    verification.note(report(9, 'sealed'))
    expect(verification.state).toMatchObject({ verdict: 'sealed', report: { entries: 9 } })
    expect(seen).toEqual(['sealed null'])
  })
})
