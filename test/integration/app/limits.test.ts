import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { decimal } from '../../../src-main/lib/decimal'
import { ok } from '../../../src-main/lib/result'
import { PaperReader } from '../../../src-main/venues/paper/reader'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'

const vault = memoryVault()
let clock: FakeClock
let app: TestApp

const open = async (dataDir?: string) => {
  app = await launchApp({ dataDir: dataDir ?? armedDataDir(clock), clock, scheduler: clock, vault })
  // Every scheduled thing of the start: the accounts are valued, the past is read.
  await clock.advance(5)
}
const trade = async (change: Partial<typeof PAPER_SELL> = {}) => {
  const plan = await app.call('order.prepare', { ...PAPER_SELL, ...change })
  if (!plan.ok) return plan.problem
  const started = await app.call('order.confirm', { planId: plan.value.planId, planHash: plan.value.planHash })
  await clock.settle()
  return started.ok ? null : started.problem
}
const limits = () => app.must('limits.status', {})

beforeEach(() => {
  clock = new FakeClock(Date.UTC(2026, 2, 10, 9))
})
afterEach(async () => {
  vi.restoreAllMocks()
  await app.stop()
  removeDataDir(app.dataDir)
})

test('B9: what is used is counted from fills, survives a restart, and refuses the order that goes beyond with its figures', async () => {
  await open()
  expect(await trade()).toBeNull()
  const used = await limits()
  expect(Number(used.dayUsd)).toBeGreaterThan(500)
  expect(used.assets).toEqual([{ asset: 'ETH', usedUsd: used.dayUsd }])

  await app.stop()
  await open(app.dataDir)
  expect((await limits()).dayUsd).toBe(used.dayUsd)

  const maxDayUsd = (Number(used.dayUsd) + 10).toFixed(2)
  expect(await app.must('limits.change', { change: { maxDayUsd }, reason: 'enough for today' })).toEqual({ done: true })
  const refused = await trade()
  expect(refused?.code).toBe('DAY_LIMIT')
  expect(refused?.figures).toMatchObject({ limitUsd: decimal(maxDayUsd).toFixed() })
  await clock.advance(5)
  const told = (await app.must('alerts.list', {})).alerts.find(({ kind }) => kind === 'limit-reached')
  expect(told).toMatchObject({ severity: 'medium', subject: 'DAY_LIMIT', figures: { limitUsd: decimal(maxDayUsd).toFixed() } })
  expect(Number(refused?.figures['usedUsd'])).toBeCloseTo(Number(used.dayUsd), 1)
  // Denied attempts are on record and use nothing.
  expect((await app.must('order.list', { which: 'closed', limit: 5, beforeMs: null }))[0]).toMatchObject({
    state: 'denied',
    why: { code: 'DAY_LIMIT' },
  })
  expect((await limits()).dayUsd).toBe(used.dayUsd)
})

test('B9: to loosen a limit asks in the main-owned window with before and after, and does nothing without it', async () => {
  clock = new FakeClock(Date.now())
  app = await launchApp({ vault, clock, scheduler: clock })
  await setUp(app)
  await app.must('limits.change', { change: { maxOrderUsd: '5' }, reason: 'a test' })
  const shown: SecureTask[] = []
  app.answer = (task) => {
    shown.push(task)
    return null
  }
  expect(await app.must('limits.change', { change: { maxOrderUsd: '900', maxOpenOrders: 1 }, reason: 'more room' })).toEqual({
    done: false,
  })
  expect(shown).toMatchObject([
    {
      kind: 'authorise',
      act: 'change-limits',
      changes: [
        { before: '5', after: '900' },
        { before: '100', after: '1' },
      ],
    },
  ])
  expect((await limits()).settings).toMatchObject({ maxOrderUsd: '5', maxOpenOrders: 100 })
  expect(await app.call('limits.change', { change: { maxOrderUsd: '0' }, reason: 'none' })).toMatchObject({
    ok: false,
    problem: { code: 'INVALID_INPUT', figures: { where: 'maxOrderUsd' } },
  })
})

test('B9: a repeated order is refused until a person has said so in the main-owned window', async () => {
  await open()
  await app.must('limits.change', { change: { repeatCount: 1 }, reason: 'a test' })
  expect(await trade()).toBeNull()
  await clock.advance(2_000)
  expect((await trade())?.code).toBe('REPEATED_ORDER')
  const [repeated] = (await limits()).repeated
  expect(repeated).toMatchObject({ instrument: 'ETH-USD', side: 'sell', amount: '0.5', count: 1 })
  expect(repeated?.throttledSinceMs).not.toBeNull()
  // Nobody there to approve: it stays refused.
  expect(await app.must('limits.acknowledgeRepeat', { key: repeated!.key, reason: 'it was me' })).toEqual({ done: false })
  await clock.advance(3_600_000)
  expect((await trade())?.code).toBe('REPEATED_ORDER')
  expect(await app.call('limits.acknowledgeRepeat', { key: 'another', reason: 'it was me' })).toMatchObject({
    ok: false,
    problem: { code: 'NOT_FOUND' },
  })
})

test('B9: a loss of the day reduces trading, a larger one halts it, each on record', async () => {
  const worth = vi.spyOn(PaperReader.prototype, 'balances')
  const becomes = async (usd: string) => {
    worth.mockResolvedValue(ok([{ asset: 'USD', token: null, free: decimal(usd), held: decimal(0), usd: decimal(usd) }]))
    await clock.advance(62_000)
    await clock.advance(2_000)
  }
  await open()
  await app.must('limits.change', { change: { lossHaltPct: '22' }, reason: 'a test' })
  await becomes('300000')
  await becomes('360000')
  await becomes('297000')
  expect((await app.must('guards.status', {})).trading).toMatchObject({ state: 'active' })
  await becomes('288000')
  expect((await app.must('guards.status', {})).trading).toMatchObject({ state: 'reducing', reducing: ['loss-limit'] })
  expect((await trade({ side: 'buy' }))?.code).toBe('TRADING_REDUCED')
  await becomes('279000')
  expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'automatic', by: 'loss-limit' })
  const [account] = (await limits()).losses
  expect(account).toMatchObject({ id: 'paper-main', highUsd: expect.any(String) as string, equityUsd: '279000' })
  const entries = await app.must('audit.page', {
    filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'LossLimitReached', text: null },
    offset: 0,
    limit: 10,
  })
  expect(entries.total).toBe(2)
})

test('P6: an alarm is owned up to only where there is one; quieter asks in the main-owned window, stricter does not', async () => {
  await open()
  const { settings } = await app.must('patterns.status', {})
  expect(await app.call('patterns.acknowledge', { alarmId: 'alarm-1', note: '' })).toMatchObject({
    ok: false,
    problem: { code: 'NOT_FOUND' },
  })
  const stricter = { ...settings, sensitivity: { ...settings.sensitivity, size: 'strict' as const } }
  expect(await app.must('patterns.change', { settings: stricter, reason: 'a test' })).toEqual({ done: true })
  expect(await app.must('patterns.change', { settings, reason: 'a test' })).toEqual({ done: false })
  expect((await app.must('patterns.status', {})).settings).toEqual(stricter)
})
