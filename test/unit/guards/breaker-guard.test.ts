import { describe, expect, it } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import { breakerGuard } from '../../../src-main/guards/breaker-guard'
import type { BreakerView } from '../../../src-main/guards/guard'
import { NOW_MS, breakers, paperInput } from './support/input'
import { answer, detailOf, figureOf } from './support/verdicts'

describe.each(BREAKER_IDS)('the guard of the %s breaker', (id) => {
  const judge = (view: Partial<BreakerView>) => breakerGuard(id).evaluate(paperInput({ breakers: breakers({ [id]: view }) }))

  it('lets through while closed, half-open without a probe, or half-open with this order as the probe', () => {
    expect(answer(judge({}))).toBe('pass')
    expect(answer(judge({ state: 'half-open' }))).toBe('pass')
    expect(answer(judge({ state: 'half-open', probeOrderId: 'order-1' }))).toBe('pass')
    expect(figureOf(judge({ state: 'half-open' }), 'state')).toBe('half-open')
  })

  it('refuses while open, and says how long it will take', () => {
    const verdict = judge({ state: 'open', halfOpenAtMs: NOW_MS + 90_000.5 })
    expect(answer(verdict)).toBe('BREAKER_OPEN')
    expect(detailOf(verdict)).toEqual({ breaker: id, state: 'open', timeLeftMs: '90001' })
    expect(figureOf(verdict, 'time left')).toBe('90001')
  })

  it('refuses while open even when its time has come: that is for the breaker to say', () => {
    expect(detailOf(judge({ state: 'open', halfOpenAtMs: NOW_MS - 1 }))).toMatchObject({ timeLeftMs: '0' })
  })

  it('refuses while isolated, for nobody knows how long', () => {
    expect(detailOf(judge({ state: 'isolated' }))).toEqual({ breaker: id, state: 'isolated', timeLeftMs: 'unknown' })
  })

  it('refuses while another order is the probe', () => {
    const verdict = judge({ state: 'half-open', probeOrderId: 'order-2' })
    expect(answer(verdict)).toBe('BREAKER_PROBE_IN_FLIGHT')
    expect(detailOf(verdict)).toEqual({ breaker: id, probeOrderId: 'order-2' })
  })

  it.each([
    ['no view', undefined],
    ['the view of another breaker', { id: 'nobody' }],
    ['an unknown state', { state: 'CLOSED' }],
    ['no state', { state: undefined }],
    ['a probe that is no order', { state: 'half-open', probeOrderId: undefined }],
  ])('refuses on %s', (_, view) => {
    const odd = view === undefined ? { ...breakers(), [id]: undefined } : breakers({ [id]: view as unknown as BreakerView })
    expect(answer(breakerGuard(id).evaluate(paperInput({ breakers: odd })))).toBe('BREAKER_OPEN')
  })

  it('looks at no other breaker', () => {
    const others = Object.fromEntries(BREAKER_IDS.filter((other) => other !== id).map((other) => [other, { state: 'open' as const }]))
    expect(answer(breakerGuard(id).evaluate(paperInput({ breakers: breakers(others) })))).toBe('pass')
  })
})
