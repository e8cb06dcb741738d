import { fill, review, type Scene } from './scene'

/** The ticket, its review, and what follows it. */
export const TRADE_SCENES: readonly Scene[] = [
  { name: 'trade-idle', query: {}, hash: '#/trade' },
  { name: 'trade-passing', query: {}, hash: '#/trade', act: fill('0.5') },
  {
    name: 'trade-limit',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await page.getByRole('radiogroup', { name: 'Side' }).getByText('Sell').click()
      await page.getByRole('radiogroup', { name: 'Order type' }).getByText('Limit').click()
      await page.getByLabel('Limit price').fill('2510.00')
      await fill('2')(page)
    },
  },
  { name: 'trade-denied', query: {}, hash: '#/trade', act: fill('400') },
  { name: 'trade-breakers', query: { scenario: 'breakers' }, hash: '#/trade', act: fill('0.5') },
  { name: 'trade-chain', query: { scenario: 'testnet' }, hash: '#/trade', act: fill('0.5') },
  { name: 'trade-locked', query: { scenario: 'locked' }, hash: '#/trade', act: fill('0.5') },
  { name: 'trade-live', query: { scenario: 'live' }, hash: '#/trade', act: fill('0.5') },
  { name: 'trade-slow', query: { scenario: 'slow' }, hash: '#/trade' },
  { name: 'trade-zoomed', query: {}, hash: '#/trade', size: { width: 640, height: 400 }, act: fill('0.5') },
  { name: 'review-paper', query: {}, hash: '#/trade', act: review },
  { name: 'review-chain', query: { scenario: 'testnet' }, hash: '#/trade', act: review },
  { name: 'review-locked', query: { scenario: 'locked' }, hash: '#/trade', act: review },
  {
    name: 'review-placed',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await review(page)
      await page.getByRole('button', { name: 'Place order' }).click()
      await page.getByText('Your order').waitFor()
      await page.waitForTimeout(600)
    },
  },
  {
    name: 'review-signed',
    query: { scenario: 'testnet' },
    hash: '#/trade',
    act: async (page) => {
      await review(page)
      await page.getByRole('button', { name: 'Sign and send' }).click()
      await page.getByText('Your order').waitFor()
      await page.waitForTimeout(1_600)
    },
  },
  { name: 'trade-reducing', query: { scenario: 'reducing' }, hash: '#/trade', act: fill('0.5') },
  {
    name: 'palette',
    query: { scenario: 'locked' },
    hash: '#/trade',
    act: async (page) => {
      await page.getByText('Armed').waitFor()
      await page.keyboard.press('Control+K')
      await page.getByPlaceholder('What do you want to do?').fill('un')
    },
  },
]
