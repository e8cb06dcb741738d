import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type * as ComposeEnvironment from '../../../src-main/app/compose/compose-environment'
import { BREAKER_THRESHOLDS } from '../../../src-main/domain/breaker'
import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const { opened } = vi.hoisted(() => ({ opened: [] as ComposeEnvironment.OpenEnvironment[] }))
vi.mock('../../../src-main/app/compose/compose-environment', async (importOriginal) => {
  const real = await importOriginal<typeof ComposeEnvironment>()
  return {
    ...real,
    composeEnvironment: (parts: Parameters<typeof real.composeEnvironment>[0]) => {
      const environment = real.composeEnvironment(parts)
      opened.unshift(environment)
      return environment
    },
  }
})

let app: TestApp
beforeEach(async () => {
  app = await launchApp()
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const reason = 'a reason'
/** The person who is asked waits, and while the window is open something tightens; then they allow what they were shown. */
const meanwhile = (tighten: () => Promise<unknown>): void => {
  app.answer = async (task) => {
    if (task.kind !== 'authorise') return null
    await tighten()
    return { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] }
  }
}
const open = () => opened[0]!

describe('P7: what was tightened while the window was open is not loosened by what was shown before', () => {
  test('limits', async () => {
    const { settings: before } = await app.must('limits.status', {})
    const change = { maxOrdersPerMinute: before.maxOrdersPerMinute + 1, maxOpenOrders: before.maxOpenOrders }
    meanwhile(() => app.must('limits.change', { change: { maxOpenOrders: 1 }, reason }))
    expect(await app.must('limits.change', { change, reason })).toEqual({ done: false })
    expect((await app.must('limits.status', {})).settings).toEqual({ ...before, maxOpenOrders: 1 })
    // Shown as it stands now, it is carried out.
    meanwhile(() => Promise.resolve())
    expect(await app.must('limits.change', { change, reason })).toEqual({ done: true })
    expect((await app.must('limits.status', {})).settings).toEqual({ ...before, ...change })
  })

  test('what counts as unusual', async () => {
    const { settings: before } = await app.must('patterns.status', {})
    const settings = { ...before, sensitivity: { ...before.sensitivity, rate: 'relaxed' as const } }
    const tighter = { ...before, sensitivity: { ...before.sensitivity, size: 'strict' as const } }
    meanwhile(() => app.must('patterns.change', { settings: tighter, reason }))
    expect(await app.must('patterns.change', { settings, reason })).toEqual({ done: false })
    expect((await app.must('patterns.status', {})).settings).toEqual(tighter)
  })

  test('a breaker', async () => {
    const own = BREAKER_THRESHOLDS.network
    const looser = { ...own, recoveryMs: own.recoveryMs - 60_000 }
    const tighter = { ...own, failuresInWindow: own.failuresInWindow - 1 }
    meanwhile(() => app.must('breaker.tune', { breaker: 'network', thresholds: tighter, reason }))
    expect(await app.must('breaker.tune', { breaker: 'network', thresholds: looser, reason })).toEqual({ done: false })
    expect(open().breakers.thresholds('network')).toEqual(tighter)
  })

  test('the rule of the system-wide halt', async () => {
    const { rule } = open().haltWatcher
    meanwhile(() => app.must('trading.rule', { rule: { ...rule, openAtLeast: rule.openAtLeast - 1 }, reason }))
    const looser = { ...rule, openAtLeast: rule.openAtLeast + 1 }
    expect(await app.must('trading.rule', { rule: looser, reason })).toEqual({ done: false })
    expect(open().haltWatcher.rule.openAtLeast).toBe(rule.openAtLeast - 1)
  })

  test('what trading reduces for', async () => {
    await app.must('trading.reduce', { reason })
    meanwhile(async () => open().tradingState.reduce({ by: 'system', reason: 'loss-limit' }))
    expect(await app.must('trading.resume', { what: 'reducing', reason })).toEqual({ done: false })
    expect(open().tradingState.own()).toMatchObject({ state: 'reducing', reducing: ['person', 'loss-limit'] })
  })
})
