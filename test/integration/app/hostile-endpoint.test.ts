import { keccak256, Transaction } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { BREAKER_IDS } from '../../../src-main/domain/breaker'
import type { OrderState } from '../../../src-main/domain/order'
import { allowRouter, answerFor, devnetSell, hasty, lightKeyHost, testnetDataDir, writeProfile } from '../../support/app/devnet-app'
import { launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { withoutGuards } from '../../support/app/without-guards'
import { startDevnet, type Devnet } from '../../support/devnet'
import { balanceOf } from '../venues/dex-harness'
import { forward, keepTheFirst, startProxy, type Behaviour, type Proxy, type SeenRequest } from '../../support/chain-proxy'

let devnet: Devnet
let first: Proxy
let witness: Proxy
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  first = await startProxy(devnet.url)
  witness = await startProxy(devnet.url)
  const dataDir = testnetDataDir()
  const devnetProfile = writeProfile(dataDir, { ...devnet.chainProfile, rpcUrl: first.url, witnessRpcUrl: witness.url })
  // Breakers open on what is played here, and limits are used up; neither is what this is about.
  const guards = withoutGuards(...BREAKER_IDS.map((id) => `breaker-${id}` as const), 'limits')
  app = await launchApp({ dataDir, devnetProfile, spawnKeyHost: lightKeyHost, scheduler: hasty(), guards })
  await app.must('chain.connect', { from: 'devnet' })
  app.answer = answerFor(devnet)
  const { id } = await app.must('signer.import', { label: 'Devnet key', from: 'private-key' })
  if (id === null) throw new Error(JSON.stringify(app.lastProblem))
  await app.must('signer.unlock', { id })
  account = id
})
afterEach(() => {
  first.behave(() => forward)
  witness.behave(() => forward)
})
afterAll(async () => {
  await app.stop()
  await first.close()
  await witness.close()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const start = async (amount = '0.1') => {
  const plan = await app.must('order.prepare', { ...devnetSell(account), amount })
  return (await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })).orderId
}
const inState = (state: OrderState) => app.heard('order.changed', (order) => order.state === state)
const cancel = (orderId: string) => app.must('order.cancelOnChain', { orderId, mostPerGasWei: '900000000000' })
const detail = (orderId: string) => app.must('order.detail', { orderId })
const wethOf = () => balanceOf(devnet, devnet.addresses.weth, devnet.fundedAddress)
const counted = () => devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')
const told = async () => (await app.must('alerts.list', {})).alerts.map(({ kind }) => kind)
const tenth = 10n ** 17n
const mineUntil = (orderId: string, state: OrderState) =>
  vi.waitFor(
    async () => {
      await devnet.mine()
      expect((await detail(orderId)).summary.state).toBe(state)
    },
    { timeout: 30_000, interval: 500 },
  )

/** An endpoint that serves what is read, and takes no transactions: what the other one does with them is all there is. */
const readsOnly = ({ method }: SeenRequest): Behaviour =>
  method === 'eth_sendRawTransaction' ? { kind: 'error', error: { code: -32601, message: 'the method is not available' } } : forward

/** An endpoint that says it took what it is sent, and drops it. */
const dropsAll = ({ method, params }: SeenRequest): Behaviour =>
  method === 'eth_sendRawTransaction'
    ? { kind: 'raw', body: JSON.stringify({ jsonrpc: '2.0', id: 1, result: keccak256(params[0] as string) }) }
    : forward

describe('decision 9, M26: one endpoint lies, the other does not', () => {
  test('it keeps the bytes and calls their nonce used: nothing is signed again, people are told, and what is mined is the order', async () => {
    witness.behave(readsOnly)
    const { held, sends } = keepTheFirst(first, { kind: 'error', error: { code: -32000, message: 'nonce too low' } })
    const [before, nonce] = [await wethOf(), await counted()]
    const unknown = inState('unknown')
    const orderId = await start()
    await unknown
    await vi.waitFor(async () => expect(await told()).toEqual(expect.arrayContaining(['endpoints-disagree', 'outcome-unknown'])))
    expect((await detail(orderId)).retry).toBeNull()

    await devnet.rpc('eth_sendRawTransaction', held[0])
    await mineUntil(orderId, 'filled')
    expect([sends(), before - (await wethOf()), (await counted()) - nonce]).toEqual([1, tenth, 1])
  })

  /** Of two orders at one nonce the second is filled, and nothing more of the first is awaited. */
  const onlyTheSecond = async (one: string, two: string) => {
    await mineUntil(two, 'filled')
    await vi.waitFor(
      async () => {
        await devnet.mine()
        expect((await detail(one)).transactions.map(({ state }) => state)).toEqual(['replaced'])
      },
      { timeout: 30_000, interval: 500 },
    )
  }

  test('it keeps the bytes and refuses them: what a person orders next has the same nonce, and one of them is mined', async () => {
    witness.behave(readsOnly)
    const { held } = keepTheFirst(first, { kind: 'error', error: { code: -32000, message: 'insufficient funds for gas * price + value' } })
    const [before, nonce] = [await wethOf(), await counted()]
    const refused = inState('rejected')
    const one = await start()
    await refused
    expect((await app.must('order.list', { which: 'open', limit: 10, beforeMs: null })).map(({ orderId }) => orderId)).toContain(one)
    const taken = inState('submitted')
    const two = await start('0.2')
    await taken
    expect((await detail(two)).transactions.map((tx) => tx.nonce)).toEqual([nonce])
    expect(Transaction.from(held[0]).nonce).toBe(nonce)
    await devnet.rpc('eth_sendRawTransaction', held[0]).catch(() => 'the other one is there')
    await onlyTheSecond(one, two)
    expect((await app.must('order.list', { which: 'open', limit: 10, beforeMs: null })).map(({ orderId }) => orderId)).not.toContain(one)
    expect([before - (await wethOf()), (await counted()) - nonce]).toEqual([2n * tenth, 1])
  })

  test('it keeps the bytes and says that their gas is short: nothing is tried by itself, and the next order has the same nonce', async () => {
    witness.behave(readsOnly)
    const { held, sends } = keepTheFirst(first, { kind: 'error', error: { code: -32000, message: 'intrinsic gas too low' } })
    const [before, nonce] = [await wethOf(), await counted()]
    const refused = inState('rejected')
    const one = await start()
    await refused
    await vi.waitFor(async () => expect((await detail(one)).retry).toMatchObject({ orderId: null }), { timeout: 20_000 })
    expect(sends()).toBe(1)
    const taken = inState('submitted')
    const two = await start('0.2')
    await taken
    expect((await detail(two)).transactions.map((tx) => tx.nonce)).toEqual([nonce])
    await devnet.rpc('eth_sendRawTransaction', held[0]).catch(() => 'the other one is there')
    await onlyTheSecond(one, two)
    expect([before - (await wethOf()), (await counted()) - nonce]).toEqual([2n * tenth, 1])
  })

  test('what it refused is mined: the order is filled after all', async () => {
    witness.behave(readsOnly)
    const { held } = keepTheFirst(first, { kind: 'error', error: { code: -32000, message: 'insufficient funds for gas * price + value' } })
    const before = await wethOf()
    const refused = inState('rejected')
    const orderId = await start()
    await refused
    await devnet.rpc('eth_sendRawTransaction', held[0])
    await mineUntil(orderId, 'filled')
    const { events } = await detail(orderId)
    expect(events.map(({ type }) => type).slice(-4)).toEqual(['OrderRejected', 'OrderReconciled', 'OrderIncluded', 'OrderConfirmed'])
    expect(before - (await wethOf())).toBe(tenth)
  })

  test.for(['first', 'witness'] as const)('%s: it hides a transaction that is mined, which is told, and fails no order', async (which) => {
    const liar = which === 'first' ? first : witness
    const hidden = ['eth_getTransactionReceipt', 'eth_getTransactionByHash']
    liar.behave(({ method }) => (hidden.includes(method) ? { kind: 'forward', alter: () => null } : forward))
    const sent = inState('submitted')
    const orderId = await start()
    await sent
    const seen = liar.seen.length
    await devnet.mine(4)
    await vi.waitFor(
      () => {
        expect(liar.seen.slice(seen).filter(({ method }) => method === 'eth_getTransactionReceipt').length).toBeGreaterThan(6)
      },
      { timeout: 60_000 },
    )
    expect(await told()).toContain('endpoints-disagree')
    expect((await detail(orderId)).summary.state).toBe('submitted')
    liar.behave(() => forward)
    await mineUntil(orderId, 'filled')
  })

  test('it says that it took what it drops: the order is out through the other one, and so is the cancel in its place', async () => {
    first.behave(dropsAll)
    const [before, nonce] = [await wethOf(), await counted()]
    const filledOne = await start()
    await mineUntil(filledOne, 'filled')
    const sent = inState('submitted')
    const orderId = await start()
    await sent
    const canceling = await cancel(orderId)
    if (canceling.kind !== 'sent') throw new Error(`not sent: ${canceling.kind}`)
    // The one that lies answers first; what is mined now is what the other one has by then.
    await vi.waitFor(async () => expect(await devnet.rpc('eth_getTransactionByHash', canceling.hash)).not.toBeNull(), 10_000)
    await mineUntil(orderId, 'canceled')
    expect([before - (await wethOf()), (await counted()) - nonce]).toEqual([tenth, 2])
  })

  test.for(['first', 'witness'] as const)('%s: it is down, which holds no cancel back', async (which) => {
    const sent = inState('submitted')
    const orderId = await start()
    await sent
    const before = await wethOf()
    const down = which === 'first' ? first : witness
    down.behave(() => ({ kind: 'hang-up' }))
    expect(await cancel(orderId)).toMatchObject({ kind: 'sent' })
    await devnet.mine()
    down.behave(() => forward)
    await mineUntil(orderId, 'canceled')
    expect(before - (await wethOf())).toBe(0n)
  })
})
