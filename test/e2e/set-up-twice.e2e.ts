import type { Page } from '@playwright/test'

import { approveWith, callAndAnswer } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { killHoldfast } from './harness/kill.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, shownKeys } from './harness/people.js'
import { expect, test } from './harness/test.js'

async function look(page: Page, name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

/** Has the recovery keys shown, and does something in the window that shows them; answers the keys. */
async function shown(running: RunningHoldfast, then: (secure: Page, keys: readonly string[]) => Promise<void>): Promise<readonly string[]> {
  let keys: readonly string[] = []
  await inSecureWindow(
    running,
    () => running.page.getByRole('button', { name: 'Show my recovery keys' }).click(),
    async (secure) => {
      keys = await shownKeys(secure)
      expect(keys).toHaveLength(2)
      await then(secure, keys)
    },
  )
  return keys
}

/** Writes down what proves that a key was written down, for the first so many of them. */
async function confirm(secure: Page, keys: readonly string[], count = keys.length): Promise<void> {
  for (const [index, key] of keys.slice(0, count).entries())
    await secure.getByLabel(`Last 4 characters of key ${index + 1}`).fill(key.slice(-4))
}

test('X5 C11: set-up left half way, by closing its window, by asking again meanwhile and by kill -9, arms nothing; of four pairs of keys only the confirmed one releases', async ({
  holdfast,
}) => {
  test.setTimeout(120_000)
  const { dataDir } = holdfast
  let running: RunningHoldfast = holdfast
  const notArmed = async (): Promise<void> => {
    expect(await callAndAnswer(running, 'app.status', {})).toMatchObject({ value: { phase: 'first-run' } })
  }
  await running.page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
  await running.page.getByRole('button', { name: 'Continue' }).click()

  const closed = await shown(running, async (secure, keys) => {
    await confirm(secure, keys, 1)
    // Begun a second time while the first is on the screen.
    expect(await callAndAnswer(running, 'setup.begin', { riskProfile: 'moderate' })).toMatchObject({ problem: { code: 'BUSY' } })
    expect(await shownKeys(secure)).toEqual(keys)
    await secure.close()
  })
  await expect(running.page.getByText('The keys were not confirmed.')).toBeVisible()
  await notArmed()

  const canceled = await shown(running, async (secure, keys) => {
    await confirm(secure, keys)
    await secure.getByRole('button', { name: 'Cancel' }).click()
  })
  await expect(running.page.getByText('The keys were not confirmed.')).toBeVisible()
  await notArmed()

  const killed: string[] = []
  const opening = running.app.waitForEvent('window')
  await running.page.getByRole('button', { name: 'Show my recovery keys' }).click()
  const secure = await opening
  await secure.waitForLoadState()
  killed.push(...(await shownKeys(secure)))
  await confirm(secure, killed)
  await killHoldfast(running)
  running = await launchHoldfast({ dataDir })
  try {
    const { page } = running
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
    await notArmed()
    await expect(page.getByRole('region', { name: 'Halt', exact: true })).toHaveText(
      /^Trading is not armed yet: no order can leave this machine/,
    )
    await look(page, 'set-up-after-kill')
    await page.getByRole('button', { name: 'Continue' }).click()
    const confirmed = await shown(running, async (secureAgain, keys) => {
      await confirm(secureAgain, keys)
      await secureAgain.getByRole('button', { name: 'I have written both down' }).click()
    })
    expect(new Set([...closed, ...canceled, ...killed, ...confirmed]).size).toBe(8)
    await page.getByRole('button', { name: 'Place my first paper order' }).click()

    await page.getByRole('button', { name: 'Halt all trading' }).click()
    const bar = page.getByRole('region', { name: 'Halt', exact: true })
    await expect(bar).toContainText(/Halted .* by the halt button/)
    await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Guards' }).click()
    await page.getByRole('textbox', { name: 'Reason' }).first().fill('It was a drill')
    await inSecureWindow(
      running,
      () => page.getByRole('button', { name: 'Release the halt' }).click(),
      async (asking) => {
        for (const key of [closed[0], canceled[1], killed[0]]) {
          await approveWith(key ?? '')(asking)
          await expect(asking.getByRole('alert')).toBeVisible()
        }
        await look(asking, 'set-up-old-key')
        await approveWith(confirmed[1] ?? '')(asking)
      },
    )
    await expect(bar).toBeHidden()
  } finally {
    await running.close()
  }
})
