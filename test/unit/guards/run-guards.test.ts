import { describe, expect, it } from 'vitest'

import type { Verdict } from '../../../src-main/domain/guard'
import type { Guard } from '../../../src-main/guards/guard'
import { firstDenial, runGuards } from '../../../src-main/guards/run-guards'
import { deny, pass } from '../../../src-main/guards/verdict'
import { paperInput } from './support/input'

const input = paperInput()

/** A guard that answers whatever it is given, whether or not the types would have it. */
function guard(id: Guard['id'], evaluate: () => unknown): Guard {
  return { id, evaluate: evaluate as () => Verdict }
}

describe('runGuards', () => {
  it('lets every guard judge, also after a denial, and keeps their order', () => {
    const verdicts = runGuards(
      [
        guard('kill-switch', () => pass('kill-switch', [])),
        guard('slippage', () => deny('slippage', 'EXCEEDED_LIMIT')),
        guard('policy', () => deny('policy', 'TO_NOT_ALLOWED')),
      ],
      input,
    )
    expect(verdicts.map(({ guard: id, outcome }) => [id, outcome])).toEqual([
      ['kill-switch', 'pass'],
      ['slippage', 'deny'],
      ['policy', 'deny'],
    ])
    expect(firstDenial(verdicts)?.denial.code).toBe('EXCEEDED_LIMIT')
  })

  const broken: readonly [string, () => unknown][] = [
    ['throws an error', () => raise(new Error('a bug'))],
    ['throws something that is no error', () => raise('a bug')],
    ['gives nothing', () => undefined],
    ['gives null', () => null],
    ['gives true', () => true],
    ['gives a promise of a pass', () => Promise.resolve(pass('slippage', []))],
    ['gives a verdict with a then', () => ({ ...pass('slippage', []), then: () => undefined })],
    ['answers in the name of another guard', () => pass('policy', [])],
    ['answers in no name', () => ({ outcome: 'pass', figures: [] })],
    ['gives an unknown outcome', () => ({ guard: 'slippage', outcome: 'PASS', figures: [] })],
    ['gives no figures', () => ({ guard: 'slippage', outcome: 'pass' })],
    ['denies without a denial', () => ({ guard: 'slippage', outcome: 'deny', figures: [] })],
    ['denies with an unknown code', () => ({ guard: 'slippage', outcome: 'deny', denial: { code: 'WHATEVER', figures: {} }, figures: [] })],
    ['denies without details', () => ({ guard: 'slippage', outcome: 'deny', denial: { code: 'EXCEEDED_LIMIT' }, figures: [] })],
  ]
  it.each(broken)('denies when a guard %s', (_, evaluate) => {
    const verdicts = runGuards([guard('slippage', evaluate)], input)
    expect(firstDenial(verdicts)).toMatchObject({ guard: 'slippage', denial: { code: 'GUARD_FAILED', figures: { guard: 'slippage' } } })
  })

  it('still asks the others when one fails', () => {
    const verdicts = runGuards([guard('slippage', () => raise(new Error('a bug'))), guard('policy', () => pass('policy', []))], input)
    expect(verdicts.map(({ outcome }) => outcome)).toEqual(['deny', 'pass'])
  })

  it('judges the list as it is given: what is not in it refuses nothing', () => {
    expect(runGuards([], input)).toEqual([])
    expect(firstDenial([])).toBeNull()
  })
})

function raise(thrown: unknown): never {
  throw thrown
}
