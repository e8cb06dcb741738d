import { HOTP, Secret } from 'otpauth'

import { expect, test } from './harness/test.js'
import { answerUntilClosed, inSecureWindow, setUpByHand } from './harness/people.js'
import { expectAccessible, expectNothingCut, settle } from './harness/inspect.js'

const PASSWORD = 'four random words here'

/** The code of a step that was not used yet: waits for none, but tells which step it is of. */
const codeOf = (base32: string, step: number) => HOTP.generate({ secret: Secret.fromBase32(base32), counter: step })
const stepNow = () => Math.floor(Date.now() / 30_000)

test('P7, B6: a person is named, enrols an authenticator, unlocks and releases a halt, all in windows of main’s own', async ({
  holdfast,
}) => {
  test.setTimeout(180_000)
  const { page } = holdfast
  const keys = await setUpByHand(holdfast)

  // First somebody is named, on the word of a recovery key.
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('link', { name: 'People and keys' }).click()
  await expect(page.getByText('Nobody is named yet')).toBeVisible()
  await page.getByRole('button', { name: 'Add a person…' }).click()
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByRole('combobox', { name: 'Role' }).click()
  await page.getByRole('option', { name: 'Admin' }).click()
  const passwordWindow = holdfast.app.waitForEvent('window', (window) => !window.isClosed())
  await inSecureWindow(
    holdfast,
    () => page.getByRole('button', { name: 'Add…' }).click(),
    async (secure) => {
      await expect(secure.getByRole('heading', { name: 'Change what Ada Lovelace may do' })).toBeVisible()
      await expect(secure.getByText('admin', { exact: true })).toBeVisible()
      await secure.getByLabel('Recovery key').fill(keys[0] ?? '')
      await secure.getByRole('button', { name: 'Change' }).click()
    },
  )
  await passwordWindow
  await expect.poll(() => holdfast.app.windows().length).toBe(2)
  const choosing = holdfast.app.windows().find((window) => window !== page)
  if (choosing === undefined) throw new Error('no window asks for the password')
  await answerUntilClosed(choosing, async (secure) => {
    await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await secure.getByLabel('Repeat password').fill(PASSWORD)
    await secure.getByRole('button', { name: 'Add this person' }).click()
  })
  await expect(page.getByRole('table', { name: 'People' }).getByText('Ada Lovelace')).toBeVisible()
  await expect(page.getByText('Password alone')).toBeVisible()

  // Her authenticator counts after one code.
  let base32 = ''
  let used = 0
  await page.getByRole('button', { name: 'Actions for Ada Lovelace' }).click()
  await inSecureWindow(
    holdfast,
    () => page.getByRole('menuitem', { name: 'Add an authenticator…' }).click(),
    async (secure) => {
      await expect(secure.getByRole('img', { name: 'QR code for an authenticator app' })).toBeVisible()
      base32 = ((await secure.locator('.hf-secure__code').textContent()) ?? '').replaceAll(' ', '')
      expect(base32).toMatch(/^[A-Z2-7]{32}$/)
      await settle(secure)
      await expectNothingCut(secure, 'enrol')
      await expectAccessible(secure, 'enrol')
      used = stepNow()
      await secure.getByLabel('Password of Ada Lovelace').fill(PASSWORD)
      await secure.getByLabel('Code that the authenticator shows now').fill(codeOf(base32, used))
      await secure.getByRole('button', { name: 'Ask for codes from now on' }).click()
    },
  )
  await expect(page.getByText('Authenticator', { exact: true })).toBeVisible()

  // Locked by keyboard: the screens are gone, halting is not.
  await page.keyboard.press('Control+Shift+L')
  await expect(page.getByRole('heading', { name: 'Holdfast is locked' })).toBeVisible()
  await expect(page.getByRole('navigation', { name: 'Screens' })).toBeHidden()
  await settle(page)
  await expectAccessible(page, 'locked')
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(page.getByRole('region', { name: 'Halt', exact: true })).toContainText('Halted')
  const answer = await page.evaluate(async () => {
    const { holdfast: bridge } = globalThis as unknown as { holdfast: { call(name: string, input: unknown): Promise<unknown> } }
    return bridge.call('order.list', { which: 'all', limit: 1, beforeMs: null })
  })
  expect(answer).toMatchObject({ ok: false, problem: { code: 'APP_LOCKED' } })

  // A step is accepted one early, so nobody waits for the next.
  await inSecureWindow(
    holdfast,
    () => page.getByRole('button', { name: 'Unlock' }).click(),
    async (secure) => {
      await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await secure.getByLabel('Code of your authenticator').fill(codeOf(base32, used))
      await secure.getByRole('button', { name: 'Unlock' }).click()
      await expect(secure.getByText('Password or code is not right.')).toBeVisible()
      await expectNothingCut(secure, 'unlock-app')
      used = stepNow() > used ? stepNow() : used + 1
      await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await secure.getByLabel('Code of your authenticator').fill(codeOf(base32, used))
      await secure.getByRole('button', { name: 'Unlock' }).click()
    },
  )
  await expect(page.getByText('You are Ada Lovelace, admin.')).toBeVisible()

  // The other means releases, without her authenticator.
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Guards' }).click()
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('It was a drill')
  await inSecureWindow(
    holdfast,
    () => page.getByRole('button', { name: 'Release the halt' }).click(),
    async (secure) => {
      await expect(secure.getByLabel('Code of your authenticator')).toBeVisible()
      await secure.getByRole('button', { name: 'Use a recovery key instead' }).click()
      await secure.getByLabel('Recovery key').fill(keys[1] ?? '')
      await secure.getByRole('button', { name: 'Release', exact: true }).click()
    },
  )
  await expect(page.getByRole('region', { name: 'Halt', exact: true })).toBeHidden()
})
