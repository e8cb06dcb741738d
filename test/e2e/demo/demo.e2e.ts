import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { launchHoldfast } from '../harness/launch.js'

/** The hands-free demo. Its data folder and keyring outlive it, so that `npm run audit -- verify` can check what it did. */
test('the demo', async () => {
  const { HOLDFAST_DATA_DIR: dataDir, HOLDFAST_OUTPUT_DIR: output } = process.env
  if (dataDir === undefined || output === undefined) throw new Error('run this by `npm run demo`')
  const { page, close } = await launchHoldfast({ dataDir })
  await expect(page).toHaveTitle(/^Holdfast/)
  await page.screenshot({ path: join(output, '01-window.png') })
  await close()
})
