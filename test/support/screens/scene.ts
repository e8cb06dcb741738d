import type { Page } from 'playwright'

import type { SecureTask } from '../../../src-preload/contract/secure'
import type { ScenarioName } from '../fake-bridge/scenario'

/** One picture to be taken. */
export interface Scene {
  readonly name: string
  readonly query: { readonly scenario?: ScenarioName; readonly task?: SecureTask['kind'] | 'none'; readonly unread?: '' }
  readonly page?: 'index.html' | 'secure.html'
  readonly hash?: string
  /** A size of its own. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly act?: (page: Page) => Promise<void>
}

/** Types an amount into the ticket and lets the verdict come. */
export const fill = (amount: string) => async (page: Page) => {
  await page.getByLabel('Amount', { exact: true }).fill(amount)
  await page.waitForTimeout(500)
}

/** Opens the review of a small buy. */
export const review = async (page: Page) => {
  await fill('0.5')(page)
  await page.getByRole('button', { name: /^Review/ }).click()
  await page.getByText('What will be done').waitFor()
}
