import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Page } from '@playwright/test'

import { valueOf } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { launchHoldfast, profileOf, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'

const RESTING = {
  ...{ venue: 'paper', instrument: 'ETH-USD', side: 'sell', type: 'limit', timeInForce: 'gtc', amount: '0.1', amountUnit: 'base' },
  ...{ limitPrice: '9999', riskProfile: 'moderate', account: 'paper-main' },
}

async function look(page: Page, name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

/** How much of an order's life the audit log holds. */
async function recordOf(running: RunningHoldfast, orderId: string): Promise<{ readonly events: number; readonly recorded: number }> {
  const { events, auditSeqs } = (await valueOf(running, 'order.detail', { orderId })) as { events: unknown[]; auditSeqs: unknown[] }
  return { events: events.length, recorded: auditSeqs.length }
}

test('B3 B5 X5: a log that was found broken halts and takes nothing: what rested is canceled and shown all the same, and its record follows once both keys let it', async () => {
  test.setTimeout(180_000)
  const dataDir = mkdtempSync(join(tmpdir(), 'holdfast-data-'))
  let running = await launchHoldfast({ dataDir })
  try {
    const keys = await setUpByHand(running)
    const { planId, planHash } = (await valueOf(running, 'order.prepare', RESTING)) as { planId: string; planHash: string }
    const { orderId } = (await valueOf(running, 'order.confirm', { planId, planHash })) as { orderId: string }
    await running.close()
    rmSync(join(dataDir, 'paper', 'audit.anchor'))
    running = await launchHoldfast({ dataDir })
    const { page } = running
    await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
    const go = (screen: string): Promise<void> =>
      page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
    const bar = page.getByRole('region', { name: 'Halt', exact: true })
    await expect(bar).toContainText('by an automatic trigger (audit-chain)')
    await expect(bar).toContainText('Paper: 1 canceled')
    await go('Orders')
    await page.getByRole('tab', { name: 'History' }).click()
    await page.getByRole('row').filter({ hasText: 'Canceled' }).getByRole('link').click()
    const detail = page.getByRole('complementary', { name: 'Order detail' })
    await expect(detail.getByText('Canceled', { exact: true }).first()).toBeVisible()
    await look(page, 'owed-order')
    const { events, recorded } = await recordOf(running, orderId)
    expect(recorded).toBeLessThan(events)
    await go('Audit')
    await look(page, 'owed-audit')
    await go('Alerts')
    await look(page, 'owed-alerts')

    await go('Guards')
    for (const box of await page.getByRole('checkbox', { name: /Let the broken record be|Acknowledge/ }).all()) await box.check()
    await page.getByRole('textbox', { name: 'Reason' }).first().fill('The anchor was removed by hand')
    await look(page, 'owed-release')
    await inSecureWindow(
      running,
      () => page.getByRole('button', { name: 'Release the halt' }).click(),
      async (secure) => {
        await expect(secure.getByText('2 more are missing.')).toBeVisible()
        await picture(secure, 'owed-secure')
        for (const [index, key] of keys.entries()) await secure.getByLabel(`Recovery key ${index + 1}`).fill(key)
        await secure.locator('button[type="submit"]').click()
      },
    )
    await expect(bar).toBeHidden()
    await expect.poll(() => recordOf(running, orderId)).toEqual({ events, recorded: events })
    await go('Audit')
    await look(page, 'owed-paid')
  } finally {
    await running.close()
    for (const folder of [dataDir, profileOf(dataDir)]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})
