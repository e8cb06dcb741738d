import type { Page } from '@playwright/test'

import { approveWith, valueOf } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'
import { expect, test } from './harness/test.js'

async function look(page: Page, name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, name)
}

test('X9 B7: a rehearsed emergency cancels what waits on its chain, and the checklist of readiness fills itself by it', async ({
  holdfast,
}) => {
  test.setTimeout(180_000)
  const { page } = holdfast
  const go = (screen: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  const row = (name: string) => page.locator('.hf-readiness__checks > li').filter({ hasText: name })
  const readiness = async (): Promise<void> => {
    await go('Settings')
    await page.getByRole('link', { name: 'Readiness', exact: true }).click()
    await page.getByRole('button', { name: 'Check again' }).click()
    await expect(row('Audit record')).toContainText('entries verified')
  }
  const [key = ''] = await setUpByHand(holdfast)
  await readiness()
  await expect(row('Halting by a kill file')).toContainText('A thread of its own watches for one.')
  if (process.platform !== 'win32') await expect(row('Halting by a signal')).toContainText('Both signals are heard.')
  await expect(row('Recovery keys')).toContainText('2 are in force')
  await expect(row('A signer outside this machine')).toContainText('This environment has none.')
  await expect(row('Drill: emergency halt')).toContainText('It was never held.')
  await look(page, 'readiness-paper')

  await row('Drill: emergency halt').getByRole('link', { name: 'Incidents and drills' }).click()
  await page.getByRole('button', { name: 'Drill: emergency halt' }).click()
  await expect(page.getByText('3 of 3 transactions that waited on the chain of the drill were canceled.')).toBeVisible({ timeout: 60_000 })
  await expect(page.getByText('Release the halt', { exact: true })).toBeVisible()
  await look(page, 'emergency-drill')
  await go('Guards')
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('It was a drill')
  await inSecureWindow(holdfast, () => page.getByRole('button', { name: 'Release the halt' }).click(), approveWith(key))
  await expect(page.getByRole('region', { name: 'Halt', exact: true })).toBeHidden()

  await readiness()
  await expect(row('Drill: emergency halt')).toContainText(/Passed .*: gate closed in .*, verified in /)
  await page.getByRole('button', { name: 'Check and keep on record' }).click()
  await expect(page.getByText('A copy is in the audit record.')).toBeVisible({ timeout: 30_000 })
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'ReadinessChecked', text: null }
  expect(await valueOf(holdfast, 'audit.page', { filter, offset: 0, limit: 5 })).toMatchObject({ total: 1 })
})
