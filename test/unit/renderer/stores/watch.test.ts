import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { StandView } from '../../../../src-preload/contract/watch'
import { changeWatch, enterMaintenance, hereIAm, startWatch, useWatch } from '../../../../src-renderer/stores/watch'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const CALM: StandView = { presence: { state: 'off', haltsAtMs: null, seenAtMs: null }, maintenance: null }
const MISSED: StandView = { presence: { state: 'warning', haltsAtMs: 9, seenAtMs: 1 }, maintenance: null }

let bridge: ScriptedBridge
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useWatch.setState(useWatch.getInitialState(), true)
})
afterEach(() => {
  globalThis.holdfast = undefined
})

describe('B4: whether the operator is missed', () => {
  test('is asked once, and then heard', async () => {
    const stop = startWatch()
    await bridge.answer(bridge.waiting('presence.get')[0], CALM)
    expect(useWatch.getState().stand).toEqual(CALM)
    bridge.emit('presence.changed', MISSED)
    expect(useWatch.getState().stand).toEqual(MISSED)
    expect(bridge.waiting('presence.get')).toEqual([])
    stop()
    bridge.emit('presence.changed', CALM)
    expect(useWatch.getState().stand).toEqual(MISSED)
  })

  test('“I am here” shows what main makes of it, and says when main refuses', async () => {
    useWatch.setState({ stand: MISSED })
    const said = hereIAm()
    await bridge.answer(bridge.waiting('presence.here')[0], CALM)
    expect([await said, useWatch.getState().stand]).toEqual([null, CALM])
    const refused = hereIAm()
    await bridge.refuse(bridge.waiting('presence.here')[0], { code: 'NOT_READY', figures: {} })
    expect(await refused).toEqual({ code: 'NOT_READY', figures: {} })
  })
})

describe('X5: what needs authority', () => {
  test('says that the window was closed when nothing came of it', async () => {
    const entered = enterMaintenance('update', 'version 2')
    await bridge.answer(bridge.waiting('maintenance.enter')[0], { entered: false })
    expect(await entered).toEqual({ code: 'CANCELED_BY_USER', figures: {} })
  })

  test('asks for what holds after a change, whatever came of it', async () => {
    const changed = changeWatch({ clockOn: false }, 'a slow machine')
    expect(bridge.waiting('watch.update').map(({ input }) => input)).toEqual([{ change: { clockOn: false }, reason: 'a slow machine' }])
    await bridge.answer(bridge.waiting('watch.update')[0], { changed: true })
    await bridge.refuse(bridge.waiting('watch.get')[0], { code: 'NOT_READY', figures: {} })
    expect(await changed).toBeNull()
    expect(useWatch.getState().watch).toMatchObject({ kind: 'failed' })
  })
})
