import { rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import { SLOW_MS } from '../../../src-main/engine/sweep/venue-sweep'
import { answerFor, allowRouter, devnetSell, hasty, launchOnDevnet, lightKeyHost } from '../../support/app/devnet-app'
import { fates, swept } from '../../support/app/halt-help'
import { launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'

// On a real chain that mines only when it is told to.

let devnet: Devnet
let app: TestApp
let account: string
const vault = memoryVault()
const scheduler = hasty(
  new Map([
    [5_000, 100],
    [SLOW_MS, 100],
  ]),
)

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, { scheduler, vault }))
}, 120_000)
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

test('B5 X5: the audit log is found broken, which halts: its owner unlocks the key, and what waits on the chain is canceled all the same', async () => {
  const submitted = app.heard('order.changed', ({ state }) => state === 'submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await submitted
  await app.stop()
  rmSync(join(app.dataDir, 'testnet', 'audit.anchor'))
  app = await launchApp({ dataDir: app.dataDir, spawnKeyHost: lightKeyHost, scheduler, vault })
  app.answer = answerFor(devnet)
  expect((await app.must('app.status', {})).killSwitch).toMatchObject({ state: 'triggered', by: 'audit-chain' })

  const needsOwner = swept(app, ({ venues }) => venues.some(({ items }) => items.some(({ fate }) => fate === 'needs-owner')))
  await app.must('halt.sweep', { mode: 'emergency' })
  expect(fates(await needsOwner)).toEqual([`${orderId} needs-owner SIGNER_LOCKED`])
  const sent = swept(app, ({ venues }) => venues.some(({ items }) => items.some(({ fate }) => fate === 'cancel-sent')))
  expect(await app.must('signer.unlock', { id: account })).toEqual({ unlocked: true })
  await sent

  const canceled = app.heard('order.changed', (order) => order.orderId === orderId && order.state === 'canceled')
  const nonce = await devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')
  await devnet.mine(2)
  expect(await devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')).toBe(nonce + 1)
  const [swap] = (await app.must('order.detail', { orderId })).transactions
  expect(await devnet.provider.getTransactionReceipt(swap!.hash!)).toBeNull()
  // What the chain says of it is known although the log takes nothing, and is owed to it.
  await canceled
  const { transactions, auditSeqs, events } = await app.must('order.detail', { orderId })
  expect(transactions.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual(['order replaced', 'cancel mined'])
  expect(auditSeqs.length).toBeLessThan(events.length)
  // Everything else still waits for its record.
  expect(await app.call('signer.test', { id: account })).toMatchObject({ ok: false, problem: { code: 'AUDIT_UNAVAILABLE' } })
  expect(await app.call('order.prepare', devnetSell(account))).toMatchObject({ ok: false })
}, 60_000)
