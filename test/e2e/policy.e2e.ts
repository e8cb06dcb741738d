import { expect, test } from './harness/test.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'
import { expectAccessible, expectNothingCut, settle } from './harness/inspect.js'

test('C6, C7: a policy is tightened at once, loosened only in the window of main’s own, and its history says both', async ({
  holdfast,
}) => {
  test.setTimeout(180_000)
  const { page } = holdfast
  const keys = await setUpByHand(holdfast)
  const most = () => page.getByLabel('Most for one order', { exact: true })
  const propose = async (usd: string, reason: string) => {
    await page.getByRole('button', { name: 'Change…' }).first().click()
    await most().fill(usd)
    await page.getByRole('button', { name: 'Compare with what is in force' }).click()
    await page.getByLabel('Reason').fill(reason)
  }
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'Policy', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Signing policy' })).toBeVisible()
  await settle(page)
  await expectNothingCut(page, 'policy')
  await expectAccessible(page, 'policy')

  await propose('5', 'less is enough')
  await page.getByRole('button', { name: 'Change the policy' }).click()
  await expect(page.getByText('Version 2', { exact: true })).toBeVisible()
  await expect(page.getByText('less is enough')).toBeVisible()

  await propose('7', 'a little more')
  await expect(page.getByText('Something gets looser')).toBeVisible()
  await inSecureWindow(
    holdfast,
    () => page.getByRole('button', { name: 'Ask for the change' }).click(),
    async (secure) => {
      await expect(secure.getByRole('heading', { name: 'Change the trading policy' })).toBeVisible()
      await expect(secure.getByText('Most for one order, USD')).toBeVisible()
      await secure.getByLabel('Recovery key').fill(keys[0] ?? '')
      await secure.getByRole('button', { name: 'Change the policy' }).click()
    },
  )
  await expect(page.getByText('Version 3', { exact: true })).toBeVisible()

  // It is in force on the ticket.
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Trade' }).click()
  await page.getByRole('textbox', { name: 'Amount' }).fill('500')
  await expect(page.locator('[data-guard="policy"]')).toHaveAttribute('data-outcome', 'deny')
  await expect(page.locator('[data-guard="policy"]')).toContainText(/the order is too large: .* your limit is 7/)
})
