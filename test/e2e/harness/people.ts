import type { Page } from '@playwright/test'
import type { SecureBridge } from '../../../src-preload/contract/secure.js'
import type { RunningHoldfast } from './launch.js'

/** Does something that opens the main-owned window, and answers there. */
export async function inSecureWindow(
  running: RunningHoldfast,
  open: () => Promise<unknown>,
  answer: (page: Page) => Promise<void>,
): Promise<void> {
  const opening = running.app.waitForEvent('window')
  await open()
  const page = await opening
  await page.waitForLoadState()
  await answerUntilClosed(page, answer)
}

/** Answers in a main-owned window, whose last press closes it: the window may be gone before Playwright hears that it was pressed. */
export async function answerUntilClosed(page: Page, answer: (page: Page) => Promise<unknown>): Promise<void> {
  const closed = page.waitForEvent('close')
  await answer(page).catch((thrown: unknown) => {
    if (!wasPressedAway(thrown)) throw thrown
  })
  await closed
}

/** Whether a press ended because the window did: an expectation that its end cut off is a failure. */
const wasPressedAway = (thrown: unknown): boolean =>
  thrown instanceof Error && /^(locator|page|keyboard)\.(click|press): .*has been closed/.test(thrown.message)

/** Takes a fresh app through its three first steps, as a person would; answers the two recovery keys. */
export async function setUpByHand(running: RunningHoldfast): Promise<readonly string[]> {
  const { page } = running
  let keys: readonly string[] = []
  await page.getByRole('button', { name: 'Continue' }).click()
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Show my recovery keys' }).click(),
    async (secure) => {
      keys = await shownKeys(secure)
      for (const [index, key] of keys.entries()) await secure.getByLabel(`Last 4 characters of key ${index + 1}`).fill(key.slice(-4))
      await secure.getByRole('button', { name: 'I have written both down' }).click()
    },
  )
  await page.getByRole('button', { name: 'Place my first paper order' }).click()
  return keys
}

/** The two recovery keys that a main-owned window shows. */
export async function shownKeys(secure: Page): Promise<readonly string[]> {
  return secure.evaluate(async () => {
    const { holdfastSecure } = globalThis as unknown as { holdfastSecure: SecureBridge }
    const reply = await holdfastSecure.call('secure.task', {})
    return reply.ok && reply.value?.kind === 'show-recovery-keys' ? reply.value.codes : []
  })
}
