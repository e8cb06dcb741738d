import type { Page } from 'playwright'

import type { Scene } from './scene'

const at = '#/settings/secrets'
const tryReference = (ref: string) => async (page: Page) => {
  await page.getByRole('textbox', { name: 'Reference' }).fill(ref)
  await page.getByRole('button', { name: 'Try it' }).click()
}

/** Where secrets lie outside of the app. */
export const SECRET_PLACE_SCENES: readonly Scene[] = [
  { name: 'secrets-empty', query: { scenario: 'testnet' }, hash: at },
  { name: 'secrets-slow', query: { scenario: 'slow' }, hash: at },
  {
    name: 'secrets-readable',
    query: { scenario: 'signers' },
    hash: at,
    act: async (page) => {
      await tryReference('vault:kv/holdfast/hsm#pin')(page)
      await page.getByText('It can be read now').waitFor()
    },
  },
  {
    name: 'secrets-unreadable',
    query: { scenario: 'signers' },
    hash: at,
    act: async (page) => {
      await tryReference('vault:kv/other#pin')(page)
      await page.getByText('It cannot be read now').waitFor()
    },
  },
  {
    name: 'secrets-vault-missing',
    query: { scenario: 'testnet' },
    hash: at,
    act: async (page) => {
      await page.getByRole('button', { name: 'Set up HashiCorp Vault…' }).click()
      await page.getByLabel('Address of the service').fill('http://vault.example.org')
      await page.getByRole('button', { name: 'Save…' }).click()
      await page.getByText('Use https://').waitFor()
    },
  },
  {
    name: 'secrets-aws',
    query: { scenario: 'testnet' },
    hash: at,
    act: async (page) => {
      await page.getByRole('button', { name: 'Set up AWS Secrets Manager…' }).click()
      await page.getByRole('button', { name: 'Type it in the private window…' }).click()
      await page.getByText('Kept encrypted').waitFor()
    },
  },
  {
    name: 'secrets-forget',
    query: { scenario: 'signers' },
    hash: at,
    act: async (page) => {
      await page.getByRole('button', { name: 'Forget HashiCorp Vault…' }).click()
      await page.getByText('What lies there stays').waitFor()
    },
  },
]
