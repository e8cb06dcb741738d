import { describe, expect, test } from 'vitest'

import type { OrderState } from '../../../../src-main/domain/order'
import type { JournaledEvent, OrderRecord } from '../../../../src-main/engine/journal/records'
import { orderFigures } from '../../../../src-main/engine/metrics/order-figures'

const record = (state: OrderState, averagePrice: string | null, side: 'buy' | 'sell' = 'buy'): OrderRecord =>
  ({
    state,
    plan: { quote: { midPrice: '100', expectedPrice: side === 'buy' ? '100.2' : '99.8', side }, slippageLimitPct: '0.5' },
    progress: { averagePrice },
  }) as unknown as OrderRecord
const event = (type: JournaledEvent['type'], atMs: number): JournaledEvent => ({ seq: atMs, atMs, type, data: {}, auditSeq: 1 })

describe('X7: what an order that has ended tells', () => {
  test.for([
    ['buy', '100.3'],
    ['sell', '99.7'],
  ] as const)('a filled %s tells what it lost against mid, whatever its side', ([side, average]) => {
    const figures = orderFigures(record('filled', average, side), [event('OrderSubmitting', 1_000), event('OrderFilled', 3_500)])
    expect(figures).toMatchObject({ succeeded: true, confirmationSeconds: 2.5, slippageLimitPct: 0.5 })
    expect(figures?.slippagePct).toBeCloseTo(0.3)
    expect(figures?.slippageExpectedPct).toBeCloseTo(0.2)
  })

  test('confirmations count from leaving to the confirmations asked for, not to finality', () => {
    const life = [
      event('OrderSubmitting', 0),
      event('OrderIncluded', 12_000),
      event('OrderConfirmed', 24_000),
      event('OrderFinalized', 900_000),
    ]
    expect(orderFigures(record('filled', '100'), life)?.confirmationSeconds).toBe(24)
  })

  test.for([
    ['failed', false],
    ['rejected', false],
    ['denied', null],
    ['canceled', null],
  ] as const)('%s counts as %s', ([state, succeeded]) => {
    expect(orderFigures(record(state, null), [])).toMatchObject({ succeeded, confirmationSeconds: null, slippagePct: null })
  })

  test('an open order tells nothing yet', () => {
    expect(orderFigures(record('working', null), [])).toBeNull()
  })
})
