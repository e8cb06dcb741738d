import { describe, expect, it, vi } from 'vitest'

import type { AuditStatus, RetentionOptions } from '../../../src-main/audit/audit'
import { DEFAULT_RETENTION } from '../../../src-main/audit/retention'
import { keepRetention } from '../../../src-main/audit/retention-schedule'
import { FakeClock } from '../../support/fake-clock'

const DAY_MS = 24 * 60 * 60 * 1_000
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function scheduled(
  apply: (options: RetentionOptions) => Promise<number> = () => Promise.resolve(0),
  refuses: AuditStatus['refuses'] = null,
  clockInDoubt: () => boolean = () => false,
) {
  const clock = new FakeClock()
  const applyRetention = vi.fn(apply)
  const onFault = vi.fn()
  const head = { seq: 0, hashHex: '' }
  const status = (): AuditStatus => ({ head, anchoredSeq: 0, lag: 0, anchorProblem: null, refuses })
  const stop = keepRetention({ audit: { applyRetention, status }, scheduler: clock, clockInDoubt, onFault })
  return { clock, applyRetention, onFault, stop }
}

describe('C12: retention by schedule', () => {
  it('is applied some minutes after the start and then every day, by the default policy', async () => {
    const { clock, applyRetention, onFault } = scheduled()
    await clock.advance(60_000)
    expect(applyRetention).not.toHaveBeenCalled()
    await clock.advance(DAY_MS / 2)
    await settled()
    expect(applyRetention).toHaveBeenCalledTimes(1)
    expect(applyRetention.mock.calls[0]?.[0]).toMatchObject({ policy: DEFAULT_RETENTION, actor: 'system' })
    await clock.advance(DAY_MS)
    await settled()
    expect(applyRetention).toHaveBeenCalledTimes(2)
    expect(onFault).not.toHaveBeenCalled()
  })

  it('that fails is told, and tried again the next day', async () => {
    const { clock, applyRetention, onFault } = scheduled(() => Promise.reject(new Error('disk full')))
    await clock.advance(DAY_MS)
    await settled()
    expect(onFault).toHaveBeenCalledTimes(1)
    await clock.advance(DAY_MS)
    await settled()
    expect(applyRetention).toHaveBeenCalledTimes(2)
  })

  it('leaves a log alone that refuses entries', async () => {
    const { clock, applyRetention, onFault } = scheduled(undefined, 'LOG_BROKEN')
    await clock.advance(DAY_MS)
    await settled()
    expect(applyRetention).not.toHaveBeenCalled()
    expect(onFault).not.toHaveBeenCalled()
  })

  it('leaves every log alone while the calendar is in doubt, and goes on when somebody has vouched for it', async () => {
    let inDoubt = true
    const { clock, applyRetention } = scheduled(undefined, null, () => inDoubt)
    await clock.advance(DAY_MS)
    await settled()
    expect(applyRetention).not.toHaveBeenCalled()
    inDoubt = false
    await clock.advance(DAY_MS)
    await settled()
    expect(applyRetention).toHaveBeenCalledTimes(1)
  })

  it('ends when it is stopped, also in the middle, and is no fault then', async () => {
    const { clock, applyRetention, onFault, stop } = scheduled(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => {
            reject(new Error('stopped'))
          })
        }),
    )
    await clock.advance(DAY_MS)
    stop()
    await settled()
    expect(onFault).not.toHaveBeenCalled()
    await clock.advance(3 * DAY_MS)
    await settled()
    expect(applyRetention).toHaveBeenCalledTimes(1)
  })
})
