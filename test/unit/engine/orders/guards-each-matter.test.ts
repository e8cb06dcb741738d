import { afterEach, describe, expect, test } from 'vitest'

import { type BREAKER_IDS } from '../../../../src-main/domain/breaker'
import { GUARD_IDS, type GuardId } from '../../../../src-main/domain/guard'
import { decimal } from '../../../../src-main/lib/decimal'
import { ok } from '../../../../src-main/lib/result'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { rawOf } from '../../../support/app/scripted-signer'
import { withoutGuards } from '../../../support/app/without-guards'

let bench: EngineBench
afterEach(() => {
  bench.close()
})

interface Situation {
  readonly happen: () => void
  readonly code: string
  /** All that have to be out before the order gets through. */
  readonly watching: readonly GuardId[]
}
const opened = (breaker: (typeof BREAKER_IDS)[number], watching: readonly GuardId[] = [`breaker-${breaker}`]): Situation => ({
  happen: () => {
    bench.breakers.isolate(breaker, { by: 'op', reason: 'test' })
  },
  code: 'BREAKER_OPEN',
  watching,
})
const SITUATIONS: Readonly<Record<GuardId, Situation>> = {
  'kill-switch': { happen: () => (bench.gate.snapshot = TRIGGERED), code: 'KILL_SWITCH_TRIGGERED', watching: ['kill-switch'] },
  'trading-state': {
    happen: () => bench.tradingState.halt({ by: 'op', reason: 'person' }, null),
    code: 'TRADING_HALTED',
    watching: ['trading-state'],
  },
  'breaker-signer': opened('signer'),
  'breaker-trade': opened('trade'),
  'breaker-network': opened('network'),
  'breaker-volatility': opened('volatility'),
  'breaker-slippage': opened('slippage', ['breaker-slippage', 'slippage']),
  'breaker-system': opened('system'),
  'breaker-confirmation': opened('confirmation'),
  limits: {
    happen: () => bench.limits.store.change({ maxOrderUsd: '0.01' }, { actor: 'op', reason: 'test' }),
    code: 'ORDER_VALUE_EXCEEDS_LIMIT',
    watching: ['limits'],
  },
  slippage: {
    happen: () => (bench.slippage = { ...bench.slippage, limitPct: { ...bench.slippage.limitPct, moderate: decimal('0.01') } }),
    code: 'EXCEEDED_LIMIT',
    watching: ['slippage'],
  },
  policy: { happen: () => (bench.policy = { kind: 'unreadable', why: 'edited' }), code: 'POLICY_UNREADABLE', watching: ['policy'] },
}

describe('D1 C6: no guard can be left out before a signature', () => {
  test.for(GUARD_IDS)('%s: at signing off it denies, and the signer is not asked; without it the signer is', async (id) => {
    const { happen, code, watching } = SITUATIONS[id]
    bench = engineBench()
    const real = await bench.prepare()
    happen()
    expect(bench.engine.desk.confirm(real.plan.planId, real.planHash, 'operator')).toMatchObject({ ok: false, error: { code } })
    await bench.clock.settle()
    expect([bench.signer.asked.length, bench.venue.placed.length]).toEqual([0, 0])
    bench.close()

    bench = engineBench({ guards: withoutGuards(...watching) })
    const poorer = await bench.prepare()
    happen()
    expect(bench.engine.desk.confirm(poorer.plan.planId, poorer.planHash, 'operator').ok).toBe(true)
    await bench.clock.settle()
    expect([bench.signer.asked.length, bench.venue.placed.length]).toEqual([1, 1])
  })

  test.for(GUARD_IDS)('%s: the signing gate asks it again, for what happens between signing off and signature', async (id) => {
    const { happen, watching } = SITUATIONS[id]
    const run = async (guards: readonly GuardId[]) => {
      bench = engineBench({ guards: withoutGuards(...guards) })
      bench.venue.needsAllowance = true
      // The allowance is signed, and while it is on its way things change.
      bench.signer.script = async (tx) => {
        happen()
        return ok(await rawOf(tx))
      }
      const { orderId } = await bench.start()
      bench.venue.known.set(bench.engine.transactions.ofOrder(orderId)[0]!.hash!, { blockNumber: 3 })
      bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
      await bench.clock.settle()
      const asked = bench.signer.asked.length
      bench.close()
      return asked
    }
    expect(await run([])).toBe(1)
    expect(await run(watching)).toBe(2)
  })
})
