import { describe, expect, test } from 'vitest'

import { SWEEP_FATES, type SweepFate } from '../../../../src-main/domain/sweep'
import { cancelReportOf } from '../../../../src-main/engine/sweep/cancel-report'
import { sayCanceled, sayNotAsked, sayNotCanceled, sayVenue } from '../../../../src-renderer/ui/words/sweep'

/** What main says of an order that it did not cancel when everything was to be canceled. */
const whyOf = (fate: SweepFate, code: string | null): string | undefined =>
  cancelReportOf([
    { venue: 'paper', phase: 'stopped', problem: null, items: [{ orderId: 'o', fate, code, detail: '', tries: 1 }] },
  ]).notCanceled.at(0)?.why

describe('B5: why an order is still out after everything was to be canceled', () => {
  const codes = [null, 'STILL_LISTED', 'NOT_LISTED_YET', 'TIMEOUT_ERROR', 'VENUE_CLOSED', 'nobody knows this code']
  const whys = new Set(SWEEP_FATES.flatMap((fate) => codes.flatMap((code) => whyOf(fate, code) ?? [])))

  test.each([...whys])('%s is said in words, with what to do; nothing says that it is tried again, which it is not', (code) => {
    const { why, now } = sayNotCanceled(code)
    expect(why).toMatch(/^[a-z]/)
    expect(now).toMatch(/^[A-Z].*\.$/)
    expect(`${why} ${now}`).not.toMatch(/[A-Z]{3,}_|tried again|asked again|while trading is halted|gate/)
  })

  test('what was sent to a chain is told where it can be canceled', () => {
    expect(whyOf('left-to-finish', null)).toBe('ALREADY_SENT_TO_CHAIN')
    expect(sayNotCanceled('ALREADY_SENT_TO_CHAIN').now).toBe('Open it to cancel it there, for a fee, or let it finish.')
  })
})

describe('B5: nothing was out is said only where the venue said so', () => {
  const venue = { items: [], problem: null }

  test('of one venue in a halt', () => {
    expect([
      sayVenue({ ...venue, phase: 'clear' }),
      sayVenue({ ...venue, phase: 'asking' }),
      sayVenue({ ...venue, phase: 'stopped' }),
      sayVenue({ ...venue, phase: 'retrying', problem: 'TIMEOUT_ERROR' }),
    ]).toEqual(['nothing was out', 'being asked', 'not asked', 'could not be asked'])
  })

  test('of cancelling everything', () => {
    const none = { asked: 0, canceled: 0, notCanceled: [], notAsked: [] }
    expect(sayCanceled(none)).toBe('Nothing was out.')
    expect(sayCanceled({ ...none, notAsked: [{ venue: 'paper', why: 'TIMEOUT_ERROR' }] })).toBe(
      'Not every venue could be asked what is out.',
    )
    for (const why of ['TIMEOUT_ERROR', 'VENUE_CLOSED', 'NOT_ASKED']) expect(sayNotAsked(why).why).toMatch(/^[a-z][^A-Z_]+$/)
  })
})
