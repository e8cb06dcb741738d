import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { AlertView } from '../../../../src-preload/contract/alerts'
import {
  acknowledgeAlerts,
  isOutOfItsChain,
  setAlertWebhook,
  startAlertLight,
  startAlerts,
  takenBack,
  useAlertLight,
  useAlerts,
} from '../../../../src-renderer/stores/alerts'
import { known } from '../../../../src-renderer/stores/remote'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const alert = (id: string, more: Partial<AlertView> = {}): AlertView => ({
  id,
  kind: 'reorg',
  severity: 'high',
  subject: null,
  figures: {},
  auditSeq: null,
  firstAtMs: 1,
  lastAtMs: 1,
  count: 1,
  acknowledged: null,
  delivery: 'none',
  attempts: 0,
  ...more,
})
const shown = () => known(useAlerts.getState().list)?.alerts.map(({ id, count }) => [id, count])

let bridge: ScriptedBridge
let stop: () => void = () => undefined
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useAlerts.setState(useAlerts.getInitialState(), true)
  useAlertLight.setState(useAlertLight.getInitialState(), true)
})
afterEach(() => {
  stop()
  globalThis.holdfast = undefined
})

describe('X7: the alert centre in the window', () => {
  test('a changed alert keeps its place; a new one is read with the others', async () => {
    stop = startAlerts()
    await bridge.answer(bridge.waiting('alerts.list')[0], { alerts: [alert('a'), alert('b')], kept: true })
    bridge.emit('alert.changed', alert('b', { count: 2 }))
    expect(shown()).toEqual([
      ['a', 1],
      ['b', 2],
    ])
    bridge.emit('alert.changed', alert('c'))
    expect(bridge.waiting('alerts.list')).toHaveLength(1)
    await bridge.answer(bridge.waiting('alerts.list')[0], { alerts: [alert('c'), alert('a'), alert('b')], kept: true })
    expect(shown()?.map(([id]) => id)).toEqual(['c', 'a', 'b'])
  })

  test('a list that cannot be read keeps what was known', async () => {
    stop = startAlerts()
    await bridge.answer(bridge.waiting('alerts.list')[0], { alerts: [alert('a')], kept: true })
    bridge.emit('alert.changed', null)
    await bridge.refuse(bridge.waiting('alerts.list')[0], { code: 'INTERNAL', figures: {} })
    expect(useAlerts.getState().list.kind).toBe('failed')
    expect(shown()).toEqual([['a', 1]])
  })

  test('acknowledging names exactly what was shown, and nothing is asked for nothing', async () => {
    expect(await acknowledgeAlerts([])).toBe(null)
    void acknowledgeAlerts(['a', 'b'])
    expect(bridge.waiting('alerts.acknowledge').map(({ input }) => input)).toEqual([{ ids: ['a', 'b'] }])
  })

  test('a window that was closed without an answer changes nothing and says so', async () => {
    const outcome = setAlertWebhook('https://alerts.example/in')
    await bridge.answer(bridge.waiting('alerts.setWebhook')[0], { done: false })
    await bridge.refuse(bridge.waiting('alerts.settings')[0], { code: 'NOT_READY', figures: {} })
    expect(await outcome).toEqual({ code: 'CANCELED_BY_USER', figures: {} })
  })

  test('the tone sounds only when main asks for it', async () => {
    let tones = 0
    stop = startAlertLight(() => (tones += 1))
    bridge.emit('alerts.light', { urgent: 1, open: 2, tone: true })
    bridge.emit('alerts.light', { urgent: 1, open: 3, tone: false })
    expect(tones).toBe(1)
    expect(useAlertLight.getState().light).toEqual({ urgent: 1, open: 3 })
  })
})

test('X3: of a filled order that its chain took back, the latest that was told counts, and of no other order', () => {
  const told = [
    alert('a', { kind: 'fill-reorged', subject: 'order-1', lastAtMs: 2 }),
    alert('b', { kind: 'fill-mined-again', subject: 'order-1', lastAtMs: 3 }),
    alert('c', { kind: 'order-failed', subject: 'order-1', lastAtMs: 4 }),
    alert('d', { kind: 'fill-undone', subject: 'order-2', lastAtMs: 5 }),
  ]
  expect(takenBack(told, 'order-1')?.id).toBe('b')
  expect(takenBack(told, 'order-2')?.id).toBe('d')
  expect(takenBack(told, 'order-3')).toBeNull()
  expect(['order-1', 'order-2', 'order-3'].map((id) => isOutOfItsChain(takenBack(told, id)))).toEqual([false, true, false])
})
