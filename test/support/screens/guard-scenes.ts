import type { Scene } from './scene'

/** The kill switch, the breakers and the limits. */
export const GUARD_SCENES: readonly Scene[] = [
  { name: 'guards', query: {}, hash: '#/guards' },
  { name: 'guards-breakers', query: { scenario: 'breakers' }, hash: '#/guards' },
  { name: 'guards-reducing', query: { scenario: 'reducing' }, hash: '#/guards' },
  { name: 'guards-trading-halted', query: { scenario: 'trading-halted' }, hash: '#/guards' },
  {
    name: 'guards-tune',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Tune the trade breaker' }).click()
      await page.getByLabel('Or this many in a row').fill('9')
      await page.getByLabel('Reason').fill('A busy day')
      await page.getByRole('button', { name: 'Change the thresholds' }).click()
      await page.getByText('From 1 to 6.').waitFor()
    },
  },
  {
    name: 'guards-day',
    query: { scenario: 'breakers' },
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('img', { name: /^Slippage: / }).scrollIntoViewIfNeeded()
      await page.getByText('now', { exact: true }).scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'guards-rule',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change the rule…' }).click()
      await page.getByLabel('Open breakers that halt all trading').fill('2')
    },
  },
  {
    name: 'guards-halt-trading',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Halt trading…' }).click()
      await page.getByLabel('Reason').fill('News at noon')
    },
  },
  { name: 'guards-halted', query: { scenario: 'halted' }, hash: '#/guards' },
  {
    name: 'guards-kill-file',
    query: { scenario: 'kill-file' },
    hash: '#/guards',
    act: async (page) => {
      await page.getByLabel('Acknowledge open breakers').check()
    },
  },
  { name: 'guards-maintenance', query: { scenario: 'maintenance' }, hash: '#/guards' },
  { name: 'guards-missing', query: { scenario: 'missing' }, hash: '#/guards' },
  {
    name: 'guards-history',
    query: { scenario: 'breakers' },
    hash: '#/guards',
    act: async (page) => {
      await page.getByText('cannot be read').scrollIntoViewIfNeeded()
    },
  },
  {
    name: 'guards-triggers',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change…' }).click()
      await page.getByLabel('Dead-man switch').check()
    },
  },
  {
    name: 'guards-isolate',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Isolate…' }).nth(1).click()
      await page.getByLabel('Reason').fill('News at noon')
    },
  },
  {
    name: 'guards-limits-tune',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Change limits…' }).click()
      await page.getByLabel('One order', { exact: true }).fill('5000')
    },
  },
  {
    name: 'guards-patterns-tune',
    query: {},
    hash: '#/guards',
    act: async (page) => {
      await page.getByRole('button', { name: 'Tune…' }).last().click()
      await page.getByText('On a recorded month').waitFor()
    },
  },
  { name: 'guards-limits-empty', query: { scenario: 'empty' }, hash: '#/guards' },
]
