import { expect, test } from 'vitest'

import type { OrderDetail } from '../../../../src-preload/contract/orders'
import { ORDER_STATE_WORDS, sayEvent, sayNotSentAgain, sayRefusedButOut, sayState } from '../../../../src-renderer/ui/words/orders'

const say = (state: OrderDetail['summary']['state'], purpose: string, of: string) =>
  sayState({ summary: { state }, transactions: [{ purpose, state: of }], waitsForChain: null } as unknown as OrderDetail)

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

test('M26: what a node said of an order that it has settles nothing, whatever its code means elsewhere', () => {
  const said = sayRefusedButOut({
    what: 'The account does not hold enough.',
    means: 'Nothing was bought or sold.',
    now: 'Fund the account.',
  })
  expect(said.what).toBe('The account does not hold enough.')
  expect(`${said.means} ${said.now}`).not.toMatch(/Nothing was|Fund/)
})

test('X3: that a dropped swap was not sent again is called that, and says why', () => {
  const data = { how: 'rebroadcast', hash: '0x12', code: 'BREAKER_OPEN', breaker: 'volatility', state: 'isolated' }
  expect(sayEvent({ type: 'OrderReplacementFailed', data }).name).toBe('Not sent again')
  expect(sayEvent({ type: 'OrderReplacementFailed', data: { how: 'speed-up' } }).name).toBe('Not replaced')
  expect(sayNotSentAgain(data).means).toBe('Volatility breaker is isolated. Whoever has it may still bring it into a block.')
  expect(sayNotSentAgain({ how: 'rebroadcast' }).means).toBe('Whoever has it may still bring it into a block.')
})
