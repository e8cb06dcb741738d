import { afterEach, beforeEach, expect, test } from 'vitest'

import type { DrillView } from '../../../../src-preload/contract/incidents'
import { startDrill, startIncidents, useIncidents } from '../../../../src-renderer/stores/incidents'
import { known } from '../../../../src-renderer/stores/remote'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const drill = (result: DrillView['result']): DrillView =>
  ({ drillId: 'd1', kind: 'emergency-halt', result, startedAtMs: 5 }) as unknown as DrillView
const shown = () => known(useIncidents.getState().drills)?.map(({ result }) => result)

let bridge: ScriptedBridge
let stop: () => void
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useIncidents.setState(useIncidents.getInitialState(), true)
  stop = startIncidents()
})
afterEach(() => {
  stop()
  globalThis.holdfast = undefined
})

test('B7: a drill that ends while the list is read is not shown as running', async () => {
  const [drills, halts] = [bridge.waiting('drills.list')[0], bridge.waiting('incidents.list')[0]]
  await bridge.answer(drills, [drill('running')])
  bridge.emit('drills.changed', drill('awaits-release'))
  await bridge.answer(halts, [])
  expect(shown()).toEqual(['awaits-release'])
  await bridge.answer(bridge.waiting('drills.list')[0], [drill('awaits-release')])
  await bridge.answer(bridge.waiting('incidents.list')[0], [])
  expect(shown()).toEqual(['awaits-release'])
  expect(known(useIncidents.getState().list)).toEqual([])
})

test('B7: nor is one that was over before it was said to have begun', async () => {
  await bridge.answer(bridge.waiting('drills.list')[0], [])
  await bridge.answer(bridge.waiting('incidents.list')[0], [])
  void startDrill('emergency-halt')
  bridge.emit('drills.changed', drill('failed'))
  await bridge.answer(bridge.waiting('drills.start')[0], drill('running'))
  expect(shown()).toEqual(['failed'])
})
