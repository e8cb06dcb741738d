import type { Page } from '@playwright/test'

import { bareRoundTripMs, haltInMainMs, launchArmed, openBarePage, outOfTheBlue, releaseByHand, timeHaltInMain } from './lib/armed-app'
import { middleMean, result, type BenchResult } from './lib/bench'
import { leftAfter } from './lib/left-after'

const ROUNDS = 3
const OFFERED_PER_SECOND = 10_000
const STORM_MS = 400

/**
 * From the press in the page to the closed gate in main while ten thousand orders a second are offered to the paper exchange, against a bare round trip between
 * another page and main under the same load. No order may leave once the page has its answer. Half of the way beyond main's own part counts, as in `halt`.
 */
export async function run(): Promise<BenchResult[]> {
  const running = await launchArmed()
  try {
    const barePage = await openBarePage(running)
    await timeHaltInMain(running)
    // The tool that runs this file wraps named functions in a helper, which the page does not have.
    await running.page.evaluate('globalThis.__name = (named) => named')
    const gate: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      bare.push(await outOfTheBlue(() => underStorm(running.page, () => bareRoundTripMs(barePage))))
      const pressed = await outOfTheBlue(() => underStorm(running.page, () => press(running.page)))
      const inMainMs = await haltInMainMs(running)
      gate.push((pressed.answeredMs - inMainMs) / 2 + inMainMs)
      const left = await leftAfter(running.page, pressed.answeredAtMs)
      if (left > 0) throw new Error(`${left} orders left after the halt was acknowledged`)
      await releaseByHand(running, running.keys)
    }
    process.stderr.write(
      `halt-storm: gate ${gate.map((ms) => ms.toFixed(1)).join(' ')} ms, bare ${bare.map((ms) => ms.toFixed(1)).join(' ')} ms\n`,
    )
    return [result('halt-storm', middleMean(gate), 'ms', middleMean(bare), { of: 'ratio', atMost: 1.5 })]
  } finally {
    await running.close()
  }
}

/** Offers orders for a while, does something in the middle of it, and waits until all that was offered is answered. */
async function underStorm<T>(page: Page, act: () => Promise<T>): Promise<T> {
  await page.evaluate(
    ({ perSecond, stormMs }) => {
      interface Storm {
        over: Promise<void>
      }
      const { holdfast } = globalThis as unknown as {
        holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean; value?: { planId: string; planHash: string } }> }
      }
      const EVERY_MS = 10
      let offered = 0
      const offer = async (): Promise<void> => {
        offered += 1
        const draft = {
          ...{ venue: 'paper', instrument: 'ETH-USD', side: offered % 2 === 0 ? 'buy' : 'sell', type: 'market', timeInForce: 'ioc' },
          ...{ amount: (0.01 + offered / 100_000).toFixed(5), amountUnit: 'base', limitPrice: null, riskProfile: 'moderate' },
          account: 'paper-main',
        }
        const plan = await holdfast.call('order.prepare', draft)
        if (plan.ok && plan.value !== undefined)
          await holdfast.call('order.confirm', { planId: plan.value.planId, planHash: plan.value.planHash })
      }
      const endMs = performance.now() + stormMs
      const answers: Promise<void>[] = []
      const over = new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          for (let count = 0; count < (perSecond * EVERY_MS) / 1_000; count += 1) answers.push(offer())
          if (performance.now() < endMs) return
          clearInterval(timer)
          void Promise.allSettled(answers).then(() => resolve())
        }, EVERY_MS)
      })
      ;(globalThis as unknown as { storm: Storm }).storm = { over }
    },
    { perSecond: OFFERED_PER_SECOND, stormMs: STORM_MS },
  )
  await new Promise((resolve) => setTimeout(resolve, STORM_MS / 2))
  const done = await act()
  await page.evaluate(() => (globalThis as unknown as { storm: { over: Promise<void> } }).storm.over)
  return done
}

/** One press; how long its answer took, and when it was there by the calendar. */
function press(page: Page): Promise<{ readonly answeredMs: number; readonly answeredAtMs: number }> {
  return page.evaluate(async () => {
    const { holdfast } = globalThis as unknown as { holdfast: { call: (name: string, input: unknown) => Promise<{ ok: boolean }> } }
    const startedMs = performance.now()
    const { ok } = await holdfast.call('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
    const answeredMs = performance.now() - startedMs
    if (!ok) throw new Error('the halt did not take')
    return { answeredMs, answeredAtMs: Date.now() }
  })
}
