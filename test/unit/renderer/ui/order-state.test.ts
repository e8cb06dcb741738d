import { expect, test } from 'vitest'

import type { OrderDetail } from '../../../../src-preload/contract/orders'
import { ORDER_STATE_WORDS, sayState } from '../../../../src-renderer/ui/words/orders'

const say = (state: OrderDetail['summary']['state'], purpose: string, of: string) =>
  sayState({ summary: { state }, transactions: [{ purpose, state: of }] } as unknown as OrderDetail)

test('M26: of an order that a node refused and has, it is said that it may be carried out all the same, and only of that', () => {
  expect(say('rejected', 'order', 'refused')).toContain('has its signed bytes')
  for (const [state, purpose, of] of [
    ['rejected', 'order', 'replaced'],
    ['rejected', 'order', 'failed'],
    ['rejected', 'approve', 'refused'],
    ['failed', 'order', 'refused'],
  ] as const)
    expect(say(state, purpose, of)).toBe(ORDER_STATE_WORDS[state].means)
})
