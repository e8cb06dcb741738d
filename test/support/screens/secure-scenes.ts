import type { Scene } from './scene'

/** The main-owned window. */
export const SECURE_SCENES: readonly Scene[] = [
  ...(
    [
      'show-recovery-keys',
      'authorise',
      'show-secret',
      'unlock-app',
      'set-password',
      'enrol-second-factor',
      'enrol-device',
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
