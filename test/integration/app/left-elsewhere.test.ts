import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { PAPER_SELL } from '../../support/app/drafts'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

let app: TestApp
beforeEach(async () => {
  app = await launchApp({ vault: memoryVault() })
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const left = async () => (await app.must('app.status', {})).leftElsewhere
const halted = async (): Promise<Record<string, unknown>> => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'KillSwitchTriggered', text: null }
  const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 1 })
  return JSON.parse((await app.must('audit.entry', { seq: rows[0]!.seq })).dataJson) as Record<string, unknown>
}
const halt = async () => {
  await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  await app.must('halt.durable', {})
}

test('B5: a halt names what another environment left out, on the screen and in the record, and opening it takes it over', async () => {
  const plan = await app.must('order.prepare', { ...PAPER_SELL, type: 'limit', timeInForce: 'gtc', limitPrice: '9000' })
  const working = app.heard('order.changed', ({ state }) => state === 'working')
  await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await working
  expect(await left()).toEqual([])
  await app.must('environment.switch', { environment: 'testnet' })
  expect(await left()).toMatchObject([{ environment: 'paper', resting: 1, onChain: 0 }])
  await halt()
  await expect.poll(halted).toMatchObject({ elsewhere: 'paper: 1 resting, 0 on a chain' })
  const [incident] = await app.must('incidents.list', {})
  const story = await app.must('incidents.get', { id: incident!.id })
  expect(JSON.stringify(story)).toContain('paper: 1 resting, 0 on a chain')

  await app.must('environment.switch', { environment: 'paper' })
  expect(await left()).toEqual([])
  expect(await app.must('order.list', { which: 'open', limit: 5, beforeMs: null })).toHaveLength(1)
})

test('B5: an environment that leaves nothing out is not named; a note that cannot be read is', async () => {
  await app.must('environment.switch', { environment: 'testnet' })
  expect(await left()).toEqual([])
  expect(existsSync(join(app.dataDir, 'paper', 'left-out.json'))).toBe(false)
  writeFileSync(join(app.dataDir, 'paper', 'left-out.json'), '{"resting":')
  expect(await left()).toMatchObject([{ environment: 'paper', resting: 1 }])
})
