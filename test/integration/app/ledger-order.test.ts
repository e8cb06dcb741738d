import { createRequire } from 'node:module'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { LEDGER_DRIVERS } from '../../../src-main/domain/signer'
import { allowing } from '../../support/app/allowing'
import { allowRouter, devnetSell, hasty, testnetDataDir, writeProfile } from '../../support/app/devnet-app'
import { launchApp, removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { PART_PATH, startLedgerPart, type LedgerPart } from '../../support/signers/ledger-part'

// The whole app, a real chain that mines only when it is told to, and an emulated Ledger that holds the funded key.

describe.each(LEDGER_DRIVERS)('D5: an order with a Ledger, by %s', (driver) => {
  let devnet: Devnet
  let app: TestApp
  let part: LedgerPart

  beforeAll(async () => {
    devnet = await startDevnet()
    await allowRouter(devnet)
    part = await startLedgerPart({ privateKey: devnet.fundedKey })
    const dataDir = testnetDataDir()
    const devnetProfile = writeProfile(dataDir, { ...devnet.chainProfile, rpcUrl: devnet.url })
    app = await launchApp({ dataDir, devnetProfile, scheduler: hasty(), spawnVendorHost: () => forkVendorHost() })
    await app.must('chain.connect', { from: 'devnet' })
  }, 120_000)
  afterAll(async () => {
    await app.stop()
    await part.close()
    await devnet.stop()
    removeDataDir(app.dataDir)
  })

  test('D5 B11: set up on the device, shown beforehand, rejected without a trace, then unlocked, confirmed and filled', async () => {
    const config = { ...part.config, driver }
    /** The device is locked until the window is told to have it unlocked. */
    const lockedUntilTold = async () => {
      part.device.state.locked = true
      const told = await app.heard('signer.interaction', ({ required }) => required === 'unlock-device')
      part.device.state.locked = false
      return told
    }
    const toSetUp = lockedUntilTold()
    const { accounts } = await allowing(app, () => app.must('signer.discover', { config }))
    expect(await toSetUp).toMatchObject({ subject: 'set-up', signerId: null, shows: null })
    expect(accounts.find(({ where }) => where === PART_PATH)?.address).toBe(part.address)
    expect(await app.must('signer.verifyAddress', { config, address: part.address })).toEqual({ confirmed: true })
    const { id } = await app.must('signer.add', { label: `Ledger ${driver}`, config, address: part.address })

    const order = async (person: 'approve' | 'reject') => {
      part.device.state.person = person
      const plan = await app.must('order.prepare', devnetSell(id))
      const preview = await app.must('signer.preview', { planId: plan.planId })
      const changed = app.heard('order.changed', ({ state, open }) => state === 'submitted' || !open)
      const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
      await changed
      return { orderId, preview, detail: await app.must('order.detail', { orderId }) }
    }

    const told = app.heard('signer.interaction', ({ required }) => required === 'confirm-on-device')
    const rejected = await order('reject')
    expect(await told).toMatchObject({ signerId: id, subject: rejected.orderId })
    expect(rejected.detail.summary).toMatchObject({ open: false, filledBase: '0' })
    expect(rejected.detail.transactions.filter(({ state }) => state !== 'abandoned')).toEqual([])

    // Canceled while the device shows it: the wait is over at once, and what the person presses afterwards is thrown away.
    part.device.state.person = 'wait'
    const waits = app.heard('signer.interaction', ({ required }) => required === 'confirm-on-device')
    const waiting = await app.must('order.prepare', devnetSell(id))
    const { orderId: givenUp } = await app.must('order.confirm', { planId: waiting.planId, planHash: waiting.planHash })
    await Promise.all([waits, part.device.asking()])
    expect(await app.must('order.detail', { orderId: givenUp })).toMatchObject({ summary: { state: 'signing' }, cancelObstacle: null })
    const over = app.heard('order.changed', (now) => now.orderId === givenUp && !now.open)
    const putAway = app.heard('signer.interaction', ({ required, subject }) => required === 'none' && subject === givenUp)
    await app.must('order.cancel', { orderId: givenUp })
    expect(await over).toMatchObject({ state: 'canceled', filledBase: '0' })
    await putAway
    part.device.press('approve')

    const asked = app.heard('signer.interaction', ({ required }) => required === 'confirm-on-device')
    const toSign = lockedUntilTold()
    const confirmed = await order('approve')
    expect(await toSign).toMatchObject({ subject: confirmed.orderId, signerId: id, shows: null })
    const [request] = confirmed.preview?.requests ?? []
    expect(confirmed.preview?.requests).toHaveLength(1)
    expect(request).toMatchObject({ purpose: 'order', blind: true, meaning: { owner: 'Uniswap', intent: 'Swap' } })
    expect(request?.meaning?.fields[0]).toEqual({ label: 'Send', value: '0.1 WETH' })
    expect(part.device.deviceScreens()).toEqual(request?.screens)
    expect((await asked).shows).toEqual({ blind: true, screens: request?.screens, meaning: request?.meaning })
    const filled = app.heard('order.changed', (now) => now.orderId === confirmed.orderId && now.state === 'filled')
    await devnet.mine(2)
    await filled
    // The whole app ran in this process: it must have none of the maker's code in it, which held its event loop for as long as it took to load.
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    expect(loaded.filter((file) => file.includes('better-sqlite3'))).not.toEqual([])
    expect(loaded.filter((file) => /@ledgerhq|node-hid/.test(file))).toEqual([])
  }, 60_000)
})
