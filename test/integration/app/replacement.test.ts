import { Contract, MaxUint256, Transaction, Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import type { OrderEventType, OrderState } from '../../../src-main/domain/order'
import { allowRouter, devnetSell, hasty, launchOnDevnet } from '../../support/app/devnet-app'
import { removeDataDir, type TestApp } from '../../support/app/launch'
import { withoutGuards } from '../../support/app/without-guards'
import { startDevnet, type Devnet } from '../../support/devnet'

// On a real chain that mines only when it is told to.

let devnet: Devnet
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  // That breakers open on what happens here is shown elsewhere, and would bar the next test.
  const guards = withoutGuards(...BREAKER_IDS.map((id) => `breaker-${id}` as const), 'limits')
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, { guards, scheduler: hasty() }))
})
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

let orderId: string
let nonce: number
beforeEach(async () => {
  nonce = await devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')
  const submitted = inState('submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  ;({ orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash }))
  await submitted
})
afterEach(async () => {
  // Nothing of one test waits for the next.
  await devnet.rpc('anvil_dropAllTransactions')
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
})

const inState = (state: OrderState) => app.heard('order.changed', (order) => order.state === state)
const ended = () => app.heard('order.changed', (order) => order.orderId === orderId && !order.open)
const detail = () => app.must('order.detail', { orderId })
const happened = async (type: OrderEventType) =>
  vi.waitFor(
    async () => {
      const found = (await detail()).events.find((event) => event.type === type)
      if (found === undefined) throw new Error(`no ${type} yet`)
      return found.data
    },
    { timeout: 20_000 },
  )
const replace = async (how: 'speedUp' | 'cancel') => {
  const option = (await app.must('order.replaceOptions', { orderId }))[how]
  if (option.kind !== 'possible') throw new Error(JSON.stringify(option))
  const call = how === 'speedUp' ? 'order.speedUp' : 'order.cancelOnChain'
  const outcome = await app.must(call, { orderId, mostPerGasWei: option.perGasWei })
  if (outcome.kind !== 'sent') throw new Error(JSON.stringify(outcome))
  return { hash: outcome.hash, option }
}
const originalHash = async () => (await detail()).transactions[0]!.hash!
const rawOf = async (hash: string) => {
  const tx = (await devnet.provider.getTransaction(hash))!
  return Transaction.from(tx).serialized
}
const states = async () => (await detail()).transactions.map(({ purpose, state }) => `${purpose} ${state}`)
const minedHashes = async () => (await devnet.provider.getBlock('latest'))!.transactions
/** A transaction of somebody else who has the same key. */
const foreign = (feeGwei: bigint) =>
  new Wallet(devnet.fundedKey, devnet.provider).sendTransaction({
    ...{ to: devnet.fundedAddress, value: 0n, nonce, gasLimit: 21_000n },
    ...{ maxFeePerGas: feeGwei * 10n ** 9n, maxPriorityFeePerGas: feeGwei * 10n ** 9n },
  })

describe('X3: a stuck swap on a chain', () => {
  test('is sped up: one transaction at the same nonce with both fees a tenth higher, mined, and it is the one fill', async () => {
    const before = (await devnet.provider.getTransaction(await originalHash()))!
    const { hash, option } = await replace('speedUp')
    const after = (await devnet.provider.getTransaction(hash))!
    expect([after.nonce, after.to, after.data, after.value]).toEqual([nonce, before.to, before.data, before.value])
    expect(after.maxFeePerGas! * 10n).toBeGreaterThanOrEqual(before.maxFeePerGas! * 11n)
    expect(after.maxPriorityFeePerGas! * 10n).toBeGreaterThanOrEqual(before.maxPriorityFeePerGas! * 11n)
    expect(after.maxFeePerGas!.toString()).toBe(option.perGasWei)
    const over = ended()
    await devnet.mine(2)
    expect(await over).toMatchObject({ state: 'filled', filledBase: '0.1' })
    expect(await happened('OrderIncluded')).toMatchObject({ hash, how: 'repriced' })
    expect(await states()).toEqual(['order replaced', 'order mined'])
  })

  test('is canceled: a transfer of nothing to oneself is mined, and no token moved', async () => {
    const { balances: before } = await app.must('market.balances', { account })
    const { hash } = await replace('cancel')
    const sent = (await devnet.provider.getTransaction(hash))!
    expect(sent).toMatchObject({ nonce, to: devnet.fundedAddress, from: devnet.fundedAddress, value: 0n, data: '0x', gasLimit: 21_000n })
    const over = ended()
    await devnet.mine(2)
    expect(await over).toMatchObject({ state: 'canceled', filledBase: '0' })
    const tokens = (list: typeof before) => list.filter(({ token }) => token !== null).map(({ asset, free }) => [asset, free])
    expect(tokens((await app.must('market.balances', { account })).balances)).toEqual(tokens(before))
    expect(await happened('OrderCancelIncluded')).toMatchObject({ hash })
    expect(await states()).toEqual(['order replaced', 'cancel mined'])
  })

  test('is mined after the cancel was sent: it is filled', async () => {
    const raw = await rawOf(await originalHash())
    const { hash } = await replace('cancel')
    await devnet.rpc('anvil_dropTransaction', hash)
    await devnet.rpc('eth_sendRawTransaction', raw)
    const over = ended()
    await devnet.mine(2)
    expect(await over).toMatchObject({ state: 'filled', filledBase: '0.1' })
    expect(await states()).toEqual(['order mined', 'cancel replaced'])
  })

  test('loses its nonce to somebody else with the same key: it has failed, and the other’s hash is told', async () => {
    const other = await foreign(500n)
    await devnet.mine()
    expect(await minedHashes()).toEqual([other.hash])
    // As deep as a confirmation would have to be, counted from when it was noticed.
    await vi.waitFor(
      async () => {
        await devnet.mine()
        expect((await detail()).summary).toMatchObject({ state: 'failed', why: { code: 'NONCE_TOO_LOW' } })
      },
      { timeout: 20_000, interval: 300 },
    )
    expect(await happened('OrderNonceTaken')).toEqual({ nonce: String(nonce), hash: other.hash })
  })

  test('is too late to replace once it is in a block, also when the app has not heard yet', async () => {
    const options = await app.must('order.replaceOptions', { orderId })
    expect(options).toMatchObject({ speedUp: { kind: 'possible' }, cancel: { kind: 'possible' } })
    await devnet.mine()
    const outcome = await app.must('order.cancelOnChain', { orderId, mostPerGasWei: '900000000000' })
    expect(outcome).toMatchObject({ kind: 'impossible' })
    await devnet.mine()
    if ((await detail()).summary.open) await ended()
    expect((await detail()).summary.state).toBe('filled')
  })
})

describe('X3: reorganisations', () => {
  test('the block with the swap is dropped and the swap is mined in another: both are told, and it is one fill', async () => {
    // Enough at stake that one block is not the end of it.
    const first = ended()
    await devnet.mine(2)
    await first
    const submitted = inState('submitted')
    const plan = await app.must('order.prepare', { ...devnetSell(account), amount: '1' })
    ;({ orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash }))
    await submitted
    const hash = await originalHash()
    const raw = await rawOf(hash)
    await devnet.mine(1)
    expect(await happened('OrderIncluded')).toMatchObject({ hash })
    await devnet.rpc('anvil_reorg', 1, [])
    await happened('OrderReorged')
    expect((await detail()).summary.state).toBe('submitted')
    await devnet.rpc('eth_sendRawTransaction', raw)
    const over = ended()
    await devnet.mine(3)
    expect(await over).toMatchObject({ state: 'filled', filledBase: '1' })
    const blocks = (await detail()).events.filter(({ type }) => type === 'OrderIncluded').map(({ data }) => data['blockHash'])
    expect(new Set(blocks).size).toBe(2)
  })
})

describe('X3: a swap that counts as filled after one block', () => {
  const kinds = async () => (await app.must('alerts.list', {})).alerts.map(({ kind }) => kind)
  const told = (kind: string) => vi.waitFor(async () => expect(await kinds()).toContain(kind), { timeout: 20_000 })

  test('is watched on: that its block was dropped is told, and that it never comes to be', async () => {
    const over = ended()
    await devnet.mine()
    expect(await over).toMatchObject({ state: 'filled' })
    await devnet.rpc('anvil_reorg', 1, [])
    await told('fill-reorged')
    await (await foreign(50n)).wait(0)
    // The other's block has to be seen first, and then to become final.
    const final = async () => {
      await devnet.mine(70)
      expect(await kinds()).toContain('fill-undone')
    }
    await vi.waitFor(final, { timeout: 20_000, interval: 500 })
    expect((await detail()).summary.state).toBe('filled')
  })
})

describe('X3: an allowance that is stuck', () => {
  const allowance = async (amount: bigint) => {
    const weth = new Contract(devnet.addresses.weth, ['function approve(address, uint256)'], new Wallet(devnet.fundedKey, devnet.provider))
    await weth.getFunction('approve')(devnet.addresses.v3Router, amount)
    await devnet.mine()
  }
  beforeEach(async () => {
    const over = ended()
    await devnet.mine(2)
    await over
    await allowance(0n)
    const approved = inState('approved')
    const plan = await app.must('order.prepare', devnetSell(account))
    ;({ orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash }))
    await approved
    await vi.waitFor(async () => expect(await states()).toContain('approve sent'), { timeout: 20_000 })
  })
  afterEach(() => allowance(MaxUint256))

  test('is canceled on the chain, and the order with it', async () => {
    await replace('cancel')
    const over = ended()
    await devnet.mine(2)
    expect(await over).toMatchObject({ state: 'canceled' })
    expect(await states()).toEqual(['approve replaced', 'cancel mined', 'order abandoned'])
  })
})
