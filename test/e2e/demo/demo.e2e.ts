import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, type Page } from '@playwright/test'
import { startDevnet } from '../../../build/devnet/start.mjs'
import { launchHoldfast } from '../harness/launch.js'
import { inSecureWindow, setUpByHand } from '../harness/people.js'
import { beginKeyFile, toSigners } from '../harness/signers.js'

const PASSWORD = 'correct horse battery staple'

/**
 * The main job, hands free, through the real window: set up, a paper trade, a swap on a real chain signed by a keystore and followed to the
 * end, a halt and its release, and the record of all of it. Data folder and keyring outlive it, so that `npm run audit -- verify` can
 * check what it did.
 */
test('the demo', async () => {
  const { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_OUTPUT_DIR: output } = process.env
  if (dataDir === undefined || output === undefined) throw new Error('run this by `npm run demo`')
  let shots = 0
  const step = async (said: string, page: Page): Promise<void> => {
    shots += 1
    const name = `${String(shots).padStart(2, '0')}-${said.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.png`
    // Not Playwright's own way to still animations: it takes this old Chromium's page down.
    await page.waitForFunction(() => document.getAnimations().every((animation) => animation.playState !== 'running'))
    await page.screenshot({ path: join(output, name) })
    console.log(`[demo] ${shots}. ${said}`)
  }

  const devnet = await startDevnet({ blockTimeSec: 1 })
  console.log(`[demo] a chain with real Uniswap contracts is running at ${devnet.url}`)
  const profile = join(output, 'chain.json')
  writeFileSync(profile, JSON.stringify(devnet.chainProfile))
  const running = await launchHoldfast({ dataDir, env: { HOLDFAST_DEVNET_PROFILE: profile } })
  const { page } = running
  try {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await expect(page.getByRole('button', { name: 'Continue' })).toBeVisible()
    await step('First start', page)
    const keys = await setUpByHand(running)

    await page.getByRole('textbox', { name: 'Amount' }).fill('500')
    await page.getByRole('button', { name: /^Review/ }).click({ timeout: 30_000 })
    await step('Paper order under review', page)
    await page.getByRole('button', { name: 'Place order' }).click()
    await expect(page.getByText('Filled', { exact: true }).first()).toBeVisible()
    await step('Paper order filled', page)
    await page.keyboard.press('Escape')

    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: /testnet/i }).click()
    await page.getByRole('button', { name: /devnet/i }).click()
    await expect(page.getByText(devnet.chainProfile.name).first()).toBeVisible()
    await step('Connected to the chain', page)

    await beginKeyFile(page, 'Devnet key')
    await inSecureWindow(
      running,
      () => page.getByRole('button', { name: /private key/i }).click(),
      async (secure) => {
        await secure.getByLabel('Private key').fill(devnet.fundedKey)
        await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
        await secure.getByLabel('Repeat password').fill(PASSWORD)
        await step('Importing a key in the main-owned window', secure)
        await secure.getByRole('button', { name: 'Import' }).click()
      },
    )
    await toSigners(page)
    await inSecureWindow(
      running,
      () =>
        page
          .getByRole('button', { name: /unlock/i })
          .first()
          .click(),
      async (secure) => {
        await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
        await secure.getByRole('button', { name: 'Unlock' }).click()
      },
    )
    await expect(page.getByRole('button', { name: /^Lock/ }).first()).toBeVisible()
    await step('Signer unlocked', page)

    await page.getByRole('link', { name: 'Trade' }).click()
    // The label covers its radio button.
    await page.getByText('Sell', { exact: true }).click()
    await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
    await page.getByRole('textbox', { name: 'Amount' }).fill('0.5')
    await expect(page.getByRole('button', { name: /^Review sell of 0.5 WETH for about/ })).toBeEnabled({ timeout: 30_000 })
    await step('Swap on the ticket with every verdict', page)
    await page.getByRole('button', { name: /^Review/ }).click()
    await expect(page.getByRole('button', { name: 'Sign and send' })).toBeEnabled({ timeout: 30_000 })
    await step('Swap under review', page)
    await page.getByRole('button', { name: 'Sign and send' }).click()
    await expect(page.getByText('Confirmed', { exact: true }).first()).toBeVisible({ timeout: 90_000 })
    await step('Swap final', page)
    await page.keyboard.press('Escape')

    await page.getByRole('link', { name: 'Orders' }).click()
    await step('Orders', page)
    await page.getByRole('link', { name: 'Balances' }).click()
    await step('Balances', page)

    await page.getByRole('button', { name: 'Halt all trading' }).click()
    await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
    expect(existsSync(join(dataDir, 'machine.lease'))).toBe(false)
    await page.getByRole('link', { name: 'Guards' }).click()
    await step('Halted', page)
    await page.getByRole('textbox', { name: 'Reason' }).fill('The demo is over')
    await inSecureWindow(
      running,
      () => page.getByRole('button', { name: 'Release the halt' }).click(),
      async (secure) => {
        await secure.getByLabel('Recovery key').fill(keys[1] ?? '')
        await step('Releasing with a recovery key', secure)
        await secure.getByRole('button', { name: 'Release' }).click()
      },
    )
    await expect(page.getByText('HALT', { exact: true })).toBeVisible()
    await step('Armed again', page)

    await page.getByRole('link', { name: 'Audit' }).click()
    await page
      .getByRole('button', { name: /verify/i })
      .first()
      .click()
    await expect(page.getByText(/verified/).first()).toBeVisible()
    await step('The record, verified', page)
  } finally {
    await running.close()
    await devnet.stop()
  }
})
