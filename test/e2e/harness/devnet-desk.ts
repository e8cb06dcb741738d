import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { expect, type Locator, type Page } from '@playwright/test'
import { startDevnet, type Devnet } from '../../../build/devnet/start.mjs'
import type { OrderDetail, OrderSummary } from '../../../src-preload/contract/orders.js'
import { approveRouter, wethHeldBy } from '../../support/weth.js'
import { untilOpen, valueOf } from './call.js'
import { expectAccessible, expectNothingCut, picture, settle } from './inspect.js'
import { killHoldfast } from './kill.js'
import { launchHoldfast, profileOf, type RunningHoldfast } from './launch.js'
import { inSecureWindow, setUpByHand } from './people.js'
import { beginKeyFile, toSigners } from './signers.js'

/** The password of the devnet key in tests; no secret. */
const PASSWORD = 'correct horse battery staple'
/** How the devnet's own account is called in the app. */
export const DEVNET_KEY = 'Devnet key'

/** The app on a devnet of its own, with the devnet's key in a key file and its swaps allowed already; it can be killed and started again on what it left. */
export class DevnetDesk {
  running!: RunningHoldfast
  recoveryKey = ''

  private constructor(
    readonly devnet: Devnet,
    readonly dataDir: string,
  ) {}

  /** From nothing to an unlocked key on a chain that mines a block a second. */
  static async open(): Promise<DevnetDesk> {
    const desk = new DevnetDesk(await startDevnet({ blockTimeSec: 1 }), mkdtempSync(join(tmpdir(), 'holdfast-data-')))
    try {
      await approveRouter(desk.devnet, desk.devnet.fundedKey)
      await desk.start()
      await desk.#setUp()
    } catch (error) {
      await desk.close()
      throw error
    }
    return desk
  }

  get page(): Page {
    return this.running.page
  }

  async start(): Promise<void> {
    const profile = `${this.dataDir}-chain.json`
    writeFileSync(profile, JSON.stringify(this.devnet.chainProfile))
    this.running = await launchHoldfast({ dataDir: this.dataDir, env: { HOLDFAST_DEVNET_PROFILE: profile } })
    await this.page.emulateMedia({ reducedMotion: 'reduce', colorScheme: 'dark' })
  }

  /** Killed at once, and started again on the same folder. */
  async killAndStart(): Promise<void> {
    await killHoldfast(this.running)
    await this.start()
    await expect(this.page.locator('.hf-strip__environment')).toHaveText('TESTNET')
    await untilOpen(this.running)
  }

  async close(): Promise<void> {
    await (this.running as RunningHoldfast | undefined)?.close()
    await this.devnet.stop()
    for (const each of [this.dataDir, profileOf(this.dataDir), `${this.dataDir}-chain.json`])
      rmSync(each, { recursive: true, force: true, maxRetries: 5 })
  }

  async go(screen: string): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: screen }).click()
  }

  async unlock(): Promise<void> {
    await toSigners(this.page)
    const card = this.page.getByRole('article', { name: `Signer ${DEVNET_KEY}` })
    await inSecureWindow(
      this.running,
      () => card.getByRole('button', { name: 'Unlock signer' }).click(),
      async (secure) => {
        await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
        await secure.getByRole('button', { name: 'Unlock' }).click()
      },
    )
    await expect(card).toContainText('Unlocked')
  }

  /** Fills the ticket with a sale of WETH and opens its review; answers the button that signs and sends. */
  async reviewSale(weth: string, account = DEVNET_KEY): Promise<Locator> {
    const { page } = this
    await this.go('Trade')
    await page.getByText('Sell', { exact: true }).click()
    await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
    const chosen = page.getByRole('combobox', { name: 'Account' })
    if ((await chosen.count()) > 0 && !(await chosen.inputValue()).startsWith(account)) {
      await chosen.click()
      await page.getByRole('option', { name: account }).click()
    }
    await page.getByRole('textbox', { name: 'Amount' }).fill(weth)
    await page.getByRole('button', { name: new RegExp(`^Review sell of ${weth}\\sWETH for about`) }).click({ timeout: 30_000 })
    const send = page.getByRole('button', { name: 'Sign and send' })
    await expect(send).toBeEnabled({ timeout: 30_000 })
    return send
  }

  /** Sells WETH from the ticket on, until it has left; answers the sheet that follows it. */
  async sell(weth: string): Promise<Locator> {
    await (await this.reviewSale(weth)).click()
    const story = this.page.getByRole('dialog', { name: 'Your order' })
    await expect(story.getByText('Sent', { exact: true }).first()).toBeVisible({ timeout: 30_000 })
    return story
  }

  /** From now on a block comes only by {@link mineUntil} or `devnet.mine`. */
  async stopMining(): Promise<void> {
    await this.devnet.rpc('evm_setIntervalMining', 0)
  }

  /** Mines a block at a time until something is so. */
  async mineUntil(isSo: () => Promise<boolean>): Promise<void> {
    await expect
      .poll(
        async () => {
          await this.devnet.mine()
          return isSo()
        },
        { timeout: 30_000 },
      )
      .toBe(true)
  }

  /** What the chain itself has of an account: transactions in blocks, and with those that wait. */
  async counts(address = this.devnet.fundedAddress): Promise<{ readonly mined: number; readonly all: number }> {
    const count = (tag: string) => this.devnet.provider.getTransactionCount(address, tag)
    return { mined: await count('latest'), all: await count('pending') }
  }

  weth(address = this.devnet.fundedAddress): Promise<bigint> {
    return wethHeldBy(this.devnet, address)
  }

  /** Every order that the app has, by its amount: its state. */
  async states(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries((await this.orders()).map(({ baseAmount, state }) => [baseAmount, state]))
  }

  async orders(): Promise<readonly OrderSummary[]> {
    return (await valueOf(this.running, 'order.list', { which: 'all', limit: 100, beforeMs: null })) as readonly OrderSummary[]
  }

  async detailOf(amount: string): Promise<OrderDetail> {
    const found = (await this.orders()).filter(({ baseAmount }) => baseAmount === amount)
    expect(found).toHaveLength(1)
    return (await valueOf(this.running, 'order.detail', { orderId: found[0]?.orderId })) as OrderDetail
  }

  /** The row of the orders table whose order is for an amount. */
  row(amount: string): Locator {
    return this.page.getByRole('row').filter({ hasText: new RegExp(`Sell ${amount.replace('.', '\\.')}\\sWETH`) })
  }

  /** Settled, in its place, readable, and a picture of it. */
  async look(name: string): Promise<void> {
    await settle(this.page)
    await expectNothingCut(this.page, name)
    await expectAccessible(this.page, name)
    await picture(this.page, name)
  }

  async #setUp(): Promise<void> {
    const { page } = this
    this.recoveryKey = (await setUpByHand(this.running))[0] ?? ''
    await this.go('Settings')
    await page.getByRole('button', { name: 'Switch to testnet' }).click()
    await expect(page.locator('.hf-strip__environment')).toHaveText('TESTNET')
    await page.getByRole('button', { name: 'Connect the running devnet' }).click()
    await expect(page.getByRole('region', { name: 'Chain', exact: true })).toContainText('Connected')
    await beginKeyFile(page, DEVNET_KEY)
    await inSecureWindow(
      this.running,
      () => page.getByRole('button', { name: 'Import a private key' }).click(),
      async (secure) => {
        await secure.getByLabel('Private key').fill(this.devnet.fundedKey)
        await secure.getByLabel('Password', { exact: true }).fill(PASSWORD)
        await secure.getByLabel('Repeat password').fill(PASSWORD)
        await secure.getByRole('button', { name: 'Import' }).click()
      },
    )
    await this.unlock()
  }
}
