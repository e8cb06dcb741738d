import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { startNavigation, useNavigation } from '../../../../src-renderer/stores/navigation'
import { ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

/** As much of a page's address as navigation uses. */
class FakeAddress extends EventTarget {
  #hash = '#/trade'

  get hash(): string {
    return this.#hash
  }

  set hash(hash: string) {
    this.#hash = hash
    this.dispatchEvent(new Event('hashchange'))
  }
}

let bridge: ScriptedBridge
beforeEach(() => {
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  const address = new FakeAddress()
  vi.stubGlobal('location', address)
  vi.stubGlobal('window', address)
})
afterEach(() => {
  globalThis.holdfast = undefined
  vi.unstubAllGlobals()
})

test('X7: a notification that was clicked leads to the alerts, until nobody listens', () => {
  const stop = startNavigation()
  expect(useNavigation.getState()).toEqual({ screen: 'trade', item: null })
  bridge.emit('app.navigate', { screen: 'alerts' })
  expect(useNavigation.getState()).toEqual({ screen: 'alerts', item: null })
  location.hash = '#/orders/one'
  stop()
  bridge.emit('app.navigate', { screen: 'alerts' })
  expect(useNavigation.getState()).toEqual({ screen: 'orders', item: 'one' })
})
