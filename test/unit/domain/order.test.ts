import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { isOpen, nextState, ORDER_EVENT_TYPES, ORDER_STATES, TERMINAL_STATES, type OrderState } from '../../../src-main/domain/order'

const leadsTo = fc.option(fc.constantFrom(...ORDER_STATES), { nil: undefined })
const event = fc
  .record({ type: fc.constantFrom(...ORDER_EVENT_TYPES), leadsTo })
  .map(({ type, leadsTo: to }) => (to === undefined ? { type } : { type, leadsTo: to }))

/** From where states can be reached, by one event each. */
const edges = ORDER_STATES.flatMap((from) =>
  ORDER_EVENT_TYPES.flatMap((type) =>
    ORDER_STATES.flatMap((to) => {
      const next = nextState(from, { type, leadsTo: to })
      return next.ok ? [{ from, type, to: next.value }] : []
    }),
  ),
)

describe('B2: the life of an order', () => {
  test('is closed: whatever happens leads to a known state, or is refused', () => {
    fc.assert(
      fc.property(fc.option(fc.constantFrom(...ORDER_STATES)), event, (from, happened) => {
        const next = nextState(from, happened)
        if (next.ok) expect(ORDER_STATES).toContain(next.value)
        else expect(next.error).toBe('ILLEGAL_TRANSITION')
      }),
      { numRuns: 1_000 },
    )
  })

  test('ends for good: nothing follows a terminal state, save that what was refused, canceled or had failed may turn out to be carried out', () => {
    for (const from of TERMINAL_STATES) {
      expect(isOpen(from)).toBe(false)
      for (const type of ORDER_EVENT_TYPES)
        for (const to of ORDER_STATES) {
          const comesBack = ['rejected', 'canceled', 'failed'].includes(from) && type === 'OrderReconciled' && to === 'submitted'
          expect([from, type, to, nextState(from, { type, leadsTo: to }).ok]).toEqual([from, type, to, comesBack])
        }
    }
  })

  test('begins once, and only by being initialized', () => {
    expect(nextState(null, { type: 'OrderInitialized' })).toEqual({ ok: true, value: 'initialized' })
    for (const type of ORDER_EVENT_TYPES.filter((name) => name !== 'OrderInitialized'))
      expect(nextState(null, { type, leadsTo: 'filled' }).ok).toBe(false)
    for (const from of ORDER_STATES) expect(nextState(from, { type: 'OrderInitialized' }).ok).toBe(false)
  })

  test('what may have left is never before its sending again, along any way', () => {
    const unsent: readonly OrderState[] = ['initialized', 'approved', 'signing', 'signed']
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (happenings) => {
        let state: OrderState = 'initialized'
        let hasLeft = false
        for (const happened of happenings) {
          const next = nextState(state, happened)
          if (!next.ok) continue
          state = next.value
          if (happened.type === 'OrderSubmitting') {
            // No second sending of the same order, ever.
            expect(hasLeft).toBe(false)
            hasLeft = true
          }
          if (hasLeft) expect(unsent).not.toContain(state)
        }
      }),
      { numRuns: 2_000 },
    )
  })

  test('is denied by us only before it may have left; what was signed by then is withheld', () => {
    const denials = edges.filter(({ to }) => to === 'denied')
    expect(new Set(denials.map(({ from, type }) => `${type} from ${from}`))).toEqual(
      new Set(
        ['initialized', 'approved', 'signing', 'signed']
          .map((from) => `OrderDenied from ${from}`)
          .concat('OrderWithheld from signed', 'OrderWithheld from submitting'),
      ),
    )
  })

  test('every state can be reached, and every open one has a way to an end', () => {
    const reach = (start: OrderState) => {
      const seen = new Set<OrderState>([start])
      for (const state of seen) for (const { from, to } of edges) if (from === state) seen.add(to)
      return seen
    }
    expect([...reach('initialized')].sort()).toEqual([...ORDER_STATES].sort())
    for (const state of ORDER_STATES.filter(isOpen)) expect([...reach(state)].some((reached) => TERMINAL_STATES.has(reached))).toBe(true)
  })

  test('a reconciled order goes where the venue says, and only where an order that has left can be', () => {
    const targets = edges.filter(({ type }) => type === 'OrderReconciled').map(({ to }) => to)
    expect([...new Set(targets)].sort()).toEqual([
      'canceled',
      'confirming',
      'failed',
      'filled',
      'finalizing',
      'rejected',
      'submitted',
      'working',
    ])
  })

  const REPLACING = ORDER_EVENT_TYPES.filter((type) => /^Order(?:Replac|NonceTaken|TransactionDropped|Rebroadcast)/.test(type))

  test('X3: what happens to a nonce changes no state by itself, over any sequence of events', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (happenings) => {
        let state: OrderState = 'initialized'
        for (const happened of happenings) {
          const next = nextState(state, happened)
          if (!next.ok) continue
          if (REPLACING.includes(happened.type)) {
            expect(next.value).toBe(state)
            expect(isOpen(state)).toBe(true)
            expect(state).not.toBe('initialized')
          }
          // Replacing begins only where something waits to be mined and nothing is being sent.
          if (happened.type === 'OrderReplacing') expect(['approved', 'submitted', 'unknown']).toContain(state)
          state = next.value
        }
      }),
      { numRuns: 3_000 },
    )
  })

  test('X3: a cancel in a block is confirmed like an order, and a dropped block takes either back to where it was sent', () => {
    const into = edges.filter(({ type }) => type === 'OrderCancelIncluded')
    expect(new Set(into.map(({ to }) => to))).toEqual(new Set(['confirming']))
    expect(into.map(({ from }) => from)).not.toContain('approved')
    expect(nextState('confirming', { type: 'OrderReorged' })).toEqual({ ok: true, value: 'submitted' })
    expect(nextState('confirming', { type: 'OrderCanceled' })).toEqual({ ok: true, value: 'canceled' })
  })
})
