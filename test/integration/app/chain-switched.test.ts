import { writeFileSync } from 'node:fs'

import { Wallet } from 'ethers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { allowRouter, answerFor, devnetSell, hasty, lightKeyHost, writeProfile } from '../../support/app/devnet-app'
import { freshDataDir, launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { forward, startProxy, type Proxy } from '../../support/chain-proxy'
import { startDevnet, type Devnet } from '../../support/devnet'
import { balanceOf } from '../venues/dex-harness'

/** Sepolia: another chain that is known as a test chain. */
const OTHER_CHAIN_ID = 11155111

let own: Devnet
let other: Devnet
let proxy: Proxy
let app: TestApp
let devnetProfile: string
beforeAll(async () => {
  own = await startDevnet()
  other = await startDevnet()
  await allowRouter(own)
  proxy = await startProxy(other.url)
  proxy.behave(({ method }) => (method === 'eth_chainId' ? { kind: 'forward', alter: () => `0x${OTHER_CHAIN_ID.toString(16)}` } : forward))
  // There the same account has sent more.
  const wallet = new Wallet(other.fundedKey, other.provider)
  const first = await other.provider.getTransactionCount(other.fundedAddress)
  const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n }
  for (let nonce = first; nonce < first + 6; nonce += 1)
    await wallet.sendTransaction({ to: other.fundedAddress, value: 0n, nonce, gasLimit: 21_000n, ...fees })
  await other.mine()
  const dataDir = freshDataDir()
  devnetProfile = writeProfile(dataDir, own.chainProfile)
  app = await launchApp({ dataDir, devnetProfile, spawnKeyHost: lightKeyHost, scheduler: hasty() })
  await setUp(app)
})
afterAll(async () => {
  await app.stop()
  await proxy.close()
  await other.stop()
  await own.stop()
  removeDataDir(app.dataDir)
})

const connect = async (profile: object) => {
  writeFileSync(devnetProfile, JSON.stringify(profile))
  await app.must('chain.connect', { from: 'devnet' })
}

describe('X3: another chain is connected while an order waits on one', () => {
  test('B5 P7: whoever allows it reads what waits; nothing ends by what the other chain says, an emergency does not call it clear, and it ends by what its own says', async () => {
    const asked: SecureTask[] = []
    app.answer = (task) => {
      asked.push(task)
      return task.kind === 'authorise'
        ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
        : answerFor(own)(task)
    }
    await app.must('environment.switch', { environment: 'testnet' })
    await connect(own.chainProfile)
    const { id } = await app.must('signer.import', { label: 'Devnet key', from: 'private-key' })
    await app.must('signer.unlock', { id: id! })
    const before = await balanceOf(own, own.addresses.weth, own.fundedAddress)
    const submitted = app.heard('order.changed', ({ state }) => state === 'submitted')
    const plan = await app.must('order.prepare', devnetSell(id!))
    const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
    await submitted
    const detail = () => app.must('order.detail', { orderId })

    await connect({ ...other.chainProfile, chainId: OTHER_CHAIN_ID, name: 'Another', rpcUrl: proxy.url })
    const shown = asked.flatMap((task) => (task.kind === 'authorise' && task.act === 'change-endpoints' ? task.changes : []))
    expect(shown.map(({ label }) => label)).toContain(`Order ${orderId}`)
    await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    await app.must('halt.sweep', { mode: 'emergency' })
    const fates = async () => {
      const report = await app.must('halt.sweepReport', {})
      const items = report?.venues.flatMap((venue) => venue.items) ?? []
      return [report?.phase === 'clear', items.map(({ fate, code }) => [fate, code])]
    }
    await vi.waitFor(async () => expect(await fates()).toEqual([false, [['no-answer', 'VENUE_CLOSED']]]), { timeout: 20_000 })
    await other.mine(5)
    expect(await detail()).toMatchObject({ summary: { state: 'submitted' }, waitsForChain: own.chainProfile.chainId })

    await connect(own.chainProfile)
    await vi.waitFor(
      async () => {
        await own.mine()
        expect((await detail()).summary.open).toBe(false)
      },
      { timeout: 30_000, interval: 500 },
    )
    const { summary, waitsForChain } = await detail()
    // A sweep that goes on may have been quicker than the block: whichever of the two was mined, the order says what the chain did.
    const sold = before - (await balanceOf(own, own.addresses.weth, own.fundedAddress))
    expect([waitsForChain, summary.state, sold]).toEqual(summary.state === 'filled' ? [null, 'filled', 10n ** 17n] : [null, 'canceled', 0n])
  })
})
