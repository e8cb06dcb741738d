import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { AppStatus } from '../../../../src-preload/contract/app'
import type { SweepView } from '../../../../src-preload/contract/halt'
import { cancelAll, haltAll, startHalt, sweepAll, useHalt } from '../../../../src-renderer/stores/halt'
import { useStatus } from '../../../../src-renderer/stores/status'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const ARMED = { state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null } as const
const shownState = () => useStatus.getState().status?.killSwitch.state

let bridge: ScriptedBridge
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useHalt.setState(useHalt.getInitialState(), true)
  useStatus.setState({ status: { killSwitch: ARMED } as unknown as AppStatus })
})
afterEach(() => {
  globalThis.holdfast = undefined
})

describe('halting', () => {
  test('one press closes everything on this machine and asks nothing', () => {
    void haltAll('button')
    expect(bridge.waiting('halt.trigger').map(({ input }) => input)).toEqual([{ mode: 'gate-only', scope: 'machine', source: 'button' }])
  })

  test('says “halting” at once and “halted” only when main has answered', async () => {
    void haltAll('shortcut')
    expect(useHalt.getState().press.kind).toBe('halting')
    expect(shownState()).toBe('armed')
    await bridge.answer(bridge.waiting('halt.trigger')[0], { state: 'triggered', sinceMs: 5 })
    expect(useHalt.getState().press).toMatchObject({ kind: 'closed', sinceMs: 5 })
    expect(shownState()).toBe('triggered')
  })

  test('a press is never lost, even while an earlier one is under way', () => {
    void haltAll('button')
    void haltAll('button')
    expect(bridge.waiting('halt.trigger')).toHaveLength(2)
  })

  test('a halt that failed never looks like one that worked', async () => {
    void haltAll('button')
    await bridge.refuse(bridge.waiting('halt.trigger')[0], { code: 'INTERNAL', figures: {} })
    expect(useHalt.getState().press).toMatchObject({ kind: 'failed', problem: { code: 'INTERNAL' } })
    expect(shownState()).toBe('armed')
  })

  test('without a bridge it fails loudly', async () => {
    globalThis.holdfast = undefined
    await haltAll('button')
    expect(useHalt.getState().press).toMatchObject({ kind: 'failed', problem: { code: 'NOT_READY' } })
  })

  test('says whether the halt is on disk, and that it is not when main cannot tell', async () => {
    void haltAll('button')
    await bridge.answer(bridge.waiting('halt.trigger')[0], { state: 'triggered', sinceMs: 5 })
    expect(useHalt.getState().press).toMatchObject({ durable: null })
    await bridge.refuse(bridge.waiting('halt.durable')[0], { code: 'DISK_FULL', figures: {} })
    expect(useHalt.getState().press).toMatchObject({ durable: false, durableDetail: 'DISK_FULL' })
  })

  test('what main said of the halt in the meantime is not overwritten by the reply', async () => {
    void haltAll('button')
    const fromMain = { state: 'triggered', sinceMs: 4, source: 'tray', by: 'ada', reason: 'first', scope: 'machine' } as const
    useStatus.setState({ status: { killSwitch: fromMain } as unknown as AppStatus })
    await bridge.answer(bridge.waiting('halt.trigger')[0], { state: 'triggered', sinceMs: 5 })
    expect(useStatus.getState().status?.killSwitch).toEqual(fromMain)
  })
})

describe('cancelling what is out', () => {
  test('is asked once at a time and reports what stayed out', async () => {
    void cancelAll()
    void cancelAll()
    expect(bridge.waiting('order.cancelAll')).toHaveLength(1)
    const report = { asked: 2, canceled: 1, notCanceled: [{ orderId: 'ord-1', why: 'UNKNOWN' }], notAsked: [] }
    await bridge.answer(bridge.waiting('order.cancelAll')[0], report)
    expect(useHalt.getState().cancelAll).toEqual({ kind: 'done', report })
  })
})

describe('B5: the second press', () => {
  const sweep = (phase: 'running' | 'clear'): SweepView => ({
    sweepId: 's1',
    mode: 'graceful',
    cause: 'asked',
    by: 'operator',
    foreignToo: false,
    startedAtMs: 1,
    finishedAtMs: null,
    phase,
    venues: [],
  })

  test('asks main, and what main tells of it meanwhile is newer than its answer', async () => {
    const stop = startHalt()
    void sweepAll('graceful')
    expect(bridge.waiting('halt.sweep').map(({ input }) => input)).toEqual([{ mode: 'graceful' }])
    bridge.emit('halt.swept', sweep('clear'))
    await bridge.answer(bridge.waiting('halt.sweep')[0], sweep('running'))
    expect(useHalt.getState()).toMatchObject({ second: { kind: 'none' }, sweep: { phase: 'clear' } })
    stop()
  })

  test('one that failed says so', async () => {
    void sweepAll('emergency')
    await bridge.refuse(bridge.waiting('halt.sweep')[0], { code: 'NOT_READY', figures: {} })
    expect(useHalt.getState().second).toMatchObject({ kind: 'failed', problem: { code: 'NOT_READY' } })
  })

  test('while halted, canceling all is the second press', () => {
    useStatus.setState({ status: { killSwitch: { ...ARMED, state: 'triggered' } } as unknown as AppStatus })
    void cancelAll()
    expect([bridge.waiting('halt.sweep').length, bridge.waiting('order.cancelAll').length]).toEqual([1, 0])
  })
})
