import { afterAll, beforeAll, expect, test } from 'vitest'

import type { OutNow } from '../../../src-main/app/quitting'
import { allowRouter, devnetSell, hasty, launchOnDevnet, lightKeyHost } from '../../support/app/devnet-app'
import { launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'

// On a real chain that mines only when it is told to.

let devnet: Devnet
let app: TestApp
let account: string
const vault = memoryVault()

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, { vault }))
}, 120_000)
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

test('B12: with a transaction waiting on a chain quitting asks, leaves it where it is, and the next start follows it to its end', async () => {
  const submitted = app.heard('order.changed', ({ state }) => state === 'submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await submitted
  const asked: OutNow[] = []
  app.quitChoice = (out) => {
    asked.push(out)
    return 'leave'
  }
  expect(await app.holdfast.mayQuit()).toBe(true)
  expect(asked).toEqual([{ resting: 0, onChain: 1, notCanceled: 0 }])
  await app.stop()
  // It is mined while nobody watches.
  await devnet.mine(2)
  app = await launchApp({ dataDir: app.dataDir, vault, scheduler: hasty(), spawnKeyHost: lightKeyHost })
  const { state } = (await app.must('order.detail', { orderId })).summary
  if (state !== 'filled') await app.heard('order.changed', (order) => order.orderId === orderId && !order.open)
  const { summary, transactions } = await app.must('order.detail', { orderId })
  expect(summary).toMatchObject({ state: 'filled', filledBase: '0.1' })
  expect(transactions.map((tx) => `${tx.purpose} ${tx.state}`)).toEqual(['order mined'])
}, 60_000)
