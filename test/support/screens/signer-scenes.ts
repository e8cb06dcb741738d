import type { Page } from 'playwright'

import type { SignerInteraction } from '../../../src-preload/contract/signers'
import type { Scene } from './scene'

const addingKind = (
  name: string,
  more: (page: Page) => Promise<void> = () => Promise.resolve(),
): Pick<Scene, 'query' | 'hash' | 'act'> => ({
  query: { scenario: 'testnet' },
  hash: '#/signers/add',
  act: async (page) => {
    await page.getByRole('button', { name: new RegExp(`^${name.replace(/[()#]/g, '.')}`) }).click()
    await more(page)
  },
})
const look = async (page: Page) => {
  await page.getByRole('button', { name: 'Look for accounts' }).click()
}
const chooseLedger = async (page: Page) => {
  await look(page)
  await page.getByRole('radio').nth(1).check()
  await page.getByRole('button', { name: 'Use this account' }).click()
}

/** Says what a person has to do, as main would. */
const asks =
  (required: SignerInteraction['required'], subject = 'set-up') =>
  async (page: Page) => {
    await page.evaluate(
      ([what, about]) => {
        const { holdfast } = globalThis as unknown as { holdfast: { emit(name: string, payload: unknown): void } }
        holdfast.emit('signer.interaction', { signerId: null, subject: about, required: what, untilMs: Date.now() + 95_000, shows: null })
      },
      [required, subject] as const,
    )
    await page.getByRole('dialog').getByText(/left$/).waitFor()
  }

const INTERACTIONS = [
  'connect-device',
  'unlock-device',
  'open-app',
  'confirm-on-device',
  'confirm-elsewhere',
] as const satisfies readonly SignerInteraction['required'][]

/** The screens about signers. */
export const SIGNER_SCENES: readonly Scene[] = [
  { name: 'signers', query: { scenario: 'testnet' }, hash: '#/signers' },
  { name: 'signers-kinds', query: { scenario: 'signers' }, hash: '#/signers' },
  {
    name: 'signers-tested',
    query: { scenario: 'testnet' },
    hash: '#/signers',
    act: async (page) => {
      await page.getByRole('button', { name: 'Test signature' }).click()
      await page.getByText('It signs').waitFor()
    },
  },
  { name: 'signers-empty', query: { scenario: 'empty' }, hash: '#/signers' },
  { name: 'signers-slow', query: { scenario: 'slow' }, hash: '#/signers' },
  {
    name: 'signers-remove',
    query: { scenario: 'signers' },
    hash: '#/signers',
    act: async (page) => {
      await page.getByRole('article', { name: 'Signer Trading key' }).getByRole('button', { name: 'Remove…' }).click()
      await page.getByText('No other signer here').waitFor()
    },
  },
  {
    name: 'signers-settings',
    query: { scenario: 'signers' },
    hash: '#/signers',
    act: async (page) => {
      await page.getByRole('article', { name: 'Signer Desk Ledger' }).getByRole('button', { name: 'Settings…' }).click()
      await page.getByText('Driver').waitFor()
    },
  },
  { name: 'signers-add', query: { scenario: 'testnet' }, hash: '#/signers/add' },
  { name: 'signers-add-live', query: { scenario: 'live' }, hash: '#/signers/add' },
  {
    name: 'signers-add-file',
    ...addingKind('Encrypted key file', async (page) => {
      await page.getByRole('button', { name: 'Create a new key' }).click()
      await page.getByText('Give it a name').waitFor()
    }),
  },
  { name: 'signers-add-ledger', ...addingKind('Ledger') },
  {
    name: 'signers-add-remote',
    ...addingKind('Remote signer', async (page) => {
      await page.getByLabel('Address of the service').fill('https://signer.example.org:9000')
      await page.getByText('An authority of mine').click()
      await page.getByRole('radiogroup', { name: 'Does the service ask' }).getByText('Yes').click()
    }),
  },
  { name: 'signers-add-mpc', ...addingKind('Two-party MPC') },
  {
    name: 'signers-add-missing',
    ...addingKind('HSM (PKCS#11)', async (page) => {
      await look(page)
      await page.getByText('Something is missing').waitFor()
    }),
  },
  {
    name: 'signers-add-aws',
    ...addingKind('AWS KMS', async (page) => {
      await page.getByRole('button', { name: 'Type it in the private window…' }).first().click()
      await page.getByText('Kept encrypted').waitFor()
      await page.getByRole('button', { name: 'More settings' }).click()
    }),
  },
  { name: 'signers-add-hsm', ...addingKind('HSM (PKCS#11)') },
  { name: 'signers-add-gcp', ...addingKind('Google Cloud KMS') },
  { name: 'signers-add-azure', ...addingKind('Azure Key Vault') },
  { name: 'signers-add-variable', ...addingKind('Key in a variable') },
  {
    name: 'signers-accounts',
    ...addingKind('Ledger', async (page) => {
      await look(page)
      await page.getByRole('radio').nth(1).check()
    }),
  },
  { name: 'signers-compare', ...addingKind('Ledger', chooseLedger) },
  {
    name: 'signers-comparing',
    ...addingKind('Ledger', async (page) => {
      await chooseLedger(page)
      await asks('verify-address')(page)
    }),
  },
  {
    name: 'signers-named',
    ...addingKind('Ledger', async (page) => {
      await chooseLedger(page)
      await page.getByRole('button', { name: 'Show it on the device' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('Desk Ledger')
    }),
  },
  {
    name: 'signers-added',
    ...addingKind('Ledger', async (page) => {
      await chooseLedger(page)
      await page.getByRole('button', { name: 'Show it on the device' }).click()
      await page.getByRole('textbox', { name: 'Name' }).fill('Desk Ledger')
      await page.getByRole('button', { name: 'Add this signer' }).click()
      await page.getByRole('button', { name: 'Test signature' }).click()
      await page.getByText('It signs').waitFor()
    }),
  },
  ...INTERACTIONS.map((required): Scene => ({
    name: `prompt-${required}`,
    query: { scenario: 'testnet' },
    hash: '#/trade',
    act: asks(required, 'order-1'),
  })),
  {
    name: 'prompt-put-away',
    query: { scenario: 'testnet' },
    hash: '#/trade',
    act: async (page) => {
      await asks('confirm-on-device', 'order-1')(page)
      await page.getByRole('button', { name: 'Put this away' }).last().click()
      await page.getByRole('button', { name: 'Show what to do' }).waitFor()
    },
  },
]
