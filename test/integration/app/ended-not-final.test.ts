import { Transaction } from 'ethers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'

import { allowRouter, devnetSell, hasty, launchOnDevnet } from '../../support/app/devnet-app'
import { removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'
import { balanceOf } from '../venues/dex-harness'

// Below $10 000 one block is enough for an end, and a block may be taken back.

let devnet: Devnet
let app: TestApp
let account: string
beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, { scheduler: hasty() }))
})
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const TENTH = 10n ** 17n
const weth = () => balanceOf(devnet, devnet.addresses.weth, devnet.fundedAddress)
const detail = (orderId: string) => app.must('order.detail', { orderId })
const orders = () => app.must('order.list', { which: 'all', limit: 10, beforeMs: null })
const place = async () => {
  const submitted = app.heard('order.changed', ({ state }) => state === 'submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await submitted
  const { hash } = (await detail(orderId)).transactions[0]!
  const over = app.heard('order.changed', (order) => order.orderId === orderId && !order.open)
  return { orderId, over, raw: Transaction.from((await devnet.provider.getTransaction(hash!))!).serialized }
}

describe('X3: an end that one block says', () => {
  test('a cancel counts after it, and the block goes: the swap is carried out, and its order says so, and people are told', async () => {
    const before = await weth()
    const { orderId, over, raw } = await place()
    const option = (await app.must('order.replaceOptions', { orderId })).cancel
    if (option.kind !== 'possible') throw new Error(JSON.stringify(option))
    await app.must('order.cancelOnChain', { orderId, mostPerGasWei: option.perGasWei })
    await devnet.mine()
    expect((await over).state).toBe('canceled')
    await devnet.rpc('anvil_reorg', 1, [[raw, 0]])
    await vi.waitFor(
      async () => {
        await devnet.mine()
        expect((await detail(orderId)).summary).toMatchObject({ state: 'filled', filledBase: '0.1' })
      },
      { timeout: 30_000, interval: 300 },
    )
    expect(before - (await weth())).toBe(TENTH)
    expect((await detail(orderId)).transactions.map(({ purpose, state }) => `${purpose} ${state}`)).toEqual([
      'order mined',
      'cancel replaced',
    ])
    expect((await app.must('alerts.list', {})).alerts).toMatchObject([
      { kind: 'end-undone', subject: orderId, figures: { ended: 'canceled' } },
    ])
  })

  test('a swap expires in it, and the block goes: no further attempt was made by itself, so what was signed off once is carried out once', async () => {
    const before = await weth()
    const { orderId, over, raw } = await place()
    const deadline = BigInt(`0x${Transaction.from(raw).data.slice(10 + 64 * 4, 10 + 64 * 5)}`)
    await devnet.rpc('evm_setNextBlockTimestamp', Number(deadline) + 1)
    await devnet.rpc('evm_mine')
    expect(await over).toMatchObject({ state: 'failed', why: { code: 'EXPIRED' } })
    // Refused by a guard where the chain's time is too far ahead of ours; else left to a person, because it is not final.
    const decided = async () => expect((await detail(orderId)).retry?.kind).toMatch(/^(needs-sign-off|not-tried)$/)
    await vi.waitFor(decided, { timeout: 20_000 })
    const had = (await orders()).length
    await devnet.rpc('anvil_reorg', 1, [[raw, 0]])
    await vi.waitFor(
      async () => {
        await devnet.mine()
        expect(await detail(orderId)).toMatchObject({ summary: { state: 'filled' }, retry: null })
      },
      { timeout: 30_000, interval: 300 },
    )
    expect([before - (await weth()), (await orders()).length]).toEqual([TENTH, had])
  })
})
