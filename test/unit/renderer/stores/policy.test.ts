import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { PoliciesView } from '../../../../src-preload/contract/policy'
import { startPolicies, usePolicy } from '../../../../src-renderer/stores/policy'
import { known } from '../../../../src-renderer/stores/remote'
import { flush, ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const view = (version: number) => ({ trading: { version } }) as unknown as PoliciesView
const shown = () => known(usePolicy.getState().policies)?.trading.version ?? null

let bridge: ScriptedBridge
let stop: () => void = () => undefined
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  usePolicy.setState(usePolicy.getInitialState(), true)
  stop = startPolicies()
})
afterEach(() => {
  stop()
})

/** Answers what was asked for one reading: both policies, and both histories. */
async function answer([policies, ...histories]: readonly (typeof bridge.pending)[number][], version: number): Promise<void> {
  await bridge.answer(policies, view(version))
  for (const history of histories) await bridge.answer(history, [])
}
const asked = () => bridge.pending.splice(0)

describe('P7: the policies as the window shows them', () => {
  test('are read anew when somebody changed one, until nobody looks any more', async () => {
    await answer(asked(), 1)
    expect(shown()).toBe(1)
    bridge.emit('policy.changed', {})
    await answer(asked(), 2)
    expect(shown()).toBe(2)
    stop()
    bridge.emit('policy.changed', {})
    expect(asked()).toEqual([])
  })

  test('are never older than what was shown: a slow answer to an earlier question does not count', async () => {
    const first = asked()
    bridge.emit('policy.changed', {})
    const second = asked()
    await answer(second, 2)
    await answer(first, 1)
    await flush()
    expect(shown()).toBe(2)
  })
})
