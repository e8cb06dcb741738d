import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import { failure } from '../../../src-main/domain/codes'
import { decimal } from '../../../src-main/lib/decimal'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { papers } from '../../support/app/opened-papers'
import { FakeClock } from '../../support/fake-clock'

vi.mock('../../../src-main/app/compose/open-paper', async (original) =>
  (await import('../../support/app/opened-papers')).notingPapers(await original<typeof OpenPaper>()),
)

const RESTING = { ...PAPER_SELL, type: 'limit' as const, timeInForce: 'gtc' as const, limitPrice: '9000' }
let clock: FakeClock
let app: TestApp
const vault = memoryVault()
const launch = (dataDir: string) => launchApp({ dataDir, clock, scheduler: clock, vault })
beforeEach(async () => {
  papers.length = 0
  clock = new FakeClock()
  app = await launch(armedDataDir(clock))
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const faults = () => papers.at(-1)!.faults
const ended = () => app.heard('order.changed', ({ open }) => !open)
const detail = (orderId: string) => app.must('order.detail', { orderId })
const start = async (draft = PAPER_SELL) => {
  const plan = await app.must('order.prepare', draft)
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await clock.settle()
  return orderId
}
const ether = async () => {
  const { balances } = await app.must('market.balances', { account: 'paper-main' })
  const { free, held } = balances.find(({ asset }) => asset === 'ETH')!
  return { free, held }
}

describe('B2 X3: the exchange misbehaves', () => {
  test('an order that is lost on its way is unknown, asked after, and failed; nothing was traded', async () => {
    const before = await ether()
    const over = ended()
    faults().inject({ kind: 'time-out-before-accepting' })
    const orderId = await start()
    await clock.advance(5_000)
    expect(await over).toMatchObject({ orderId, state: 'failed', why: { code: 'NOT_FOUND' } })
    expect(await ether()).toEqual(before)
  })

  test('an order whose answer is lost is one fill', async () => {
    const over = ended()
    faults().inject({ kind: 'time-out-after-accepting' })
    const orderId = await start()
    await clock.advance(5_000)
    expect(await over).toMatchObject({ orderId, state: 'filled', filledBase: '0.5' })
    expect((await ether()).free).toBe('9.5')
    expect(app.logged).toEqual([])
  })

  test('an exchange that cannot be reached: unknown until it can be, then what it says', async () => {
    const plan = await app.must('order.prepare', PAPER_SELL)
    const over = ended()
    faults().inject({ kind: 'disconnect' })
    const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await clock.advance(60_000)
    expect((await detail(orderId)).summary.state).toBe('unknown')
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'NETWORK_ERROR' } })
    faults().clear()
    // Asked twice: it might have been on its way there.
    await clock.advance(10_000)
    expect(await over).toMatchObject({ orderId, state: 'failed', why: { code: 'NOT_FOUND' } })
  })

  test('updates that come twice, or in reverse, count once', async () => {
    faults().inject({ kind: 'duplicate-update' })
    faults().inject({ kind: 'reorder-updates' })
    const orderId = await start()
    // What does not add up is asked after.
    await clock.advance(5_000)
    expect((await detail(orderId)).summary).toMatchObject({ state: 'filled', filledBase: '0.5' })
    expect((await ether()).free).toBe('9.5')
  })

  test('an order that is filled in part and stalls is canceled for the rest, also while halted', async () => {
    faults().inject({ kind: 'partial-fill-then-stall', fraction: decimal('0.4') })
    const partly = app.heard('order.changed', ({ filledBase }) => filledBase === '0.2')
    // Below the best bid, so that it trades at once, but within the slippage that is allowed: the market is another one in each run.
    const { bids } = await app.must('market.depth', { venue: 'paper', instrument: 'ETH-USD', levels: 1 })
    const limitPrice = decimal(bids[0]!.price).mul('0.997').toFixed(2)
    const orderId = await start({ ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', limitPrice })
    await partly
    expect((await detail(orderId)).summary).toMatchObject({ state: 'working', filledBase: '0.2' })
    await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    await app.must('order.cancel', { orderId })
    await clock.settle()
    expect((await detail(orderId)).summary).toMatchObject({ state: 'canceled', filledBase: '0.2' })
  })

  test('X4: three rejections open the trade breaker, and the next order is not prepared', async () => {
    for (let count = 0; count < 3; count++) {
      faults().inject({ kind: 'reject-next', failure: failure('INSUFFICIENT_FUNDS', 'no') })
      await start()
    }
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({
      ok: false,
      problem: { code: 'BREAKER_OPEN', figures: { breaker: 'trade' } },
    })
    expect((await app.must('guards.status', {})).breakers.find(({ id }) => id === 'trade')).toMatchObject({ state: 'open', consecutive: 3 })
  })
})

describe('X2: the market moves between the plan and its signing off', () => {
  test('the price falls: the collar that was signed off holds, so nothing is sold below it', async () => {
    const plan = await app.must('order.prepare', PAPER_SELL)
    const [step] = plan.steps
    faults().inject({ kind: 'volatility-shock', instrument: 'ETH-USD', movePct: decimal(-20) })
    papers.at(-1)!.tick()
    const over = ended()
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    expect(await over).toMatchObject({ state: 'canceled', filledBase: '0' })
    expect(step?.kind === 'venue-order' && Number(step.limitPrice)).toBeGreaterThan(2_300)
    expect((await ether()).free).toBe('10')
  })

  test('the makers leave: nothing is filled, nothing is held', async () => {
    const plan = await app.must('order.prepare', PAPER_SELL)
    faults().inject({ kind: 'liquidity-gone', instrument: null })
    const over = ended()
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    expect(await over).toMatchObject({ state: 'canceled', filledBase: '0' })
    expect(await ether()).toMatchObject({ free: '10', held: '0' })
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false })
  })

  test('a plan that is older than its minute, or its quote, is refused', async () => {
    const [stale, expired] = [await app.must('order.prepare', PAPER_SELL), await app.must('order.prepare', PAPER_SELL)]
    const confirm = (plan: typeof stale) => app.call('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await clock.advance(31_000)
    expect(await confirm(stale)).toMatchObject({ ok: false, problem: { code: 'QUOTE_STALE' } })
    await clock.advance(30_000)
    expect(await confirm(expired)).toMatchObject({ ok: false, problem: { code: 'PLAN_EXPIRED' } })
  })
})

describe('B12: stopping with orders resting', () => {
  test('they rest on, and are there again, also after another environment was open', async () => {
    const orderId = await start(RESTING)
    await app.must('environment.switch', { environment: 'testnet' })
    expect(await app.call('order.detail', { orderId })).toMatchObject({ ok: false, problem: { code: 'NOT_FOUND' } })
    await app.must('environment.switch', { environment: 'paper' })
    expect((await detail(orderId)).summary.state).toBe('working')
    const { dataDir } = app
    await app.stop()
    app = await launch(dataDir)
    expect((await detail(orderId)).summary.state).toBe('working')
    await app.must('order.cancel', { orderId })
    await clock.settle()
    expect((await detail(orderId)).summary.state).toBe('canceled')
    expect((await ether()).held).toBe('0')
  })
})
