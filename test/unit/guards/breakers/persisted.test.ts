import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import type { BreakerThresholds } from '../../../../src-main/domain/breaker'
import {
  FRESH_BREAKER,
  decide,
  isolate,
  recordFailure,
  recordSuccess,
  settle,
  type BreakerState,
} from '../../../../src-main/guards/breakers/machine'
import { fromJson, toJson } from '../../../../src-main/guards/breakers/persisted'

const T0 = 1_700_000_000_000
const RULES: BreakerThresholds = { failuresInWindow: 3, windowMs: 60_000, consecutive: null, ratePct: null, recoveryMs: 30_000 }
const at = (ms: number) => ({ steadyMs: T0 + ms, wallMs: T0 + ms })

function fail(times: number, atMs = T0): BreakerState {
  let state: BreakerState = FRESH_BREAKER
  for (let time = 0; time < times; time++) state = recordFailure(state, RULES, atMs)
  return state
}

describe('a breaker that is kept', () => {
  it.each([
    ['fresh', FRESH_BREAKER],
    ['closed with failures', recordSuccess(fail(2), RULES, T0 + 1, null)],
    ['open', fail(3)],
    ['half-open', settle(fail(3), T0 + 30_000)],
    ['half-open with a probe', { ...settle(fail(3), T0 + 30_000), probeOrderId: 'order-1' } as BreakerState],
    ['isolated', isolate(fail(1), T0, { by: 'Ada', reason: 'a test' })],
  ])('comes back as it was: %s', (_, state) => {
    const now = at(40_000)
    expect(fromJson(toJson(state, now), RULES, now)).toEqual({ state, readable: true })
  })

  it('counts the time that the machine was off', () => {
    const text = toJson(fail(3), at(0))
    expect(decide(fromJson(text, RULES, at(29_999)).state, T0 + 29_999)).toBe('blocked')
    expect(decide(fromJson(text, RULES, at(30_000)).state, T0 + 30_000)).toBe('probe')
  })

  it('serves the full recovery again when the calendar says that it has not opened yet', () => {
    const text = toJson(fail(3), at(0))
    const now = { steadyMs: T0 - 86_400_000, wallMs: T0 - 86_400_000 }
    const { state } = fromJson(text, RULES, now)
    expect(state).toMatchObject({ kind: 'open', openedAtMs: now.steadyMs, halfOpenAtMs: now.steadyMs + 30_000 })
  })

  it('is not shortened by a calendar that jumped while it ran', () => {
    // Opened at steady T0; then somebody sets the calendar a day ahead, and the state is saved and read a second later.
    const later = { steadyMs: T0 + 1_000, wallMs: T0 + 86_401_000 }
    const { state } = fromJson(toJson(fail(3), later), RULES, { steadyMs: later.wallMs, wallMs: later.wallMs })
    expect(state).toMatchObject({ kind: 'open', halfOpenAtMs: later.wallMs + 29_000 })
  })

  it('never ends early by rounding', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }), (opened, saved) => {
        const now = { steadyMs: T0 + opened + saved, wallMs: T0 + Math.floor(opened + saved) }
        const { state } = fromJson(toJson(fail(3, T0 + opened), now), RULES, now)
        expect(state.kind === 'open' ? state.halfOpenAtMs : NaN).toBeGreaterThanOrEqual(T0 + opened + 30_000 - 1e-3)
      }),
    )
  })

  it('keeps failures in the window when the calendar was set back', () => {
    const text = toJson(fail(2), at(0))
    const { state } = fromJson(text, RULES, at(-500_000))
    expect(recordFailure(state, RULES, T0 - 500_000 + 60_000).kind).toBe('open')
  })

  it('opens when thresholds were tightened below what it holds', () => {
    const { state } = fromJson(toJson(fail(2), at(0)), { ...RULES, failuresInWindow: 2 }, at(1))
    expect(state).toMatchObject({ kind: 'open', cause: 'failures-in-window', openedAtMs: T0 + 1 })
  })

  const good = JSON.parse(toJson(fail(3), at(0))) as { version: number; state: Record<string, unknown> }
  it.each([
    ['nothing', ''],
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['another version', JSON.stringify({ ...good, version: 2 })],
    ['an unknown field', JSON.stringify({ ...good, more: 1 })],
    ['an unknown field of the state', JSON.stringify({ ...good, state: { ...good.state, more: 1 } })],
    ['an unknown kind', JSON.stringify({ ...good, state: { ...good.state, kind: 'ajar' } })],
    ['no kind', JSON.stringify({ ...good, state: { ...good.state, kind: undefined } })],
    ['a time that is text', JSON.stringify({ ...good, state: { ...good.state, openedAtMs: String(T0) } })],
    ['a time below zero', JSON.stringify({ ...good, state: { ...good.state, openedAtMs: -1 } })],
    ['a time beyond time', JSON.stringify({ ...good, state: { ...good.state, openedAtMs: 1e300 } })],
    ['no time', JSON.stringify({ ...good, state: { ...good.state, openedAtMs: null } })],
    ['a count below zero', JSON.stringify({ ...good, state: { ...good.state, consecutive: -1 } })],
    ['samples without end', JSON.stringify({ ...good, state: { ...good.state, samples: { failures: Array(65).fill(1), successes: [] } } })],
  ])('opens for the full recovery when what was kept is %s', (_, text) => {
    const { state, readable } = fromJson(text, RULES, at(5))
    expect(readable).toBe(false)
    expect(state).toMatchObject({ kind: 'open', cause: 'unreadable-state', openedAtMs: T0 + 5, halfOpenAtMs: T0 + 30_005 })
  })

  it('never reads a state that lets through out of noise', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(decide(fromJson(text, RULES, at(0)).state, T0)).toBe('blocked')
      }),
    )
  })
})
