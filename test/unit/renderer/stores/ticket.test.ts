import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { OrderDraft, PlanView, PreviewView } from '../../../../src-preload/contract/orders'
import {
  closeReview,
  confirmReview,
  editTicket,
  fillTicket,
  openReview,
  resetTicket,
  startTicket,
  TYPING_PAUSE_MS,
  useTicket,
} from '../../../../src-renderer/stores/ticket'
import { flush, ScriptedBridge } from '../../../support/fake-bridge/scripted-bridge'

const DRAFT: OrderDraft = {
  venue: 'paper',
  instrument: 'ETH-USD',
  side: 'buy',
  type: 'market',
  timeInForce: 'ioc',
  amount: '1',
  amountUnit: 'base',
  limitPrice: null,
  riskProfile: 'moderate',
  account: 'paper',
}
// The store hands pictures and plans on without looking into them, but for these.
const preview = (mark: string) => ({ receivedAsset: mark, instrument: { symbol: 'ETH-USD', venue: 'paper' } }) as unknown as PreviewView
const plan = (planId: string) => ({ planId, planHash: `0x${'a'.repeat(64)}` }) as unknown as PlanView
const shown = () => {
  const { picture } = useTicket.getState()
  return picture.kind === 'ready' ? picture.preview.receivedAsset : picture.kind
}

let bridge: ScriptedBridge
let stop: () => void

beforeEach(() => {
  vi.useFakeTimers()
  bridge = new ScriptedBridge()
  globalThis.holdfast = bridge
  resetTicket()
  stop = startTicket()
})
afterEach(() => {
  stop()
  globalThis.holdfast = undefined
  vi.useRealTimers()
})

const type = async (amount: string) => {
  editTicket({ ...DRAFT, amount }, true)
  await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS)
}

describe('the live picture', () => {
  test('is asked for once typing pauses, not with every key', async () => {
    for (const amount of ['1', '12', '123']) {
      editTicket({ ...DRAFT, amount }, true)
      await vi.advanceTimersByTimeAsync(TYPING_PAUSE_MS - 1)
    }
    expect(bridge.waiting('order.preview')).toHaveLength(0)
    await vi.advanceTimersByTimeAsync(1)
    expect(bridge.waiting('order.preview').map(({ input }) => (input as OrderDraft).amount)).toEqual(['123'])
  })

  test('an answer to an older ticket never shows, whenever it comes', async () => {
    await type('1')
    const [first] = bridge.waiting('order.preview')
    await type('2')
    const second = bridge.waiting('order.preview')[1]
    await bridge.answer(second, preview('two'))
    await bridge.answer(first, preview('one'))
    expect(shown()).toBe('two')
  })

  test('stops counting with the first key of a change, before main is asked', async () => {
    await type('1')
    await bridge.answer(bridge.waiting('order.preview')[0], preview('one'))
    expect(shown()).toBe('one')
    editTicket({ ...DRAFT, amount: '19' }, true)
    expect(useTicket.getState().picture).toMatchObject({ kind: 'asking', before: { receivedAsset: 'one' } })
  })

  test('an answer that comes after the ticket became incomplete is dropped', async () => {
    await type('1')
    const [first] = bridge.waiting('order.preview')
    editTicket({ ...DRAFT, amount: '' }, false)
    await bridge.answer(first, preview('one'))
    expect(shown()).toBe('none')
  })

  test('is refreshed when the market moves, at most once a second, and never lost', async () => {
    await type('1')
    await bridge.answer(bridge.waiting('order.preview')[0], preview('one'))
    const move = () => bridge.emit('market.moved', { venue: 'paper', instrument: 'ETH-USD', midPrice: '1', atMs: 0 })
    for (let tick = 0; tick < 10; tick++) {
      move()
      await vi.advanceTimersByTimeAsync(50)
      for (const each of bridge.waiting('order.preview')) await bridge.answer(each, preview(`tick ${tick}`))
    }
    expect(shown()).toBe('tick 0')
    await vi.advanceTimersByTimeAsync(1_000)
    expect(bridge.waiting('order.preview')).toHaveLength(1)
  })

  test('moves of another pair are not its business', async () => {
    await type('1')
    await bridge.answer(bridge.waiting('order.preview')[0], preview('one'))
    bridge.emit('market.moved', { venue: 'paper', instrument: 'BTC-USD', midPrice: '1', atMs: 0 })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(bridge.waiting('order.preview')).toHaveLength(0)
  })

  test('a halt has it judged again at once', async () => {
    await type('1')
    await bridge.answer(bridge.waiting('order.preview')[0], preview('one'))
    bridge.emit('halt.changed', { state: 'triggered', sinceMs: 1, source: 'tray', by: null, reason: null, scope: 'machine' })
    expect(bridge.waiting('order.preview')).toHaveLength(1)
  })
})

describe('the review', () => {
  test('confirms exactly the plan that is shown, and once', async () => {
    useTicket.setState({ review: { kind: 'open', plan: plan('plan-1'), problem: null } })
    void confirmReview()
    void confirmReview()
    expect(bridge.waiting('order.confirm').map(({ input }) => input)).toEqual([{ planId: 'plan-1', planHash: `0x${'a'.repeat(64)}` }])
    await bridge.answer(bridge.waiting('order.confirm')[0], { orderId: 'ord-1' })
    expect(useTicket.getState().review).toMatchObject({ kind: 'sent', orderId: 'ord-1' })
  })

  test('a refused confirmation keeps the plan in view with the reason', async () => {
    useTicket.setState({ review: { kind: 'open', plan: plan('plan-1'), problem: null } })
    void confirmReview()
    await bridge.refuse(bridge.waiting('order.confirm')[0], { code: 'PLAN_EXPIRED', figures: {} })
    expect(useTicket.getState().review).toMatchObject({ kind: 'open', problem: { code: 'PLAN_EXPIRED' } })
  })

  test('closing throws the unused plan away; while it is being confirmed it cannot be closed', async () => {
    useTicket.setState({ review: { kind: 'open', plan: plan('plan-1'), problem: null } })
    void closeReview()
    expect(bridge.waiting('order.discard').map(({ input }) => input)).toEqual([{ planId: 'plan-1' }])
    useTicket.setState({ review: { kind: 'confirming', plan: plan('plan-2') } })
    await closeReview()
    expect(useTicket.getState().review.kind).toBe('confirming')
  })

  test('a plan that arrives after the ticket was started anew is thrown away, not shown', async () => {
    void openReview()
    await flush()
    resetTicket()
    await bridge.answer(bridge.waiting('order.prepare')[0], plan('late'))
    expect(useTicket.getState().review.kind).toBe('closed')
    expect(bridge.waiting('order.discard').map(({ input }) => input)).toEqual([{ planId: 'late' }])
  })
})

test('another environment starts with an empty ticket and a form of its own', () => {
  editTicket({ ...DRAFT, amount: '25' }, true)
  const before = useTicket.getState().revision
  resetTicket()
  expect(useTicket.getState().draft.amount).toBe('')
  expect(useTicket.getState().revision).toBeGreaterThan(before)
  fillTicket({ amount: '7' })
  expect(useTicket.getState().draft.amount).toBe('7')
})
