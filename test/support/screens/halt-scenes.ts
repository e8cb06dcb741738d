import { fill, review, type Scene } from './scene'

/** Halting, and what then is still out. */
export const HALT_SCENES: readonly Scene[] = [
  {
    name: 'halt-pressed',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await fill('0.5')(page)
      await page.getByRole('button', { name: 'Halt all trading' }).click()
      await page.getByRole('button', { name: 'Cancel resting orders' }).click()
      await page.getByText('is still out').first().waitFor()
    },
  },
  {
    name: 'halt-emergency',
    query: { scenario: 'locked' },
    hash: '#/orders',
    act: async (page) => {
      await page.getByText('Armed').waitFor()
      await page.keyboard.press('Control+Shift+H')
      await page.getByRole('button', { name: 'Cancel everything, also on chain' }).click()
      await page.getByText('is still out').first().waitFor()
    },
  },
  { name: 'halt-kill-file', query: { scenario: 'kill-file' }, hash: '#/trade', act: fill('0.5') },
  {
    name: 'halt-failed',
    query: { scenario: 'halt-fails' },
    hash: '#/trade',
    act: async (page) => {
      await page.getByText('Armed').waitFor()
      await page.keyboard.press('Control+Shift+H')
      await page.getByText('did not go through').first().waitFor()
    },
  },
  {
    name: 'halt-in-review',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await review(page)
      await page.getByRole('button', { name: 'Halt all trading' }).click()
      await page.getByRole('button', { name: 'Cancel resting orders' }).waitFor()
      await page.getByText('Trading was halted after this plan was made.').waitFor()
      if (await page.getByRole('button', { name: 'Place order' }).isEnabled()) throw new Error('an order could be placed while halted')
    },
  },
  {
    name: 'halt-over-palette',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await page.getByText('Armed').waitFor()
      await page.keyboard.press('Control+K')
      await page.getByPlaceholder('What do you want to do?').waitFor()
      await page.getByRole('button', { name: 'Halt all trading', exact: true }).click()
      await page.getByRole('button', { name: /^Cancel resting orders \(/ }).waitFor()
    },
  },
]
