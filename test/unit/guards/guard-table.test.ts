import { describe, expect, it } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import { GUARD_IDS, SIGNING_PURPOSES, type SigningPurpose } from '../../../src-main/domain/guard'
import { buildGuardTable, buildGuards, guardsFor, type GuardTable } from '../../../src-main/guards/guard-table'
import type { GuardInput } from '../../../src-main/guards/guard'
import { firstDenial, runGuards } from '../../../src-main/guards/run-guards'
import { decimal } from '../../../src-main/lib/decimal'
import {
  ARMED,
  SIGNER,
  STRANGER,
  approveInput,
  breakers,
  cancelInput,
  chainInput,
  limitFacts,
  paperInput,
  quoteOf,
  requestOf,
  txOf,
} from './support/input'
import { answer } from './support/verdicts'

const TABLE = buildGuardTable()
const HALTED: GuardInput['killSwitch'] = {
  state: 'triggered',
  sinceMs: 1_700_000_000_000,
  source: 'button',
  by: 'operator',
  reason: 'a test',
  scope: 'machine',
}
const ALL_OPEN = breakers(Object.fromEntries(BREAKER_IDS.map((id) => [id, { state: 'open', halfOpenAtMs: null }])))

describe('the guard table', () => {
  it('has every guard, once, in the order of GUARD_IDS', () => {
    expect(buildGuards().map(({ id }) => id)).toEqual(GUARD_IDS)
  })

  it('names the guards of every purpose', () => {
    const ids = Object.fromEntries(SIGNING_PURPOSES.map((purpose) => [purpose, guardsFor(purpose, TABLE).map(({ id }) => id)]))
    expect(ids).toEqual({
      order: GUARD_IDS,
      approve: GUARD_IDS,
      cancel: ['policy'],
      'fund-move': GUARD_IDS,
      'audit-head': ['policy'],
      auth: ['policy'],
      test: ['policy'],
    })
  })

  it('knows no guards for a purpose that is none', () => {
    for (const purpose of ['', 'orders', 'toString', '__proto__'])
      expect(() => guardsFor(purpose as SigningPurpose, TABLE)).toThrow(RangeError)
  })

  it.each([
    ['an order on paper', paperInput()],
    ['an order on a chain', chainInput()],
    ['an approval', approveInput()],
    ['a cancel', cancelInput()],
    ['a cancel while halted and with all breakers open', cancelInput({ killSwitch: HALTED, breakers: ALL_OPEN })],
    ['an audit head while halted', message('audit-head')],
    ['an authentication while halted', message('auth')],
    ['a test signature of a message', message('test')],
    ['a test signature of a transaction that moves nothing', cancelInput({ purpose: 'test', killSwitch: HALTED, breakers: ALL_OPEN })],
  ])('lets through %s', (_, input) => {
    expect(firstDenial(runGuards(guardsFor(input.purpose, TABLE), input))).toBeNull()
  })

  it.each([
    ['an order while halted', paperInput({ killSwitch: HALTED }), 'kill-switch'],
    ['an approval while halted', approveInput({ killSwitch: HALTED }), 'kill-switch'],
    ['a move of funds', cancelInput({ purpose: 'fund-move', tx: txOf({ to: STRANGER, data: '0x' }) }), 'policy'],
    ['a move of funds while halted', cancelInput({ purpose: 'fund-move', killSwitch: HALTED }), 'kill-switch'],
    ['a message with a transaction', { ...message('audit-head'), tx: txOf() }, 'policy'],
    ['a login with a transaction', { ...message('auth'), tx: txOf() }, 'policy'],
    ['a test with a swap', chainInput({ purpose: 'test' }), 'policy'],
    ['a swap in the guise of a cancel', chainInput({ purpose: 'cancel' }), 'policy'],
    ['a swap in the guise of an approval', chainInput({ purpose: 'approve' }), 'slippage'],
    ['a swap in the guise of a move of funds', chainInput({ purpose: 'fund-move' }), 'slippage'],
    ['an approval in the guise of an order', approveInput({ purpose: 'order' }), 'slippage'],
  ] as const)('refuses %s', (_, input, guard) => {
    expect(firstDenial(runGuards(guardsFor(input.purpose, TABLE), input))?.guard).toBe(guard)
  })

  // Each input is refused by one guard alone: with that guard taken out of the table it would go through.
  const only: readonly [GuardInput, string][] = [
    [paperInput({ killSwitch: HALTED }), 'kill-switch'],
    ...BREAKER_IDS.filter((id) => id !== 'slippage').map((id): [GuardInput, string] => [
      paperInput({ breakers: breakers({ [id]: { state: 'open' } }) }),
      `breaker-${id}`,
    ]),
    [paperInput({ limits: limitFacts({ maxOrderUsd: decimal('1989.99') }) }), 'limits'],
    [paperInput({ quote: quoteOf({ expectedPrice: decimal('1979') }), request: requestOf() }), 'slippage'],
    [paperInput({ notionalUsd: decimal('1000000.01') }), 'policy'],
  ]
  it.each(only.map(([input, guard]) => [guard, input] as const))('lets something through when %s is taken out', (guard, input) => {
    const full = buildGuardTable()
    const poorer: GuardTable = { ...full, order: full.order.filter(({ id }) => id !== guard) }
    expect(firstDenial(runGuards(guardsFor('order', full), input))?.guard).toBe(guard)
    expect(firstDenial(runGuards(guardsFor('order', poorer), input))).toBeNull()
  })

  it('says the slippage breaker twice: in its own words and in those of the slippage guard', () => {
    const verdicts = runGuards(guardsFor('order', TABLE), paperInput({ breakers: breakers({ slippage: { state: 'open' } }) }))
    const denied = verdicts.filter(({ outcome }) => outcome === 'deny')
    expect(denied.map((verdict) => [verdict.guard, answer(verdict)])).toEqual([
      ['breaker-slippage', 'BREAKER_OPEN'],
      ['slippage', 'CIRCUIT_BREAKER_ACTIVE'],
    ])
  })

  it('turns nonsense in the input into denials, never into a throw', () => {
    const nonsense: readonly Partial<GuardInput>[] = [
      { killSwitch: null as never },
      { breakers: null as never },
      { limits: null as never },
      { limits: {} as never },
      { quote: {} as never },
      { slippage: null as never },
      { slippage: { ...paperInput().slippage, limitPct: {} as never } },
      { policy: null as never },
      { intent: {} as never },
      { request: {} as never },
      { notionalUsd: {} as never },
    ]
    for (const part of nonsense) {
      expect(
        firstDenial(runGuards(guardsFor('order', TABLE), paperInput({ killSwitch: ARMED, ...part }))),
        JSON.stringify(part),
      ).not.toBeNull()
    }
    for (const part of [{ tx: {} as never }, { call: {} as never }, { signerAddress: 5 as never }]) {
      expect(firstDenial(runGuards(guardsFor('order', TABLE), chainInput(part))), JSON.stringify(part)).not.toBeNull()
    }
  })
})

/** A signature over a message, while everything is shut. */
function message(purpose: SigningPurpose): GuardInput {
  return cancelInput({ purpose, tx: null, call: null, signerAddress: SIGNER, killSwitch: HALTED, breakers: ALL_OPEN })
}
