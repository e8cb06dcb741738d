import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

import { KILL_SWITCH_STATES, type KillSwitchSnapshot } from '../../../src-main/domain/kill-switch'
import { killSwitchGuard } from '../../../src-main/guards/kill-switch-guard'
import { runGuards } from '../../../src-main/guards/run-guards'
import { ARMED, paperInput } from './support/input'
import { answer, detailOf, figureOf } from './support/verdicts'

const judge = (killSwitch: KillSwitchSnapshot) => killSwitchGuard.evaluate(paperInput({ killSwitch }))

describe('the kill-switch guard', () => {
  it('lets through while armed', () => {
    expect(answer(judge(ARMED))).toBe('pass')
  })

  it.each(KILL_SWITCH_STATES.filter((state) => state !== 'armed'))('refuses while %s, and says since when, by whom and why', (state) => {
    const verdict = judge({ state, sinceMs: 1_700_000_000_000, source: 'shortcut', by: 'Ada', reason: 'odd prices', scope: 'machine' })
    expect(answer(verdict)).toBe('KILL_SWITCH_TRIGGERED')
    expect(detailOf(verdict)).toEqual({
      state,
      sinceMs: '1700000000000',
      source: 'shortcut',
      by: 'Ada',
      reason: 'odd prices',
      scope: 'machine',
    })
    expect(figureOf(verdict, 'since')).toBe('1700000000000')
    expect(figureOf(verdict, 'by')).toBe('Ada')
    expect(figureOf(verdict, 'reason')).toBe('odd prices')
  })

  it('refuses a halt of which nothing is known', () => {
    const verdict = judge({ ...ARMED, state: 'triggered' })
    expect(detailOf(verdict)).toMatchObject({ sinceMs: 'unknown', by: 'unknown' })
  })

  it.each([
    ['null', null],
    ['no object', 'armed'],
    ['empty', {}],
    ['a state in another case', { ...ARMED, state: 'ARMED' }],
    ['a state with a blank', { ...ARMED, state: 'armed ' }],
    ['a list of states', { ...ARMED, state: ['armed'] }],
    ['armed since a halt', { ...ARMED, sinceMs: 1 }],
    ['a time that is no number', { ...ARMED, state: 'triggered', sinceMs: NaN }],
    ['an unknown source', { ...ARMED, source: 'ghost' }],
    ['an unknown scope', { ...ARMED, scope: 'galaxy' }],
    ['a missing reason', { state: 'armed', sinceMs: null, source: null, by: null, scope: null }],
  ])('refuses a snapshot that is %s', (_, snapshot) => {
    expect(answer(judge(snapshot as KillSwitchSnapshot))).toBe('KILL_SWITCH_UNREADABLE')
  })

  it('lets nothing through but exactly `armed`, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (state, rest) => {
        const snapshot = { ...ARMED, ...(typeof rest === 'object' ? rest : {}), state } as unknown as KillSwitchSnapshot
        fc.pre(state !== 'armed')
        const [verdict] = runGuards([killSwitchGuard], paperInput({ killSwitch: snapshot }))
        expect(verdict?.outcome).toBe('deny')
      }),
    )
  })
})
