import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Page } from '@playwright/test'
import { Contract, getAddress, keccak256, parseEther, toUtf8Bytes, Wallet } from 'ethers'
import { startDevnet, type Devnet } from '../../build/devnet/start.mjs'
import type { HoldfastBridge } from '../../src-preload/contract/index.js'
import type { SignerConfigView } from '../../src-preload/contract/signers.js'
import { isShown, type FormValues } from '../../src-renderer/features/signers/config/fields.js'
import { formOf } from '../../src-renderer/features/signers/config/forms.js'
import { startAwsKmsPart } from '../support/signers/aws-kms-part.js'
import { startAzureKeyVaultPart } from '../support/signers/azure-kms-part.js'
import { startEnvKeyPart } from '../support/signers/env-key-part.js'
import { startGcpKmsPart } from '../support/signers/gcp-kms-part.js'
import { startLedgerPart } from '../support/signers/ledger-part.js'
import { startMpcPart } from '../support/signers/mpc-part.js'
import { startPkcs11Part } from '../support/signers/pkcs11-part.js'
import { startRemotePart } from '../support/signers/remote-part.js'
import { approveWith } from './harness/call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './harness/inspect.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'
import { beginSigner, toSigners } from './harness/signers.js'

// Every kind of signer in the real window, each against its real part on loopback: set up step by step, a test signature, and a swap on a chain that it signs.

/** What a test needs of a part. */
interface Part {
  readonly config: Exclude<SignerConfigView, { kind: 'keystore' }>
  readonly secrets: Readonly<Record<string, string>>
  readonly address: string
  readonly env?: Readonly<Record<string, string>>
  close(): Promise<void>
}
interface Kind {
  readonly name: string
  /** As the list of kinds calls it. */
  readonly listed: string
  readonly start: (privateKey: string) => Part | Promise<Part>
}

const KINDS: readonly Kind[] = [
  { name: 'ledger (DMK)', listed: 'Ledger', start: (privateKey) => startLedgerPart({ privateKey, driver: 'dmk' }) },
  { name: 'ledger (LedgerJS)', listed: 'Ledger', start: (privateKey) => startLedgerPart({ privateKey, driver: 'ledgerjs' }) },
  {
    name: 'remote (Web3Signer)',
    listed: 'Remote signer',
    start: (key) => startRemotePart({ dialect: 'web3signer', key, timeoutMs: 5_000 }),
  },
  { name: 'remote (Clef)', listed: 'Remote signer', start: (key) => startRemotePart({ dialect: 'clef', key, timeoutMs: 5_000 }) },
  { name: 'remote (intent)', listed: 'Remote signer', start: (key) => startRemotePart({ dialect: 'intent', key, timeoutMs: 5_000 }) },
  { name: 'mpc_2pc', listed: 'Two-party MPC', start: () => startMpcPart() },
  { name: 'pkcs11', listed: 'HSM (PKCS#11)', start: (privateKey) => startPkcs11Part({ privateKey }) },
  { name: 'aws_kms', listed: 'AWS KMS', start: (privateKey) => startAwsKmsPart({ privateKey }) },
  { name: 'gcp_kms', listed: 'Google Cloud KMS', start: (privateKey) => startGcpKmsPart({ privateKey }) },
  { name: 'azure_key_vault', listed: 'Azure Key Vault', start: (privateKey) => startAzureKeyVaultPart({ privateKey }) },
  { name: 'env_private_key', listed: 'Key in a variable', start: () => startEnvKeyPart() },
]

let folder: string
let devnet: Devnet
let running: RunningHoldfast
let page: Page
let recoveryKey: string
const parts = new Map<string, Part>()

test.beforeAll(async () => {
  test.setTimeout(180_000)
  folder = mkdtempSync(join(tmpdir(), 'holdfast-signers-e2e-'))
  devnet = await startDevnet({ blockTimeSec: 1 })
  // Each kind has an account of its own; a variable and two parties have the key that they have.
  for (const kind of KINDS) {
    const part = await kind.start(keccak256(toUtf8Bytes(`a key for ${kind.name}`)))
    parts.set(kind.name, { ...part, address: getAddress(part.address), close: () => part.close() })
  }
  for (const { address } of parts.values()) if (address !== devnet.fundedAddress) await fund(address)
  const profile = join(folder, 'chain.json')
  writeFileSync(profile, JSON.stringify(devnet.chainProfile))
  running = await launchHoldfast({
    env: {
      HOLDFAST_DEVNET_PROFILE: profile,
      ...(Object.assign({}, ...[...parts.values()].map(({ env }) => env ?? {})) as Record<string, string>),
    },
    prepare: (dataDir) => {
      writeFileSync(join(dataDir, 'preferences.json'), JSON.stringify({ environment: 'paper', colourScheme: 'auto' }))
    },
  })
  page = running.page
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
  recoveryKey = (await setUpByHand(running))[0] ?? ''
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Switch to testnet' }).click()
  await expect(page.locator('.hf-strip__environment')).toHaveText('TESTNET')
  await page.getByRole('button', { name: 'Connect the running devnet' }).click()
  await expect(page.getByRole('region', { name: 'Chain', exact: true })).toContainText('Connected')
})
test.afterAll(async () => {
  // What the beginning did not come to is not there to be closed.
  await (running as RunningHoldfast | undefined)?.close()
  for (const part of parts.values()) await part.close()
  await devnet.stop()
  rmSync(folder, { recursive: true, force: true })
})

for (const [index, { name, listed }] of KINDS.entries()) {
  test(`D5 C4 C5 X1: ${name} is set up in the window, makes a test signature, and signs a swap that is confirmed`, async () => {
    test.setTimeout(90_000)
    const part = parts.get(name)
    if (part === undefined) throw new Error(name)
    await setUp(name, listed, part)
    await swap(name, `0.01${index + 1}`, part.address)
  })
}

test('D5 C4 C5: after all that, the main process has loaded no vendor’s library', async () => {
  const loaded = await running.app.evaluate(() => {
    const { _cache } = process.mainModule?.constructor as unknown as { readonly _cache?: Readonly<Record<string, unknown>> }
    return Object.keys(_cache ?? {})
  })
  // Where nothing at all is listed, this looks in the wrong place.
  expect(loaded.filter((file) => file.includes('better-sqlite3'))).not.toEqual([])
  expect(loaded.filter((file) => /@ledgerhq|node-hid|pkcs11js|@aws-sdk|@azure|@google-cloud/.test(file))).toEqual([])
})

/** Through the wizard, from the kind to a test signature. */
async function setUp(name: string, listed: string, { config, secrets, address }: Part): Promise<void> {
  await beginSigner(page, listed)
  await fillForm(config, secrets)
  const lookForThem = () => page.getByRole('button', { name: 'Look for accounts' }).click()
  const destination = destinationOf(config)
  if (destination !== null)
    await inSecureWindow(running, lookForThem, async (secure) => {
      await expect(secure.getByLabel('Changes')).toContainText(destination)
      await approveWith(recoveryKey)(secure)
    })
  else await lookForThem()
  const account = page.getByRole('radio', { name: address })
  await account.check({ timeout: 40_000 })
  if (name.startsWith('ledger')) await look(`signers-account-${config.kind}`)
  await page.getByRole('button', { name: 'Use this account' }).click()
  if (config.kind === 'ledger') {
    await expect(page.getByRole('img', { name: `Address ${address.split('').join(' ')}` })).toBeVisible()
    await page.getByRole('button', { name: 'Show it on the device' }).click()
  }
  await page.getByRole('textbox', { name: 'Name' }).fill(name, { timeout: 40_000 })
  await page.getByRole('button', { name: 'Add this signer' }).click()
  await page.getByRole('button', { name: 'Test signature' }).click({ timeout: 40_000 })
  await expect(page.getByRole('status').filter({ hasText: 'It signs' })).toContainText('The signature was made and verified.', {
    timeout: 40_000,
  })
  await page.getByRole('button', { name: 'Done' }).click()
  const card = page.getByRole('article', { name: `Signer ${name}` })
  await expect(card).toContainText(address)
  await expect(card).toContainText('Ready')
}

/** What the person is shown before it is used for the first time: the library, or where it leads; null where nobody is asked. */
function destinationOf(config: Part['config']): string | null {
  switch (config.kind) {
    case 'pkcs11':
      return config.libraryPath
    case 'remote':
    case 'mpc_2pc':
      return new URL(config.service.url).host
    case 'aws_kms':
    case 'gcp_kms':
      return config.endpoint
    case 'azure_key_vault':
      return config.vaultUrl
    case 'ledger':
      return config.transport.type === 'usb' ? null : config.transport.url
    case 'env_private_key':
      return null
  }
}

/** Writes a config into the form, secrets through the main-owned window. */
async function fillForm(config: Part['config'], secrets: Part['secrets']): Promise<void> {
  const form = formOf(config.kind)
  const values: FormValues = { ...form.fresh, ...form.read(config) }
  const more = page.getByRole('button', { name: 'More settings' })
  if (await more.isVisible()) await more.click()
  for (const field of form.fields.filter((each) => isShown(each, values))) {
    const value = values[field.name] ?? ''
    if (value === (form.fresh[field.name] ?? '')) continue
    const label = field.optional === true ? `${field.label} (optional)` : field.label
    if (field.type === 'choice') {
      const option = field.options.find((each) => each.value === value)?.label ?? ''
      await page.getByRole('radiogroup', { name: field.label }).getByText(option, { exact: true }).click()
    } else if (field.type === 'secret') {
      await inSecureWindow(
        running,
        () => page.getByRole('group', { name: label }).getByRole('button', { name: 'Type it in the private window…' }).click(),
        async (secure) => {
          await secure.getByRole('textbox').fill(secrets[value] ?? '')
          await secure.getByRole('button', { name: 'Keep it' }).click()
        },
      )
    } else await page.getByLabel(label, { exact: true }).fill(value)
  }
}

/** Sells WETH from an account, on the ticket, and waits until the chain has it. */
async function swap(account: string, weth: string, address: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Trade' }).click()
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
  await page.getByRole('combobox', { name: 'Account' }).click()
  await page.getByRole('option', { name: account }).click()
  await page.getByRole('textbox', { name: 'Amount' }).fill(weth)
  await page.getByRole('button', { name: /^Review sell of / }).click({ timeout: 30_000 })
  const send = page.getByRole('button', { name: 'Sign and send' })
  await expect(send).toBeEnabled({ timeout: 30_000 })
  if (account.startsWith('ledger')) {
    await page.getByRole('heading', { name: 'Your device will show: the order' }).scrollIntoViewIfNeeded()
    await look(`signers-review-${account.replace(/\W+/g, '-')}`)
  }
  await send.click()
  const story = page.getByRole('dialog', { name: 'Your order' })
  await expect(story).toBeVisible({ timeout: 30_000 })
  // What the chain itself says of it; until then, what main says of the order.
  await expect.poll(whatBecame, { timeout: 60_000 }).toEqual({ status: 1, from: address })
  await expect(story.getByText('Filled', { exact: true }).first()).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press('Escape')
  await toSigners(page)
}

/** What became of the order that was placed last: its receipt, or how far it is and why. */
async function whatBecame(): Promise<unknown> {
  const told = await page.evaluate(async () => {
    const { holdfast } = globalThis as unknown as { holdfast: HoldfastBridge }
    const orders = await holdfast.call('order.list', { which: 'all', limit: 1, beforeMs: null })
    const [order] = orders.ok ? orders.value : []
    const detail = await holdfast.call('order.detail', { orderId: order?.orderId ?? '' })
    const sent = detail.ok ? detail.value.transactions.find(({ purpose }) => purpose === 'order') : undefined
    return { hash: sent?.hash ?? null, state: order?.state ?? null, why: order?.why ?? null }
  })
  const receipt = told.hash === null ? null : await devnet.provider.getTransactionReceipt(told.hash)
  return receipt === null ? told : { status: receipt.status, from: receipt.from }
}

/** Gives an account ether for fees and something to sell. */
async function fund(address: string): Promise<void> {
  const funder = new Wallet(devnet.fundedKey, devnet.provider)
  await (await funder.sendTransaction({ to: address, value: parseEther('5') })).wait()
  const weth = new Contract(devnet.addresses.weth, ['function transfer(address,uint256) returns (bool)'], funder)
  const sent = (await weth.getFunction('transfer')(address, parseEther('2'))) as Awaited<ReturnType<Wallet['sendTransaction']>>
  await sent.wait()
}

async function look(name: string): Promise<void> {
  await settle(page)
  await expectNothingCut(page, name)
  await expectAccessible(page, name)
  await picture(page, `${name}-1280-dark`)
}
