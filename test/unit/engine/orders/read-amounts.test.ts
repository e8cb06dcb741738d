import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ConfirmationEvent } from '../../../../src-main/confirmations/confirmations'
import { failure } from '../../../../src-main/domain/codes'
import { MOST_DOUBTS } from '../../../../src-main/engine/orders/read-amounts'
import { decimal } from '../../../../src-main/lib/decimal'
import { err, ok } from '../../../../src-main/lib/result'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  orderId = (await bench.start()).orderId
})
afterEach(() => {
  bench.close()
})

const record = (id: string) => bench.engine.journal.get(id)!
const CONFIRMED: readonly ConfirmationEvent[] = [
  { kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 90_000n, feePaidWei: 10n ** 15n },
  { kind: 'confirmed', confirmations: 2, awaitsFinality: false },
]
const say = async (...events: readonly ConfirmationEvent[]) => {
  for (const event of events) {
    bench.venue.last.emit(event)
    await bench.clock.settle()
  }
}

describe('X3: what a swap moved, where endpoints do not agree about it', () => {
  test.for(['ENDPOINTS_DISAGREE', 'NOT_FOUND'] as const)('amounts that are in doubt once, %s, are read again', async (code) => {
    bench.venue.realised = err(failure(code, 'one lags'))
    await say(...CONFIRMED)
    expect(record(orderId).state).toBe('confirming')
    bench.venue.realised = ok({ paid: decimal(1), received: decimal(2490) })
    await bench.clock.advance(5_000)
    await say(...CONFIRMED)
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1', filledQuote: '2490', why: null } })
  })

  test('amounts that stay in doubt are not read for ever: the order is filled, and says that what it moved is not known', async () => {
    bench.venue.realised = err(failure('ENDPOINTS_DISAGREE', 'a and b differ'))
    for (let times = 1; times < MOST_DOUBTS; times += 1) {
      await say(...CONFIRMED)
      await bench.clock.advance(5_000)
    }
    expect(record(orderId).state).toBe('confirming')
    await say(...CONFIRMED)
    expect(record(orderId)).toMatchObject({
      state: 'filled',
      progress: { filledBase: '0', why: { code: 'AMOUNTS_UNKNOWN', figures: { detail: 'ENDPOINTS_DISAGREE a and b differ' } } },
    })
    expect(bench.engine.journal.events(orderId).at(-1)?.data).toMatchObject({ realised: 'ENDPOINTS_DISAGREE' })
  })
})
