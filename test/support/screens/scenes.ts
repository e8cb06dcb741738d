import type { Page } from 'playwright'

import type { SecureTask } from '../../../src-preload/contract/secure'
import type { ScenarioName } from '../fake-bridge/scenario'
import { SIGNER_SCENES } from './signer-scenes'

/** One picture to be taken. */
export interface Scene {
  readonly name: string
  readonly query: { readonly scenario?: ScenarioName; readonly task?: SecureTask['kind'] | 'none' }
  readonly page?: 'index.html' | 'secure.html'
  readonly hash?: string
  /** A size of its own. */
  readonly size?: { readonly width: number; readonly height: number }
  readonly act?: (page: Page) => Promise<void>
}

const fill = (amount: string) => async (page: Page) => {
  await page.getByLabel('Amount', { exact: true }).fill(amount)
  await page.waitForTimeout(500)
}
const review = async (page: Page) => {
  await fill('0.5')(page)
  await page.getByRole('button', { name: /^Review/ }).click()
  await page.getByText('What will be done').waitFor()
}

const policyShown = async (page: Page) => {
  await page.getByRole('heading', { name: 'Trading policy' }).waitFor()
}
const peopleShown = async (page: Page) => {
  await page.getByRole('heading', { name: 'Recovery keys' }).waitFor()
}

/** Every screen in its telling states. */
export const SCENES: readonly Scene[] = [
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
  { name: 'guards', query: {}, hash: '#/guards' },
  { name: 'guards-breakers', query: { scenario: 'breakers' }, hash: '#/guards' },
  { name: 'guards-reducing', query: { scenario: 'reducing' }, hash: '#/guards' },
  { name: 'guards-trading-halted', query: { scenario: 'trading-halted' }, hash: '#/guards' },
  { name: 'trade-reducing', query: { scenario: 'reducing' }, hash: '#/trade', act: fill('0.5') },
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
  ...SIGNER_SCENES,
  { name: 'settings', query: {}, hash: '#/settings' },
  { name: 'settings-chain', query: { scenario: 'testnet' }, hash: '#/settings' },
  { name: 'monitor', query: {}, hash: '#/monitor' },
  { name: 'monitor-empty', query: { scenario: 'empty' }, hash: '#/monitor' },
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
      await page.getByText('OrderDenied').first().waitFor()
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
      await page.getByRole('button', { name: 'Emergency halt' }).click()
      await page.getByText('waits for you').waitFor()
    },
  },
  {
    name: 'incidents-story',
    query: {},
    hash: '#/incidents/a124210',
    act: async (page) => {
      await page.getByText('KillSwitchTriggered').waitFor()
    },
  },
  { name: 'incidents-empty', query: { scenario: 'empty' }, hash: '#/incidents' },
  { name: 'audit-empty', query: { scenario: 'empty' }, hash: '#/audit' },
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
  ...(
    [
      'show-recovery-keys',
      'authorise',
      'show-secret',
      'unlock-app',
      'set-password',
      'enrol-second-factor',
      'store-secret',
      'unlock-keystore',
      'create-keystore',
      'import-key',
      'import-keystore-file',
      'none',
    ] as const
  ).map((task): Scene => ({
    name: `secure-${task}`,
    page: 'secure.html',
    query: { task },
    size: { width: 560, height: task === 'authorise' ? 720 : 640 },
  })),
  {
    name: 'secure-keys-covered',
    page: 'secure.html',
    query: { task: 'show-recovery-keys' },
    size: { width: 560, height: 640 },
    act: async (page) => {
      await page.getByLabel('Last 4 characters of key 1').fill('5B1E')
      await page.getByLabel('Last 4 characters of key 2').fill('9H3B')
      if (await page.getByText('7QJ4').isVisible()) throw new Error('the keys can be read while they are checked')
      await page.getByRole('button', { name: 'I have written both down' }).click()
      await page.getByText('Those are not the last characters that were shown.').waitFor()
    },
  },
  {
    name: 'secure-keys-printed',
    page: 'secure.html',
    query: { task: 'show-recovery-keys' },
    size: { width: 560, height: 640 },
    act: async (page) => {
      await page.getByText('7QJ4').waitFor()
      await page.emulateMedia({ media: 'print' })
    },
  },
  {
    name: 'secure-unlock-wrong',
    page: 'secure.html',
    query: { task: 'unlock-keystore' },
    size: { width: 560, height: 640 },
    act: async (page) => {
      await page.getByLabel('Password', { exact: true }).fill('not it')
      await page.getByRole('button', { name: 'Unlock' }).click()
      await page.getByText('does not open').waitFor()
    },
  },
  {
    name: 'secure-create-typed',
    page: 'secure.html',
    query: { task: 'create-keystore' },
    size: { width: 560, height: 640 },
    act: async (page) => {
      await page.getByLabel('Password', { exact: true }).fill('correct horse battery')
      await page.getByLabel('Repeat password').fill('correct horse batterz')
    },
  },
]
