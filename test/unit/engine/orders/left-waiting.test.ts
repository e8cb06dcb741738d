import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { mayQuit, outNow, type OutNow } from '../../../../src-main/app/quitting'
import type { Incident } from '../../../../src-main/domain/incident'
import { tellIncident } from '../../../../src-main/engine/incidents/story'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
let orderId: string
beforeEach(async () => {
  bench = engineBench()
  bench.venue.needsAllowance = true
  orderId = (await bench.start()).orderId
})
afterEach(() => {
  bench.close()
})

const haltNow = (): Incident => ({
  ...{ id: 'a1', environment: 'testnet', sinceMs: bench.clock.wallMs(), untilMs: null, by: 'operator', releasedBy: null },
  ...{ source: 'button', scope: 'machine', mode: 'graceful', reason: '', toldBy: 'audit' },
})
const ordersOf = async (incident: Incident) => {
  const history = () => ({ lines: [], intact: true, problem: null })
  const { orders } = await tellIncident({ environment: 'testnet', audit: bench.audit, history }, bench.engine, incident)
  return orders.map((order) => [order.orderId, order.before, order.now])
}
const mined = () => {
  bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
}

describe('an allowance that is out', () => {
  test('B12: is asked about when the app ends, while its order waits for it and after that has ended, until it is mined', async () => {
    expect(outNow(bench.engine)).toEqual({ resting: 0, onChain: 1 })
    await bench.clock.advance(180_000)
    expect(outNow(bench.engine)).toEqual({ resting: 0, onChain: 1 })
    const asked: OutNow[] = []
    const ask = async (out: OutNow) => {
      asked.push(out)
      return 'stay' as const
    }
    expect(await mayQuit({ engine: bench.engine, ask, record: () => undefined, actor: 'operator', leaving: 'app' })).toBe(false)
    expect(asked).toEqual([{ resting: 0, onChain: 1, notCanceled: 0 }])
    mined()
    expect(outNow(bench.engine)).toEqual({ resting: 0, onChain: 0 })
  })

  test('X9: is told in the story of a halt that came after its order had ended, also when it is mined since', async () => {
    await bench.clock.advance(200_000)
    const incident = haltNow()
    await bench.clock.advance(1_000)
    expect(await ordersOf(incident)).toEqual([[orderId, 'AllowanceSubmitted', 'failed']])
    mined()
    expect(await ordersOf(incident)).toEqual([[orderId, 'AllowanceSubmitted', 'failed']])
    await bench.clock.advance(1_000)
    expect(await ordersOf(haltNow())).toEqual([])
  })
})
