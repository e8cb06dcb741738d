import type { Page } from '@playwright/test'

import type { RunningHoldfast } from './launch.js'
import { inSecureWindow } from './people.js'

/** Opens the list of signers. */
export async function toSigners(page: Page): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Signers' }).click()
}

/** Begins to add a signer of a kind, as the list of kinds calls it. */
export async function beginSigner(page: Page, kind: string): Promise<void> {
  await toSigners(page)
  await page.getByRole('button', { name: 'Add a signer' }).click()
  await page.getByRole('button', { name: new RegExp(`^${kind.replace(/[()#]/g, '.')}`) }).click()
}

/** Begins to add a key file; the buttons that make, or take in, the key are there. */
export async function beginKeyFile(page: Page, name: string): Promise<void> {
  await beginSigner(page, 'Encrypted key file')
  await page.getByLabel('Name').fill(name)
}

/** Takes a private key in as a key file of that name, typed into the main-owned window. */
export async function importKey(running: RunningHoldfast, name: string, privateKey: string, password: string): Promise<void> {
  await beginKeyFile(running.page, name)
  await inSecureWindow(
    running,
    () => running.page.getByRole('button', { name: 'Import a private key' }).click(),
    (secure) => typeKey(secure, privateKey, password),
  )
}

/** Types a private key and its new password into the main-owned window that asks for them. */
export async function typeKey(secure: Page, privateKey: string, password: string): Promise<void> {
  await secure.getByLabel('Private key').fill(privateKey)
  await secure.getByLabel('Password', { exact: true }).fill(password)
  await secure.getByLabel('Repeat password').fill(password)
  await secure.getByRole('button', { name: 'Import' }).click()
}

/** Unlocks a key file that the list of signers shows, by typing its password into the main-owned window. */
export async function unlockSigner(running: RunningHoldfast, name: string, password: string): Promise<void> {
  const card = running.page.getByRole('article', { name: `Signer ${name}` })
  await inSecureWindow(
    running,
    () => card.getByRole('button', { name: 'Unlock signer' }).click(),
    async (secure) => {
      await secure.getByLabel('Password', { exact: true }).fill(password)
      await secure.getByRole('button', { name: 'Unlock' }).click()
    },
  )
}
