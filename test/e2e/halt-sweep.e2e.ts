import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import type { HoldfastBridge } from '../../src-preload/contract/index.js'
import { setUpByHand } from './harness/people.js'
import { expect, test } from './harness/test.js'

test('B5 D10 X9: halted by Tab from inside a review, the second press cancels what rests, and the incident’s report tells it', async ({
  holdfast,
}) => {
  const { page, app, dataDir } = holdfast
  await setUpByHand(holdfast)
  const orderId = await page.evaluate(async () => {
    const { holdfast: bridge } = globalThis as unknown as { holdfast: HoldfastBridge }
    const plan = await bridge.call('order.prepare', {
      ...{ venue: 'paper', instrument: 'ETH-USD', side: 'sell', type: 'limit', timeInForce: 'gtc', amount: '0.1', amountUnit: 'base' },
      ...{ limitPrice: '9999', riskProfile: 'moderate', account: 'paper-main' },
    })
    if (!plan.ok) throw new Error(JSON.stringify(plan.problem))
    const { planId, planHash } = plan.value
    const sent = await bridge.call('order.confirm', { planId, planHash })
    if (!sent.ok) throw new Error(JSON.stringify(sent.problem))
    return sent.value.orderId
  })

  // A sheet that keeps the focus inside of it.
  await page.getByRole('textbox', { name: 'Amount' }).fill('100')
  await page.getByRole('button', { name: /^Review (buy|sell)/ }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  const focused = (): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '')
  const tabTo = async (wanted: RegExp): Promise<void> => {
    for (let step = 0; step < 40 && !wanted.test(await focused()); step += 1) await page.keyboard.press('Tab')
    expect(await focused()).toMatch(wanted)
  }
  await tabTo(/Halt all trading/)
  await page.keyboard.press('Enter')
  await expect(page.getByText(/^Halted .* by the halt button/).first()).toBeVisible()
  await tabTo(/^Cancel resting orders/)
  await page.keyboard.press('Enter')
  await expect(page.getByText(/Nothing that was to be canceled is out/)).toBeVisible()
  await expect(page.getByText(/Paper: 1 canceled/)).toBeVisible()
  await page.keyboard.press('Escape')

  const path = join(dataDir, '..', 'report.md')
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = (() => Promise.resolve({ canceled: false, filePath }))
  }, path)
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Incidents' }).click()
  await page.getByRole('row').filter({ hasText: 'the halt button was pressed' }).getByRole('link').click()
  await page.getByRole('button', { name: 'Export report' }).click()
  await expect(page.getByText(`Written to ${path}`)).toBeVisible()
  const report = readFileSync(path, 'utf8')
  for (const fact of [orderId, 'SweepFinished', 'KillSwitchTriggered', 'canceled']) expect(report).toContain(fact)
})
