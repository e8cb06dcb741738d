import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'
import { hearComplaints, settle } from './harness/inspect.js'
import { tab, tabTo } from './harness/keyboard.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, shownKeys } from './harness/people.js'

// From nothing to trades, refusals and a halt on paper, with the keyboard alone. The tests follow one another in one app.
test.describe.configure({ mode: 'serial' })

let running: RunningHoldfast
let page: Page
let complaints: readonly string[]

test.beforeAll(async () => {
  running = await launchHoldfast()
  page = running.page
  complaints = hearComplaints(page)
  await page.emulateMedia({ reducedMotion: 'reduce' })
})
test.afterAll(async () => {
  await running.close()
})
test.afterEach(() => {
  expect(complaints).toEqual([])
})

const button = (name: string | RegExp): Locator => page.getByRole('button', { name })
const amount = (): Locator => page.getByRole('textbox', { name: 'Amount' })
const review = (): Locator => button(/^Review (buy|sell)/)
const why = (): Locator => page.locator('#review-why')
const verdict = (guard: string): Locator => page.locator(`[data-guard="${guard}"]`)

/** Goes to a thing with Tab and presses it. */
async function press(target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/** Goes to a text field with Tab and types over what is in it. */
async function write(field: Locator, text: string): Promise<void> {
  await tabTo(page, field)
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
}

/** Chooses among radio buttons as the keyboard does: Tab reaches the chosen one, arrows move on. */
async function choose(group: string, wanted: string): Promise<void> {
  const options = page.getByRole('radiogroup', { name: group })
  await tabTo(page, options.getByRole('radio', { checked: true }))
  for (let step = 0; step < 5 && !(await options.getByRole('radio', { name: wanted }).isChecked()); step += 1)
    await page.keyboard.press('ArrowRight')
  await expect(options.getByRole('radio', { name: wanted })).toBeChecked()
}

/** Opens a list with the arrow keys and chooses from it. */
async function pick(label: string, wanted: string | RegExp): Promise<void> {
  await tabTo(page, page.getByLabel(label, { exact: true }).and(page.locator('input')))
  await page.keyboard.press('ArrowDown')
  const marked = page.locator('[role="option"][data-combobox-selected]').filter({ visible: true })
  const option = page.getByRole('option', { name: wanted })
  await expect(option).toBeVisible()
  for (let step = 0; step < 12 && (await marked.and(option).count()) === 0; step += 1) await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(option).toBeHidden()
}

test('D10 B8: from the first start to an armed app in three steps, with the keyboard alone', async () => {
  await expect(button('Continue')).toBeVisible()
  await settle(page)
  // The first stop leads past the strip; HALT comes before anything else that can be pressed.
  await tab(page)
  await expect(page.getByRole('link', { name: 'Skip to the screen' })).toBeFocused()
  await tabTo(page, button('Halt all trading'))
  await choose('How much may an order lose against the market price?', 'Moderate')
  await press(button('Continue'))
  await inSecureWindow(
    running,
    () => press(button('Show my recovery keys')),
    async (secure) => {
      const keys = await shownKeys(secure)
      expect(keys).toHaveLength(2)
      const confirm = secure.getByRole('button', { name: 'I have written both down' })
      await expect(confirm).toBeDisabled()
      for (const [index, key] of keys.entries()) {
        const field = secure.getByLabel(`Last 4 characters of key ${index + 1}`)
        await tabTo(secure, field)
        await secure.keyboard.type(key.slice(-4))
      }
      await tabTo(secure, confirm)
      // The window is gone before the key comes up again.
      await secure.keyboard.down('Enter')
    },
  )
  await press(button('Place my first paper order'))
  await expect(amount()).toHaveValue('100')
  expect(existsSync(join(running.dataDir, 'machine.lease'))).toBe(true)
})

test('D7: the picture, the verdicts and the button turn as one types', async () => {
  await expect(why()).toContainText('All 12 guards pass')
  await expect(review()).toBeEnabled()
  const before = await review().innerText()
  await write(amount(), '250')
  // The old verdict stops counting at once: nobody can review what was not judged.
  await expect(review()).not.toHaveText(before)
  await expect(review()).toContainText('for about')
  await expect(review()).toBeEnabled()
  const label = await review().innerText()
  expect(label).toMatch(/^Review buy of [\d.\s]+\sETH for about [\d.\s]+\sUSD$/)
  for (const cost of ['You get at least', 'Expected price', 'Worst price', 'Slippage', 'Price impact', 'Depth walked', 'Venue fee'])
    await expect(page.getByRole('region', { name: 'Verdict and costs' }).getByText(cost, { exact: true })).toBeVisible()
})

test('B8: the first paper order, reviewed, placed and filled', async () => {
  await press(review())
  const sheet = page.getByRole('dialog', { name: 'Review' })
  await expect(sheet).toBeVisible()
  await press(sheet.getByRole('button', { name: 'Place order' }))
  const done = page.getByRole('dialog', { name: 'Your order' })
  await expect(done.getByText('Filled', { exact: true }).first()).toBeVisible()
  await settle(page)
  await page.keyboard.press('Escape')
  await expect(done).toBeHidden()
  await expect(review()).toBeFocused()
})

test('D7 B9 X2: an order that is too large is refused on the ticket, by limits, market and policy, each with its figure', async () => {
  await write(amount(), '5000000')
  await expect(verdict('slippage')).toHaveAttribute('data-outcome', 'deny')
  await expect(verdict('slippage')).toContainText(/Slippage guard: the visible depth does not fill this order \(only [\d.]+\s% of it\)\./)
  await expect(verdict('policy')).toHaveAttribute('data-outcome', 'deny')
  await expect(verdict('policy')).toContainText(/Policy: the order is too large: [\d\s.]+\sUSD, your limit is [\d\s.]+\sUSD\./)
  await expect(verdict('limits')).toHaveAttribute('data-outcome', 'deny')
  await expect(verdict('limits')).toContainText(/Limits: the order is too large: [\d\s.]+\sUSD, your limit is [\d\s.]+\sUSD\./)
  await expect(review()).toBeDisabled()
  await expect(why()).toHaveText(/^Limits: the order is too large/)
})

test('D7 X2: an order that would lose too much is refused on the ticket, with its figure and the limit of the risk profile', async () => {
  await pick('Pair', 'SOL-USD')
  await pick('Risk profile', /^Conservative/)
  await write(amount(), '40000')
  await expect(verdict('slippage')).toHaveAttribute('data-outcome', 'deny')
  await expect(verdict('slippage')).toContainText(/Slippage guard: expected 0\.\d+\s%, your limit is 0\.50\s%\./)
  await expect(review()).toBeDisabled()
  await expect(why()).toHaveText(/^Slippage guard: expected 0\.\d+\s%, your limit is 0\.50\s%\./)
  await pick('Risk profile', /^Moderate/)
  await pick('Pair', 'ETH-USD')
})

test('X2: what is not an amount is said below its field, and nothing can be reviewed', async () => {
  await write(amount(), '1,5')
  await expect(review()).toBeDisabled()
  await expect(why()).toHaveText(/^Only digits and one point/)
  await tab(page)
  await expect(amount()).toHaveAttribute('aria-invalid', 'true')
})

test('B8: a limit order rests, is shown under Orders, and is canceled', async () => {
  await write(amount(), '100')
  await choose('Order type', 'Limit')
  await write(page.getByRole('textbox', { name: 'Limit price' }), '100')
  await choose('Time in force', 'Until canceled')
  await expect(review()).toHaveText(/^Review buy of [\d.]+\sETH at 100\sUSD$/)
  await expect(review()).toBeEnabled()
  await press(review())
  await press(page.getByRole('dialog', { name: 'Review' }).getByRole('button', { name: 'Place order' }))
  await expect(page.getByRole('dialog', { name: 'Your order' }).getByText('Working', { exact: true }).first()).toBeVisible()
  await settle(page)
  await page.keyboard.press('Escape')

  await page.keyboard.press('Alt+2')
  const orders = page.getByRole('region', { name: 'Orders' })
  await expect(page.getByRole('heading', { name: 'Orders', exact: true })).toBeVisible()
  const row = orders.getByRole('row').filter({ hasText: 'Working' })
  await expect(row).toHaveCount(1)
  await press(row.getByRole('link'))
  await press(page.getByRole('button', { name: 'Cancel order' }))
  await expect(page.getByRole('complementary', { name: 'Order detail' }).getByText('Canceled', { exact: true }).first()).toBeVisible()
  await expect(row).toHaveCount(0)
})

test('D10 X5: halted from the keyboard, the ticket says so and lets nothing be reviewed', async () => {
  await page.keyboard.press('Alt+1')
  await write(amount(), '100')
  await expect(review()).toBeEnabled()
  await page.keyboard.press('Control+Shift+H')
  await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
  await expect(review()).toBeDisabled()
  await expect(why()).toHaveText(/^Kill switch: trading is halted/)
  expect(existsSync(join(running.dataDir, 'machine.lease'))).toBe(false)
})
