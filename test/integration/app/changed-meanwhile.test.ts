import { describe, expect, test, vi } from 'vitest'

import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'
import { BREAKER_THRESHOLDS } from '../../../src-main/domain/breaker'
import { eachApp } from '../../support/app/each-app'
import { opened } from '../../support/app/opened-environments'

vi.mock('../../../src-main/app/compose/compose-environment', async (original) =>
  (await import('../../support/app/opened-environments')).noting(await original<typeof ComposeEnvironment>()),
)

const bench = eachApp()

const reason = 'a reason'
/** The person who is asked waits, and while the window is open something tightens; then they allow what they were shown. */
const meanwhile = (tighten: () => Promise<unknown>): void => {
  bench.app.answer = async (task) => {
    if (task.kind !== 'authorise') return null
    await tighten()
    return { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(bench.app.recoveryKeys[0])] }
  }
}
const open = () => opened.at(-1)!

describe('P7: what was tightened while the window was open is not loosened by what was shown before', () => {
  test('limits', async () => {
    const { settings: before } = await bench.app.must('limits.status', {})
    const change = { maxOrdersPerMinute: before.maxOrdersPerMinute + 1, maxOpenOrders: before.maxOpenOrders }
    meanwhile(() => bench.app.must('limits.change', { change: { maxOpenOrders: 1 }, reason }))
    expect(await bench.app.must('limits.change', { change, reason })).toEqual({ done: false })
    expect((await bench.app.must('limits.status', {})).settings).toEqual({ ...before, maxOpenOrders: 1 })
    // Shown as it stands now, it is carried out.
    meanwhile(() => Promise.resolve())
    expect(await bench.app.must('limits.change', { change, reason })).toEqual({ done: true })
    expect((await bench.app.must('limits.status', {})).settings).toEqual({ ...before, ...change })
  })

  test('what counts as unusual', async () => {
    const { settings: before } = await bench.app.must('patterns.status', {})
    const settings = { ...before, sensitivity: { ...before.sensitivity, rate: 'relaxed' as const } }
    const tighter = { ...before, sensitivity: { ...before.sensitivity, size: 'strict' as const } }
    meanwhile(() => bench.app.must('patterns.change', { settings: tighter, reason }))
    expect(await bench.app.must('patterns.change', { settings, reason })).toEqual({ done: false })
    expect((await bench.app.must('patterns.status', {})).settings).toEqual(tighter)
  })

  test('a breaker', async () => {
    const own = BREAKER_THRESHOLDS.network
    const looser = { ...own, recoveryMs: own.recoveryMs - 60_000 }
    const tighter = { ...own, failuresInWindow: own.failuresInWindow - 1 }
    meanwhile(() => bench.app.must('breaker.tune', { breaker: 'network', thresholds: tighter, reason }))
    expect(await bench.app.must('breaker.tune', { breaker: 'network', thresholds: looser, reason })).toEqual({ done: false })
    expect(open().breakers.thresholds('network')).toEqual(tighter)
  })

  test('the rule of the system-wide halt', async () => {
    const { rule } = open().haltWatcher
    meanwhile(() => bench.app.must('trading.rule', { rule: { ...rule, openAtLeast: rule.openAtLeast - 1 }, reason }))
    const looser = { ...rule, openAtLeast: rule.openAtLeast + 1 }
    expect(await bench.app.must('trading.rule', { rule: looser, reason })).toEqual({ done: false })
    expect(open().haltWatcher.rule.openAtLeast).toBe(rule.openAtLeast - 1)
  })

  test('what trading reduces for', async () => {
    await bench.app.must('trading.reduce', { reason })
    meanwhile(async () => open().tradingState.reduce({ by: 'system', reason: 'loss-limit' }))
    expect(await bench.app.must('trading.resume', { what: 'reducing', reason })).toEqual({ done: false })
    expect(open().tradingState.own()).toMatchObject({ state: 'reducing', reducing: ['person', 'loss-limit'] })
  })
})
