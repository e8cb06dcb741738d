import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test, type Locator } from '@playwright/test'
import { keccak256, parseEther, toUtf8Bytes } from 'ethers'

import { startLedgerPart, type LedgerPart } from '../support/signers/ledger-part.js'
import { approveRouter, fundWithWeth } from '../support/weth.js'
import { approveWith, valueOf } from './harness/call.js'
import { DevnetDesk } from './harness/devnet-desk.js'

// Killed with orders in every state on a chain that mines nothing, and started again: the window tells one truth of each, and the chain the same. The tests follow one another.
test.describe.configure({ mode: 'serial' })

let desk: DevnetDesk
let ledger: LedgerPart

test.beforeAll(async () => {
  test.setTimeout(180_000)
  const privateKey = keccak256(toUtf8Bytes('a key that waits on a device'))
  ledger = await startLedgerPart({ privateKey })
  desk = await DevnetDesk.open()
  await fundWithWeth(desk.devnet, ledger.address)
  await approveRouter(desk.devnet, privateKey)
  const { config, address } = ledger
  await valueOf(desk.running, 'signer.add', { label: 'Desk Ledger', config, address }, [approveWith(desk.recoveryKey)])
})
test.afterAll(async () => {
  // What the beginning did not come to is not there to be closed.
  await (desk as DevnetDesk | undefined)?.close()
  await ledger.close()
})

const waitingOn = (story: Locator): Locator => story.getByRole('region', { name: 'While it waits to be mined' })
/** Presses one of the two buttons of what waits, until the replacement has left. */
async function replace(story: Locator, how: 'Speed up' | 'Cancel on chain'): Promise<void> {
  await waitingOn(story).getByRole('button', { name: how }).click({ timeout: 30_000 })
  await expect(story.getByText('Replacement sent', { exact: true })).toHaveCount(1, { timeout: 30_000 })
  await desk.page.keyboard.press('Escape')
}
const intact = async (): Promise<void> => {
  expect(await valueOf(desk.running, 'audit.verify', {})).toMatchObject({ verdict: 'intact' })
}

test('B2 X3: killed with a swap sent, one sped up, one being canceled and one waiting at the signer: each ends once, and the chain has each once', async () => {
  test.setTimeout(180_000)
  const before = await desk.counts()
  const wethBefore = await desk.weth()
  await desk.stopMining()
  await desk.sell('0.11')
  await desk.page.keyboard.press('Escape')
  await replace(await desk.sell('0.12'), 'Speed up')
  await replace(await desk.sell('0.13'), 'Cancel on chain')
  ledger.device.state.person = 'wait'
  await (await desk.reviewSale('0.14', 'Desk Ledger')).click()
  await ledger.device.asking()
  const sent = (await desk.detailOf('0.12')).transactions.map(({ hash }) => hash)

  await desk.killAndStart()
  // Whoever confirms now confirms for nobody.
  ledger.device.press('approve')
  const atOnce = { '0.11': 'submitted', '0.12': 'submitted', '0.13': 'submitted', '0.14': 'failed' }
  await expect.poll(() => desk.states()).toEqual(atOnce)
  await desk.go('Orders')
  await expect(desk.page.getByRole('tab', { name: 'Open (3)' })).toBeVisible()
  for (const amount of ['0.11', '0.12', '0.13']) await expect(desk.row(amount)).toContainText('Sent')
  await desk.look('killed-orders')
  await desk.row('0.13').getByRole('link').click()
  const detail = desk.page.getByRole('complementary', { name: 'Order detail' })
  await expect(detail.getByText(/^A cancel of it is on its way\./).first()).toBeVisible()
  await desk.page.getByRole('tab', { name: 'History' }).click()
  await expect(desk.row('0.14')).toContainText('Failed')
  await desk.row('0.14').getByRole('link').click()
  await expect(detail.getByRole('alert').filter({ hasText: 'the app stopped before it was sent' })).toContainText(
    'Nothing was bought or sold.',
  )
  await desk.look('killed-at-signer')
  expect(await desk.counts(), 'the chain has nothing twice').toEqual({ mined: before.mined, all: before.mined + 3 })
  expect(await desk.counts(ledger.address)).toEqual({ mined: 1, all: 1 })

  await desk.mineUntil(async () => !(await desk.orders()).some(({ open }) => open))
  expect(await desk.states()).toEqual({ '0.11': 'filled', '0.12': 'filled', '0.13': 'canceled', '0.14': 'failed' })
  expect(await desk.counts()).toEqual({ mined: before.mined + 3, all: before.mined + 3 })
  expect(wethBefore - (await desk.weth())).toBe(parseEther('0.23'))
  expect(await desk.weth(ledger.address)).toBe(parseEther('2'))
  expect((await desk.detailOf('0.12')).transactions.map(({ hash }) => hash)).toEqual(sent)
  await intact()
})

test('B2 B5 X5: killed right after HALT with a swap out and a review open, and again in the middle of the cancel: the halt stands, nothing of the review left, and the cancel goes on', async () => {
  test.setTimeout(180_000)
  const wethBefore = await desk.weth()
  await desk.unlock()
  await desk.sell('0.15')
  await desk.page.keyboard.press('Escape')
  await desk.reviewSale('0.16')
  await desk.page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect.poll(() => existsSync(join(desk.dataDir, 'machine.lease'))).toBe(false)

  await desk.killAndStart()
  const { page } = desk
  const bar = page.getByRole('region', { name: 'Halt', exact: true })
  await expect(bar).toContainText(/Halted .* by the halt button/)
  await desk.go('Orders')
  await expect(desk.row('0.15')).toContainText('Sent')
  expect(await desk.states()).toMatchObject({ '0.15': 'submitted' })
  expect(await desk.states(), 'what was only reviewed is no order').not.toHaveProperty('0.16')
  await page.getByRole('button', { name: 'Cancel everything, also on chain' }).click()
  await expect(bar.getByText(/is still out: its key is locked/)).toBeVisible()

  await desk.killAndStart()
  const again = desk.page.getByRole('region', { name: 'Halt', exact: true })
  await expect(again).toContainText(/Halted .* by the halt button/)
  await expect(again.getByText(/is still out: its key is locked/)).toBeVisible()
  await desk.look('killed-halted-again')
  await desk.unlock()
  await expect(again.getByText(/cancel on chain, waiting for a block/)).toBeVisible({ timeout: 40_000 })
  await desk.mineUntil(async () => (await again.getByText(/Nothing that was to be canceled is out/).count()) > 0)
  expect(await desk.states()).toMatchObject({ '0.15': 'canceled' })
  expect(await desk.weth()).toBe(wethBefore)
  const { mined, all } = await desk.counts()
  expect(all).toBe(mined)
  await intact()
})
