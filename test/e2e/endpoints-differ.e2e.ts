import { writeFileSync } from 'node:fs'

import { expect, test, type Locator, type Page } from '@playwright/test'
import { parseEther, Transaction } from 'ethers'

import { forward, keepTheFirst, startProxy, type Behaviour, type Proxy, type SeenRequest } from '../support/chain-proxy.js'
import { approveWith, valueOf } from './harness/call.js'
import { DevnetDesk } from './harness/devnet-desk.js'
import { picture } from './harness/inspect.js'
import { inSecureWindow } from './harness/people.js'

// A chain behind two endpoints, one of which lies: what the person reads, that nothing is sent twice, and how each order ends. The tests follow one another.
test.describe.configure({ mode: 'serial' })

let desk: DevnetDesk
let page: Page
let first: Proxy
let witness: Proxy

test.beforeAll(async () => {
  test.setTimeout(180_000)
  desk = await DevnetDesk.open()
  page = desk.page
  first = await startProxy(desk.devnet.url)
  witness = await startProxy(desk.devnet.url)
})
test.afterAll(async () => {
  // What the beginning did not come to is not there to be closed.
  await (desk as DevnetDesk | undefined)?.close()
  for (const each of [first, witness]) await (each as Proxy | undefined)?.close()
})
test.afterEach(() => {
  for (const each of [first, witness]) each.behave(() => forward)
})

const hostOf = ({ url }: Proxy): string => new URL(url).host
const hex = (count: number): string => `0x${count.toString(16)}`

/** An endpoint that serves what is read and takes no transactions: what the other one does with them is all there is. */
const readsOnly = ({ method }: SeenRequest): Behaviour =>
  method === 'eth_sendRawTransaction' ? { kind: 'error', error: { code: -32601, message: 'the method is not available' } } : forward

/** Chooses a profile with both endpoints in Settings, as a file, and answers in the main-owned window. */
async function connectBoth(answer: (secure: Page) => Promise<void>): Promise<void> {
  const path = `${desk.dataDir}-chain.json`
  writeFileSync(path, JSON.stringify({ ...desk.devnet.chainProfile, rpcUrl: first.url, witnessRpcUrl: witness.url }))
  await desk.running.app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [chosen] })
  }, path)
  await desk.go('Settings')
  await inSecureWindow(
    desk.running,
    () => page.getByRole('button', { name: 'Connect from a profile file' }).click(),
    async (secure) => {
      for (const each of [first, witness]) await expect(secure.getByLabel('Changes')).toContainText(hostOf(each))
      await answer(secure)
    },
  )
}

/** What a lie opened is closed by hand, as after it was looked into. */
async function closeBreakers(): Promise<void> {
  const { breakers } = (await valueOf(desk.running, 'guards.status', {})) as { breakers: readonly { id: string; state: string }[] }
  for (const { id, state } of breakers)
    if (state !== 'closed')
      await valueOf(desk.running, 'breaker.close', { breaker: id, reason: 'the endpoint was put right' }, [approveWith(desk.recoveryKey)])
}

const alerts = (): Locator => page.getByRole('list', { name: 'Alerts' }).getByRole('listitem')
const story = (): Locator => page.getByRole('dialog', { name: 'Your order' })
const detail = (): Locator => page.getByRole('complementary', { name: 'Order detail' })
const sends = (): number => [first, witness].flatMap(({ seen }) => seen).filter(({ method }) => method === 'eth_sendRawTransaction').length
const both = async (said: Locator): Promise<void> => {
  for (const each of [first, witness]) await expect(said).toContainText(hostOf(each))
}

/** What an endpoint says of an order that it keeps. */
const REFUSES: Behaviour = { kind: 'error', error: { code: -32000, message: 'insufficient funds for gas * price + value' } }
/** The first endpoint keeps what is sent to it and refuses it; the other one takes none. */
async function sellToTheKeeper(weth: string): Promise<readonly string[]> {
  witness.behave(readsOnly)
  const { held } = keepTheFirst(first, REFUSES)
  await (await desk.reviewSale(weth)).click()
  await expect(story().getByText('Rejected', { exact: true })).toBeVisible({ timeout: 30_000 })
  return held
}

test('X10: a second endpoint of another chain is not connected, and named; two of one chain are', async () => {
  witness.behave(({ method }) => (method === 'eth_chainId' ? { kind: 'forward', alter: () => hex(1337) } : forward))
  await connectBoth(async (secure) => {
    await approveWith(desk.recoveryKey)(secure)
    await expect(secure.getByRole('alert')).toContainText(`${hostOf(witness)}: the endpoint serves chain 1337, not 31337`)
    await picture(secure, 'endpoints-other-chain')
    await secure.getByRole('button', { name: 'Cancel' }).click()
  })
  const chain = page.getByRole('region', { name: 'Chain', exact: true })
  await expect(chain).toContainText(new URL(desk.devnet.url).host)
  witness.behave(() => forward)
  await connectBoth(approveWith(desk.recoveryKey))
  await both(chain)
  await desk.look('endpoints-both')
})

test('X10 M26: they differ about the nonce: nothing is prepared, the ticket names both, and it is an alarm', async () => {
  witness.behave(({ method }) =>
    method === 'eth_getTransactionCount' ? { kind: 'forward', alter: (count) => hex(Number(count) + 3) } : forward,
  )
  await desk.go('Trade')
  await page.getByText('Sell', { exact: true }).click()
  await page.getByRole('radiogroup', { name: 'Amount counts' }).getByText('WETH').click()
  await page.getByRole('textbox', { name: 'Amount' }).fill('0.11')
  const why = page.locator('#review-why')
  await expect(why).toContainText('The two chain endpoints say different things', { timeout: 30_000 })
  await both(why)
  await expect(why).not.toContainText('There is no transaction')
  await expect(page.getByRole('button', { name: /^Review sell/ })).toBeDisabled()
  await desk.look('endpoints-nonce-ticket')
  await desk.go('Alerts')
  const alarm = alerts().filter({ hasText: 'contradict each other about the nonce' })
  await expect(alarm).toContainText('Critical')
  await both(alarm)
  await desk.look('endpoints-nonce-alerts')
  expect(sends()).toBe(0)
  witness.behave(() => forward)
  await closeBreakers()
})

test('X3 X10: one hides what is mined: the order is taken for nothing and says why; when both say the same, it is filled', async () => {
  const before = await desk.weth()
  const hidden = ['eth_getTransactionReceipt', 'eth_getTransactionByHash']
  witness.behave(({ method }) => (hidden.includes(method) ? { kind: 'forward', alter: () => null } : forward))
  await desk.sell('0.12')
  const said = story().getByRole('alert').filter({ hasText: 'contradict each other about the receipt' })
  await expect(said).toContainText('Do not place it again.', { timeout: 30_000 })
  await both(said)
  await expect(said).toContainText('in no block')
  await desk.look('endpoints-hidden-order')
  for (const untrue of ['In a block', 'Filled', 'Failed'])
    await expect(story().getByText(untrue, { exact: true })).toHaveCount(untrue === 'Filled' ? 1 : 0)
  witness.behave(() => forward)
  await expect.poll(async () => (await desk.detailOf('0.12')).summary.state, { timeout: 60_000 }).toBe('filled')
  await expect(said).toBeHidden()
  await desk.look('endpoints-hidden-filled')
  await page.keyboard.press('Escape')
  expect(before - (await desk.weth())).toBe(parseEther('0.12'))
  await closeBreakers()
})

test('M26 X3: one keeps the bytes and refuses them: it stays among what is out; the next order has its nonce, and one of the two is carried out', async () => {
  const [before, counted] = [await desk.weth(), (await desk.counts()).mined]
  await desk.stopMining()
  const held = await sellToTheKeeper('0.13')
  await expect(story()).toContainText('The node refused it, but has its signed bytes')
  const said = story().getByRole('alert').filter({ hasText: 'The account does not hold enough' })
  await expect(said).toContainText('it gets the same nonce')
  await expect(said).not.toContainText('Nothing was bought')
  await desk.look('endpoints-kept-order')
  await page.keyboard.press('Escape')
  await desk.go('Orders')
  await expect(page.getByRole('tab', { name: 'Open (1)' })).toBeVisible()
  await expect(desk.row('0.13')).toContainText('it may be carried out all the same, and is followed')
  await expect(page.getByRole('button', { name: 'Cancel all open orders' }), 'nothing could be done about it').toBeDisabled()
  await desk.look('endpoints-kept-orders')

  await desk.sell('0.14')
  await page.keyboard.press('Escape')
  const [sent] = (await desk.detailOf('0.14')).transactions
  expect([Transaction.from(held[0]).nonce, sent?.nonce]).toEqual([counted, counted])
  await desk.devnet.rpc('eth_sendRawTransaction', held[0]).catch(() => 'the other one is there')
  await desk.mineUntil(async () => (await desk.states())['0.14'] === 'filled')
  await desk.mineUntil(async () => (await desk.detailOf('0.13')).transactions[0]?.state === 'replaced')
  await desk.go('Orders')
  await expect(page.getByRole('tab', { name: 'Open (0)' })).toBeVisible()
  await page.getByRole('tab', { name: 'History' }).click()
  await desk.row('0.13').getByRole('link').click()
  await expect(detail()).toContainText('The venue refused it.')
  await desk.look('endpoints-kept-ended')
  expect([before - (await desk.weth()), (await desk.counts()).mined - counted]).toEqual([parseEther('0.14'), 1])
  await closeBreakers()
})

test('M26 X3: what it refused is carried out after all: the order says so by itself', async () => {
  const before = await desk.weth()
  const held = await sellToTheKeeper('0.15')
  await desk.devnet.rpc('eth_sendRawTransaction', held[0])
  await desk.mineUntil(async () => (await desk.states())['0.15'] === 'filled')
  await expect(story().getByText('Reconciled with the venue', { exact: true })).toBeVisible()
  await expect(story().getByText('Rejected', { exact: true })).toHaveCount(0)
  await desk.look('endpoints-kept-filled')
  expect(before - (await desk.weth())).toBe(parseEther('0.15'))
})
