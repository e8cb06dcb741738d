import { writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'
import { startDevnet, type Devnet } from '../../build/devnet/start.mjs'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { setUpByHand } from './harness/people.js'
import { importKey, toSigners, unlockSigner } from './harness/signers.js'

// An allowance that waits on a chain which mines nothing: it is out as much as an order is, also after its order has ended. The tests follow one another.
test.describe.configure({ mode: 'serial' })

const PASSWORD = 'correct horse battery staple'

let folder: string
let dataDir: string
let devnet: Devnet
let running: RunningHoldfast
let page: Page

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-allowance-'))
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
  devnet = await startDevnet({ blockTimeSec: 1 })
  const profile = join(folder, 'chain.json')
  writeFileSync(profile, JSON.stringify(devnet.chainProfile))
  await start({ HOLDFAST_DEVNET_PROFILE: profile })
  await setUpByHand(running)
  await go('Settings')
  await page.getByRole('button', { name: 'Switch to testnet' }).click()
  await expect(page.locator('.hf-strip__environment')).toHaveText('TESTNET')
  await page.getByRole('button', { name: 'Connect the running devnet' }).click()
  await expect(page.getByRole('region', { name: 'Chain', exact: true })).toContainText('Connected')
  await importKey(running, 'Devnet key', devnet.fundedKey, PASSWORD)
  await unlock()
})
test.afterAll(async () => {
  await running.close()
  await devnet.stop()
  for (const each of [folder, dataDir, `${dataDir}-electron`]) rmSync(each, { recursive: true, force: true, maxRetries: 5 })
})

async function start(env: Readonly<Record<string, string>> = {}): Promise<void> {
  running = await launchHoldfast({ dataDir, env })
  page = running.page
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
}
const go = (screen: string): Promise<void> => page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()

async function unlock(): Promise<void> {
  await toSigners(page)
  await unlockSigner(running, 'Devnet key', PASSWORD)
  await expect(page.getByRole('article', { name: 'Signer Devnet key' })).toContainText('Unlocked')
}

/** Sells WETH on a chain that mines no more, up to where the allowance waits; answers the sheet. */
async function sellUpToAllowance(weth: string): Promise<Locator> {
  await go('Trade')
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
  await page.getByRole('textbox', { name: 'Amount' }).fill(weth)
  await page.getByRole('button', { name: new RegExp(`^Review sell of ${weth}\\sWETH for about`) }).click({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Sign and send' }).click({ timeout: 30_000 })
  const story = page.getByRole('dialog', { name: 'Your order' })
  await expect(story.getByText('Allowance sent', { exact: true })).toBeVisible({ timeout: 30_000 })
  return story
}

/** Asks the app to end, and answers with what main asks in its own dialog; the person stays. */
async function askedOnQuitting(): Promise<{ readonly message: string; readonly detail: string; readonly buttons: readonly string[] }> {
  return running.app.evaluate(
    ({ app, dialog }) =>
      new Promise((resolve) => {
        dialog.showMessageBox = ((options: { message: string; detail: string; buttons: string[] }) => {
          resolve({ message: options.message, detail: options.detail, buttons: options.buttons })
          return Promise.resolve({ response: 0, checkboxChecked: false })
        }) as unknown as typeof dialog.showMessageBox
        app.quit()
      }),
  )
}

const ASKED = {
  message: 'Orders are still out',
  detail: '1 order with a transaction on its way on a chain: followed on at the next start.',
  buttons: ['Stay', 'Quit and leave them'],
}

async function look(name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

const waitingOn = (story: Locator): Locator => story.getByRole('region', { name: 'While it waits to be mined' })
const mineUntil = (what: () => Promise<number>): Promise<void> =>
  expect
    .poll(
      async () => {
        await devnet.mine()
        return what()
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(0)

test('X3 B12: it is sped up and canceled from the screen; quitting names it, and cancelling what rests says that it stays', async () => {
  test.setTimeout(180_000)
  await devnet.rpc('evm_setIntervalMining', 0)
  const story = await sellUpToAllowance('0.1')
  const speedUp = waitingOn(story).getByRole('button', { name: 'Speed up' })
  await expect(speedUp).toBeEnabled({ timeout: 30_000 })
  await expect(story.getByText('Its allowance has left and waits to be mined. The order itself has not left.').first()).toBeVisible()
  await look('allowance-waits')
  await speedUp.click()
  await expect(story.getByText('Replacement sent', { exact: true })).toHaveCount(1, { timeout: 30_000 })
  await page.keyboard.press('Escape')

  expect(await askedOnQuitting()).toEqual(ASKED)

  await go('Orders')
  await page.getByRole('button', { name: 'Cancel all open orders (1)' }).click()
  await expect(page.getByText('0 of 1 order canceled.')).toBeVisible()
  await expect(page.getByText(/is still out: it was sent to a chain.*Open it to cancel it there/)).toBeVisible()
  await look('cancel-all-chain')
  await page.getByText('is still out').getByRole('link').click()
  const detail = page.getByRole('complementary', { name: 'Order detail' })
  await waitingOn(detail).getByRole('button', { name: 'Cancel on chain' }).click()
  await expect(detail.getByText('Replacement sent', { exact: true })).toHaveCount(2, { timeout: 30_000 })
  await look('allowance-cancel-sent')
  await mineUntil(() => detail.getByText('Canceled', { exact: true }).count())
  await expect(waitingOn(detail)).toHaveCount(0)
  await expect(page.getByText('was not canceled by this; it has ended since.')).toBeVisible()
  await look('allowance-canceled')
})

test('B2 B5 X9: killed while it waits, the next start still follows and shows it though its order is over; quitting and the incident name it, and a halt cancels it', async () => {
  test.setTimeout(180_000)
  await go('Orders')
  await sellUpToAllowance('0.2')
  const exited = new Promise((resolve) => running.app.process().once('exit', resolve))
  process.kill(await running.app.evaluate(() => process.pid), 'SIGKILL')
  await exited
  await start()
  await expect(page.locator('.hf-strip__environment')).toHaveText('TESTNET')
  await go('Orders')
  const left = page.getByRole('row').filter({ hasText: '0.2' })
  await expect(left).toContainText('Failed')
  await expect(left).toContainText('a transaction of it still waits on the chain')
  await expect(page.getByRole('tab', { name: 'Open (1)' })).toBeVisible()
  await left.getByRole('link').click()
  const detail = page.getByRole('complementary', { name: 'Order detail' })
  await expect(waitingOn(detail)).toContainText('The order has ended: what it left waiting can only be canceled.')
  await look('allowance-of-ended-order')
  expect(await askedOnQuitting()).toEqual(ASKED)

  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await page.getByRole('button', { name: 'Cancel everything, also on chain' }).click()
  await expect(page.getByText(/is still out: its key is locked/)).toBeVisible()
  await go('Incidents')
  await page.getByRole('row').filter({ hasText: 'the halt button was pressed' }).getByRole('link').click()
  await expect(page.getByRole('article').getByText('Allowance sent', { exact: true })).toBeVisible()
  await expect(page.getByRole('article').getByText(/a transaction of it still waits on the chain/)).toBeVisible()
  await look('allowance-incident')
  await unlock()
  await expect(page.getByText(/cancel on chain, waiting for a block/)).toBeVisible({ timeout: 40_000 })
  await go('Orders')
  await page.getByRole('tab', { name: 'Open (1)' }).waitFor()
  await left.getByRole('link').click()
  await expect(waitingOn(detail)).toBeVisible()
  await mineUntil(() => page.getByText(/Nothing that was to be canceled is out/).count())
  // It had ended before, so nothing happens to it that would tell: the window asks.
  await expect(waitingOn(detail)).toHaveCount(0)
  await expect(page.getByText('Nothing is out')).toBeVisible()
  await expect(page.getByText(/Uniswap v3: 1 canceled/)).toBeVisible()
  await look('allowance-canceled-by-halt')
})
