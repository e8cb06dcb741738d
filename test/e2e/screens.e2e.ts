import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, type Page } from '@playwright/test'
import { expectAccessible, expectNothingCut, hearComplaints, picture, settle } from './harness/inspect.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, shownKeys } from './harness/people.js'
import { beginKeyFile, toSigners } from './harness/signers.js'

// Every screen, in both sizes that it must be usable in and in both colour schemes: nothing cut off, nothing that axe calls serious, HALT and the environment
// where they always are. Each leaves a picture for people to look at. One app and one test, so that every finding of a run is told and not only the first.

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const
const SCHEMES = ['dark', 'light'] as const
const PASSWORD = 'correct horse battery staple'

let running: RunningHoldfast
let page: Page
let keys: readonly string[] = []
/** Where HALT and the environment stood first, by size. */
const places = new Map<string, unknown>()

test('every screen in every size and scheme', async () => {
  test.setTimeout(600_000)
  running = await launchHoldfast({
    prepare: (dataDir) => {
      writeFileSync(join(dataDir, 'preferences.json'), JSON.stringify({ environment: 'paper', colourScheme: 'auto' }))
    },
  })
  page = running.page
  const complaints = hearComplaints(page)
  try {
    await test.step('the first three steps and the window with the recovery keys', firstRun)
    await test.step('the screens while there is little to show', emptyScreens)
    await test.step('the ticket, the review, and orders', orders)
    await test.step('signers, an audit entry and the palette', others)
    await test.step('while halted', halted)
    await test.step('at 200 %', zoomed)
    await test.step('the colours that the settings say', colours)
  } finally {
    await running.close()
  }
  expect(complaints).toEqual([])
})

async function resize({ width, height }: { readonly width: number; readonly height: number }): Promise<void> {
  await running.app.evaluate(
    ({ BrowserWindow }, size) => {
      for (const window of BrowserWindow.getAllWindows()) if (window.isResizable()) window.setContentSize(size.width, size.height)
    },
    { width, height },
  )
  // A window as large as the screen loses a pixel.
  await expect.poll(() => page.evaluate(() => Math.ceil(innerWidth / 2) * 2)).toBe(width)
  await expect.poll(() => page.evaluate(() => Math.ceil(innerHeight / 2) * 2)).toBe(height)
}

/** Looks at what the window shows now, in every size and scheme. */
async function look(name: string): Promise<void> {
  for (const size of SIZES) {
    await resize(size)
    for (const colorScheme of SCHEMES) {
      const where = `${name}-${size.width}-${colorScheme}`
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      await settle(page)
      await expectNothingCut(page, where)
      await expectAccessible(page, where)
      const halt = await page.locator('header').getByRole('button', { name: 'Halt all trading', includeHidden: true }).boundingBox()
      const environment = await page.locator('.hf-strip__environment').boundingBox()
      const key = String(size.width)
      if (!places.has(key)) places.set(key, { halt, environment })
      expect.soft({ halt, environment }, `HALT and the environment stand where they always do on ${where}`).toEqual(places.get(key))
      await picture(page, where)
    }
  }
  await resize(SIZES[0])
}

/** Looks at the main-owned window, whose size is fixed. */
async function lookAtSecure(secure: Page, name: string): Promise<void> {
  const heard = hearComplaints(secure)
  for (const colorScheme of SCHEMES) {
    const where = `secure-${name}-${colorScheme}`
    await secure.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settle(secure)
    await expectNothingCut(secure, where)
    await expectAccessible(secure, where)
    await picture(secure, where)
  }
  expect(heard).toEqual([])
}

const go = async (screen: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  await expect(page.getByRole('heading', { level: 1, name: screen })).toBeAttached()
}

async function firstRun(): Promise<void> {
  await look('first-run-1')
  await page.getByRole('button', { name: 'Continue' }).click()
  await look('first-run-2')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Show my recovery keys' }).click(),
    async (secure) => {
      keys = await shownKeys(secure)
      await lookAtSecure(secure, 'recovery-keys')
      for (const [index, key] of keys.entries()) await secure.getByLabel(`Last 4 characters of key ${index + 1}`).fill(key.slice(-4))
      await lookAtSecure(secure, 'recovery-keys-covered')
      await secure.getByRole('button', { name: 'I have written both down' }).click()
    },
  )
  await expect(page.getByRole('button', { name: 'Place my first paper order' })).toBeVisible()
  await look('first-run-3')
  await page.getByRole('button', { name: 'Place my first paper order' }).click()
}

async function emptyScreens(): Promise<void> {
  await expect(page.locator('#review-why')).toContainText('All 12 guards pass')
  await look('trade')
  await page.getByRole('textbox', { name: 'Amount' }).fill('')
  await look('trade-empty')
  for (const screen of ['Orders', 'Balances', 'Guards', 'Signers', 'Audit', 'Settings']) {
    await go(screen)
    await look(`${screen.toLowerCase()}-first`)
  }
  await page.getByRole('link', { name: /People and keys/ }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'People and keys' })).toBeAttached()
  await look('people-first')
  await go('Settings')
  // What was chosen in the first steps is what the settings say.
  await expect(page.getByRole('combobox', { name: 'Risk profile of new tickets' })).toHaveValue(/^Moderate/)
}

async function orders(): Promise<void> {
  await go('Trade')
  const amount = page.getByRole('textbox', { name: 'Amount' })
  await amount.fill('5000000')
  await expect(page.locator('[data-guard="policy"]')).toHaveAttribute('data-outcome', 'deny')
  await look('trade-denied')
  await amount.fill('500')
  await page.getByRole('button', { name: /^Review buy of/ }).click()
  await expect(page.getByRole('button', { name: 'Place order' })).toBeVisible()
  await look('review')
  const place = page.getByRole('button', { name: 'Place order' })
  // Looking took longer than a plan is good for, perhaps.
  if (!(await place.isVisible())) await page.getByRole('button', { name: 'Prepare again' }).click()
  await place.click()
  await expect(page.getByRole('dialog').getByText('Filled', { exact: true }).first()).toBeVisible()
  await look('order-filled')
  await page.keyboard.press('Escape')

  await page.getByText('Limit', { exact: true }).click()
  await page.getByLabel('Limit price').fill('1000')
  await page.getByText('Until canceled').click()
  await look('trade-limit')
  await page.getByRole('button', { name: /^Review buy of/ }).click()
  await page.getByRole('button', { name: 'Place order' }).click()
  await expect(page.getByRole('dialog').getByText('Working', { exact: true }).first()).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()

  await go('Orders')
  await look('orders-open')
  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByRole('row').filter({ hasText: 'Filled' }).getByRole('link').click()
  await expect(page.getByRole('complementary', { name: 'Order detail' })).toBeVisible()
  await look('orders-detail')
  await go('Balances')
  await look('balances')
}

async function others(): Promise<void> {
  await go('Signers')
  await look('signers-empty')
  await page.getByRole('button', { name: 'Add a signer' }).click()
  await look('signers-add')
  await beginKeyFile(page, 'Savings')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Create a new key' }).click(),
    async (secure) => {
      await lookAtSecure(secure, 'create-keystore')
      await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await secure.getByLabel('Repeat password').fill(PASSWORD)
      await lookAtSecure(secure, 'create-keystore-filled')
      await secure.getByRole('button', { name: 'Create' }).click()
    },
  )
  await toSigners(page)
  await expect(page.getByRole('article', { name: 'Signer Savings' })).toBeVisible()
  await beginKeyFile(page, 'Trading key of last year')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Import a private key' }).click(),
    async (secure) => {
      await secure.getByLabel('Private key').fill('not a key')
      await lookAtSecure(secure, 'import-key')
      await secure.getByRole('button', { name: 'Cancel' }).click()
    },
  )
  await toSigners(page)
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Unlock signer' }).click(),
    async (secure) => {
      await secure.getByLabel('Password', { exact: true }).fill('a wrong password')
      await secure.getByRole('button', { name: 'Unlock' }).click()
      await expect(secure.getByText('That password does not open this key.')).toBeVisible()
      await lookAtSecure(secure, 'unlock-wrong')
      await secure.getByRole('button', { name: 'Cancel' }).click()
    },
  )
  await look('signers')

  await go('Audit')
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText(/entries, verified/)).toBeVisible()
  await page.getByRole('textbox', { name: 'Text' }).fill('OrderFilled')
  await page.getByRole('row').filter({ hasText: 'Order filled' }).first().click()
  await expect(page.getByRole('complementary', { name: 'Entry' }).getByText('Hash before')).toBeVisible()
  await look('audit-entry')

  await page.keyboard.press('Control+K')
  await expect(page.getByLabel('Find an action')).toBeVisible()
  await look('palette')
  await page.keyboard.press('Escape')
}

async function halted(): Promise<void> {
  await go('Trade')
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
  await look('halted-trade')
  await page.getByRole('button', { name: 'Cancel resting orders' }).click()
  await expect(page.getByText(/Paper: 1 canceled/)).toBeVisible()
  await go('Orders')
  await look('halted-orders')
  await go('Guards')
  await expect(page.getByRole('button', { name: 'Release the halt' })).toBeEnabled()
  await look('halted-guards')
  await page.getByRole('textbox', { name: 'Reason' }).fill('The screens were looked at')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Release the halt' }).click(),
    async (secure) => {
      await secure.getByLabel('Recovery key').fill('not a recovery key')
      await secure.getByRole('button', { name: 'Release' }).click()
      await expect(secure.getByText('That key is not right.')).toBeVisible()
      await lookAtSecure(secure, 'release-wrong')
      await secure.getByLabel('Recovery key').fill(keys[0] ?? '')
      await secure.getByRole('button', { name: 'Release' }).click()
    },
  )
  await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeHidden()
  await go('Alerts')
  await look('alerts')
  await go('Incidents')
  await look('incidents')
  await go('Monitor')
  await expect(page.getByRole('list', { name: 'Figures of the last 24 hours' })).toBeVisible()
  await look('monitor')
}

/** At 200 % HALT is in reach on every screen, nothing goes sideways, and what a screen is for can be scrolled to. */
async function zoomed(): Promise<void> {
  const zoom = (factor: number): Promise<void> =>
    running.app.evaluate(({ BrowserWindow }, wanted) => {
      for (const window of BrowserWindow.getAllWindows()) window.webContents.setZoomFactor(wanted)
    }, factor)
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' })
  await zoom(2)
  await expect.poll(() => page.evaluate(() => devicePixelRatio)).toBe(2)
  for (const screen of ['Trade', 'Orders', 'Balances', 'Guards', 'Signers', 'Audit', 'Settings']) {
    await go(screen)
    await settle(page)
    const halt = page.locator('header').getByRole('button', { name: 'Halt all trading' })
    await expect.soft(halt, `HALT at 200 % on ${screen}`).toBeInViewport({ ratio: 1 })
    await halt.click({ trial: true })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
    expect.soft(wide, `${screen} at 200 % does not go sideways`).toBeLessThanOrEqual(0)
    await zoomedPicture(`zoom-${screen.toLowerCase()}`)
  }
  await go('Trade')
  const amount = page.getByRole('textbox', { name: 'Amount' })
  await amount.scrollIntoViewIfNeeded()
  await amount.fill('100')
  const review = page.getByRole('button', { name: /^Review buy/ })
  await expect(review).toBeEnabled()
  await review.scrollIntoViewIfNeeded()
  await expect.soft(review).toBeInViewport({ ratio: 0.9 })
  await zoomedPicture('zoom-trade-review')
  await zoom(1)
}

/** Electron's own picture of the window: Playwright's measures a page that is zoomed wrongly, and cuts it. */
async function zoomedPicture(name: string): Promise<void> {
  const png = await running.app.evaluate(async ({ BrowserWindow }) => {
    const [window] = BrowserWindow.getAllWindows()
    return window === undefined ? '' : (await window.webContents.capturePage()).toPNG().toString('base64')
  })
  const folder = join(process.env['HOLDFAST_OUTPUT_DIR'] ?? 'test-results', 'screens')
  writeFileSync(join(folder, `${name}.png`), Buffer.from(png, 'base64'))
}

/** The colours that are chosen in the settings are shown at once. */
async function colours(): Promise<void> {
  await go('Settings')
  for (const [name, scheme] of [
    ['Light', 'light'],
    ['Dark', 'dark'],
  ] as const) {
    await page.getByRole('radiogroup', { name: 'Colours' }).getByText(name, { exact: true }).click()
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', scheme)
  }
}
