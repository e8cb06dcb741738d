import { afterAll, beforeAll, expect, test } from 'vitest'

import { allowRouter, devnetSell, hasty, launchOnDevnet } from '../../support/app/devnet-app'
import { fates, press, swept } from '../../support/app/halt-help'
import { removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'
import { SLOW_MS } from '../../../src-main/engine/sweep/venue-sweep'

// On a real chain that mines only when it is told to.

let devnet: Devnet
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  // The slow tries come quickly.
  ;({ app, account } = await launchOnDevnet(devnet, devnet.url, {
    scheduler: hasty(
      new Map([
        [5_000, 100],
        [SLOW_MS, 100],
      ]),
    ),
  }))
}, 120_000)
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const inState = (state: string) => app.heard('order.changed', (order) => order.state === state)

test('B5: an emergency replaces what waits on the chain: graceful leaves it, a locked keystore needs its owner, the swap is never mined', async () => {
  const submitted = inState('submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await submitted
  const { balances: before } = await app.must('market.balances', { account })
  await press(app)

  const left = swept(app, ({ phase }) => phase === 'clear')
  await app.must('halt.sweep', { mode: 'graceful' })
  expect(fates(await left)).toEqual([`${orderId} left-to-finish`])

  await app.must('signer.lock', { id: account })
  const needsOwner = swept(app, ({ venues }) => venues.some(({ items }) => items.some(({ fate }) => fate === 'needs-owner')))
  await app.must('halt.sweep', { mode: 'emergency' })
  expect(fates(await needsOwner)).toEqual([`${orderId} needs-owner SIGNER_LOCKED`])

  // Unlocked by its owner, it goes on by itself, while halted.
  const sent = swept(app, ({ venues }) => venues.some(({ items }) => items.some(({ fate }) => fate === 'cancel-sent')))
  await app.must('signer.unlock', { id: account })
  await sent
  const ended = app.heard('order.changed', (order) => order.orderId === orderId && !order.open)
  const clear = swept(app, ({ phase }) => phase === 'clear')
  await devnet.mine(2)
  expect(await ended).toMatchObject({ state: 'canceled', filledBase: '0' })
  expect(fates(await clear)).toEqual([`${orderId} canceled`])

  const mined = (await app.must('order.detail', { orderId })).transactions.map(({ purpose, state }) => `${purpose} ${state}`)
  expect(mined).toEqual(['order replaced', 'cancel mined'])
  const tokens = (list: typeof before) => list.filter(({ token }) => token !== null).map(({ asset, free }) => [asset, free])
  expect(tokens((await app.must('market.balances', { account })).balances)).toEqual(tokens(before))
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
}, 60_000)
