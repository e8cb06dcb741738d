import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Clock } from '../../../src-main/lib/clock'
import { PAPER_SELL } from '../../support/app/drafts'
import { auditTypes, placeResting } from '../../support/app/halt-help'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { FakeClock } from '../../support/fake-clock'

const HOUR = 3_600_000

let fake: FakeClock
let slept: number
let app: TestApp
/** A machine whose steady time stands still while it sleeps, as on Linux and macOS. */
const clock: Clock = {
  wallMs: () => fake.wallMs() + slept,
  steadyMs: () => fake.steadyMs(),
  bootMs: () => fake.steadyMs() + slept,
}
beforeEach(async () => {
  fake = new FakeClock()
  slept = 0
  app = await launchApp({ dataDir: armedDataDir(clock), clock, scheduler: fake })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** Suspended and resumed, as Electron's power monitor tells; `meanwhile` happens to the machine while it sleeps. */
async function sleepFor(ms: number, meanwhile: () => void = () => undefined): Promise<void> {
  app.holdfast.suspended()
  slept += ms
  meanwhile()
  app.holdfast.resumed()
  await fake.settle()
}
const killSwitch = async () => (await app.must('app.status', {})).killSwitch

describe('B12: what a sleep does', () => {
  test('X5: a night is no jump of the clock: nothing halts, what rests rests on, and the next order goes', async () => {
    const resting = placeResting(app)
    await fake.advance(1_000)
    const orderId = await resting
    await sleepFor(8 * HOUR)
    await fake.advance(10_000)
    expect((await killSwitch()).state).toBe('armed')
    expect((await app.must('order.detail', { orderId })).summary.state).toBe('working')
    const filled = app.heard('order.changed', ({ state }) => state === 'filled')
    const plan = await app.must('order.prepare', PAPER_SELL)
    await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await filled
    expect(await auditTypes(app, /^System(Suspended|Resumed)$/)).toEqual(['SystemSuspended', 'SystemResumed'])
  })

  test('X2: a plan from before is too old, though the machine’s steady time stood still', async () => {
    const plan = await app.must('order.prepare', PAPER_SELL)
    await sleepFor(2 * 60_000)
    const confirm = { planId: plan.planId, planHash: plan.planHash }
    expect(await app.call('order.confirm', confirm)).toMatchObject({ ok: false, problem: { code: 'PLAN_EXPIRED' } })
    expect(await app.must('order.list', { which: 'all', limit: 10, beforeMs: null })).toEqual([])
  })

  test.for([
    ['forward', HOUR],
    ['back', -HOUR],
  ] as const)('X5: a clock that is set %s while the machine sleeps halts when it wakes', async ([, byMs]) => {
    await sleepFor(HOUR, () => {
      fake.jumpWall(byMs)
    })
    expect(await killSwitch()).toMatchObject({ state: 'triggered', source: 'automatic', by: 'clock-jump' })
  })

  test('B4: time asleep counts for the dead-man switch: whoever did not come back halts when the machine wakes, before anything is placed', async () => {
    await app.must('presence.here', {})
    await app.must('watch.update', { change: { deadManOn: true, deadManAfterMin: 60, deadManWarnMin: 5 }, reason: 'a test' })
    await sleepFor(30 * 60_000)
    expect((await killSwitch()).state).toBe('armed')
    await sleepFor(HOUR)
    expect(await killSwitch()).toMatchObject({ state: 'triggered', by: 'dead-man' })
    expect(await app.call('order.prepare', PAPER_SELL)).toMatchObject({ ok: false, problem: { code: 'KILL_SWITCH_TRIGGERED' } })
  })
})
