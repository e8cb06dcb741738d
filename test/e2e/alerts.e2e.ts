import { setUpByHand } from './harness/people.js'
import { expect, test } from './harness/test.js'

test('X7: a halt lights up on every screen, is told in plain words, and goes out when somebody has dealt with it', async ({ holdfast }) => {
  const { page } = holdfast
  await setUpByHand(holdfast)
  await expect(page.getByText('HALT', { exact: true })).toBeVisible()
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  const light = page.getByRole('link', { name: /open alert/ })
  await expect(light).toHaveAccessibleName(/urgent/)
  await light.click()
  const halted = page.getByRole('listitem').filter({ hasText: 'Trading was halted' })
  await expect(halted).toContainText('No order can leave.')
  await halted.getByRole('button', { name: /^Acknowledge/ }).click()
  await expect(halted).toHaveCount(0)
  await page.getByText('All', { exact: true }).click()
  await expect(halted).toContainText('Acknowledged by operator')
  // The record of it is a click away.
  await halted.getByRole('link', { name: /^Audit entry/ }).click()
  await expect(page.getByRole('heading', { name: /Kill switch triggered/ })).toBeVisible()
})
