import { writeFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, expect, test } from 'vitest'

import type { OrderDraft } from '../../../src-preload/contract/orders'
import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { startDevnet, type Devnet } from '../../support/devnet'
import { forkKeyHost } from '../signers/fork-key-host'

const PASSWORD = 'correct horse battery staple'
const utf8 = (text: string) => new TextEncoder().encode(text)

let devnet: Devnet
let app: TestApp
let account: string

beforeAll(async () => {
  devnet = await startDevnet({ blockTimeSec: 1 })
  const profile = join(mkdtempSync(join(tmpdir(), 'holdfast-chain-')), 'chain.json')
  writeFileSync(profile, JSON.stringify(devnet.chainProfile))
  app = await launchApp({ spawnKeyHost: forkKeyHost, devnetProfile: profile })
  await setUp(app)
  await app.must('environment.switch', { environment: 'testnet' })
  await app.must('chain.connect', { from: 'devnet' })
  app.answer = (task) =>
    task.kind === 'import-key'
      ? { kind: task.kind, id: task.id, privateKey: utf8(devnet.fundedKey), password: utf8(PASSWORD) }
      : task.kind === 'unlock-keystore'
        ? { kind: task.kind, id: task.id, password: utf8(PASSWORD) }
        : null
  const { id } = await app.must('signer.import', { label: 'Devnet key', from: 'private-key' })
  expect(id, JSON.stringify(app.lastProblem)).not.toBeNull()
  account = id!
}, 120_000)
afterAll(async () => {
  await app.stop()
  await devnet.stop()
  removeDataDir(app.dataDir)
})

const draft = (): OrderDraft => ({
  venue: 'uniswap-v3',
  instrument: 'WETH-USDC',
  side: 'sell',
  type: 'market',
  timeInForce: 'ioc',
  amount: '0.1',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account,
})

test('D1 B1 X3: a swap is previewed, simulated, approved exactly, signed by the keystore, followed and recorded', async () => {
  const lockedPlan = await app.must('order.prepare', draft())
  expect(lockedPlan.simulation?.ok).toBe(true)
  const denied = app.heard('order.changed', (order) => !order.open)
  await app.must('order.confirm', { planId: lockedPlan.planId, planHash: lockedPlan.planHash })
  expect((await denied).why?.code).toBe('SIGNER_LOCKED')

  expect(await app.must('signer.unlock', { id: account })).toEqual({ unlocked: true })
  expect((await app.must('signer.test', { id: account })).ok).toBe(true)
  const plan = await app.must('order.prepare', draft())
  expect(plan.steps.map(({ purpose }) => purpose)).toEqual(['approve', 'order'])
  const ended = app.heard('order.changed', (order) => !order.open)
  const { orderId } = await app.must('order.confirm', { planId: plan.planId, planHash: plan.planHash })
  const summary = await ended
  expect(summary, JSON.stringify(summary)).toMatchObject({ orderId, state: 'filled', filledBase: '0.1' })

  const detail = await app.must('order.detail', { orderId })
  expect(detail.events.map(({ type }) => type)).toEqual([
    'OrderInitialized',
    'OrderApproved',
    'AllowanceRequested',
    'AllowanceSubmitted',
    'AllowanceConfirmed',
    'OrderRequoted',
    'OrderSigning',
    'OrderSigned',
    'OrderSubmitting',
    'OrderSubmitted',
    'OrderIncluded',
    'OrderConfirmed',
  ])
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
}, 60_000)
