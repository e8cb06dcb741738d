import type { Scene } from './scene'

/** Orders and balances. */
export const ORDER_SCENES: readonly Scene[] = [
  { name: 'orders-open', query: {}, hash: '#/orders' },
  {
    name: 'orders-history',
    query: {},
    hash: '#/orders',
    act: async (page) => {
      await page.getByRole('tab', { name: 'History' }).click()
    },
  },
  {
    name: 'orders-detail',
    query: {},
    hash: '#/orders',
    act: async (page) => {
      await page.getByRole('tab', { name: 'History' }).click()
      await page.getByRole('link', { name: 'Sell 0.5 ETH' }).click()
      await page.getByText('Every guard passed').first().waitFor()
    },
  },
  {
    name: 'orders-unknown',
    query: {},
    hash: '#/orders',
    act: async (page) => {
      await page.getByRole('link', { name: 'Buy 12 SOL' }).click()
      await page.getByText('Every guard passed').first().waitFor()
    },
  },
  {
    name: 'orders-canceled-all',
    query: {},
    hash: '#/orders',
    act: async (page) => {
      await page.getByRole('button', { name: /^Cancel all open orders/ }).click()
      await page.getByText('orders canceled').waitFor()
    },
  },
  { name: 'orders-empty', query: { scenario: 'empty' }, hash: '#/orders' },
  { name: 'balances', query: {}, hash: '#/balances' },
  {
    name: 'balances-chain',
    query: { scenario: 'testnet' },
    hash: '#/balances',
    act: async (page) => {
      await page.getByRole('combobox', { name: 'Account' }).click()
      await page.getByRole('option', { name: 'Trading key' }).click()
      await page.getByText('USDC').first().waitFor()
    },
  },
]
