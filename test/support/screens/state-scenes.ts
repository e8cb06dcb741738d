import type { Scene } from './scene'

const SCREENS = ['trade', 'orders', 'balances', 'guards', 'signers', 'audit', 'incidents', 'alerts', 'monitor', 'settings'] as const

/** What every screen says when nothing can be read, and what else no other list has. */
export const STATE_SCENES: readonly Scene[] = [
  ...[...SCREENS, 'settings/policy', 'settings/secrets', 'settings/people'].map((screen): Scene => ({
    name: `unread-${screen.replace('settings/', '')}`,
    query: { scenario: 'testnet', unread: '' },
    hash: `#/${screen}`,
    // Nothing fails without a way to try again.
    act: async (page) => {
      await page
        .getByRole('button', { name: /^(Read it again|Refresh)$/ })
        .first()
        .waitFor()
    },
  })),
  {
    name: 'monitor-month',
    query: {},
    hash: '#/monitor',
    act: async (page) => {
      await page.getByText('30 days').click()
      await page.waitForTimeout(300)
    },
  },
  {
    name: 'palette-open',
    query: {},
    hash: '#/trade',
    act: async (page) => {
      await page.getByText('Armed').waitFor()
      await page.keyboard.press('Control+K')
      await page.getByPlaceholder('What do you want to do?').waitFor()
      await page.keyboard.press('ArrowDown')
    },
  },
  {
    name: 'focus-seen',
    query: {},
    hash: '#/orders',
    act: async (page) => {
      await page.getByText('Working').first().waitFor()
      for (let at = 0; at < 4; at++) await page.keyboard.press('Tab')
    },
  },
]
