import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'

import { approveWith, callAndAnswer, untilOpen, valueOf } from './harness/call.js'
import { calendarAhead, setCalendarAhead } from './harness/clock.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { launchHoldfast, profileOf, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'

// A computer whose calendar is wrong: years ahead at a start, and set while the app runs. The tests follow one another.
test.describe.configure({ mode: 'serial' })

const HOUR_MS = 3_600_000
const THREE_YEARS_MS = 3 * 365 * 24 * HOUR_MS
const BUY = {
  ...{ venue: 'paper', instrument: 'ETH-USD', side: 'buy', type: 'market', timeInForce: 'ioc', amount: '100', amountUnit: 'quote' },
  ...{ limitPrice: null, riskProfile: 'moderate', account: 'paper-main' },
}

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
let running: RunningHoldfast
let page: Page
let recoveryKey = ''

async function start(aheadMs: number): Promise<void> {
  running = await launchHoldfast({ dataDir, ...calendarAhead(aheadMs) })
  page = running.page
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
}
async function restart(aheadMs: number): Promise<void> {
  await running.close()
  await start(aheadMs)
  await untilOpen(running)
}
test.beforeAll(async () => {
  await start(0)
  recoveryKey = (await setUpByHand(running))[0] ?? ''
})
test.afterAll(async () => {
  await running.close()
  for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

const go = (screen: string): Promise<void> => page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
const bar = (): Locator => page.getByRole('region', { name: 'Halt', exact: true })
async function look(name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}
const refused = async (): Promise<void> => {
  expect(await callAndAnswer(running, 'order.prepare', BUY)).toMatchObject({ ok: false })
}
const firstEntry = (): Promise<unknown> => valueOf(running, 'audit.entry', { seq: 1 })

async function release(reason: string): Promise<void> {
  await go('Guards')
  for (const box of await page.getByRole('checkbox', { name: /Acknowledge|I have|let/i }).all()) await box.check()
  await page.getByRole('textbox', { name: 'Reason' }).first().fill(reason)
  await inSecureWindow(running, () => page.getByRole('button', { name: 'Release the halt' }).click(), approveWith(recoveryKey))
  await expect(bar()).toBeHidden()
}

test('C12 X5: a calendar three years ahead at the start halts, says why and what to do, and empties nothing of the record; set right, the halt can be released', async () => {
  const before = await firstEntry()
  await restart(THREE_YEARS_MS)
  await expect(bar()).toContainText('by an automatic trigger (clock-jump)')
  await expect(bar()).toContainText(/The clock stands 1095 days after the time of the last run/)
  await expect(page.getByRole('button', { name: /^Review (buy|sell)/ })).toBeDisabled()
  await refused()
  await look('clock-ahead')
  expect(await firstEntry()).toEqual(before)

  await restart(0)
  await expect(bar()).toContainText('Halted ahead of this clock by an automatic trigger (clock-jump)')
  await look('clock-right-again')
  await refused()
  expect(await firstEntry()).toEqual(before)
  expect(await valueOf(running, 'audit.verify', {})).toMatchObject({ verdict: 'intact' })
  await release('The battery of the clock was empty')
  expect(await callAndAnswer(running, 'order.prepare', BUY)).toMatchObject({ ok: true })
})

test('X5: a calendar that is set while the app runs halts it; set right, that is told as well, and the halt can be released', async () => {
  await go('Trade')
  await setCalendarAhead(running, 2 * HOUR_MS)
  await expect(bar()).toContainText('by an automatic trigger (clock-jump)')
  await expect(bar()).toContainText(/The clock jumped forward by 7(200|199|201)\.\d s \(halts above 30 s\)\./)
  await refused()
  await setCalendarAhead(running, 0)
  await go('Guards')
  await expect(page.getByText(/The clock jumped back by 7(200|199|201)\.\d s/).first()).toBeVisible()
  await look('clock-jumped-back')
  await release('Somebody set the clock')
  expect(await callAndAnswer(running, 'order.prepare', BUY)).toMatchObject({ ok: true })
})
