import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, test, type Locator, type Page } from '@playwright/test'
import { encryptKeystoreJson, Contract, parseEther, Wallet } from 'ethers'
import { startDevnet, type Devnet } from '../../build/devnet/start.mjs'
import type { HoldfastBridge } from '../../src-preload/contract/index.js'
import { expectAccessible, expectNothingCut, hearComplaints, picture, settle } from './harness/inspect.js'
import { launchHoldfast, type RunningHoldfast } from './harness/launch.js'
import { inSecureWindow, setUpByHand } from './harness/people.js'
import { beginKeyFile, toSigners, typeKey, unlockSigner } from './harness/signers.js'

// On a real chain of our own: connecting, keys made and imported in the app, a swap followed to its end, keys that are forgotten in time, and a chain that dies
// with a transaction on its way. The tests follow one another in one app.
test.describe.configure({ mode: 'serial' })

const PASSWORD = 'correct horse battery staple'

let folder: string
let devnet: Devnet
let running: RunningHoldfast
let page: Page
let complaints: readonly string[]

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-chain-'))
  devnet = await startDevnet({ blockTimeSec: 1 })
  running = await launchHoldfast({
    env: { HOLDFAST_DEVNET_PROFILE: profileFile() },
    prepare: (dataDir) => {
      writeFileSync(join(dataDir, 'preferences.json'), JSON.stringify({ environment: 'paper', colourScheme: 'auto' }))
    },
  })
  page = running.page
  complaints = hearComplaints(page)
  await page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
  await setUpByHand(running)
})
test.afterAll(async () => {
  await running.close()
  await devnet.stop()
  rmSync(folder, { recursive: true, force: true })
})
test.afterEach(() => {
  expect(complaints).toEqual([])
})

const profileFile = (): string => join(folder, 'chain.json')
const offer = (profile: object): void => {
  writeFileSync(profileFile(), JSON.stringify(profile))
}
const kept = (): string => join(running.dataDir, 'testnet', 'chain.json')
const card = (name: string): Locator => page.getByRole('article', { name: `Signer ${name}` })
const alert = (text: string): Locator => page.getByRole('alert').filter({ hasText: text })
const lightOf = (what: string): Locator => page.getByRole('banner').locator('.hf-light', { hasText: what })

const go = async (screen: string): Promise<void> => {
  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
}

/** The processes that hold a key now. */
async function keyHosts(): Promise<readonly number[]> {
  const metrics = await running.app.evaluate(({ app }) => app.getAppMetrics().map(({ pid, name }) => ({ pid, name: name ?? '' })))
  return metrics.filter(({ name }) => name.includes('key host')).map(({ pid }) => pid)
}

/** Every keystore file, by what it holds. */
function keystores(): readonly string[] {
  const at = join(running.dataDir, 'testnet', 'keystores')
  if (!existsSync(at)) return []
  return readdirSync(at).map(
    (name) =>
      `${name} ${createHash('sha256')
        .update(readFileSync(join(at, name)))
        .digest('hex')}`,
  )
}

/** The next file dialog is answered with this file. */
async function chooseFile(path: string): Promise<void> {
  await running.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
}

/** Fills the ticket with a sale of WETH by a signer. */
async function fillSale(weth: string): Promise<void> {
  await go('Trade')
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
  await page.getByRole('textbox', { name: 'Amount' }).fill(weth)
}

test('X10: a chain that is not the one it should be is not connected', async () => {
  offer({ ...devnet.chainProfile, chainId: 1337 })
  await go('Settings')
  await page.getByRole('button', { name: 'Switch to testnet' }).click()
  await expect(page.locator('.hf-strip__environment')).toHaveText('TESTNET')
  await page.getByRole('button', { name: 'Connect the running devnet' }).click()
  await expect(alert('The endpoint serves another chain than expected').first()).toContainText('Connect the right chain in Settings.')
  await expect(lightOf('Chain')).not.toContainText('works')
  expect(existsSync(kept()), 'the profile is not kept').toBe(false)
})

test('X10: a file that is no profile changes nothing', async () => {
  const file = join(folder, 'odd.json')
  writeFileSync(file, '{"name":"Odd","chainId":"one"}')
  await chooseFile(file)
  await page.getByRole('button', { name: 'Connect from a profile file' }).click()
  await expect(alert('An answer could not be trusted').first()).toContainText('chainId')
  expect(existsSync(kept())).toBe(false)
})

test('the devnet is connected and kept, and signers lock themselves after a minute', async () => {
  offer(devnet.chainProfile)
  await page.getByRole('button', { name: 'Connect the running devnet' }).click()
  const chain = page.getByRole('region', { name: 'Chain', exact: true })
  await expect(chain).toContainText('Connected')
  await expect(chain).toContainText('31337')
  await expect(lightOf('Chain')).toContainText('works')
  expect(JSON.parse(readFileSync(kept(), 'utf8'))).toMatchObject({ chainId: 31337 })
  // What the ticket would start from belongs to this environment, not to the one before.
  await expect(page.getByRole('combobox', { name: 'Risk profile of new tickets' })).toHaveValue(/^Conservative/)
  await page.getByLabel('Signers lock themselves after').fill('1')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled()
})

test('C3: a key made in the app is funded, and a wrong password changes nothing', async () => {
  await beginKeyFile(page, 'Trading key')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Create a new key' }).click(),
    async (secure) => {
      await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await secure.getByLabel('Repeat password').fill(PASSWORD)
      await secure.getByRole('button', { name: 'Create' }).click()
    },
  )
  const address = await addressOn('Trading key')
  await fund(address)

  const before = keystores()
  expect(before).toHaveLength(1)
  await inSecureWindow(
    running,
    () => card('Trading key').getByRole('button', { name: 'Unlock signer' }).click(),
    async (secure) => {
      const unlockButton = secure.getByRole('button', { name: 'Unlock' })
      for (const wrong of ['a wrong password', `${PASSWORD} `]) {
        await secure.getByLabel('Password', { exact: true }).fill(wrong)
        await unlockButton.click()
        await expect(secure.getByRole('alert').filter({ hasText: 'That password does not open this key.' })).toContainText('Try again.')
        await expect(secure.getByLabel('Password', { exact: true }), 'what was typed is wiped').toHaveValue('')
      }
      // One waits for the next try, and holds nothing.
      await expect.poll(keyHosts).toHaveLength(1)
      await secure.getByRole('button', { name: 'Cancel' }).click()
    },
  )
  await expect(card('Trading key')).toContainText('Locked')
  expect(keystores()).toEqual(before)
  await expect.poll(keyHosts).toEqual([])
})

test('C3: a private key and a keystore file are imported, never over what is there', async () => {
  const importKey = async (name: string): Promise<void> => {
    await beginKeyFile(page, name)
    await inSecureWindow(
      running,
      () => page.getByRole('button', { name: 'Import a private key' }).click(),
      async (secure) => {
        await typeKey(secure, devnet.fundedKey, PASSWORD)
        if (name !== 'Imported') {
          await expect(secure.getByRole('alert').filter({ hasText: 'It is already there.' })).toContainText('Nothing was overwritten.')
          await secure.getByRole('button', { name: 'Cancel' }).click()
        }
      },
    )
  }
  await importKey('Imported')
  expect(await addressOn('Imported')).toBe(devnet.fundedAddress)
  const before = keystores()
  await importKey('Imported again')
  expect(keystores()).toEqual(before)

  const other = Wallet.createRandom()
  const file = join(folder, 'keystore.json')
  writeFileSync(
    file,
    await encryptKeystoreJson({ address: other.address, privateKey: other.privateKey }, PASSWORD, { scrypt: { N: 4096 } }),
  )
  await chooseFile(file)
  await beginKeyFile(page, 'From a file')
  await inSecureWindow(
    running,
    () => page.getByRole('button', { name: 'Import a keystore file' }).click(),
    async (secure) => {
      await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
      await secure.getByRole('button', { name: 'Import' }).click()
    },
  )
  expect(await addressOn('From a file')).toBe(other.address)
})

test('C3: unlocked, a key lives in a process of its own and signs a test', async () => {
  await unlockSigner(running, 'Imported', PASSWORD)
  await unlockSigner(running, 'Trading key', PASSWORD)
  for (const name of ['Imported', 'Trading key']) {
    await expect(card(name)).toContainText('Unlocked')
    await expect(card(name)).toContainText(/in 0:\d\d|in 1:00/)
  }
  expect(await keyHosts()).toHaveLength(2)
  await card('Trading key').getByRole('button', { name: 'Test signature' }).click()
  await expect(card('Trading key').getByRole('status').filter({ hasText: 'It signs' })).toContainText(
    'The signature was made and verified.',
  )
  await inspect('chain-signers')
})

test('B1 X3: a swap is reviewed, signed, sent and followed to its end', async () => {
  test.setTimeout(120_000)
  const address = await addressOn('Trading key')
  await fillSale('0.1')
  await expect(page.getByRole('button', { name: /^Review sell of 0.1\sWETH for about/ })).toBeEnabled({ timeout: 30_000 })
  await inspect('chain-ticket')
  await page.getByRole('button', { name: /^Review/ }).click()
  const send = page.getByRole('button', { name: 'Sign and send' })
  await expect(send).toBeEnabled({ timeout: 30_000 })
  const sheet = page.getByRole('dialog', { name: 'Review' })
  for (const panel of ['What will be done', 'What it changes, rehearsed on the chain', 'What you pay and get', 'Verdict'])
    await expect(sheet.getByRole('heading', { name: panel })).toBeAttached()
  await inspect('chain-review')
  await send.click()
  const story = page.getByRole('dialog', { name: 'Your order' })
  await expect(story.getByText('Filled', { exact: true }).first()).toBeVisible({ timeout: 60_000 })
  await inspect('chain-order')
  await page.keyboard.press('Escape')
  // What the chain itself says of it.
  const receipt = await devnet.provider.getTransactionReceipt(await hashOfLastOrder())
  expect(receipt).toMatchObject({ status: 1, from: address })
  expect(await weth().getFunction('balanceOf').staticCall(address)).toBe(parseEther('1.9'))
  await go('Balances')
  await page.getByRole('combobox', { name: 'Account' }).click()
  await page.getByRole('option', { name: 'Trading key' }).click()
  await expect(page.getByRole('row').filter({ hasText: 'WETH' })).toContainText('1.9')
  await inspect('chain-balances')
})

test('C3: locked by hand, the key’s process is gone', async () => {
  await go('Signers')
  const before = await keyHosts()
  await card('Trading key').getByRole('button', { name: 'Lock now' }).click()
  await expect(card('Trading key')).toContainText('Locked')
  const after = await keyHosts()
  for (const pid of before.filter((each) => !after.includes(each))) expect(existsSync(`/proc/${pid}`)).toBe(false)
  expect(after.length).toBeLessThan(before.length)
})

test('C3: a key that was unlocked for a minute is forgotten after it', async () => {
  test.setTimeout(120_000)
  await go('Signers')
  await expect(card('Imported')).toContainText('Locked', { timeout: 75_000 })
  await expect.poll(keyHosts).toEqual([])
  await fillSale('0.1')
  await expect(page.getByText('is locked.').first()).toBeVisible()
})

test('X3: what waits to be mined is sped up and then canceled, by two buttons that say what they cost', async () => {
  test.setTimeout(120_000)
  await go('Signers')
  await unlockSigner(running, 'Trading key', PASSWORD)
  await devnet.rpc('evm_setIntervalMining', 0)
  await fillSale('0.05')
  await page.getByRole('button', { name: /^Review sell of 0.05\sWETH for about/ }).click({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Sign and send' }).click({ timeout: 30_000 })
  const story = page.getByRole('dialog', { name: 'Your order' })
  const waiting = story.getByRole('region', { name: 'While it waits to be mined' })
  const speedUp = waiting.getByRole('button', { name: 'Speed up' })
  await expect(speedUp).toBeEnabled({ timeout: 30_000 })
  await expect(waiting.getByText(/^At most \S+\sETH, \S+\sgwei per gas instead of/)).toHaveCount(2)
  await inspect('chain-waiting')
  await speedUp.click()
  await expect(story.getByText('Replacement sent', { exact: true })).toHaveCount(1, { timeout: 30_000 })
  // Once a cancel is out, the order itself is not sent again for more.
  await waiting.getByRole('button', { name: 'Cancel on chain' }).click()
  await expect(story.getByText('Replacement sent', { exact: true })).toHaveCount(2, { timeout: 30_000 })
  await expect(waiting.getByText('A cancel is on its way; that one can be sped up by cancelling again.')).toBeVisible({ timeout: 30_000 })
  await expect(speedUp).toBeDisabled()
  await expect
    .poll(
      async () => {
        await devnet.mine()
        return story.getByText('Canceled', { exact: true }).count()
      },
      { timeout: 30_000 },
    )
    .toBeGreaterThan(0)
  await expect(waiting).toHaveCount(0)
  await inspect('chain-canceled')
  await page.keyboard.press('Escape')
  await devnet.rpc('evm_setIntervalMining', 1)
  await go('Signers')
  await card('Trading key').getByRole('button', { name: 'Lock now' }).click()
  await expect(card('Trading key')).toContainText('Locked')
})

test('X10: the chain dies while an order is on its way: nothing pretends to be done, and everything says so', async () => {
  test.setTimeout(120_000)
  await go('Signers')
  await unlockSigner(running, 'Trading key', PASSWORD)
  await devnet.rpc('evm_setIntervalMining', 0)
  await fillSale('0.2')
  await page.getByRole('button', { name: /^Review sell of 0.2\sWETH for about/ }).click({ timeout: 30_000 })
  await page.getByRole('button', { name: 'Sign and send' }).click({ timeout: 30_000 })
  const story = page.getByRole('dialog')
  await expect(
    story
      .getByText('Allowance sent', { exact: true })
      .or(story.getByText('Sent', { exact: true }))
      .first(),
  ).toBeVisible({ timeout: 30_000 })
  await devnet.stop()
  await expect(lightOf('Chain')).toContainText('is failing', { timeout: 30_000 })
  for (const untrue of ['Done.', 'In a block', 'Final']) await expect(story.getByText(untrue, { exact: true })).toHaveCount(0)
  await inspect('chain-dead-order')
  await page.keyboard.press('Escape')
  await inspect('chain-dead-ticket')
  await expect(page.getByRole('button', { name: /^Review sell/ })).toBeDisabled()
  await expect(page.locator('#review-why')).toHaveText(/^(Network breaker is open|There is no price for this order|The connection failed)/)
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(page.getByRole('button', { name: 'Cancel resting orders' })).toBeVisible()
})

async function addressOn(name: string): Promise<string> {
  await toSigners(page)
  await expect(card(name)).toBeVisible()
  return (
    await card(name)
      .getByText(/^0x[0-9a-fA-F]{40}$/)
      .innerText()
  ).trim()
}

/** The transaction of the order that was placed last, as main tells it. */
async function hashOfLastOrder(): Promise<string> {
  return page.evaluate(async () => {
    const { holdfast } = globalThis as unknown as { holdfast: HoldfastBridge }
    const orders = await holdfast.call('order.list', { which: 'all', limit: 1, beforeMs: null })
    const detail = await holdfast.call('order.detail', { orderId: orders.ok ? (orders.value[0]?.orderId ?? '') : '' })
    const sent = detail.ok ? detail.value.transactions.find(({ purpose }) => purpose === 'order') : undefined
    return sent?.hash ?? 'none'
  })
}

const weth = (): Contract =>
  new Contract(
    devnet.addresses.weth,
    ['function transfer(address,uint256) returns (bool)', 'function balanceOf(address) view returns (uint256)'],
    new Wallet(devnet.fundedKey, devnet.provider),
  )

/** Gives an account ether for fees and something to sell. */
async function fund(address: string): Promise<void> {
  const funder = new Wallet(devnet.fundedKey, devnet.provider)
  await (await funder.sendTransaction({ to: address, value: parseEther('5') })).wait()
  const sent = (await weth().getFunction('transfer')(address, parseEther('2'))) as Awaited<ReturnType<Wallet['sendTransaction']>>
  await sent.wait()
}

async function inspect(name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await settle(page)
    await expectNothingCut(page, name)
    await expectAccessible(page, name)
    await picture(page, `${name}-1280-${colorScheme}`)
  }
}
