import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import { BREAKER_IDS, BREAKER_THRESHOLDS, type BreakerId } from '../../../src-main/domain/breaker'
import { failure } from '../../../src-main/domain/codes'
import { err } from '../../../src-main/lib/result'
import { PaperReader } from '../../../src-main/venues/paper/reader'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { PAPER_SELL } from '../../support/app/drafts'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'

const MINUTE = 60_000
const REASON = 'a test of this'
let vault: ReturnType<typeof memoryVault>
let clock: FakeClock
let app: TestApp
let asked: Extract<SecureTask, { kind: 'authorise' }>[]

beforeEach(async () => {
  vault = memoryVault()
  clock = new FakeClock()
  app = await launchApp({ vault, clock, scheduler: clock })
  await setUp(app)
  ready()
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** From now on the person at the window shows a key, or closes it. */
function ready(shows = true): void {
  asked = []
  app.answer = (task) => {
    if (task.kind !== 'authorise') return null
    asked.push(task)
    return shows ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] } : null
  }
}
const restart = async () => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  app = await launchApp({ dataDir, vault, clock, scheduler: clock })
  app.recoveryKeys = recoveryKeys
  ready()
}
const trading = async () => (await app.must('guards.status', {})).trading
const breaker = async (id: BreakerId) => (await app.must('guards.status', {})).breakers.find((each) => each.id === id)!
const records = async () =>
  (
    await app.must('audit.page', {
      filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null },
      offset: 0,
      limit: 50,
    })
  ).rows.map(({ type, actor, subject }) => ({ type, actor, subject }))
const BUY = { ...PAPER_SELL, side: 'buy' as const }

describe('B9: reducing', () => {
  test('anybody at the app may begin it, it outlives a restart, and only somebody in authority ends it', async () => {
    await app.must('trading.reduce', { reason: REASON })
    expect(asked).toEqual([])
    expect(await trading()).toMatchObject({ state: 'reducing', reason: 'person', by: 'operator', figures: { reason: REASON } })
    await restart()
    expect(await trading()).toMatchObject({ state: 'reducing', reducing: ['person'] })

    expect(await app.call('order.prepare', BUY)).toMatchObject({
      ok: false,
      problem: { code: 'TRADING_REDUCED', figures: { why: 'buys' } },
    })
    const plan = await app.must('order.prepare', PAPER_SELL)
    const filled = app.heard('order.changed', ({ state }) => state === 'filled')
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await clock.advance(2_000)
    expect((await filled).orderId).toBe(plan.orderId)

    ready(false)
    expect(await app.must('trading.resume', { what: 'reducing', reason: REASON })).toEqual({ done: false })
    expect((await trading()).state).toBe('reducing')
    ready()
    expect(await app.must('trading.resume', { what: 'reducing', reason: REASON })).toEqual({ done: true })
    expect(asked[0]).toMatchObject({ act: 'leave-reducing', changes: [{ label: 'Trading', before: 'reducing (person)', after: 'active' }] })
    expect((await trading()).state).toBe('active')
    await app.must('order.prepare', BUY)
    expect(await app.call('trading.resume', { what: 'reducing', reason: REASON })).toMatchObject({
      ok: false,
      problem: { code: 'NOT_FOUND' },
    })
  })

  test('a sale of all that is held passes, of the smallest step more it does not', async () => {
    await app.must('trading.reduce', { reason: REASON })
    const { balances } = await app.must('market.balances', { account: PAPER_SELL.account })
    const free = balances.find(({ asset }) => asset === 'ETH')!.free
    const limit = { ...PAPER_SELL, type: 'limit' as const, timeInForce: 'gtc' as const, limitPrice: '2600' }
    expect((await app.must('order.prepare', { ...limit, amount: free })).orderId).toBeTruthy()
    await clock.advance(5_000)
    const more = await app.call('order.prepare', { ...limit, amount: `${free}.0001` })
    expect(more).toMatchObject({ ok: false, problem: { code: 'TRADING_REDUCED', figures: { why: 'more-than-held', held: free } } })
  })
})

describe('X4: the system-wide halt', () => {
  test('breakers that open bring it about, and it stands when they have recovered', async () => {
    const { rule } = await trading()
    await app.must('trading.rule', { rule: { ...rule, openAtLeast: 2 }, reason: REASON })
    vi.spyOn(PaperReader.prototype, 'quote').mockResolvedValue(err(failure('NETWORK_ERROR')))
    for (const _ of [1, 2, 3, 4]) await app.call('order.prepare', PAPER_SELL)
    vi.restoreAllMocks()
    expect(await trading()).toMatchObject({ state: 'halted', reason: 'breakers', by: 'system', figures: { breakers: 'network, slippage' } })
    await restart()
    await clock.advance(60 * MINUTE)
    expect([(await breaker('network')).state, (await breaker('slippage')).state]).toEqual(['half-open', 'half-open'])
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'TRADING_HALTED' } })
    expect(await app.must('trading.resume', { what: 'halt', reason: REASON })).toEqual({ done: true })
    await app.must('order.prepare', PAPER_SELL)
  })

  test('by hand: no order passes, cancels do, and only somebody in authority lifts it', async () => {
    const resting = { ...PAPER_SELL, type: 'limit' as const, timeInForce: 'gtc' as const, limitPrice: '9000' }
    const plan = await app.must('order.prepare', resting)
    const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await clock.advance(2_000)
    await app.must('trading.halt', { reason: REASON, recoverAfterMs: null })
    expect(asked).toEqual([])
    await restart()
    expect(await trading()).toMatchObject({ state: 'halted', reason: 'person', systemHalt: true, recoversAtMs: null })
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'TRADING_HALTED' } })
    const canceled = app.heard('order.changed', ({ state }) => state === 'canceled')
    await app.must('order.cancel', { orderId })
    await clock.advance(2_000)
    expect((await canceled).orderId).toBe(orderId)
    expect(await app.must('trading.resume', { what: 'halt', reason: REASON })).toEqual({ done: true })
    expect(asked[0]).toMatchObject({ act: 'leave-reducing', subject: 'trading halt', changes: [{ before: 'halted', after: 'active' }] })
    await app.must('order.prepare', PAPER_SELL)
  })

  test('ends by itself where that was asked for, and the kill switch is not touched by that', async () => {
    await app.must('trading.halt', { reason: REASON, recoverAfterMs: 15 * MINUTE })
    await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    await clock.advance(60 * MINUTE)
    expect(await trading()).toMatchObject({ state: 'halted', reason: 'kill-switch', systemHalt: true })
    expect(await app.must('halt.release', { reason: REASON, acknowledge: [] })).toMatchObject({ released: true })
    expect(await trading()).toMatchObject({ state: 'halted', reason: 'person' })
    await clock.advance(16 * MINUTE)
    expect(await trading()).toMatchObject({ state: 'active', systemHalt: false })
    expect((await records()).filter(({ type }) => type === 'TradingHaltLifted')).toMatchObject([{ actor: 'system' }])
  })

  test('its rule: stricter needs nobody, milder is shown with before and after', async () => {
    const { rule } = await trading()
    expect(rule).toEqual({ signerAlone: true, openAtLeast: 3, recoverAfterMs: null })
    expect(await app.must('trading.rule', { rule: { ...rule, openAtLeast: 2 }, reason: REASON })).toEqual({ done: true })
    expect(asked).toEqual([])
    ready(false)
    const milder = { signerAlone: false, openAtLeast: 4, recoverAfterMs: 30 * MINUTE }
    expect(await app.must('trading.rule', { rule: milder, reason: REASON })).toEqual({ done: false })
    expect(asked[0]).toMatchObject({
      act: 'tune-breakers',
      changes: [
        { label: 'The signer breaker', before: 'halts trading', after: 'does not halt trading alone' },
        { label: 'Open breakers that halt trading', before: '2', after: '4' },
        { label: 'The halt ends', before: 'by a person only', after: 'after 30 min of quiet' },
      ],
    })
    expect((await trading()).rule.openAtLeast).toBe(2)
    ready()
    await app.must('trading.rule', { rule: milder, reason: REASON })
    await restart()
    expect((await trading()).rule).toEqual(milder)
    for (const odd of [
      { ...milder, openAtLeast: 6 },
      { ...milder, recoverAfterMs: 1 },
    ])
      expect(await app.call('trading.rule', { rule: odd, reason: REASON })).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
  })
})

describe('D6 X4: breakers by hand', () => {
  const { trade } = BREAKER_THRESHOLDS

  test('stricter thresholds count at once and need nobody; milder ones are shown with before and after; both are recorded', async () => {
    expect(await app.must('breaker.tune', { breaker: 'trade', thresholds: { ...trade, consecutive: 2 }, reason: REASON })).toEqual({
      done: true,
    })
    expect(asked).toEqual([])
    expect(await breaker('trade')).toMatchObject({ limits: { consecutive: 2 }, tunedFrom: { consecutive: 3 } })

    ready(false)
    const milder = { ...trade, failuresInWindow: 8, consecutive: 6 }
    expect(await app.must('breaker.tune', { breaker: 'trade', thresholds: milder, reason: REASON })).toEqual({ done: false })
    expect(asked[0]).toMatchObject({
      act: 'tune-breakers',
      subject: 'trade',
      reason: REASON,
      changes: [
        { label: 'Failures', before: '5', after: '8' },
        { label: 'Failures in a row', before: '2', after: '6' },
      ],
    })
    expect((await breaker('trade')).limits.consecutive).toBe(2)

    ready()
    expect(await app.must('breaker.tune', { breaker: 'trade', thresholds: milder, reason: REASON })).toEqual({ done: true })
    await restart()
    expect(await breaker('trade')).toMatchObject({ limits: milder })
    expect(await app.must('breaker.tune', { breaker: 'trade', thresholds: null, reason: REASON })).toEqual({ done: true })
    expect(await breaker('trade')).toMatchObject({ limits: trade, tunedFrom: null })
    expect((await records()).filter(({ type }) => type === 'BreakerTuned')).toHaveLength(3)
  })

  test('X10: nothing beyond the bounds is taken, whatever a window sends', async () => {
    for (const odd of [{ failuresInWindow: 11 }, { consecutive: null }, { recoveryMs: 14 * MINUTE }, { ratePct: 100 }, { windowMs: 1 }])
      expect(await app.call('breaker.tune', { breaker: 'trade', thresholds: { ...trade, ...odd }, reason: REASON })).toMatchObject({
        ok: false,
        problem: { code: 'INVALID_INPUT' },
      })
    expect(asked).toEqual([])
    expect((await breaker('trade')).limits).toMatchObject(trade)
  })

  test('the day of every breaker is drawn from what was kept, and ends with what it is', async () => {
    await clock.advance(60 * MINUTE)
    await app.must('breaker.isolate', { breaker: 'network', reason: REASON })
    await clock.advance(60 * MINUTE)
    await restart()
    const day = await app.must('breaker.day', {})
    expect(day.breakers.map(({ id }) => id)).toEqual(BREAKER_IDS)
    expect(day.toMs - day.fromMs).toBe(24 * 60 * MINUTE)
    const pieces = day.breakers.find(({ id }) => id === 'network')!.pieces
    expect(pieces.map(({ state }) => state)).toEqual(['closed', 'isolated'])
    expect(pieces[1]!.toMs - pieces[1]!.fromMs).toBe(60 * MINUTE)
    expect(await app.must('breaker.close', { breaker: 'network', reason: REASON })).toEqual({ closed: true })
    const { history } = await breaker('network')
    expect(history.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['isolated', REASON],
      ['reset', REASON],
    ])
    expect(history[0]?.by).toBe('operator')
  })

  test('breakers stand in their order of priority on the screen and in the verdicts', async () => {
    expect((await app.must('guards.status', {})).breakers.map(({ id }) => id)).toEqual(BREAKER_IDS)
    const plan = await app.must('order.prepare', PAPER_SELL)
    const guards = plan.preview.verdicts.map(({ guard }) => guard)
    expect(guards.slice(0, 9)).toEqual(['kill-switch', 'trading-state', ...BREAKER_IDS.map((id) => `breaker-${id}`)])
  })
})
