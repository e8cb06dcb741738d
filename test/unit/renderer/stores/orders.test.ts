import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { OrderSummary } from '../../../../src-preload/contract/orders'
import { readDetail, startOrders, useOrders } from '../../../../src-renderer/stores/orders'
import { known } from '../../../../src-renderer/stores/remote'
import { flush, ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const order = (open: boolean, venue: OrderSummary['venue'] = 'uniswap-v3'): OrderSummary =>
  ({ orderId: 'o', venue, open, state: open ? 'approved' : 'failed', createdAtMs: 1 }) as unknown as OrderSummary

let bridge: ScriptedBridge
let stop: () => void
beforeEach(() => {
  vi.useFakeTimers()
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  useOrders.setState(useOrders.getInitialState(), true)
  stop = startOrders()
})
afterEach(() => {
  stop()
  vi.useRealTimers()
  globalThis.holdfast = undefined
})

const asked = (which: 'open' | 'closed') => bridge.waiting('order.list').filter(({ input }) => (input as { which: string }).which === which)
const answerLists = async (open: readonly OrderSummary[], closed: readonly OrderSummary[]) => {
  await bridge.answer(asked('open')[0], open)
  if (asked('closed').length > 0) await bridge.answer(asked('closed')[0], closed)
}
const isOut = () => known(useOrders.getState().open)?.map(({ orderId }) => orderId)

describe('X3: an order that has ended and left something on its chain', () => {
  test('stays among what is out, as main says, and is asked after until it is over, its story too', async () => {
    await answerLists([order(true)], [])
    void readDetail('o')
    await bridge.answer(bridge.waiting('order.detail')[0], { events: [] })
    bridge.emit('order.changed', order(false))
    await bridge.answer(bridge.waiting('order.detail')[0], { events: [] })
    await answerLists([order(false)], [])
    expect(isOut()).toEqual(['o'])
    await bridge.answer(bridge.waiting('order.detail')[0], { events: [] })

    vi.advanceTimersByTime(5_000)
    await answerLists([], [])
    expect(isOut()).toEqual([])
    expect(bridge.waiting('order.detail').map(({ input }) => input)).toEqual([{ orderId: 'o' }])
    vi.advanceTimersByTime(60_000)
    await flush()
    expect(asked('open')).toEqual([])
  })

  test('an order at an exchange leaves nothing, and nothing is asked', async () => {
    await answerLists([order(true, 'paper')], [])
    bridge.emit('order.changed', order(false, 'paper'))
    expect([isOut(), asked('open')]).toEqual([[], []])
  })
})

describe('X3: an order that is out on a chain', () => {
  test('is read again where the app’s state changes, for its chain may be connected or not; none that has ended, or is on no chain', async () => {
    await answerLists([], [])
    for (const [open, venue] of [
      [true, 'uniswap-v3'],
      [true, 'paper'],
      [false, 'uniswap-v3'],
    ] as const) {
      void readDetail('o')
      await bridge.answer(bridge.waiting('order.detail')[0], { events: [], summary: order(open, venue), waitsOnChain: false })
      bridge.emit('app.status', {} as never)
      expect(bridge.waiting('order.detail')).toHaveLength(open && venue !== 'paper' ? 1 : 0)
      for (const call of bridge.waiting('order.detail')) await bridge.answer(call, { events: [], summary: order(open, venue) })
    }
  })
})
