import { randomBytes } from 'node:crypto'

import { Wallet } from 'ethers'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'

import { allowRouter, devnetSell, hasty, launchOnDevnet, lightKeyHost } from '../../support/app/devnet-app'
import { copyOf, dieAt } from '../../support/app/die-at'
import { PAPER_SELL } from '../../support/app/drafts'
import { armedDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'

const mask = randomBytes(64)
const vault = () => memoryVault(mask)

let app: TestApp | null = null
afterEach(async () => {
  await app?.stop()
  if (app !== null) removeDataDir(app.dataDir)
  app = null
})

const detail = (orderId: string) => app!.must('order.detail', { orderId })
const stateOf = async (orderId: string) => (await detail(orderId)).summary.state
/** One order, one life, one whole audit log. */
const isOneOutcome = async (orderId: string) => {
  const orders = await app!.must('order.list', { which: 'all', limit: 10, beforeMs: null })
  const { events } = await detail(orderId)
  const once = ['OrderInitialized', 'OrderApproved', 'OrderSigning', 'OrderSigned', 'OrderSubmitting', 'OrderFilled', 'OrderFailed']
  for (const type of once) expect(events.filter((event) => event.type === type).length, type).toBeLessThanOrEqual(1)
  expect(orders.map((order) => order.orderId)).toEqual([orderId])
  expect((await app!.must('audit.verify', {})).verdict).toBe('intact')
}

describe('B2: killed in the middle of a paper order', () => {
  const cases = [
    ['initialized', 'failed', '10'],
    ['approved', 'failed', '10'],
    ['submitting', 'failed', '10'],
    ['taken, untold', 'filled', '9.5'],
    ['working', 'filled', '9.5'],
    ['filled', 'filled', '9.5'],
  ] as const
  test.for(cases)('at %s: it is %s after the restart, and the account agrees', async ([point, state, ether]) => {
    const dataDir = armedDataDir()
    const orderId = await dieAt({ dataDir, mask, point, draft: PAPER_SELL })
    // Twice: recovering changes nothing that was recovered.
    for (const _ of [1, 2]) {
      await app?.stop()
      app = await launchApp({ dataDir, vault: vault() })
      if ((await stateOf(orderId)) === 'unknown') await app.heard('order.changed', ({ open }) => !open)
      expect(await stateOf(orderId)).toBe(state)
      const { balances } = await app.must('market.balances', { account: 'paper-main' })
      expect(balances.find(({ asset }) => asset === 'ETH')).toMatchObject({ free: ether, held: '0' })
      await isOneOutcome(orderId)
    }
  })
})

describe('B2: killed in the middle of a swap', () => {
  let devnet: Devnet
  let template: string
  let account: string
  beforeAll(async () => {
    devnet = await startDevnet()
    await allowRouter(devnet)
    const made = await launchOnDevnet(devnet, devnet.url, { vault: vault() })
    account = made.account
    template = made.app.dataDir
    await made.app.stop()
  })
  afterAll(async () => {
    removeDataDir(template)
    await devnet.stop()
  })

  const crash = async (point: string, hears?: (line: string) => void) => {
    const dataDir = copyOf(template)
    const orderId = await dieAt({
      ...{ dataDir, mask, point, draft: devnetSell(account), fundedKey: devnet.fundedKey },
      ...(hears === undefined ? {} : { hears }),
    })
    const before = await devnet.provider.getTransactionCount(devnet.fundedAddress, 'pending')
    app = await launchApp({ dataDir, vault: vault(), spawnKeyHost: lightKeyHost, scheduler: hasty() })
    return { orderId, pending: before, ended: app.heard('order.changed', ({ open }) => !open) }
  }
  const mined = () => devnet.provider.getTransactionCount(devnet.fundedAddress, 'latest')

  test.for(['initialized', 'approved', 'signing', 'bytes kept', 'signed'])(
    'at %s: it never left, and its nonce is used by the next',
    async (point) => {
      const nonce = await mined()
      const { orderId, pending } = await crash(point)
      expect(pending).toBe(nonce)
      expect((await detail(orderId)).summary).toMatchObject({ state: 'failed', why: { code: 'EXPIRED' } })
      const [step] = (await app!.must('order.prepare', devnetSell(account))).steps
      expect(step?.kind === 'evm-tx' && step.nonce).toBe(nonce)
      await isOneOutcome(orderId)
    },
  )

  test.for(['submitting', 'before sending'])(
    'at %s: it may have left, so it is asked after and never sent again, until the chain has decided',
    async (point) => {
      const nonce = await mined()
      const { orderId, pending } = await crash(point)
      expect([pending, await stateOf(orderId)]).toEqual([nonce, 'unknown'])
      const [step] = (await app!.must('order.prepare', devnetSell(account))).steps
      expect(step?.kind === 'evm-tx' && step.nonce).toBe(nonce + 1)
      // Nobody else may spend its nonce; somebody with the key does, and with that it can never be mined.
      const wallet = new Wallet(devnet.fundedKey, devnet.provider)
      await wallet.sendTransaction({ to: devnet.fundedAddress, value: 0n, nonce })
      await vi.waitFor(
        async () => {
          // As deep as a confirmation, counted from when it was noticed.
          await devnet.mine()
          expect((await detail(orderId)).summary).toMatchObject({ state: 'failed', why: { code: 'NONCE_TOO_LOW' } })
        },
        { timeout: 20_000, interval: 300 },
      )
      await isOneOutcome(orderId)
    },
  )

  test.for(['after sending', 'submitted'])('at %s: it has left, and is followed to its one fill', async (point) => {
    const nonce = await mined()
    const { orderId, pending, ended } = await crash(point)
    expect(pending).toBe(nonce + 1)
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    expect(await mined()).toBe(nonce + 1)
    await isOneOutcome(orderId)
  })

  test('at confirming: it is mined, and is followed to its one fill', async () => {
    const nonce = await mined()
    const { orderId, ended } = await crash('confirming', (line) => {
      if (line === 'at submitted') void devnet.mine(2)
    })
    if ((await detail(orderId)).summary.open) await ended
    expect((await detail(orderId)).summary).toMatchObject({ state: 'filled', filledBase: '0.1' })
    expect(await mined()).toBe(nonce + 1)
    await isOneOutcome(orderId)
  })

  const transactions = async (orderId: string) => (await detail(orderId)).transactions.map(({ purpose, state }) => `${purpose} ${state}`)

  test('X3: between keeping and sending a cancel: it never left, and the order is followed to its fill', async () => {
    const { orderId, ended } = await crash('replacement kept')
    expect(await transactions(orderId)).toEqual(['order sent', 'cancel abandoned'])
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    await isOneOutcome(orderId)
  })

  test('X3: right before a cancel is sent: it may have left, is followed and not sent again, and the chain decides', async () => {
    const { orderId, ended } = await crash('replacement before sending')
    expect(await transactions(orderId)).toEqual(['order sent', 'cancel sending'])
    expect((await detail(orderId)).events.at(-1)?.type).toBe('OrderReplacementUnknown')
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled' })
    expect(await transactions(orderId)).toEqual(['order mined', 'cancel replaced'])
    await isOneOutcome(orderId)
  })

  test('X3: right after a cancel was sent: it is followed, and what it cancels is canceled', async () => {
    const nonce = await mined()
    const { orderId, ended } = await crash('replacement after sending')
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'canceled', filledBase: '0' })
    expect([await transactions(orderId), await mined()]).toEqual([['order replaced', 'cancel mined'], nonce + 1])
    await isOneOutcome(orderId)
  })

  test('X3: between keeping and sending a speed-up: it never left, and the first is followed to its fill', async () => {
    const { orderId, ended } = await crash('speed-up kept')
    expect(await transactions(orderId)).toEqual(['order sent', 'order abandoned'])
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    await isOneOutcome(orderId)
  })

  test('X3: right before a speed-up is sent: it may have left, both are followed, and it is one fill', async () => {
    const nonce = await mined()
    const { orderId, ended } = await crash('speed-up before sending')
    expect(await transactions(orderId)).toEqual(['order sent', 'order sending'])
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    expect([await transactions(orderId), await mined()]).toEqual([['order mined', 'order replaced'], nonce + 1])
    await isOneOutcome(orderId)
  })

  test('X3: right after a speed-up was sent: it is followed, and is the one fill', async () => {
    const nonce = await mined()
    const { orderId, ended } = await crash('speed-up after sending')
    await devnet.mine(2)
    expect(await ended).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })
    expect([await transactions(orderId), await mined()]).toEqual([['order replaced', 'order mined'], nonce + 1])
    await isOneOutcome(orderId)
  })
})
