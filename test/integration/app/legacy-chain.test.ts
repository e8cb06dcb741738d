import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import type { OrderState } from '../../../src-main/domain/order'
import { allowRouter, devnetSell, hasty, launchOnDevnet } from '../../support/app/devnet-app'
import { removeDataDir, type TestApp } from '../../support/app/launch'
import { withoutGuards } from '../../support/app/without-guards'
import { startDevnet, type Devnet } from '../../support/devnet'

// A real chain as they were before EIP-1559: no base fee, and only legacy transactions are taken.

let devnet: Devnet
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet({ hardfork: 'berlin' })
  const guards = withoutGuards(...BREAKER_IDS.map((id) => `breaker-${id}` as const), 'limits')
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, { guards, scheduler: hasty() }))
})
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})
afterEach(async () => {
  await devnet.rpc('anvil_dropAllTransactions')
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
})

/** Mines whatever waits, until the order is in a state. */
async function minedUntil(orderId: string, state: OrderState): Promise<void> {
  await vi.waitFor(
    async () => {
      const { pending } = (await devnet.rpc('txpool_status')) as { pending: string }
      if (Number(pending) > 0) await devnet.mine(2)
      const { summary } = await app.must('order.detail', { orderId })
      expect(summary.state).toBe(state)
    },
    { timeout: 30_000, interval: 100 },
  )
}

/** A swap alone, so that one transaction waits. */
async function submitted(): Promise<string> {
  await allowRouter(devnet)
  let orderId = ''
  const plan = await app.must('order.prepare', devnetSell(account))
  const out = app.heard('order.changed', (order) => order.state === 'submitted')
  ;({ orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash }))
  await out
  return orderId
}

const sentOf = async (orderId: string) => {
  const { transactions } = await app.must('order.detail', { orderId })
  return Promise.all(transactions.map(async ({ hash }) => (await devnet.provider.getTransaction(hash!))!))
}

describe('X1 X3: a chain without a base fee', () => {
  test('an allowance and a swap are signed as legacy transactions of this chain, and confirmed', async () => {
    const plan = await app.must('order.prepare', devnetSell(account))
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['evm-tx', 'evm-tx'])
    const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await minedUntil(orderId, 'filled')
    const sent = await sentOf(orderId)
    expect(sent.map(({ type, chainId }) => [type, Number(chainId)])).toEqual([
      [0, 31_337],
      [0, 31_337],
    ])
  })

  test.each(['speedUp', 'cancel'] as const)('%s replaces it by another legacy transaction for a tenth more', async (how) => {
    const orderId = await submitted()
    const option = (await app.must('order.replaceOptions', { orderId }))[how]
    if (option.kind !== 'possible') throw new Error(JSON.stringify(option))
    const [first] = await sentOf(orderId)
    const call = how === 'speedUp' ? 'order.speedUp' : 'order.cancelOnChain'
    const outcome = await app.must(call, { orderId, mostPerGasWei: option.perGasWei })
    if (outcome.kind !== 'sent') throw new Error(JSON.stringify(outcome))
    const second = (await devnet.provider.getTransaction(outcome.hash))!
    expect(second).toMatchObject({ type: 0, nonce: first!.nonce })
    expect(second.gasPrice * 10n).toBeGreaterThanOrEqual(first!.gasPrice * 11n)
    await minedUntil(orderId, how === 'speedUp' ? 'filled' : 'canceled')
  })
})
