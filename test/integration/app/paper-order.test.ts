import { afterEach, beforeEach, expect, test } from 'vitest'

import { PAPER_SELL as SELL } from '../../support/app/drafts'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const vault = memoryVault()
let app: TestApp

beforeEach(async () => {
  app = await launchApp({ vault })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

test('B8: before set-up nothing can be traded; after it a paper order goes from ticket to filled', async () => {
  expect((await app.must('app.status', {})).phase).toBe('first-run')
  const early = await app.call('order.prepare', SELL)
  expect(early.ok).toBe(false)

  await setUp(app)
  expect((await app.must('app.status', {})).phase).toBe('ready')

  const preview = await app.must('order.preview', SELL)
  expect(preview.verdicts.map(({ outcome }) => outcome)).not.toContain('deny')
  const plan = await app.must('order.prepare', SELL)
  const filled = app.heard('order.changed', (order) => order.state === 'filled')
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  expect((await filled).orderId).toBe(orderId)

  const detail = await app.must('order.detail', { orderId })
  expect(detail.events.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['OrderInitialized', 'OrderApproved', 'OrderSubmitting', 'OrderFilled']),
  )
  expect(detail.summary.filledBase).toBe('0.5')
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
})

test('B10: a plan is used once, and only under the hash that was shown', async () => {
  await setUp(app)
  const plan = await app.must('order.prepare', SELL)
  const other = `0x${'0'.repeat(64)}` as const
  expect(await app.call('order.confirm', { planId: plan.planId, planHash: other })).toMatchObject({
    ok: false,
    problem: { code: 'PLAN_MISMATCH' },
  })
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  expect(await app.call('order.confirm', { planId: plan.planId, planHash: plan.planHash })).toMatchObject({
    ok: false,
    problem: { code: 'PLAN_ALREADY_USED' },
  })
})

test('X6: what was asked for is on record ahead of what was done about it, also where that came to nothing', async () => {
  await setUp(app)
  const recorded = async (): Promise<string[]> => {
    const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: null, text: null }
    const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 20 })
    const named = rows.map(async ({ seq, type }) =>
      type === 'CommandReceived' ? (JSON.parse((await app.must('audit.entry', { seq })).dataJson) as { command: string }).command : type,
    )
    return (await Promise.all(named)).reverse()
  }
  const { planId, planHash } = await app.must('order.prepare', SELL)
  expect((await recorded()).slice(-2)).toEqual(['order.prepare', 'PlanPrepared'])
  const filled = app.heard('order.changed', (order) => order.state === 'filled')
  await app.must('order.confirm', { planId, planHash })
  await filled
  const entries = await recorded()
  // The market moves: what it fills in one go or in several is its own affair.
  expect(entries.slice(entries.lastIndexOf('order.confirm')).filter((each) => each !== 'OrderPartiallyFilled')).toEqual([
    'order.confirm',
    'OrderInitialized',
    'OrderApproved',
    'OrderSubmitting',
    'OrderAccepted',
    'OrderFilled',
  ])
  // Neither of these gets as far as a record of its own.
  await app.call('order.confirm', { planId, planHash })
  await app.call('order.prepare', { ...SELL, venue: 'uniswap-v3' })
  expect((await recorded()).slice(-3).filter((each) => each.startsWith('order.'))).toEqual(['order.confirm', 'order.prepare'])
})
