import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'
import { readDatabaseKey } from './harness/database.js'
import { hearComplaints, picture, settle } from './harness/inspect.js'
import { launchHoldfast, profileOf, projectRoot, type RunningHoldfast } from './harness/launch.js'
import { setUpByHand } from './harness/people.js'

// A hundred thousand entries in the viewer: the whole length is scrolled, by keys and by wheel, and filtered, and the page answers all the while.
test.describe.configure({ mode: 'serial' })

const SEEDED = 100_000
/** No figure of speed: a page that hangs for this long is broken. */
const HANGS_MS = 5_000

let dataDir: string
let running: RunningHoldfast
let page: Page
let complaints: readonly string[]

test.beforeAll(async () => {
  test.setTimeout(180_000)
  dataDir = mkdtempSync(join(tmpdir(), 'holdfast-many-'))
  const first = await launchHoldfast({ dataDir })
  await setUpByHand(first)
  const key = await readDatabaseKey(first)
  await first.close()

  const seeded = spawnSync(
    process.execPath,
    ['--import', 'tsx', join(projectRoot, 'test/e2e/harness/seed-audit.ts'), join(dataDir, 'paper'), String(SEEDED)],
    {
      cwd: projectRoot,
      input: key.toString('hex'),
      encoding: 'utf8',
      // The project's own tsconfig maps the driver to its type declarations, which tsx would take for code.
      env: { ...process.env, NODE_OPTIONS: '', TSX_TSCONFIG_PATH: join(projectRoot, 'build/tsx.config.json') },
    },
  )
  expect(seeded.stderr).toBe('')
  expect(seeded.status).toBe(0)

  running = await launchHoldfast({ dataDir })
  page = running.page
  complaints = hearComplaints(page)
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Audit' }).click()
  await expect(grid()).toBeVisible()
  await page.evaluate(() => {
    const watched = globalThis as unknown as { longest: number }
    watched.longest = 0
    let last = performance.now()
    setInterval(() => {
      watched.longest = Math.max(watched.longest, performance.now() - last)
      last = performance.now()
    }, 10)
  })
})
test.afterAll(async () => {
  await running.close()
  for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
})
test.afterEach(() => {
  expect(complaints).toEqual([])
})

const grid = (): Locator => page.getByRole('grid', { name: 'Audit entries' })
const rowOf = (seq: number): Locator =>
  grid()
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell', { name: String(seq), exact: true }) })
const shown = (): Locator => page.getByRole('status').filter({ hasText: /shown$/ })
const entry = (): Locator => page.getByRole('complementary', { name: 'Entry' })

/** How many entries the line above the table says are shown. */
async function total(): Promise<number> {
  await expect(shown()).toHaveText(/^[\d\s]+ shown$/)
  return Number((await shown().innerText()).replace(/\D/g, ''))
}

test('X6: the viewer says how many entries there are, and holds only those in view', async () => {
  expect(await total()).toBeGreaterThan(SEEDED)
  expect(Number(await grid().getAttribute('aria-rowcount'))).toBe(await total())
  expect(await grid().getByRole('row').count()).toBeLessThan(120)
  await settle(page)
  await picture(page, 'audit-100000-1280-dark')
})

test('X6: by keys to the end, back to the beginning, and page by page', async () => {
  const last = await total()
  await grid().focus()
  await page.keyboard.press('End')
  await expect(rowOf(1)).toBeVisible()
  expect(await rowOf(1).getAttribute('aria-rowindex')).toBe(String(last))
  await page.keyboard.press('Home')
  await expect(rowOf(last)).toBeVisible()
  for (let pages = 0; pages < 5; pages += 1) await page.keyboard.press('PageDown')
  await expect(entry()).toBeVisible()
  await expect(rowOf(last)).toBeHidden()
})

test('X6: to the middle by the scroll bar, and on by the wheel; a row opens its entry', async () => {
  const last = await total()
  await grid().evaluate((box) => {
    box.scrollTop = box.scrollHeight / 2
  })
  const middle = grid().locator(`[aria-rowindex="${Math.floor(last / 2)}"]`)
  await expect(middle).not.toHaveAttribute('aria-busy', 'true')
  await expect(middle).toContainText('Seeded')
  await grid().hover()
  const before = await grid().evaluate((box) => box.scrollTop)
  for (let turns = 0; turns < 20; turns += 1) await page.mouse.wheel(0, 600)
  await expect.poll(() => grid().evaluate((box) => box.scrollTop)).toBeGreaterThan(before + 3_000)
  await expect(grid().locator('[aria-busy="true"]')).toHaveCount(0)
  // The row is found again by its number: rows that arrive move every row to another place in the list.
  const seq = Number(await grid().getByRole('row').filter({ hasText: 'Seeded trade' }).nth(15).getByRole('gridcell').first().innerText())
  await rowOf(seq).click()
  await expect(entry().getByRole('heading', { level: 2 })).toHaveText(`#${seq} Seeded trade`)
  await entry().getByRole('button', { name: 'Close' }).click()
})

test('C13 X6: filtered by severity, type, time and text', async () => {
  const all = await total()
  const chips = page.getByRole('group', { name: 'Severity' })
  await chips.getByText('Critical', { exact: true }).click()
  await expect(shown()).toHaveText('100 shown')
  await expect(grid().getByRole('row').filter({ hasText: 'Seeded alarm' }).first()).toBeVisible()
  await page.getByRole('button', { name: 'Show everything' }).click()

  await page.getByRole('combobox', { name: 'Type' }).fill('SeededSign')
  await page.getByRole('option', { name: 'Seeded signature' }).click()
  await expect.poll(total).toBe(9_900)
  await page.getByRole('button', { name: 'Show everything' }).click()

  // What was seeded ended two days ago: the last day holds only what this session did.
  await page.getByRole('combobox', { name: 'Time' }).click()
  await page.getByRole('option', { name: 'Last day' }).click()
  await expect.poll(total).toBe(all - SEEDED)
  await page.getByRole('button', { name: 'Show everything' }).click()

  await page.getByRole('textbox', { name: 'Text' }).fill('seeded-77777')
  await expect(shown()).toHaveText('1 shown')
  await page.getByRole('button', { name: 'Show everything' }).click()
  await expect.poll(total).toBeGreaterThanOrEqual(all)
})

test('X6: the whole chain is verified, and the page answers all the while', async () => {
  test.setTimeout(120_000)
  await page.getByRole('button', { name: 'Verify the chain' }).click()
  await expect(page.getByText(/^100\s\d\d\d entries, verified/)).toBeVisible({ timeout: 60_000 })
  const longest = await page.evaluate(() => (globalThis as unknown as { longest: number }).longest)
  console.log(`the longest that the page did not answer: ${Math.round(longest)} ms`)
  expect(longest).toBeLessThan(HANGS_MS)
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
})
