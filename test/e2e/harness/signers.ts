import type { Page } from '@playwright/test'

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
