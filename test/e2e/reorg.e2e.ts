import { expect, test, type Locator } from '@playwright/test'
import { Transaction, Wallet } from 'ethers'

import { DevnetDesk } from './harness/devnet-desk.js'

// A chain that takes back the block of a swap which counted as filled. The tests follow one another.
test.describe.configure({ mode: 'serial' })

let desk: DevnetDesk

test.beforeAll(async () => {
  test.setTimeout(180_000)
  desk = await DevnetDesk.open()
})
test.afterAll(async () => {
  // What the beginning did not come to is not there to be closed.
  await (desk as DevnetDesk | undefined)?.close()
})

const alerts = (): Locator => desk.page.getByRole('list', { name: 'Alerts' }).getByRole('listitem')
const detail = (): Locator => desk.page.getByRole('complementary', { name: 'Order detail' })
/** The tag that says what the opened order came to. */
const state = (): Locator => detail().locator('.hf-tag').filter({ hasText: 'Filled' }).first()
const TAKEN_BACK = 'The chain took back the block of a swap that counts as filled.'
const MINED_AGAIN = 'A swap that the chain had taken back is in a block again.'
const UNDONE = 'A swap that counted as filled never came to be: the chain took it back for good.'

/** Sells until it counts as filled, and has the chain take its block back; answers its nonce and its signed bytes. */
async function filledAndTakenBack(weth: string): Promise<{ readonly nonce: number; readonly raw: string }> {
  await desk.stopMining()
  await desk.sell(weth)
  await desk.page.keyboard.press('Escape')
  const [sent] = (await desk.detailOf(weth)).transactions
  const transaction = await desk.devnet.provider.getTransaction(sent?.hash ?? '')
  if (transaction === null) throw new Error('the node does not have it')
  await desk.devnet.mine()
  await expect.poll(() => desk.states()).toMatchObject({ [weth]: 'filled' })
  await desk.devnet.rpc('anvil_reorg', 1, [])
  return { nonce: transaction.nonce, raw: Transaction.from(transaction).serialized }
}

/** Opens an order from the alert that tells of it. */
async function toOrder(alert: Locator): Promise<void> {
  await alert.getByRole('link', { name: 'The order' }).click()
  await expect(detail()).toBeVisible()
}

test('X3: a filled swap whose block is dropped is told of, in the alerts and on its own page, and so is that it is mined again; a restart forgets neither', async () => {
  test.setTimeout(180_000)
  const { raw } = await filledAndTakenBack('0.05')
  await desk.go('Alerts')
  const told = alerts().filter({ hasText: TAKEN_BACK })
  await expect(told).toHaveCount(1)
  await toOrder(told)
  await expect(detail().getByRole('alert').filter({ hasText: TAKEN_BACK })).toContainText('Do not count on what it bought until then.')
  await expect(detail().getByText('Done.', { exact: true })).toHaveCount(0)
  await desk.page.getByRole('tab', { name: 'History' }).click()
  await expect(desk.row('0.05')).toContainText(TAKEN_BACK)
  await expect(state()).toHaveClass(/hf-tag--attention/)
  await desk.look('reorg-order')

  await desk.devnet.rpc('eth_sendRawTransaction', raw)
  await desk.mineUntil(async () => (await detail().getByText(MINED_AGAIN).count()) > 0)
  await expect(state()).toHaveClass(/hf-tag--good/)
  await desk.killAndStart()
  await desk.go('Orders')
  await desk.page.getByRole('tab', { name: 'History' }).click()
  await expect(desk.row('0.05')).toContainText(MINED_AGAIN)
  expect(await desk.states()).toEqual({ '0.05': 'filled' })
})

test('X3: a filled swap that never comes to be is told of as critical, and its page no longer says that it is done', async () => {
  test.setTimeout(180_000)
  await desk.unlock()
  const before = await desk.weth()
  const { nonce } = await filledAndTakenBack('0.06')
  const wallet = new Wallet(desk.devnet.fundedKey, desk.devnet.provider)
  const fees = { maxFeePerGas: 50n * 10n ** 9n, maxPriorityFeePerGas: 50n * 10n ** 9n }
  await wallet.sendTransaction({ to: wallet.address, value: 0n, nonce, gasLimit: 21_000n, ...fees })
  await desk.go('Alerts')
  const told = alerts().filter({ hasText: UNDONE })
  // The other's block has to be seen first, and then to become final.
  await expect
    .poll(
      async () => {
        await desk.devnet.mine(70)
        return told.count()
      },
      { timeout: 40_000 },
    )
    .toBe(1)
  await toOrder(told)
  await expect(detail().getByRole('alert').filter({ hasText: UNDONE })).toContainText('Compare your balances with the chain')
  await desk.look('reorg-undone-order')
  expect(await desk.weth()).toBe(before)
})
