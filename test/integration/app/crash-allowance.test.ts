import { randomBytes } from 'node:crypto'

import { Contract, Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { answerFor, devnetSell, hasty, launchOnDevnet, lightKeyHost } from '../../support/app/devnet-app'
import { copyOf, dieAt } from '../../support/app/die-at'
import { launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'

const mask = randomBytes(64)
const vault = () => memoryVault(mask)

let devnet: Devnet
let template: string
let account: string
let app: TestApp | null = null
beforeAll(async () => {
  devnet = await startDevnet()
  const made = await launchOnDevnet(devnet, devnet.url, { vault: vault() })
  account = made.account
  template = made.app.dataDir
  await made.app.stop()
}, 120_000)
afterAll(async () => {
  removeDataDir(template)
  await devnet.stop()
})
beforeEach(async () => {
  // What a run before left allowed: each order needs an allowance of its own.
  const weth = new Contract(devnet.addresses.weth, ['function approve(address, uint256)'], new Wallet(devnet.fundedKey, devnet.provider))
  const sent = (await weth.getFunction('approve')(devnet.addresses.v3Router, 0n)) as { wait(): Promise<unknown> }
  await devnet.mine()
  await sent.wait()
})
afterEach(async () => {
  await app?.stop()
  if (app !== null) removeDataDir(app.dataDir)
  app = null
})

const counted = (block: 'latest' | 'pending') => devnet.provider.getTransactionCount(devnet.fundedAddress, block)
const crash = async (point: string) => {
  const dataDir = copyOf(template)
  const orderId = await dieAt({ dataDir, mask, point, draft: devnetSell(account), fundedKey: devnet.fundedKey })
  const pending = await counted('pending')
  app = await launchApp({ dataDir, vault: vault(), spawnKeyHost: lightKeyHost, scheduler: hasty() })
  return { orderId, pending }
}
const detail = (orderId: string) => app!.must('order.detail', { orderId })
const out = async () =>
  (await app!.must('order.list', { which: 'open', limit: 10, beforeMs: null })).map(({ orderId, open }) => [orderId, open])
const transactions = async (orderId: string) => (await detail(orderId)).transactions.map(({ purpose, state }) => `${purpose} ${state}`)
const cancel = async (orderId: string) => {
  app!.answer = answerFor(devnet)
  await app!.must('signer.unlock', { id: account })
  return app!.must('order.cancelOnChain', { orderId, mostPerGasWei: '500000000000' })
}
const comesTo = (orderId: string, expected: readonly string[]) =>
  vi.waitFor(
    async () => {
      await devnet.mine()
      expect(await transactions(orderId)).toEqual(expected)
    },
    { timeout: 20_000, interval: 300 },
  )

describe('B2: killed in the middle of an allowance', { timeout: 60_000 }, () => {
  test('at allowance submitted: it is followed to its block, and no swap follows it', async () => {
    const nonce = await counted('latest')
    const { orderId, pending } = await crash('allowance submitted')
    expect([pending, (await detail(orderId)).summary.state]).toEqual([nonce + 1, 'failed'])
    expect([await transactions(orderId), (await detail(orderId)).waitsOnChain]).toEqual([['approve sent', 'order abandoned'], true])
    // Its order has ended, and it is out all the same.
    expect(await out()).toEqual([[orderId, false]])
    await comesTo(orderId, ['approve mined', 'order abandoned'])
    expect(await out()).toEqual([])
    expect([await counted('pending'), (await app!.must('audit.verify', {})).verdict]).toEqual([nonce + 1, 'intact'])
  })

  test('at allowance before sending: nobody knows whether it left; it is in doubt, not sent again, and a cancel frees its nonce', async () => {
    const nonce = await counted('latest')
    const { orderId, pending } = await crash('allowance before sending')
    expect([pending, await transactions(orderId)]).toEqual([nonce, ['approve sending', 'order abandoned']])
    expect((await detail(orderId)).events.map(({ type }) => type).slice(-2)).toEqual(['AllowanceOutcomeUnknown', 'OrderFailed'])
    expect((await app!.must('watch.get', {})).unknownOrders).toEqual([{ orderId, explanation: null }])
    expect(await counted('pending')).toBe(nonce)
    expect(await cancel(orderId)).toMatchObject({ kind: 'sent' })
    await comesTo(orderId, ['approve replaced', 'cancel mined', 'order abandoned'])
    expect([await counted('latest'), (await app!.must('watch.get', {})).unknownOrders]).toEqual([nonce + 1, []])
  })

  test.for(['leftover cancel reserved', 'leftover cancel kept'])(
    'X3: at %s: it never left, which is on record, and the cancel can be made again',
    async (point) => {
      const nonce = await counted('latest')
      const { orderId, pending } = await crash(point)
      expect([pending, await transactions(orderId)]).toEqual([nonce + 1, ['approve sent', 'cancel abandoned', 'order abandoned']])
      expect(await cancel(orderId)).toMatchObject({ kind: 'sent' })
      await comesTo(orderId, ['approve replaced', 'cancel abandoned', 'cancel mined', 'order abandoned'])
      expect([await counted('latest'), (await app!.must('audit.verify', {})).verdict]).toEqual([nonce + 1, 'intact'])
    },
  )
})
