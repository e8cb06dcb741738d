import { afterAll, beforeAll, expect, test, vi } from 'vitest'

import { LOST_AFTER_MS } from '../../../src-main/app/compose/chain-reach'
import { BALANCES_EVERY_MS } from '../../../src-main/engine/watch/watcher'
import { BREAKER_THRESHOLDS } from '../../../src-main/domain/breaker'
import { systemClock, type Clock } from '../../../src-main/lib/clock'
import { allowRouter, devnetSell, hasty, launchOnDevnet } from '../../support/app/devnet-app'
import { auditTypes } from '../../support/app/halt-help'
import { removeDataDir, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'
import { forward, startProxy, type Proxy } from '../../support/chain-proxy'

// Every endpoint of the chain is behind one proxy, on a chain that mines only when it is told to.

let devnet: Devnet
let proxy: Proxy
let app: TestApp
let account: string
/** Time that passes at once, for everything that looks at a clock, ms. */
let ahead = 0
const clock: Clock = {
  wallMs: () => systemClock.wallMs() + ahead,
  steadyMs: () => systemClock.steadyMs() + ahead,
  bootMs: () => systemClock.bootMs!() + ahead,
}

beforeAll(async () => {
  devnet = await startDevnet()
  await allowRouter(devnet)
  proxy = await startProxy(devnet.url)
  // Balances are read often, as that is what notices while nobody trades.
  const scheduler = hasty(new Map([[BALANCES_EVERY_MS, 200]]))
  ;({ app, account } = await launchOnDevnet(devnet, proxy.url, { scheduler, clock }))
}, 120_000)
afterAll(async () => {
  await app.stop()
  await proxy.close()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const state = async (orderId: string) => (await app.must('order.detail', { orderId })).summary.state
const prepare = () => app.call('order.prepare', { ...devnetSell(account), amount: '0.2' })
const alerts = async (kind: string) => (await app.must('alerts.list', {})).alerts.filter((alert) => alert.kind === kind)
const network = async () => (await app.must('guards.status', {})).breakers.find(({ id }) => id === 'network')!

test('X3 X4 X7: the network is gone and comes back: nothing is sent, the order that is out is followed on, people are told, and trading goes on by a probe', async () => {
  const submitted = app.heard('order.changed', (order) => order.state === 'submitted')
  const plan = await app.must('order.prepare', devnetSell(account))
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  await submitted
  const sends = () => proxy.seen.filter(({ method }) => method === 'eth_sendRawTransaction').length
  expect(sends()).toBe(1)

  proxy.behave(() => ({ kind: 'hang-up' }))
  await devnet.mine(2)
  // Some failures first, then the time that makes them a loss.
  const failing = proxy.connections()
  await vi.waitFor(() => expect(proxy.connections()).toBeGreaterThan(failing + 6), { timeout: 20_000 })
  ahead += LOST_AFTER_MS
  await vi.waitFor(async () => expect(await alerts('network-trouble')).toHaveLength(1), { timeout: 20_000 })
  expect(await prepare()).toMatchObject({ ok: false })
  expect(await state(orderId)).toBe('submitted')
  expect(await network()).toMatchObject({ state: 'open' })
  // The screen: not well, and no halt for it.
  const status = await app.must('app.status', {})
  expect(status.killSwitch.state).toBe('armed')
  expect(status.chain).toMatchObject({ name: 'Local devnet', state: 'failing' })
  expect(sends()).toBe(1)

  const filled = app.heard('order.changed', (order) => order.orderId === orderId && order.state === 'filled')
  proxy.behave(() => forward)
  expect(await filled).toMatchObject({ filledBase: '0.1' })
  await vi.waitFor(async () => expect(await auditTypes(app, /^ChainReachable$/)).toHaveLength(1), { timeout: 20_000 })
  expect(await auditTypes(app, /^ChainUnreachable$/)).toHaveLength(1)
  expect(await alerts('network-trouble')).toHaveLength(1)

  // Well again is not yet trusted again: the breaker has its recovery, and then lets one order try.
  expect(await prepare()).toMatchObject({ ok: false, problem: { code: 'BREAKER_OPEN' } })
  ahead += BREAKER_THRESHOLDS.network.recoveryMs
  // The chain's clock goes along: one that stood still would not be believed.
  await devnet.rpc('evm_setNextBlockTimestamp', Math.ceil(clock.wallMs() / 1_000))
  await devnet.mine(1)
  expect(await network()).toMatchObject({ state: 'half-open' })
  // The key's time was over as well.
  await app.must('signer.unlock', { id: account })
  const again = await prepare()
  if (!again.ok) throw new Error(again.problem.code)
  const second = app.heard(
    'order.changed',
    (order) => order.orderId === again.value.orderId && (order.state === 'submitted' || !order.open),
  )
  await app.must('order.confirm', { planId: again.value.planId, planHash: again.value.planHash })
  expect(await second).toMatchObject({ state: 'submitted', why: null })
  expect(await network()).toMatchObject({ state: 'closed' })
  expect(sends()).toBe(2)
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
}, 120_000)
