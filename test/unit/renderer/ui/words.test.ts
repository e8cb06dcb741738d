import { describe, expect, test } from 'vitest'

import { BREAKER_IDS, BREAKER_STATES } from '../../../../src-main/domain/breaker'
import { DENIAL_CODES } from '../../../../src-main/domain/codes'
import { GUARD_IDS } from '../../../../src-main/domain/guard'
import { HALT_SOURCES, KILL_SWITCH_STATES, RELEASE_CHECKS } from '../../../../src-main/domain/kill-switch'
import { ORDER_EVENT_TYPES, ORDER_STATES } from '../../../../src-main/domain/order'
import type { OrderDetail } from '../../../../src-preload/contract/orders'
import { problemCode } from '../../../../src-preload/contract/problem'
import { BREAKER_ORDER, BREAKER_STATE_WORDS, BREAKER_WORDS } from '../../../../src-renderer/ui/words/breakers'
import { DENIALS } from '../../../../src-renderer/ui/words/denials'
import { GUARD_ORDER, GUARD_WORDS } from '../../../../src-renderer/ui/words/guards'
import { HALT_SOURCE_WORDS, haltOrigin, KILL_SWITCH_WORDS, RELEASE_CHECK_WORDS } from '../../../../src-renderer/ui/words/halts'
import { ORDER_EVENT_WORDS, ORDER_STATE_WORDS, sayState } from '../../../../src-renderer/ui/words/orders'
import { sayCode, sayProblem } from '../../../../src-renderer/ui/words/problems'

const plain = (text: string) => text.replace(/[\u202f\u00a0]/g, ' ')

describe('every code has its words', () => {
  test.each([
    ['breakers', BREAKER_IDS, BREAKER_WORDS],
    ['breaker states', BREAKER_STATES, BREAKER_STATE_WORDS],
    ['denials', DENIAL_CODES, DENIALS],
    ['guards', GUARD_IDS, GUARD_WORDS],
    ['halt sources', HALT_SOURCES, HALT_SOURCE_WORDS],
    ['kill-switch states', KILL_SWITCH_STATES, KILL_SWITCH_WORDS],
    ['release checks', RELEASE_CHECKS, RELEASE_CHECK_WORDS],
    ['order events', ORDER_EVENT_TYPES, ORDER_EVENT_WORDS],
    ['order states', ORDER_STATES, ORDER_STATE_WORDS],
  ])('%s', (_name, codes, words) => expect(Object.keys(words).sort()).toEqual([...codes].sort()))

  test('guards and breakers keep the order in which they judge', () => {
    expect(GUARD_ORDER).toEqual(GUARD_IDS)
    expect(BREAKER_ORDER).toEqual(BREAKER_IDS)
  })
})

describe.each(problemCode.options.map((code) => [code] as const))('%s', (code) => {
  test.each([
    ['without figures', {}],
    ['with figures that mean nothing', { slippagePct: 'unknown', limitPct: '', ageMs: 'x', breaker: 'no such breaker', field: '' }],
  ])('speaks plainly %s', (_name, figures) => {
    const { what, means, now } = sayProblem({ code, figures })
    for (const sentence of [what, means, now].filter((each) => each !== '')) {
      expect(sentence).toMatch(/^[A-Z“][\s\S]*\.$/)
      expect(sentence).not.toMatch(/!|undefined|null|NaN|\(\)|\s\.|: \.|[A-Z]{3,}_[A-Z]/)
    }
    expect(what.length).toBeGreaterThan(10)
    expect(means).not.toBe('')
  })
})

describe('a denial names the guard, the figure and the limit', () => {
  test.each([
    ['EXCEEDED_LIMIT', { slippagePct: '1.4200', limitPct: '1' }, 'Slippage guard: expected 1.42 %, your limit is 1.00 %.'],
    [
      'HIGH_VOLATILITY',
      { rangePct: '61.2', limitPct: '50' },
      'Slippage guard: the price moved too much in the last hour: 61.20 %, your limit is 50.00 %.',
    ],
    ['QUOTE_STALE', { ageMs: '12400', maxAgeMs: '10000' }, 'Slippage guard: the price is too old: 12.4 s, your limit is 10.0 s.'],
    [
      'NOTIONAL_EXCEEDS_MAX',
      { notionalUsd: '31250.00', maxUsd: '25000' },
      'Policy: the order is too large: 31 250.00 USD, your limit is 25 000.00 USD.',
    ],
    [
      'BREAKER_OPEN',
      { breaker: 'slippage', state: 'open', timeLeftMs: '2652000' },
      'Slippage breaker is open; it half-opens in 44 min 12 s.',
    ],
    [
      'VALUE_EXCEEDS_MAX',
      { valueWei: '2000000000000000000', maxWei: '1000000000000000000' },
      'Policy: the transaction sends too much: 2 ETH, your limit is 1 ETH.',
    ],
    ['KILL_SWITCH_TRIGGERED', { reason: 'none given' }, 'Kill switch: trading is halted.'],
  ] as const)('%s', (code, figures, said) => expect(plain(DENIALS[code](figures).what)).toBe(said))
})

test('X4: an isolated breaker is not waited for: only a person closes it', () => {
  const said = DENIALS.BREAKER_OPEN({ breaker: 'slippage', state: 'isolated', timeLeftMs: 'unknown' })
  expect(said.what).toBe('Slippage breaker is isolated.')
  expect(said.now).toBe('A person opened it. Only a person closes it, on the Guards screen.')
})

test('a recorded code that is not known is named rather than hidden, even when it is a name of every object', () => {
  for (const code of ['SOMETHING_NEW', 'toString', '__proto__']) expect(sayCode(code, {}).what).toBe(`It ended with ${code}.`)
})

test('a halt says by what, by whom and why', () => {
  const view = { state: 'triggered', sinceMs: 1, source: 'kill-file', by: 'system', reason: 'it appeared', scope: 'machine' } as const
  expect(haltOrigin(view)).toBe('by a kill file (system): it appeared')
  expect(haltOrigin({ ...view, reason: 'It appeared.' })).toBe('by a kill file (system): It appeared')
  expect(haltOrigin({ ...view, source: null, by: null, reason: null })).toBe('')
})

test('X3: of an order whose cancel has left it is said that the cancel is on its way, until the order ends', () => {
  const say = (open: boolean, state: string) =>
    sayState({
      summary: { state: open ? 'submitted' : 'canceled', open },
      transactions: [{ purpose: 'cancel', state }],
      waitsForChain: null,
    } as unknown as OrderDetail)
  expect(say(true, 'sent')).toContain('A cancel of it is on its way.')
  expect(say(true, 'signed')).not.toContain('cancel')
  expect(say(false, 'sent')).not.toContain('on its way')
})

test('X3: of an order whose chain is not connected is said which that is, whatever else is known of it', () => {
  const detail = { summary: { state: 'submitted', open: true }, transactions: [{ purpose: 'cancel', state: 'sent' }], waitsForChain: 31337 }
  expect(sayState(detail as unknown as OrderDetail)).toContain('It waits on chain 31337, which is not connected.')
})
