import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { electronExecutable, projectRoot } from '../e2e/harness/launch'
import { launchArmed } from './lib/armed-app'
import type { BenchResult } from './lib/bench'
import { leftAfter } from './lib/left-after'

const ORDERS = 8
const BLOCKED_MS = 5_000

/**
 * Main's loop is blocked with orders waiting in it, and somebody halts from a terminal meanwhile: how many orders left after that command had returned, over
 * how many waited.
 */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  const { page, app, dataDir } = running
  try {
    await page.evaluate(async (orders) => {
      interface Plan {
        planId: string
        planHash: string
      }
      const { holdfast } = globalThis as unknown as {
        holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean; value: Plan }> }
      }
      const plans: Plan[] = []
      for (let count = 0; count < orders; count += 1) {
        const plan = await holdfast.call('order.prepare', {
          ...{ venue: 'paper', instrument: 'ETH-USD', side: 'sell', type: 'market', timeInForce: 'ioc' },
          ...{ amount: (0.01 + count / 1_000).toFixed(5), amountUnit: 'base', limitPrice: null, riskProfile: 'moderate' },
          account: 'paper-main',
        })
        if (!plan.ok) throw new Error('an order could not be prepared')
        plans.push(plan.value)
      }
      Object.assign(globalThis, { plans })
    }, ORDERS)

    const unblockedMs = app.evaluate((_electron, blockedMs) => {
      const endMs = Date.now() + blockedMs
      while (Date.now() < endMs);
      return Date.now()
    }, BLOCKED_MS)
    // They wait in front of a main process that does not answer.
    const confirmed = page.evaluate(async () => {
      interface Reply {
        ok: boolean
        problem?: { code: string }
      }
      const { holdfast, plans } = globalThis as unknown as {
        holdfast: { call: (name: string, input: unknown) => Promise<Reply> }
        plans: { planId: string; planHash: string }[]
      }
      const replies = await Promise.all(plans.map(({ planId, planHash }) => holdfast.call('order.confirm', { planId, planHash })))
      return replies.map(({ ok, problem }) => (ok ? 'confirmed' : (problem?.code ?? '')))
    })
    const args = ['--password-store=gnome-libsecret', `--user-data-dir=${join(dataDir, 'terminal')}`, projectRoot, 'halt', 'by', 'hand']
    await promisify(execFile)(electronExecutable(), args, { env: { ...process.env, HOLDFAST_DATA_DIR: dataDir } })
    const haltedAtMs = Date.now()
    const outcomes = await confirmed
    if ((await unblockedMs) < haltedAtMs) throw new Error('the command took longer than main was blocked')
    const left = await leftAfter(page, haltedAtMs)
    process.stderr.write(`halt-frozen: ${outcomes.join(' ')}\n`)
    return [
      { name: 'halt-frozen', value: left, unit: 'orders', reference: ORDERS, ratio: left / ORDERS, target: { of: 'ratio', atMost: 0 } },
    ]
  } finally {
    await running.close()
  }
}
