import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import type { Guard, GuardInput } from '../../../src-main/guards/guard'
import { PaperPlacer } from '../../../src-main/venues/paper/placer'
import type { OrderDraft } from '../../../src-preload/contract/orders'
import { armedDataDir, launchApp, removeDataDir, type LaunchOptions, type TestApp } from '../../support/app/launch'
import { PAPER_SELL } from '../../support/app/drafts'
import { FakeClock } from '../../support/fake-clock'

/** Every guard, seeing all breakers closed: hundreds of refusals would open some, and from then on nothing else would be looked at. */
const calmGuards: NonNullable<LaunchOptions['guards']> = (table) => {
  const closed = Object.fromEntries(BREAKER_IDS.map((id) => [id, { id, state: 'closed', halfOpenAtMs: null, probeOrderId: null }]))
  const calm = (guard: Guard): Guard => ({
    id: guard.id,
    evaluate: (input) => guard.evaluate({ ...input, breakers: closed as GuardInput['breakers'] }),
  })
  return { ...table, order: table.order.map(calm) }
}

const clock = new FakeClock()
const placed = vi.spyOn(PaperPlacer.prototype, 'place')
let app: TestApp
beforeAll(async () => {
  app = await launchApp({ dataDir: armedDataDir(clock), clock, scheduler: clock, guards: calmGuards })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await app.stop()
  removeDataDir(app.dataDir)
})
beforeEach(() => {
  placed.mockClear()
})

/** Any input at all, past the types: what a taken-over window could send. */
const send = (name: 'order.preview' | 'order.prepare', input: unknown) => app.call(name, input as OrderDraft)
const PLAIN = /^(?:0|[1-9]\d{0,38})(?:\.\d{1,36})?$/

const figure = fc.oneof(
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-0',
    '-1',
    '0x10',
    '1e3',
    '1E-3',
    '+1',
    '.5',
    '5.',
    '00.1',
    '1,5',
    'NaN',
    'Infinity',
    '-Infinity',
    '١',
    '1\u0000',
    '9'.repeat(39),
    '9'.repeat(80),
    '9'.repeat(81),
    `0.${'0'.repeat(35)}1`,
    `0.${'0'.repeat(36)}1`,
    '1e-400',
    '0b1',
    '1_0',
    'null',
  ),
  fc.string({ maxLength: 90 }),
  fc.stringMatching(/^[-+]?[0-9.eExXa-fn_, ]{0,20}$/),
  fc.integer().map(String),
  fc.double().map(String),
)
const anyValue = fc.oneof(
  fc.constantFrom(undefined, null, 0, 1, Number.NaN, true, [], {}, ['0.5'], { amount: '1' }),
  fc.bigInt({ min: 0n, max: 10n ** 20n }),
  fc.string({ maxLength: 300 }),
)
/** Mostly as it should be, so that now and then a whole draft gets through. */
const mostly = (usual: fc.Arbitrary<unknown>, odd: fc.Arbitrary<unknown> = anyValue) =>
  fc.oneof({ weight: 25, arbitrary: usual }, { weight: 1, arbitrary: odd })
const fair = fc.integer({ min: 1, max: 400 }).map((tenths) => (tenths / 10).toFixed(1))
const whole: fc.Arbitrary<Record<string, unknown>> = fc.record({
  ...Object.fromEntries(Object.entries(PAPER_SELL).map(([field, value]) => [field, mostly(fc.constant(value))])),
  amount: fc.oneof({ weight: 2, arbitrary: fair }, { weight: 2, arbitrary: figure }, { weight: 1, arbitrary: anyValue }),
  limitPrice: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 2, arbitrary: figure }, { weight: 1, arbitrary: anyValue }),
  type: mostly(fc.constantFrom('market', 'limit')),
  side: mostly(fc.constantFrom('buy', 'sell')),
  amountUnit: mostly(fc.constantFrom('base', 'quote')),
})
const extra = fc.dictionary(fc.string({ minLength: 1, maxLength: 10 }), anyValue, { minKeys: 1, maxKeys: 2 })
const hostile = whole.chain((draft) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(draft) }, { weight: 1, arbitrary: extra.map((more) => ({ ...draft, ...more })) }),
)

const isPlainPositive = (value: unknown) => typeof value === 'string' && PLAIN.test(value.trim()) && /[1-9]/.test(value)

describe('B10 D7: drafts from a hostile window', () => {
  test('whatever is sent is refused in the words of the contract, or is a plain order; nothing is placed and nothing thrown', async () => {
    let plans = 0
    await fc.assert(
      fc.asyncProperty(hostile, async (draft) => {
        for (const name of ['order.preview', 'order.prepare'] as const) {
          const reply = await send(name, draft)
          if (!reply.ok) {
            expect(['INTERNAL', 'INVALID_OUTPUT']).not.toContain(reply.problem.code)
            continue
          }
          if (name === 'order.preview') continue
          plans += 1
          // What became a plan was a whole, plain order, and the plan is of exactly that.
          expect(isPlainPositive(draft['amount'])).toBe(true)
          expect(draft['type'] === 'limit' ? isPlainPositive(draft['limitPrice']) : draft['limitPrice'] === null).toBe(true)
          expect(Object.keys(draft).sort()).toEqual(Object.keys(PAPER_SELL).sort())
        }
      }),
      { numRuns: 400, examples: [[PAPER_SELL], [{ ...PAPER_SELL, type: 'limit', limitPrice: '2400', timeInForce: 'gtc' }]] },
    )
    expect(plans).toBeGreaterThan(10)
    expect(placed).not.toHaveBeenCalled()
    expect(app.logged.filter(({ what }) => what.startsWith('call '))).toEqual([])
  })

  test('what is no object, has a field less, or one more, is refused before anything is looked at', async () => {
    for (const input of [
      undefined,
      null,
      7,
      'sell',
      [],
      [PAPER_SELL],
      {},
      { ...PAPER_SELL, planHash: '0x' },
      { ...PAPER_SELL, slippageLimitPct: '99' },
    ]) {
      expect(await send('order.prepare', input)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    }
    for (const field of Object.keys(PAPER_SELL)) {
      const { [field as keyof OrderDraft]: _gone, ...without } = PAPER_SELL
      expect(await send('order.prepare', without)).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    }
    expect(await send('order.prepare', JSON.parse('{"__proto__":{"venue":"paper"}}'))).toMatchObject({
      ok: false,
      problem: { code: 'INVALID_INPUT' },
    })
  })

  test.for([
    ['a venue of another environment', { venue: 'uniswap-v3' }, 'QUOTE_UNAVAILABLE'],
    ['an instrument that is not traded', { instrument: 'ETH-MOON' }, 'INVALID_INSTRUCTION'],
    ['an instrument of a strange name', { instrument: '__proto__' }, 'INVALID_INSTRUCTION'],
    ['an account that nobody knows', { account: 'somebody-else' }, 'SIGNER_UNAVAILABLE'],
    ['an account of a strange name', { account: 'constructor' }, 'SIGNER_UNAVAILABLE'],
    ['less than the least', { amount: '0.00001' }, 'INVALID_INSTRUCTION'],
    ['more than anybody has', { amount: '99999999999999999999' }, 'INVALID_INSTRUCTION'],
    ['more than the limits allow', { amount: '50000' }, 'ORDER_VALUE_EXCEEDS_LIMIT'],
    ['more than the book holds', { instrument: 'SOL-USD', amount: '6000' }, 'INSUFFICIENT_LIQUIDITY'],
    ['a limit far from the market', { type: 'limit', timeInForce: 'ioc', limitPrice: '1' }, 'EXCEEDED_LIMIT'],
  ] as const)('%s', async ([, changed, code]) => {
    const reply = await send('order.prepare', { ...PAPER_SELL, ...changed })
    expect(reply).toMatchObject({ ok: false, problem: { code } })
    expect(placed).not.toHaveBeenCalled()
  })

  test('more than the account has is refused by the exchange, and nothing is held', async () => {
    const plan = await app.must('order.prepare', { ...PAPER_SELL, side: 'buy', amount: '60' })
    const ended = app.heard('order.changed', ({ open }) => !open)
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    expect(await ended).toMatchObject({ state: 'rejected', why: { code: 'INSUFFICIENT_FUNDS' } })
    expect((await app.must('market.balances', { account: 'paper-main' })).balances.filter(({ held }) => held !== '0')).toEqual([])
  })
})
