import { test as base } from '@playwright/test'
import { launchHoldfast, type RunningHoldfast } from './launch.js'

/** Playwright's test with the app: `holdfast` is a running app on a fresh data folder, closed after the test. */
export const test = base.extend<{ holdfast: RunningHoldfast }>({
  // Playwright reads the first parameter's pattern, so it must be one even when empty.
  holdfast: async ({}, use) => {
    const running = await launchHoldfast()
    await use(running)
    await running.close()
  },
})

export { expect } from '@playwright/test'
