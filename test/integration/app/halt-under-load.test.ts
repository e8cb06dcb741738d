import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as OpenPaper from '../../../src-main/app/compose/open-paper'
import type { PaperVenue } from '../../../src-main/venues/paper/paper-venue'
import type { LastLook } from '../../../src-main/venues/venue'
import { withoutRateLimits } from '../../bench/lib/no-rate-limits'
import { PAPER_SELL } from '../../support/app/drafts'
import { press } from '../../support/app/halt-help'
import { armedDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'

const { papers, looks } = vi.hoisted(() => ({
  papers: [] as PaperVenue[],
  looks: { passed: 0, passedWhileHalted: 0, halted: (): boolean => false, onPass: (): void => undefined },
}))
vi.mock('../../../src-main/app/compose/open-paper', async (importOriginal) => {
  const real = await importOriginal<typeof OpenPaper>()
  /** Counts the looks after which an order leaves, and whether the gate was closed by then. */
  const counted =
    (look: LastLook): LastLook =>
    () => {
      const refused = look()
      if (refused !== null) return refused
      looks.passed += 1
      if (looks.halted()) looks.passedWhileHalted += 1
      looks.onPass()
      return null
    }
  return {
    openPaper: (parts: Parameters<typeof real.openPaper>[0]) => {
      const paper = real.openPaper(parts)
      papers.push(paper)
      const { placer } = paper
      return { ...paper, placer: { place: (what, look) => placer.place(what, counted(look)), cancel: (id) => placer.cancel(id) } }
    },
  } satisfies typeof OpenPaper
})

const CHILD = join(import.meta.dirname, '../../support/app/halt-child.ts')
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../../build/tsx.config.json')

let app: TestApp
beforeEach(async () => {
  papers.length = 0
  app = await launchApp({ dataDir: armedDataDir(), guards: withoutRateLimits })
  Object.assign(looks, { passed: 0, passedWhileHalted: 0, halted: () => app.holdfast.halted, onPass: () => undefined })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const journal = () => {
  const engine = app.holdfast.services.engine()
  if (!engine.ok) throw new Error(engine.error.code)
  return engine.value.journal
}
/** Prepares and confirms; gives the order's id, or why there is none. */
const offer = async (index: number): Promise<string> => {
  const side = index % 2 === 0 ? 'buy' : 'sell'
  const plan = await app.call('order.prepare', { ...PAPER_SELL, side, amount: (0.01 + index / 100_000).toFixed(5) })
  if (!plan.ok) return plan.problem.code
  const { planId, planHash } = plan.value
  const confirmed = await app.call('order.confirm', { planId, planHash })
  return confirmed.ok ? confirmed.value.orderId : confirmed.problem.code
}
const over = () => vi.waitFor(() => expect(journal().open()).toEqual([]), { timeout: 30_000 })

describe('X5 B5: halting under load', () => {
  test('X5: while orders storm in, none passes the last look once the gate is closed, and none is at the exchange that did not', async () => {
    const [ORDERS, AT_ONCE, HALT_AFTER] = [300, 12, 40]
    let next = 0
    const outcomes: string[] = []
    // In the very turn in which an order leaves, with others on their way at every stage.
    const pressed: Promise<unknown>[] = []
    looks.onPass = () => {
      if (looks.passed === HALT_AFTER) pressed.push(press(app))
    }
    const storm = Array.from({ length: AT_ONCE }, async () => {
      while (next < ORDERS) {
        outcomes.push(await offer(next++))
        // As between two messages of a window: what waits for its turn at the socket gets it.
        await new Promise(setImmediate)
      }
    })
    await vi.waitFor(() => expect(pressed).toHaveLength(1), { timeout: 30_000, interval: 5 })
    await pressed[0]
    const atAcknowledgement = looks.passed
    await Promise.all(storm)
    await over()
    expect([looks.passed, looks.passedWhileHalted]).toEqual([atAcknowledgement, 0])
    expect(atAcknowledgement).toBeLessThan(HALT_AFTER + AT_ONCE)
    expect(outcomes.filter((outcome) => outcome === 'KILL_SWITCH_TRIGGERED').length).toBeGreaterThan(ORDERS - HALT_AFTER - 3 * AT_ONCE)
    const reached = journal()
      .list('all', ORDERS, null)
      .filter(({ state }) => state !== 'denied')
    expect(reached).toHaveLength(atAcknowledgement)
    expect((await app.must('audit.verify', {})).verdict).toBe('intact')
  })

  test('X5: while the main loop is blocked, a halt from a terminal keeps everything back that was waiting to leave', async () => {
    const ORDERS = 30
    papers.at(-1)!.faults.inject({ kind: 'slow', beforeMs: 500, afterMs: 0 })
    const ids = await Promise.all(Array.from({ length: ORDERS }, (_, index) => offer(index)))
    // All of them are past every guard and wait for their turn at the socket.
    expect(
      journal()
        .open()
        .map(({ state }) => state),
    ).toEqual(Array.from({ length: ORDERS }, () => 'submitting'))
    // Nothing of this process runs while the other one halts.
    const halted = spawnSync(process.execPath, ['--import', 'tsx', CHILD, app.dataDir], {
      encoding: 'utf8',
      env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
    })
    expect(halted.status, halted.stderr).toBe(0)
    await over()
    papers.at(-1)!.faults.clear()
    expect(looks.passed).toBe(0)
    for (const id of ids) {
      expect(journal().get(id)).toMatchObject({ state: 'denied', progress: { why: { code: 'KILL_SWITCH_TRIGGERED' } } })
      expect(await papers.at(-1)!.orders.find(id)).toEqual({ ok: true, value: null })
    }
    expect(app.holdfast.halted).toBe(true)
  })
})
