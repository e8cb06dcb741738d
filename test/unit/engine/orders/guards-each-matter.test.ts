import { afterEach, describe, expect, test } from 'vitest'

import { BREAKER_THRESHOLDS, type BREAKER_IDS } from '../../../../src-main/domain/breaker'
import { failure } from '../../../../src-main/domain/codes'
import { GUARD_IDS, type GuardId } from '../../../../src-main/domain/guard'
import { decimal } from '../../../../src-main/lib/decimal'
import { ok } from '../../../../src-main/lib/result'
import { WETH } from '../../../support/app/bench-chain'
import { engineBench, TRIGGERED, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'
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
      const { orderId } = await bench.start()
      // The allowance is on its way, and things change.
      happen()
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

/** What happens while the signer has the request; then it signs as it should. */
const whileSigning = (happen: () => void): void => {
  bench.signer.script = async (tx) => {
    happen()
    return ok(await rawOf(tx))
  }
}
const lastOf = (orderId: string) => bench.engine.journal.events(orderId).at(-1)
const txStates = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)

describe('X10: what a guard refuses while a signature is under way never leaves', () => {
  test.for(GUARD_IDS)('%s: an order is withheld, and stays where it is; without it it leaves', async (id) => {
    const { happen, code, watching } = SITUATIONS[id]
    bench = engineBench()
    whileSigning(happen)
    const { orderId } = await bench.start()
    expect([bench.venue.placed, txStates(orderId)]).toEqual([[], ['order abandoned']])
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderWithheld', data: { code, guard: watching[0] } })
    await bench.clock.advance(300_000)
    expect([bench.engine.journal.get(orderId)?.state, bench.venue.placed]).toEqual(['denied', []])
    bench.close()

    bench = engineBench({ guards: withoutGuards(...watching) })
    whileSigning(happen)
    await bench.start()
    expect(bench.venue.placed).toHaveLength(1)
  })

  test.for(GUARD_IDS)('%s: neither does an allowance', async (id) => {
    const { happen, code, watching } = SITUATIONS[id]
    // A step that trades nothing has no price to judge.
    const judges = id !== 'slippage'
    bench = engineBench()
    bench.venue.needsAllowance = true
    whileSigning(happen)
    const { orderId } = await bench.start()
    expect(txStates(orderId)).toEqual(judges ? ['approve abandoned', 'order abandoned'] : ['approve sent', 'order reserved'])
    if (judges) expect(lastOf(orderId)).toMatchObject({ type: 'OrderDenied', data: { code, guard: watching[0] } })
    expect(bench.venue.placed).toHaveLength(judges ? 0 : 1)
  })

  test.for(GUARD_IDS)('%s: neither does the same again for more; without it it leaves', async (id) => {
    const { happen, code, watching } = SITUATIONS[id]
    const run = async (guards: readonly GuardId[]) => {
      bench = engineBench({ guards: withoutGuards(...guards) })
      const { orderId } = await bench.start()
      whileSigning(happen)
      return { orderId, outcome: await bench.engine.replacer.speedUp(orderId, 'operator') }
    }
    const { orderId, outcome } = await run([])
    expect(outcome).toMatchObject({ kind: 'denied', denial: { code } })
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderReplacementFailed', data: { how: 'speed-up', code, guard: watching[0] } })
    await bench.clock.advance(60_000)
    expect([txStates(orderId), bench.venue.placed.length]).toEqual([['order sent', 'order abandoned'], 1])
    bench.close()

    expect((await run(watching)).outcome).toMatchObject({ kind: 'sent' })
    expect(bench.venue.placed).toHaveLength(2)
  })

  /** Starts an order whose signature takes longer than a quote stays fresh, and lets something happen meanwhile. */
  const signedSlowly = async (happen: () => void): Promise<string> => {
    bench = engineBench()
    bench.slippage = { ...bench.slippage, maxQuoteAgeMs: 30_000 }
    let go: () => void = () => undefined
    const pressed = new Promise<void>((resolve) => (go = resolve))
    bench.signer.script = async (tx) => {
      await pressed
      return ok(await rawOf(tx))
    }
    const { orderId } = await bench.start()
    await bench.clock.advance(30_001)
    happen()
    go()
    await bench.clock.settle()
    return orderId
  }

  test('a quote that has grown old meanwhile is asked for again, on record', async () => {
    const orderId = await signedSlowly(() => undefined)
    expect([bench.engine.journal.get(orderId)?.state, bench.venue.placed.length]).toEqual(['submitted', 1])
    expect(bench.life(orderId).slice(-5)).toEqual(['OrderSigning', 'OrderSigned', 'OrderRequoted', 'OrderSubmitting', 'OrderSubmitted'])
    expect(bench.auditTypes()).toContain('QuoteFetched')
  })

  test('a market that left meanwhile: it is withheld', async () => {
    const orderId = await signedSlowly(() => (bench.venue.slippagePct = decimal(5)))
    expect(bench.venue.placed).toEqual([])
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderWithheld', data: { code: 'EXCEEDED_LIMIT', guard: 'slippage' } })
  })

  test('a market that cannot be asked any more: it is not sent blindly', async () => {
    const orderId = await signedSlowly(() => (bench.venue.quoteFailure = failure('BAD_ANSWER')))
    expect([bench.venue.placed, txStates(orderId), lastOf(orderId)?.type]).toEqual([[], ['order abandoned'], 'OrderFailed'])
    const failures = (id: string) => bench.breakers.status().find((breaker) => breaker.id === id)?.failuresInWindow
    expect([failures('slippage'), failures('trade')]).toEqual([1, 1])
  })

  test('B9: trading reduces meanwhile: a sale of what is held leaves, one of what nobody knows to be held does not', async () => {
    for (const free of [decimal(5), decimal('0.5'), null]) {
      bench = engineBench()
      const held = free === null ? [] : [{ asset: 'WETH', token: WETH, free, held: decimal(0), usd: null }]
      Object.assign(bench.venue.reader, { balances: async () => ok(held) })
      whileSigning(() => bench.tradingState.reduce({ by: 'op', reason: 'person' }))
      const { orderId } = await bench.start()
      const leaves = free?.gt(1) === true
      expect(bench.venue.placed).toHaveLength(leaves ? 1 : 0)
      if (!leaves)
        expect(lastOf(orderId)).toMatchObject({ type: 'OrderWithheld', data: { code: 'TRADING_REDUCED', guard: 'trading-state' } })
      bench.close()
    }
    bench = engineBench()
  })

  test('X5: a cancel leaves, whatever happens while it is signed', async () => {
    bench = engineBench()
    const { orderId } = await bench.start()
    whileSigning(() => GUARD_IDS.forEach((id) => SITUATIONS[id].happen()))
    expect(await bench.engine.replacer.cancelOnChain(orderId, 'operator')).toMatchObject({ kind: 'sent' })
    expect(bench.venue.placed).toHaveLength(2)
  })
})

describe('X4: the last look sees the trading state too', () => {
  /** A bench on which something happens after all guards have judged, right before the transport looks. */
  const beforeTheLook = (happen: () => void): EngineBench =>
    engineBench({
      ports: (ports) => ({
        ...ports,
        placerOf: (id) => {
          const placer = ports.placerOf(id)
          if (placer === null) return null
          return {
            place: (what, look) => {
              happen()
              return placer.place(what, look)
            },
            cancel: (clientOrderId) => placer.cancel(clientOrderId),
          }
        },
      }),
    })
  const halt = (): void => bench.tradingState.halt({ by: 'op', reason: 'person' }, null)
  const reduce = (): void => bench.tradingState.reduce({ by: 'op', reason: 'person' })

  test.for([
    ['halted', halt, 'TRADING_HALTED', {}],
    ['reducing, and nobody asked what is held', reduce, 'TRADING_REDUCED', {}],
    ['halted, for an exchange', halt, 'TRADING_HALTED', RESTING],
  ] as const)('%s: it is withheld, and says by which guard', async ([, happen, code, draft]) => {
    bench = beforeTheLook(happen)
    await bench.engine.recover()
    const { orderId } = await bench.start(draft)
    expect([bench.venue.placed, bench.exchange.placed]).toEqual([[], []])
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderWithheld', data: { code, guard: 'trading-state' } })
  })

  test('a speed-up is withheld, and a cancel leaves', async () => {
    let happen: () => void = () => undefined
    bench = beforeTheLook(() => happen())
    const { orderId } = await bench.start()
    happen = halt
    expect(await bench.engine.replacer.speedUp(orderId, 'operator')).toMatchObject({ kind: 'denied', denial: { code: 'TRADING_HALTED' } })
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderReplacementFailed', data: { guard: 'trading-state' } })
    expect(await bench.engine.replacer.cancelOnChain(orderId, 'operator')).toMatchObject({ kind: 'sent' })
  })
})

describe('X3: what a guard refuses is not handed to a node again that has dropped it', () => {
  const drop = async (): Promise<void> => {
    bench.venue.last.emit({ kind: 'dropped' })
    await bench.clock.settle()
  }

  test.for(GUARD_IDS)('%s: it is not sent, and told; without it it is', async (id) => {
    const { happen, code, watching } = SITUATIONS[id]
    bench = engineBench()
    const { orderId } = await bench.start()
    happen()
    await drop()
    expect(bench.venue.placed).toHaveLength(1)
    expect(bench.life(orderId)).not.toContain('OrderRebroadcast')
    expect(lastOf(orderId)).toMatchObject({ type: 'OrderReplacementFailed', data: { how: 'rebroadcast', code, guard: watching[0] } })
    expect(bench.engine.journal.get(orderId)?.state).toBe('submitted')
    bench.close()

    bench = engineBench({ guards: withoutGuards(...watching) })
    await bench.start()
    happen()
    await drop()
    expect(bench.venue.placed).toHaveLength(2)
  })

  test('an allowance is judged as well', async () => {
    bench = engineBench()
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    bench.tradingState.halt({ by: 'op', reason: 'person' }, null)
    await drop()
    expect([bench.venue.placed.length, lastOf(orderId)?.data['code']]).toEqual([1, 'TRADING_HALTED'])
  })

  test('the market is asked again, on record; one that left, or cannot be asked, keeps it back', async () => {
    for (const happen of [() => (bench.venue.slippagePct = decimal(5)), () => (bench.venue.quoteFailure = failure('NETWORK_ERROR'))]) {
      bench = engineBench()
      const { orderId } = await bench.start()
      happen()
      await drop()
      expect([bench.venue.placed.length, lastOf(orderId)?.type]).toEqual([1, 'OrderReplacementFailed'])
      expect(bench.auditTypes()).toContain('ReplacementPrepared')
      bench.close()
    }
    bench = engineBench()
  })

  test('X4: a half-open breaker takes it as its probe; what is kept back frees it', async () => {
    for (const isKeptBack of [true, false]) {
      bench = engineBench()
      // Shorter than the swap's deadline is away.
      const soon = { ...BREAKER_THRESHOLDS.network, recoveryMs: 60_000 }
      bench.breakers.retune('network', soon, { by: 'op', reason: 'test' })
      const { orderId } = await bench.start()
      while (bench.breakers.views().network.state === 'closed') bench.breakers.record('network', 'failure', { why: 'test' })
      await bench.clock.advance(soon.recoveryMs)
      expect(bench.breakers.views().network.state).toBe('half-open')
      if (isKeptBack) bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
      await drop()
      expect([bench.venue.placed.length, bench.breakers.probes()]).toEqual(isKeptBack ? [1, []] : [2, [orderId]])
      bench.close()
    }
    bench = engineBench()
  })

  test('X5: a cancel is handed to it again, whatever the guards say', async () => {
    bench = engineBench()
    const { orderId } = await bench.start()
    await bench.engine.replacer.cancelOnChain(orderId, 'operator')
    GUARD_IDS.forEach((id) => SITUATIONS[id].happen())
    bench.gate.look = { code: 'KILL_SWITCH_TRIGGERED', figures: {} }
    await drop()
    expect(bench.venue.placed).toHaveLength(3)
    expect(bench.venue.placed[2]).toEqual(bench.venue.placed[1])
  })
})
