import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'

import type { BalanceView } from '../../src-preload/contract/market.js'
import { approveWith, untilOpen, valueOf } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { killHoldfast } from './harness/kill.js'
import { launchHoldfast, profileOf, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'

// Killed with a limit order resting, and started again on what is left. The tests follow one another.
test.describe.configure({ mode: 'serial' })

const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
let running: RunningHoldfast
let page: Page
let recoveryKey = ''

test.beforeAll(async () => {
  await start()
  recoveryKey = (await setUpByHand(running))[0] ?? ''
})
test.afterAll(async () => {
  await running.close()
  for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})

async function start(): Promise<void> {
  running = await launchHoldfast({ dataDir })
  page = running.page
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
}
const killAndStart = async (): Promise<void> => {
  await killHoldfast(running)
  await start()
  await untilOpen(running)
}
const go = (screen: string): Promise<void> => page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
const row = (text: string): Locator => page.getByRole('region', { name: 'Orders' }).getByRole('row').filter({ hasText: text })
async function look(name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

/** What the paper exchange itself holds back for orders that rest, by asset. */
async function heldBack(): Promise<Readonly<Record<string, string>>> {
  const { balances } = (await valueOf(running, 'market.balances', { account: 'paper-main' })) as {
    readonly balances: readonly BalanceView[]
  }
  return Object.fromEntries(balances.map(({ asset, held }) => [asset, held]))
}

/** Rests an order to sell a tenth of an ETH far above the market, from the ticket. */
async function rest(): Promise<void> {
  await go('Trade')
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('ETH').click()
  await page.getByRole('textbox', { name: 'Amount' }).fill('0.1')
  await page.getByRole('radiogroup', { name: 'Order type' }).getByText('Limit').click()
  await page.getByRole('textbox', { name: 'Limit price' }).fill('9999')
  await page.getByRole('radiogroup', { name: 'Time in force' }).getByText('Until canceled').click()
  await page.getByRole('button', { name: /^Review sell of 0\.1\sETH at/ }).click()
  await page.getByRole('dialog', { name: 'Review' }).getByRole('button', { name: 'Place order' }).click()
  await expect(page.getByRole('dialog', { name: 'Your order' }).getByText('Working', { exact: true }).first()).toBeVisible()
  await page.keyboard.press('Escape')
}

test('B2: killed with a limit order resting: it rests on, once, here and at the exchange', async () => {
  await rest()
  const before = await heldBack()
  await killAndStart()
  await go('Orders')
  await expect(page.getByRole('tab', { name: 'Open (1)' })).toBeVisible()
  await expect(row('Sell')).toHaveCount(1)
  await expect(row('Sell')).toContainText('Working')
  expect(await heldBack()).toEqual(before)
})

test('B2 B5 X5: killed right after HALT: the halt stands and the order still rests; canceled by the second press, it stays canceled across another kill', async () => {
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect.poll(() => existsSync(join(dataDir, 'machine.lease'))).toBe(false)
  await killAndStart()
  const bar = (): Locator => page.getByRole('region', { name: 'Halt', exact: true })
  await expect(bar()).toContainText(/Halted .* by the halt button/)
  await go('Orders')
  await expect(row('Sell')).toContainText('Working')
  await look('killed-halted-resting')
  await bar().getByRole('button', { name: 'Cancel resting orders' }).click()
  await expect(bar()).toContainText('Paper: 1 canceled')
  await killAndStart()
  await expect(bar()).toContainText(/Halted .* by the halt button/)
  await go('Orders')
  await page.getByRole('tab', { name: 'History' }).click()
  await expect(row('Sell')).toHaveCount(1)
  await expect(row('Sell')).toContainText('Canceled')
  expect(Object.values(await heldBack()).filter((amount) => Number(amount) !== 0)).toEqual([])
  expect(await valueOf(running, 'audit.verify', {})).toMatchObject({ verdict: 'intact' })

  await go('Guards')
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('The power was lost; nothing is out')
  await inSecureWindow(running, () => page.getByRole('button', { name: 'Release the halt' }).click(), approveWith(recoveryKey))
  await expect(bar()).toBeHidden()
})
