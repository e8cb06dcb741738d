import type { Scene } from './scene'

/** What is recorded, told and measured. */
export const RECORD_SCENES: readonly Scene[] = [
  { name: 'monitor', query: {}, hash: '#/monitor' },
  { name: 'monitor-empty', query: { scenario: 'empty' }, hash: '#/monitor' },
  {
    name: 'audit',
    query: {},
    hash: '#/audit',
    act: async (page) => {
      await page.getByRole('gridcell').first().waitFor()
    },
  },
  {
    name: 'audit-entry',
    query: {},
    hash: '#/audit/124325',
    act: async (page) => {
      await page.getByText('Hash before').waitFor()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'audit-filtered',
    query: { scenario: 'breakers' },
    hash: '#/audit',
    act: async (page) => {
      await page.getByText('Security', { exact: true }).first().click()
      await page.getByText('Order denied').first().waitFor()
    },
  },
  {
    name: 'audit-verifying',
    query: { scenario: 'kill-file' },
    hash: '#/audit',
    act: async (page) => {
      await page.getByRole('button', { name: 'Verify the chain' }).click()
      await page.getByRole('button', { name: 'Cancel verification' }).waitFor()
    },
  },
  {
    name: 'audit-far',
    query: {},
    hash: '#/audit',
    act: async (page) => {
      await page.getByRole('gridcell', { name: 'Order' }).first().waitFor()
      await page.getByRole('grid').focus()
      await page.keyboard.press('End')
      await page.keyboard.press('End')
      await page.waitForTimeout(400)
    },
  },
  { name: 'alerts', query: {}, hash: '#/alerts' },
  { name: 'alerts-trouble', query: { scenario: 'breakers' }, hash: '#/alerts' },
  { name: 'alerts-halted', query: { scenario: 'halted' }, hash: '#/alerts' },
  { name: 'alerts-empty', query: { scenario: 'empty' }, hash: '#/alerts' },
  { name: 'alerts-slow', query: { scenario: 'slow' }, hash: '#/alerts' },
  {
    name: 'alerts-acknowledged',
    query: { scenario: 'testnet' },
    hash: '#/alerts',
    act: async (page) => {
      await page.getByRole('button', { name: /^Acknowledge: It is not known/ }).click()
      await page.getByRole('radiogroup', { name: 'Which alerts' }).getByText('All').click()
      await page.getByText('Acknowledged by ada').first().waitFor()
    },
  },
  {
    name: 'alerts-bad-address',
    query: {},
    hash: '#/alerts',
    act: async (page) => {
      await page.getByLabel('Address').fill('http://alerts.example.org/')
      await page.getByRole('button', { name: 'Set up the webhook' }).click()
      await page.getByText('Only https.').waitFor()
    },
  },
  {
    name: 'incidents',
    query: {},
    hash: '#/incidents',
    act: async (page) => {
      await page.getByRole('button', { name: 'Drill: emergency halt' }).click()
      await page.getByText('waits for you').waitFor()
    },
  },
  {
    name: 'incidents-story',
    query: {},
    hash: '#/incidents/a124210',
    act: async (page) => {
      await page.getByText('Kill switch triggered').waitFor()
    },
  },
  { name: 'incidents-empty', query: { scenario: 'empty' }, hash: '#/incidents' },
  { name: 'audit-empty', query: { scenario: 'empty' }, hash: '#/audit' },
]
