import { describe, expect, it } from 'vitest'

import { BREAKER_IDS, BREAKER_THRESHOLDS, RATE_MIN_SAMPLES, type BreakerThresholds } from '../../../../src-main/domain/breaker'
import {
  FRESH_BREAKER,
  acquireProbe,
  decide,
  isolate,
  recordFailure,
  recordSuccess,
  releaseProbe,
  reset,
  settle,
  type BreakerState,
} from '../../../../src-main/guards/breakers/machine'

const T0 = 1_700_000_000_000
const ACT = { by: 'Ada', reason: 'a test' }

/** No rule but the number of failures. */
const countOnly = (thresholds: BreakerThresholds): BreakerThresholds => ({ ...thresholds, consecutive: null, ratePct: null })

/** Plays outcomes (`f`ailure, `s`uccess) one ms apart. */
function play(outcomes: string, thresholds: BreakerThresholds, from: BreakerState = FRESH_BREAKER, startMs = T0): BreakerState {
  return outcomes
    .split('')
    .reduce<BreakerState>(
      (state, outcome, index) =>
        outcome === 'f' ? recordFailure(state, thresholds, startMs + index) : recordSuccess(state, thresholds, startMs + index, null),
      from,
    )
}

describe.each(BREAKER_IDS)('the %s breaker', (id) => {
  const thresholds = BREAKER_THRESHOLDS[id]
  const { failuresInWindow: most, windowMs, consecutive, ratePct, recoveryMs } = thresholds

  it(`opens at ${most} failures in the window, not before`, () => {
    const failures = (count: number) => 'fs'.repeat(count)
    const rules = countOnly(thresholds)
    expect(play(failures(most - 1), rules).kind).toBe('closed')
    expect(play(failures(most), rules)).toMatchObject({ kind: 'open', cause: 'failures-in-window' })
  })

  it('lets a failure count for the whole window, and no longer', () => {
    const rules = countOnly(thresholds)
    const early = play('f'.repeat(most - 1), rules)
    expect(recordFailure(early, rules, T0 + windowMs).kind).toBe('open')
    expect(recordFailure(early, rules, T0 + windowMs + 1).kind).toBe('closed')
  })

  if (consecutive !== null)
    it(`opens at ${consecutive} failures in a row, not before, and whatever their age`, () => {
      const row = consecutive
      const hoursApart = (count: number): BreakerState => {
        let state: BreakerState = FRESH_BREAKER
        for (let index = 0; index < count; index++) state = recordFailure(state, thresholds, T0 + index * 86_400_000)
        return state
      }
      expect(hoursApart(row - 1).kind).toBe('closed')
      expect(hoursApart(row)).toMatchObject({ kind: 'open', cause: 'consecutive' })
      // A success begins the row anew.
      const rules = { ...thresholds, failuresInWindow: 100, ratePct: null }
      expect(play(`${'f'.repeat(row - 1)}s${'f'.repeat(row - 1)}`, rules).kind).toBe('closed')
      expect(play(`${'f'.repeat(row - 1)}s${'f'.repeat(row)}`, rules)).toMatchObject({ kind: 'open', cause: 'consecutive' })
    })

  if (ratePct !== null)
    it(`opens at a failure rate of ${ratePct} %, from ${RATE_MIN_SAMPLES} samples on`, () => {
      const rules = { ...thresholds, failuresInWindow: 100, consecutive: null }
      // Of 20 samples: successes first, then as many failures as make the rate, or one fewer.
      const failures = Math.ceil((20 * ratePct) / 100)
      expect(play(`${'s'.repeat(20 - failures)}${'f'.repeat(failures)}`, rules)).toMatchObject({ kind: 'open', cause: 'rate' })
      expect(play(`${'s'.repeat(21 - failures)}${'f'.repeat(failures - 1)}`, rules).kind).toBe('closed')
      expect(play('f'.repeat(RATE_MIN_SAMPLES - 1), rules).kind).toBe('closed')
      expect(play('f'.repeat(RATE_MIN_SAMPLES), rules)).toMatchObject({ kind: 'open', cause: 'rate' })
    })

  it(`lets nothing through for ${recoveryMs / 60_000} minutes, then one probe`, () => {
    const open = play('f'.repeat(most), thresholds)
    expect(open.kind).toBe('open')
    const openedAtMs = open.kind === 'open' ? open.openedAtMs : NaN
    expect(decide(open, openedAtMs + recoveryMs - 1)).toBe('blocked')
    expect(decide(open, openedAtMs + recoveryMs)).toBe('probe')
    expect(acquireProbe(open, 'order-1', openedAtMs + recoveryMs - 1)).toEqual({ ok: false, error: 'blocked' })
    const probed = acquireProbe(open, 'order-1', openedAtMs + recoveryMs)
    expect(probed).toMatchObject({ ok: true, value: { kind: 'half-open', probeOrderId: 'order-1' } })
  })
})

const RULES: BreakerThresholds = { failuresInWindow: 3, windowMs: 60_000, consecutive: null, ratePct: null, recoveryMs: 1_000 }
const OPENED_MS = T0 + 2
const DUE_MS = OPENED_MS + RULES.recoveryMs

function opened(): BreakerState {
  return play('fff', RULES)
}
function probing(orderId = 'order-1'): BreakerState {
  const result = acquireProbe(opened(), orderId, DUE_MS)
  if (!result.ok) throw new Error('no probe')
  return result.value
}

describe('an open breaker', () => {
  it('is blocked at a time that is no number', () => {
    expect(decide(opened(), NaN)).toBe('blocked')
    expect(settle(opened(), NaN)).toEqual(opened())
  })

  it('counts what arrives as history, which extends nothing and closes nothing', () => {
    const busy = play('fsffs', RULES, opened(), OPENED_MS + 10)
    expect(busy).toMatchObject({ kind: 'open', openedAtMs: OPENED_MS, halfOpenAtMs: DUE_MS })
    expect(busy.samples.failures).toHaveLength(6)
  })
})

describe('a half-open breaker', () => {
  it('has exactly one probe', () => {
    expect(decide(probing(), DUE_MS)).toBe('probe-in-flight')
    expect(acquireProbe(probing(), 'order-2', DUE_MS)).toEqual({ ok: false, error: 'probe-in-flight' })
    expect(acquireProbe(probing(), 'order-1', DUE_MS)).toEqual({ ok: true, value: probing() })
  })

  it('closes with a clean window when the probe succeeds', () => {
    expect(recordSuccess(probing(), RULES, DUE_MS + 5, 'order-1')).toEqual(FRESH_BREAKER)
    expect(play('ff', RULES, recordSuccess(probing(), RULES, DUE_MS + 5, 'order-1'), DUE_MS + 6).kind).toBe('closed')
  })

  it.each([['order-2'], [null]])('is not closed by the success of %s', (orderId) => {
    expect(recordSuccess(probing(), RULES, DUE_MS + 5, orderId)).toMatchObject({ kind: 'half-open', probeOrderId: 'order-1' })
    const waiting = settle(opened(), DUE_MS)
    expect(recordSuccess(waiting, RULES, DUE_MS + 5, orderId)).toMatchObject({ kind: 'half-open', probeOrderId: null })
  })

  it('reopens for the full recovery on any failure', () => {
    const again = recordFailure(probing(), RULES, DUE_MS + 500)
    expect(again).toMatchObject({ kind: 'open', openedAtMs: DUE_MS + 500, halfOpenAtMs: DUE_MS + 1_500, cause: 'half-open-failure' })
    // Also before anybody looked and found it half-open.
    expect(recordFailure(opened(), RULES, DUE_MS)).toMatchObject({ kind: 'open', openedAtMs: DUE_MS, halfOpenAtMs: DUE_MS + 1_000 })
  })

  it('does not listen any more to a probe after it reopened', () => {
    const again = recordFailure(probing(), RULES, DUE_MS + 500)
    expect(recordSuccess(again, RULES, DUE_MS + 600, 'order-1')).toMatchObject({ kind: 'open', halfOpenAtMs: DUE_MS + 1_500 })
    expect(recordSuccess(again, RULES, DUE_MS + 1_500, 'order-1')).toMatchObject({ kind: 'half-open', probeOrderId: null })
  })

  it('takes another probe when the first is given back by its holder', () => {
    expect(releaseProbe(probing(), 'order-2')).toEqual(probing())
    const free = releaseProbe(probing(), 'order-1')
    expect(decide(free, DUE_MS)).toBe('probe')
    expect(acquireProbe(free, 'order-2', DUE_MS)).toMatchObject({ ok: true, value: { probeOrderId: 'order-2' } })
  })
})

describe('an isolated breaker', () => {
  it.each([
    ['closed', FRESH_BREAKER],
    ['open', opened()],
    ['half-open', probing()],
  ])('was %s, and is blocked until a person resets it', (_, from) => {
    const isolated = isolate(from, T0, ACT)
    expect(isolated).toMatchObject({ kind: 'isolated', ...ACT })
    expect(decide(isolated, Number.MAX_SAFE_INTEGER)).toBe('blocked')
    expect(acquireProbe(isolated, 'order-1', DUE_MS)).toEqual({ ok: false, error: 'blocked' })
    expect(recordSuccess(isolated, RULES, DUE_MS, 'order-1').kind).toBe('isolated')
    expect(play('fffff', RULES, isolated).kind).toBe('isolated')
  })

  it('closes with a clean window when somebody answers for it', () => {
    expect(reset(ACT)).toEqual({ ok: true, value: FRESH_BREAKER })
    for (const act of [
      { by: '', reason: 'x' },
      { by: 'Ada', reason: ' ' },
    ])
      expect(reset(act)).toEqual({ ok: false, error: 'ACKNOWLEDGEMENT_NEEDED' })
  })
})

describe('a time that runs back', () => {
  it('makes no failure older', () => {
    const failed = recordFailure(recordFailure(FRESH_BREAKER, RULES, T0 + 10), RULES, T0)
    expect(failed.samples.failures).toEqual([T0 + 10, T0 + 10])
    expect(recordFailure(failed, RULES, T0 + 10 + RULES.windowMs).kind).toBe('open')
  })
})
