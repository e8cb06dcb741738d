import { expect, test, type Locator, type Page } from '@playwright/test'
import { keccak256, parseEther, toUtf8Bytes } from 'ethers'

import { startLedgerPart, type LedgerPart } from '../support/signers/ledger-part.js'
import { approveRouter, fundWithWeth } from '../support/weth.js'
import { approveWith, valueOf } from './harness/call.js'
import { DevnetDesk } from './harness/devnet-desk.js'
import { inSecureWindow } from './harness/people.js'

// Orders that something holds back after they were signed off: a halt while a device asks, a guard when a dropped swap would be sent again. The tests follow one another.
test.describe.configure({ mode: 'serial' })

const ACCOUNT = 'Desk Ledger'

let desk: DevnetDesk
let page: Page
let ledger: LedgerPart

test.beforeAll(async () => {
  test.setTimeout(180_000)
  const privateKey = keccak256(toUtf8Bytes('a key on a device that waits'))
  ledger = await startLedgerPart({ privateKey })
  desk = await DevnetDesk.open()
  page = desk.page
  await fundWithWeth(desk.devnet, ledger.address)
  await approveRouter(desk.devnet, privateKey)
  const { config, address } = ledger
  await valueOf(desk.running, 'signer.add', { label: ACCOUNT, config, address }, [approveWith(desk.recoveryKey)])
})
test.afterAll(async () => {
  // What the beginning did not come to is not there to be closed.
  await (desk as DevnetDesk | undefined)?.close()
  await ledger.close()
})

const story = (): Locator => page.getByRole('dialog', { name: 'Your order' })
const detail = (): Locator => page.getByRole('complementary', { name: 'Order detail' })
const bar = (): Locator => page.getByRole('region', { name: 'Halt', exact: true })
const halt = async (): Promise<void> => {
  await page.getByRole('button', { name: 'Halt all trading' }).click()
  await expect(bar()).toContainText(/Halted .* by the halt button/)
}

/** An order is asked for at the device, which waits. */
async function askDevice(weth: string): Promise<Locator> {
  ledger.device.state.person = 'wait'
  await (await desk.reviewSale(weth, ACCOUNT)).click()
  await ledger.device.asking()
  const prompt = page.getByRole('dialog', { name: 'Confirm on your device' })
  await expect(prompt).toBeVisible()
  return prompt
}

/** Releases the halt as a person does. */
async function release(): Promise<void> {
  await desk.go('Guards')
  await page.getByRole('textbox', { name: 'Reason' }).first().fill('It was a drill')
  await inSecureWindow(desk.running, () => page.getByRole('button', { name: 'Release the halt' }).click(), approveWith(desk.recoveryKey))
  await expect(bar()).toBeHidden()
}

/** Lets time pass for main and its window: their calendars and what they measure with, all alike. */
async function letPass(seconds: number): Promise<void> {
  // Called in both: main is given Electron first, the window is not.
  const goOn = (...given: readonly unknown[]): void => {
    const ms = Number(given.at(-1))
    for (const clock of [Date, performance]) {
      const before = clock.now.bind(clock)
      Object.defineProperty(clock, 'now', { configurable: true, writable: true, value: () => before() + ms })
    }
  }
  await desk.running.app.evaluate(goOn, seconds * 1_000)
  await page.evaluate(goOn, seconds * 1_000)
}

const happened = async (weth: string): Promise<readonly string[]> => (await desk.detailOf(weth)).events.map(({ type }) => type)

test('X5 D5: halted while the device asks: the prompt says that nothing leaves; what is approved there is thrown away', async () => {
  const before = await desk.counts(ledger.address)
  const prompt = await askDevice('0.21')
  const said = prompt.getByRole('alert').filter({ hasText: 'Trading is halted: this order does not leave.' })
  await expect(said).toBeHidden()
  await halt()
  await expect(said).toContainText('Reject it there.')
  await desk.look('held-device-halted')
  ledger.device.press('approve')
  await expect(prompt).toBeHidden()
  await expect(story().getByText('Denied', { exact: true }).first()).toBeVisible()
  await expect(story().getByRole('alert').filter({ hasText: 'Kill switch: trading is halted' })).toContainText(
    'Release the halt on the Guards screen',
  )
  await expect(story().getByText('Withheld at the last look', { exact: true })).toBeVisible()
  await desk.look('held-device-approved')
  await page.keyboard.press('Escape')
  await expect(page.locator('#review-why')).toContainText('Kill switch: trading is halted')
  await expect(page.getByRole('button', { name: /^Review sell/ })).toBeDisabled()
  await desk.go('Alerts')
  await expect(
    page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'held back at the last moment' }),
  ).toContainText('Nothing was sent.')
  expect(await desk.counts(ledger.address)).toEqual(before)
})

test('X5 D5: given up in the window while halted, it ends without a trace; released, the next order leaves and is filled', async () => {
  await release()
  const [before, counts] = [await desk.weth(ledger.address), await desk.counts(ledger.address)]
  const prompt = await askDevice('0.23')
  await halt()
  await prompt.getByRole('button', { name: 'Put this away' }).last().click()
  await story().getByRole('button', { name: 'Cancel order' }).click()
  await expect(story().getByText('Canceled', { exact: true }).first()).toBeVisible()
  ledger.device.press('approve')
  await desk.look('held-device-canceled')
  await page.keyboard.press('Escape')
  await release()
  expect(await desk.counts(ledger.address)).toEqual(counts)

  ledger.device.state.person = 'approve'
  await (await desk.reviewSale('0.24', ACCOUNT)).click()
  await expect(story().getByText('Filled', { exact: true }).first()).toBeVisible({ timeout: 30_000 })
  await expect.poll(async () => (await desk.states())['0.24'], { timeout: 30_000 }).toBe('filled')
  await page.keyboard.press('Escape')
  expect(before - (await desk.weth(ledger.address))).toBe(parseEther('0.24'))
})

test('X3 X4: a dropped swap that a guard does not send again: the order says which, and offers what is possible', async () => {
  await desk.stopMining()
  await desk.sell('0.25')
  await page.keyboard.press('Escape')
  const [sent] = (await desk.detailOf('0.25')).transactions
  await desk.go('Guards')
  const volatility = page.getByRole('article', { name: /^Volatility breaker/ })
  await volatility.getByRole('button', { name: 'Isolate…' }).click()
  await page.getByRole('textbox', { name: 'Reason' }).last().fill('The market is odd')
  await page.getByRole('button', { name: 'Isolate the breaker' }).click()
  await expect(page.getByRole('banner')).toContainText('Volatility isolated')
  await desk.devnet.rpc('anvil_dropTransaction', sent?.hash)
  await desk.go('Orders')
  await desk.row('0.25').getByRole('link').click()
  // Once until it is missed, and past the two minutes that it may be missing; its deadline is later.
  await expect
    .poll(
      async () => {
        await letPass(65)
        return happened('0.25')
      },
      { intervals: [2_000] },
    )
    .toContain('OrderReplacementFailed')
  const said = detail().getByRole('alert').filter({ hasText: 'The chain’s nodes no longer know it, and it was not sent again.' })
  await expect(said).toContainText('Volatility breaker is isolated.')
  await expect(said).toContainText('Cancel on chain takes its place.')
  await desk.look('held-dropped')
  await expect(detail().getByText('Not sent again', { exact: true })).toBeVisible()
  expect((await desk.counts()).all - (await desk.counts()).mined).toBe(0)

  await desk.go('Alerts')
  const told = page.getByRole('list', { name: 'Alerts' }).getByRole('listitem').filter({ hasText: 'was not sent again' })
  await expect(told).toContainText('Volatility breaker is isolated.')
  await desk.look('held-dropped-alerts')
  await told.getByRole('link', { name: 'The order' }).click()
  await detail().getByRole('button', { name: 'Speed up' }).click()
  await expect(detail().getByRole('alert').filter({ hasText: 'Nothing was replaced' })).toContainText('Volatility breaker is isolated.')
  await desk.look('held-dropped-speed-up')
  await detail().getByRole('button', { name: 'Cancel on chain' }).click()
  await expect(detail().getByText('Replacement sent', { exact: true })).toHaveCount(1, { timeout: 30_000 })
  await expect(said).toBeHidden()
  await desk.mineUntil(async () => (await desk.states())['0.25'] === 'canceled')
  await expect(detail().getByText('Canceled', { exact: true }).first()).toBeVisible()
  await desk.look('held-dropped-canceled')
})
