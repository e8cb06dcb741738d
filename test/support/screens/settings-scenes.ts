import type { Page } from 'playwright'

import type { Scene } from './scene'

const policyShown = async (page: Page) => {
  await page.getByRole('heading', { name: 'Trading policy' }).waitFor()
}
const readinessShown = async (page: Page) => {
  await page.getByRole('heading', { name: 'What it runs on' }).waitFor()
}
const peopleShown = async (page: Page) => {
  await page.getByRole('heading', { name: 'Recovery keys' }).waitFor()
}

/** How the app begins, fails to, is locked, and is set. */
export const SETTINGS_SCENES: readonly Scene[] = [
  { name: 'failed', query: { scenario: 'failed' } },
  { name: 'failed-disk', query: { scenario: 'disk-full' } },
  { name: 'first-run-1', query: { scenario: 'first-run' } },
  {
    name: 'first-run-2',
    query: { scenario: 'first-run' },
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click()
    },
  },
  {
    name: 'first-run-3',
    query: { scenario: 'first-run' },
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Show my recovery keys' }).click()
      await page.getByRole('button', { name: 'Place my first paper order' }).waitFor()
    },
  },
  {
    name: 'first-run-4',
    query: { scenario: 'first-run' },
    act: async (page) => {
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByRole('button', { name: 'Show my recovery keys' }).click()
      await page.getByRole('button', { name: 'Place my first paper order' }).click()
      await page.getByRole('button', { name: /^Review buy of/ }).waitFor()
      await page.waitForTimeout(500)
    },
  },
  { name: 'settings', query: {}, hash: '#/settings' },
  { name: 'settings-chain', query: { scenario: 'testnet' }, hash: '#/settings' },
  { name: 'readiness', query: {}, hash: '#/settings/readiness', act: readinessShown },
  { name: 'readiness-chain', query: { scenario: 'testnet' }, hash: '#/settings/readiness', act: readinessShown },
  { name: 'policy-paper', query: {}, hash: '#/settings/policy', act: policyShown },
  { name: 'policy-chain', query: { scenario: 'testnet' }, hash: '#/settings/policy', act: policyShown },
  { name: 'policy-damaged', query: { scenario: 'breakers' }, hash: '#/settings/policy', act: policyShown },
  {
    name: 'policy-history',
    query: { scenario: 'testnet' },
    hash: '#/settings/policy',
    act: async (page) => {
      await policyShown(page)
      await page.getByRole('button', { name: 'Bring back version 2' }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'policy-form',
    query: { scenario: 'testnet' },
    hash: '#/settings/policy',
    act: async (page) => {
      await policyShown(page)
      await page.getByRole('button', { name: 'Change…' }).first().click()
      await page.getByLabel('Most for one order').fill('ten')
      await page.getByRole('button', { name: 'Compare with what is in force' }).click()
      await page.getByText('Only digits and one point.').waitFor()
    },
  },
  {
    name: 'policy-review',
    query: { scenario: 'testnet' },
    hash: '#/settings/policy',
    act: async (page) => {
      await policyShown(page)
      await page.getByRole('button', { name: 'Import' }).last().click()
      await page.getByRole('menuitem', { name: 'From this system’s variables' }).click()
      await page.getByText('Before and after').waitFor()
    },
  },
  { name: 'people-empty', query: {}, hash: '#/settings/people', act: peopleShown },
  { name: 'people', query: { scenario: 'people' }, hash: '#/settings/people', act: peopleShown },
  {
    name: 'people-add',
    query: {},
    hash: '#/settings/people',
    act: async (page) => {
      await page.getByRole('button', { name: 'Add a person…' }).click()
      await page.getByLabel('Name').fill('Ada Lovelace')
    },
  },
  { name: 'people-keys-lost', query: { scenario: 'keys-lost' }, hash: '#/settings/people', act: peopleShown },
  {
    name: 'app-locked',
    query: { scenario: 'app-locked' },
    hash: '#/trade',
    act: async (page) => {
      await page.getByRole('heading', { name: 'Holdfast is locked' }).waitFor()
      await page.getByRole('button', { name: 'Halt all trading' }).click()
      await page.getByRole('region', { name: 'Halt' }).waitFor()
      if (await page.getByRole('button', { name: 'Recover' }).isVisible()) throw new Error('a locked app leads to its screens')
    },
  },
]
