import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { BREAKER_STATES } from '../../../../src-main/domain/breaker'
import { BREAKER_EVENT_KINDS, type BreakerEvent } from '../../../../src-main/guards/breakers/breaker-store'
import { ribbon } from '../../../../src-main/guards/breakers/ribbon'

const event = (atMs: number, kind: BreakerEvent['kind']): BreakerEvent => ({ atMs, kind, by: 'system', detail: '' })
const shown = (history: readonly BreakerEvent[], now: (typeof BREAKER_STATES)[number] = 'closed') =>
  ribbon(history, 100, 200, now).map(({ fromMs, toMs, state }) => `${state} ${fromMs}-${toMs}`)

describe('D6: what a breaker was over a time', () => {
  test('without a history it was what it is', () => {
    expect(shown([])).toEqual(['closed 100-200'])
  })

  test('a whole life, from failure to probe to success', () => {
    const life = [
      event(110, 'failed'),
      event(120, 'failed'),
      event(120, 'opened'),
      event(150, 'half-opened'),
      event(155, 'probe-acquired'),
      event(160, 'closed'),
    ]
    expect(shown(life)).toEqual(['closed 100-120', 'open 120-150', 'half-open 150-160', 'closed 160-200'])
  })

  test('begins with what it was before', () => {
    expect(shown([event(20, 'isolated'), event(180, 'reset')])).toEqual(['isolated 100-180', 'closed 180-200'])
  })

  test('ends with what it is, whatever line is missing', () => {
    expect(shown([event(120, 'opened')], 'half-open')).toEqual(['closed 100-120', 'half-open 120-200'])
  })

  test('a record that could not be read was an open breaker', () => {
    expect(shown([event(150, 'found-unreadable')], 'open')).toEqual(['closed 100-150', 'open 150-200'])
  })

  test('covers the whole time without a gap, whatever the history', () => {
    const events = fc.array(fc.record({ atMs: fc.integer({ min: 0, max: 300 }), kind: fc.constantFrom(...BREAKER_EVENT_KINDS) }), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(events, fc.constantFrom(...BREAKER_STATES), (history, now) => {
        const pieces = ribbon(
          history.map(({ atMs, kind }) => event(atMs, kind)),
          100,
          200,
          now,
        )
        expect([pieces[0]?.fromMs, pieces.at(-1)?.toMs]).toEqual([100, 200])
        pieces.forEach((piece, index) => {
          expect(piece.toMs).toBeGreaterThan(piece.fromMs)
          const next = pieces[index + 1]
          if (next !== undefined) expect([next.fromMs, next.state === piece.state]).toEqual([piece.toMs, false])
        })
      }),
    )
  })
})
