import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { DrillView } from '../../../src-preload/contract/incidents'
import { auditTypes, placeResting, press, swept } from '../../support/app/halt-help'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const vault = memoryVault()
let app: TestApp

beforeEach(async () => {
  app = await launchApp({ vault })
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const release = async (reason = 'it is over'): Promise<void> => {
  app.answer = (task) =>
    task.kind === 'authorise' ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] } : null
  expect(await app.must('halt.release', { reason, acknowledge: [] })).toMatchObject({ released: true })
}
const drillEnds = (): Promise<DrillView> => app.heard('drills.changed', ({ result }) => result !== 'running')
const drillOf = async (kind: DrillView['kind']): Promise<DrillView> => {
  const ended = drillEnds()
  await app.must('drills.start', { kind })
  return ended
}
const timesOf = ({ measures }: DrillView) => Object.fromEntries(measures.map(({ name, tookMs }) => [name, tookMs !== null]))

test('X9: a halt is told whole: who, when, what was out then and now, what was canceled, what was verified; its report stands by itself', async () => {
  expect(await app.must('incidents.list', {})).toEqual([])
  const orderId = await placeResting(app)
  await press(app)
  await vi.waitFor(async () => expect(await app.must('incidents.list', {})).toHaveLength(1))
  const clear = swept(app, ({ phase }) => phase === 'clear')
  await app.must('halt.sweep', { mode: 'graceful' })
  await clear
  const [lasting] = await app.must('incidents.list', {})
  expect(lasting).toMatchObject({ untilMs: null, source: 'button', by: 'operator', scope: 'machine', toldBy: 'audit' })
  await release('the venue answers again')

  const [incident] = await app.must('incidents.list', {})
  expect(incident).toMatchObject({ id: lasting!.id, releasedBy: 'operator' })
  expect(incident!.untilMs).toBeGreaterThanOrEqual(incident!.sinceMs)
  const story = await app.must('incidents.get', { id: incident!.id })
  expect(story.orders).toEqual([
    expect.objectContaining({ orderId, before: 'OrderAccepted', now: 'canceled', side: 'sell', amount: '0.1' }),
  ])
  const told = story.moments.map(({ type }) => type)
  for (const type of [
    'KillSwitchTriggered',
    'SweepStarted',
    'OrderCanceled',
    'SweepFinished',
    'RecoveryBegun',
    'ActAuthorised',
    'KillSwitchReleased',
  ])
    expect(told, type).toContain(type)
  expect(told.indexOf('KillSwitchTriggered')).toBeLessThan(told.indexOf('SweepFinished'))
  expect(story.checks).toContainEqual({ name: 'audit-chain-verified', status: 'ok' })
  expect(story.checks).toContainEqual({ name: 'last-look', status: 'ok' })

  app.chosenFile = join(app.dataDir, '..', 'report.md')
  expect(await app.must('incidents.export', { id: incident!.id })).toEqual({ path: app.chosenFile })
  const report = readFileSync(app.chosenFile, 'utf8')
  for (const fact of [orderId, 'the venue answers again', 'SweepFinished', 'audit-chain-verified', 'canceled'])
    expect(report).toContain(fact)
  for (const key of app.recoveryKeys) expect(report).not.toContain(key)
  expect(await auditTypes(app, /^Incident/)).toEqual(['IncidentReportExported'])
})

test('X9: a halt that the audit log never heard of is told from the file of halts', async () => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  // Halted and released by nobody that the log could hear: as after a new database.
  app = await launchApp({ dataDir, vault, haltVariables: { TRADING_HALTED: '1' } })
  app.recoveryKeys = recoveryKeys
  await app.stop()
  app = await launchApp({ dataDir, vault })
  const [incident] = await app.must('incidents.list', {})
  expect(incident).toMatchObject({ toldBy: 'history', source: 'environment-variable', untilMs: null })
  expect((await app.must('incidents.get', { id: incident!.id })).moments.map(({ type }) => type)).toContain('Halted')
})

test.for(['halt', 'emergency-halt'] as const)(
  'B7: a drill of a %s does the real thing, is timed against its targets, and waits for a person to release',
  async (kind) => {
    const report = await drillOf(kind)
    expect(report, JSON.stringify(report)).toMatchObject({ kind, result: 'awaits-release' })
    const onChain = { 'speed-up-refused': true, 'cancels-sent': true, 'chain-clear': true }
    expect(timesOf(report)).toEqual({
      ...{ 'gate-closed': true, 'lease-gone': true, 'all-canceled': true, verified: true, recovered: false },
      ...(kind === 'halt' ? {} : onChain),
    })
    expect(report.chain).toEqual(kind === 'halt' ? null : { waiting: 3, canceled: 3 })
    expect((await app.must('app.status', {})).killSwitch).toMatchObject({
      state: 'triggered',
      scope: 'environment',
      reason: `drill: ${kind}`,
    })
    const orders = await app.must('order.list', { which: 'all', limit: 10, beforeMs: null })
    expect(orders.map(({ state }) => state)).toEqual(['canceled', 'canceled', 'canceled'])
    expect(await app.call('drills.start', { kind })).toMatchObject({ ok: false, problem: { code: 'CHECK_BLOCKED' } })
    await release()
    const [after] = await app.must('drills.list', {})
    expect(after).toMatchObject({ drillId: report.drillId, result: 'passed' })
    expect(timesOf(after!)).toMatchObject({ recovered: true })
    expect(await auditTypes(app, /^Drill/)).toEqual(['DrillStarted', 'DrillFinished', 'DrillRecovered'])
  },
)

test('B7: an emergency that is rehearsed leaves nothing of its chain behind: no folder, no signer, no alert, no entry but its report', async () => {
  await drillOf('emergency-halt')
  expect(existsSync(join(app.dataDir, 'paper', 'rehearsal'))).toBe(false)
  expect(await app.must('signer.list', {})).toEqual([])
  expect(await auditTypes(app, /^(?:OrderReplac|Signing|TransactionSigned|SignerSwitched|CancelFailed)/)).toEqual([])
  const filter = {
    sinceMs: null,
    untilMs: null,
    categories: [],
    severities: [],
    type: 'DrillFinished',
    text: null,
  }
  const [finished] = (await app.must('audit.page', { filter, offset: 0, limit: 1 })).rows
  const entry = await app.must('audit.entry', { seq: finished!.seq })
  expect(JSON.stringify(entry)).toMatch(/waiting\W+3/)
  expect((await app.must('alerts.list', {})).alerts.map(({ kind }) => kind).sort()).toEqual(['drill', 'kill-switch-triggered'])
})

test('B7: a breaker storm opens a real breaker, which holds the next order back', async () => {
  const report = await drillOf('breaker-storm')
  expect(report, JSON.stringify(report)).toMatchObject({ result: 'passed', notes: ['CLOSE_THE_BREAKER'] })
  expect(timesOf(report)).toEqual({ 'breaker-open': true, 'order-refused': true })
  const { breakers } = await app.must('guards.status', {})
  expect(breakers.find(({ id }) => id === 'trade')?.state).toBe('open')
})

test('B7: an outage of the venue is seen, nothing is sent blindly, and it comes back; the drill leaves nothing behind', async () => {
  const report = await drillOf('venue-outage')
  const told = (await app.must('alerts.list', {})).alerts.find(({ kind }) => kind === 'drill')
  expect(told).toMatchObject({ severity: 'low', subject: report.drillId, figures: { kind: 'venue-outage', result: report.result } })
  expect(report, JSON.stringify(report)).toMatchObject({ result: 'passed' })
  expect(timesOf(report)).toEqual({ 'outage-seen': true, 'order-refused': true, 'back-again': true })
  await vi.waitFor(async () => expect(await app.must('order.list', { which: 'open', limit: 10, beforeMs: null })).toEqual([]))
})

test('B7: no drill where something could be lost: not outside of paper, not beside open orders', async () => {
  const orderId = await placeResting(app)
  expect(await app.call('drills.start', { kind: 'halt' })).toMatchObject({ ok: false, problem: { code: 'CHECK_BLOCKED' } })
  expect((await app.must('order.detail', { orderId })).summary.state).toBe('working')
  await app.must('order.cancel', { orderId })
  await app.must('environment.switch', { environment: 'testnet' })
  expect(await app.call('drills.start', { kind: 'halt' })).toMatchObject({ ok: false, problem: { code: 'CHECK_BLOCKED' } })
  expect(await auditTypes(app, /^Drill/)).toEqual([])
})

test('B7: a real halt during a drill wins', async () => {
  const ended = drillEnds()
  await app.must('drills.start', { kind: 'halt' })
  await press(app)
  expect(await ended).toMatchObject({ result: expect.stringMatching(/interrupted|failed/) as string })
  expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', scope: 'machine', source: 'button' })
})
