import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { PAPER_SELL } from '../../support/app/drafts'

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

const restart = async (haltVariables: Record<string, string> = {}): Promise<void> => {
  const { dataDir, recoveryKeys } = app
  await app.stop()
  app = await launchApp({ dataDir, vault, haltVariables })
  app.recoveryKeys = recoveryKeys
}
const pressHalt = () => app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
const releaseWith = async (typed: string) => {
  app.answer = (task) =>
    task.kind === 'authorise' ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(typed)] } : null
  return app.must('halt.release', { reason: 'the drill is over', acknowledge: [] })
}

test('X5: a halt stops a plan that was signed off before it, sticks across a restart, and either recovery key releases it', async () => {
  for (const key of [0, 1]) {
    const plan = await app.must('order.prepare', PAPER_SELL)
    await pressHalt()
    expect(await app.call('order.confirm', { planId: plan.planId, planHash: plan.planHash })).toMatchObject({
      ok: false,
      problem: { code: 'KILL_SWITCH_TRIGGERED' },
    })
    await restart()
    expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'button', by: 'operator' })

    expect(await releaseWith('AAAAA-AAAAA-AAAAA-AAAAA-AAAAA-AAAAA')).toMatchObject({ released: false })
    expect(app.lastProblem).toMatchObject({ code: 'WRONG_KEY' })
    expect((await app.must('app.status', {})).killSwitch.state).toBe('triggered')

    expect(await releaseWith(app.recoveryKeys[key]!)).toMatchObject({ released: true })
    expect((await app.must('app.status', {})).killSwitch.state).toBe('armed')
    await app.must('order.prepare', PAPER_SELL)
  }
})

test('X5: without its lease the app starts halted, and says that it cannot tell why', async () => {
  const { dataDir } = app
  await app.stop()
  const lease = join(dataDir, 'machine.lease')
  expect(existsSync(lease)).toBe(true)
  writeFileSync(lease, '{"half a lea')
  app = await launchApp({ dataDir, vault })
  expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'unreadable-state' })
})

test('X5: a kill file is found by the last look, and release is refused with the reason while it is there', async () => {
  const plan = await app.must('order.prepare', PAPER_SELL)
  const ended = app.heard('order.changed', (order) => !order.open)
  writeFileSync(join(app.dataDir, 'kill'), 'stop now\n')
  // The gate in memory is still open: only the look right before sending can know.
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  expect(await ended).toMatchObject({ state: 'denied', why: { code: 'KILL_SWITCH_TRIGGERED' } })
  expect(await releaseWith(app.recoveryKeys[0]!)).toMatchObject({ released: false })
  expect(app.lastProblem?.figures['detail']).toContain('kill')
})

test('X5: KILL_SWITCH_ACTIVE halts at start and bars the release until it is gone', async () => {
  await restart({ KILL_SWITCH_ACTIVE: 'true' })
  expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', source: 'environment-variable' })
  expect(await releaseWith(app.recoveryKeys[0]!)).toMatchObject({ released: false })
  await restart()
  expect(await releaseWith(app.recoveryKeys[0]!)).toMatchObject({ released: true })
})

test('X5: a release that fails over what cannot be found out can be tried again', async () => {
  await pressHalt()
  const engine = app.holdfast.services.engine()
  if (!engine.ok) throw new Error('no engine')
  const journal = vi.spyOn(engine.value.journal, 'open').mockImplementation(() => {
    throw new Error('a row that nobody can read')
  })
  expect(await app.call('halt.release', { reason: 'over', acknowledge: [] })).toMatchObject({ ok: false })
  expect((await app.must('app.status', {})).killSwitch.state).toBe('triggered')
  journal.mockRestore()
  expect(await releaseWith(app.recoveryKeys[0]!)).toMatchObject({ released: true })
})

test('X5: what is acknowledged is never shown as in order: it is let be, and by whom', async () => {
  await app.must('breaker.isolate', { breaker: 'trade', reason: 'something is wrong' })
  await pressHalt()
  const shown: Extract<SecureTask, { kind: 'authorise' }>['checks'][number][] = []
  app.answer = (task) => {
    if (task.kind === 'authorise') shown.push(...task.checks.filter(({ label }) => label === 'Breakers' || label === 'Venue'))
    return null
  }
  await app.must('halt.release', { reason: 'go on', acknowledge: ['breakers-closed-or-acknowledged', 'venue-health'] })
  expect(shown).toEqual([
    { label: 'Breakers', ok: false, detail: 'Not closed: trade', letBeBy: 'operator' },
    { label: 'Venue', ok: true, detail: 'Every venue answers' },
  ])
})

test('X5: cancels pass while halted', async () => {
  const resting = { ...PAPER_SELL, type: 'limit' as const, timeInForce: 'gtc' as const, limitPrice: '9000' }
  const plan = await app.must('order.prepare', resting)
  const working = app.heard('order.changed', (order) => order.state === 'working')
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await working
  await pressHalt()
  const canceled = app.heard('order.changed', (order) => order.state === 'canceled')
  expect(await app.must('order.cancelAll', {})).toMatchObject({ asked: 1, canceled: 1, notCanceled: [] })
  expect((await canceled).orderId).toBe(orderId)
})

test('X6: neither the database nor the files beside it show what was traded, in plain text', async () => {
  const plan = await app.must('order.prepare', PAPER_SELL)
  const filled = app.heard('order.changed', (order) => order.state === 'filled')
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await filled
  for (const name of ['holdfast.db', 'holdfast.db-wal', 'audit.anchor', 'db.key']) {
    const path = join(app.dataDir, 'paper', name)
    if (!existsSync(path)) continue
    const bytes = readFileSync(path, 'latin1')
    for (const canary of ['ETH-USD', 'OrderFilled', plan.orderId]) expect(bytes.includes(canary), `${canary} in ${name}`).toBe(false)
  }
})
