import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { BREAKER_IDS, type BreakerId } from '../../../../src-main/domain/breaker'
import { denial, failure } from '../../../../src-main/domain/codes'
import { decimal } from '../../../../src-main/lib/decimal'
import { err, ok } from '../../../../src-main/lib/result'
import { engineBench, SIGNING_TIMEOUT_MS, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

/** Breakers with failures, and how many. */
const failures = (): Partial<Record<BreakerId, number>> =>
  Object.fromEntries(
    bench.breakers
      .status()
      .filter(({ failuresInWindow }) => failuresInWindow > 0)
      .map(({ id, failuresInWindow }) => [id, failuresInWindow]),
  )
const ask = (draft = {}) => bench.engine.desk.prepare({ ...bench.draft, ...draft }, 'person', 'operator')

interface Row {
  readonly input: string
  readonly happen: () => Promise<unknown>
  readonly counted: Partial<Record<BreakerId, number>>
}

// The same rows as docs/guide/breakers.md, in its order.
const ROWS: readonly Row[] = [
  {
    input: 'the quote of a chain, which does not answer',
    happen: () => {
      bench.venue.quoteFailure = failure('NETWORK_ERROR')
      return ask()
    },
    // The network behind it is counted by the transport, call by call.
    counted: { slippage: 1 },
  },
  {
    input: 'the quote of an exchange, which does not answer',
    happen: () => {
      const { venue } = bench.exchange
      bench.venues.set('paper', { ...venue, reader: { ...venue.reader, quote: async () => err(failure('TIMEOUT_ERROR')) } })
      return ask(RESTING)
    },
    counted: { slippage: 1, network: 1 },
  },
  {
    input: 'a quote that makes no sense',
    happen: () => {
      bench.venue.quoteFailure = failure('BAD_ANSWER')
      return ask()
    },
    counted: { slippage: 1 },
  },
  {
    input: 'a venue that is not connected',
    happen: () => {
      bench.venues.clear()
      return ask()
    },
    counted: { slippage: 1, network: 1 },
  },
  {
    input: 'the plan of an exchange, which does not answer',
    happen: () => {
      const { venue } = bench.exchange
      bench.venues.set('paper', { ...venue, planner: { populate: async () => err(failure('NETWORK_ERROR')) } })
      return ask(RESTING)
    },
    counted: { network: 1 },
  },
  {
    input: 'the price range of the last hour',
    happen: () => {
      bench.venue.range = null
      return ask()
    },
    // The slippage guard refuses what it cannot judge, and that is a rejection.
    counted: { volatility: 1, slippage: 1 },
  },
  {
    input: 'the quote after an allowance',
    happen: async () => {
      bench.venue.needsAllowance = true
      const { orderId, done } = await bench.start()
      bench.venue.quoteFailure = failure('NETWORK_ERROR')
      bench.venue.known.set(bench.engine.transactions.ofOrder(orderId)[0]!.hash!, { blockNumber: 3 })
      bench.venue.last.emit({ kind: 'confirmed', confirmations: 1, awaitsFinality: false })
      await bench.clock.advance(60_000)
      await done
    },
    counted: { slippage: 1, trade: 1 },
  },
  {
    input: 'a signature that does not come in time',
    happen: async () => {
      bench.signer.script = () => new Promise(() => undefined)
      const { done } = await bench.start()
      await bench.clock.advance(SIGNING_TIMEOUT_MS)
      await done
    },
    counted: { signer: 1 },
  },
  {
    input: 'a signer that is gone',
    happen: async () => {
      bench.close()
      bench = engineBench({ signerOf: () => null })
      await (
        await bench.start()
      ).done
    },
    counted: { signer: 1 },
  },
  {
    input: 'the answer of an exchange to an order',
    happen: async () => {
      bench.exchange.findFailure = failure('NETWORK_ERROR')
      bench.exchange.onPlace = () => ({ kind: 'unknown', failure: failure('TIMEOUT_ERROR') })
      await bench.start(RESTING)
    },
    // Once for the order, once for asking after it.
    counted: { network: 2 },
  },
  {
    input: 'the answer of an exchange to a cancel',
    happen: async () => {
      await bench.engine.recover()
      const { orderId } = await bench.start(RESTING)
      bench.exchange.onCancel = () => ({ kind: 'unknown', failure: failure('TIMEOUT_ERROR') })
      await bench.engine.canceller.cancel(orderId, 'operator')
    },
    counted: { network: 1 },
  },
  {
    input: 'confirmations, until their time is over',
    happen: async () => {
      await bench.start()
      bench.venue.last.emit({ kind: 'read-failed', failure: failure('NETWORK_ERROR') })
      bench.venue.last.emit({ kind: 'timed-out', phase: 'confirmations' })
    },
    counted: { confirmation: 1 },
  },
  {
    input: 'the confirmation of an allowance',
    happen: async () => {
      bench.venue.needsAllowance = true
      const { done } = await bench.start()
      await bench.clock.advance(180_000)
      await done
    },
    counted: { confirmation: 1, trade: 1 },
  },
  {
    input: 'what a confirmed swap moved',
    happen: async () => {
      bench.venue.realised = err(failure('BAD_ANSWER'))
      await bench.start()
      bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
      bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
      await bench.clock.settle()
    },
    counted: { confirmation: 1 },
  },
  {
    input: 'the policy',
    happen: () => {
      bench.policy = { kind: 'unreadable', why: 'edited' }
      return ask()
    },
    counted: { system: 1 },
  },
  {
    input: 'a guard that fails',
    happen: () => {
      bench.close()
      const broken = (): never => {
        throw new Error('a bug')
      }
      bench = engineBench({ guards: (table) => ({ ...table, order: [...table.order, { id: 'policy', evaluate: broken }] }) })
      return ask()
    },
    counted: { system: 1 },
  },
  {
    input: 'the audit log',
    happen: () => {
      bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END")
      return ask()
    },
    counted: { system: 1 },
  },
  {
    input: 'the journal',
    happen: () => {
      bench.gate.snapshot = { ...bench.gate.snapshot, state: 'triggered' }
      bench.db.exec("CREATE TEMP TRIGGER no_orders BEFORE INSERT ON orders BEGIN SELECT RAISE(ABORT, 'no'); END")
      return ask()
    },
    counted: { system: 1 },
  },
]

describe('X4: an input that is not there is a failure of the breaker that watches it', () => {
  test.for(ROWS.map((row) => [row.input, row] as const))('%s', async ([, { happen, counted }]) => {
    await happen()
    expect(failures()).toEqual(counted)
  })

  test('every breaker watches for one', () => {
    const watching = new Set(ROWS.flatMap(({ counted }) => Object.keys(counted)))
    expect(BREAKER_IDS.filter((id) => !watching.has(id))).toEqual([])
  })

  test('a breaker that cannot be saved, or whose record cannot be read, counts as open', async () => {
    bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON breakers BEGIN SELECT RAISE(ABORT, 'no'); END")
    bench.breakers.record('trade', 'failure')
    expect(bench.breakers.views().trade.state).toBe('open')
    bench.db.exec('DROP TRIGGER full')
    bench.db.prepare("INSERT OR REPLACE INTO breakers(breaker_id, state_json, updated_at_ms) VALUES ('network', 'nonsense', 0)").run()
    bench.db.prepare("INSERT OR REPLACE INTO breakers(breaker_id, state_json, updated_at_ms) VALUES ('trade', '{}', 0)").run()
    bench.engine.stop()
    bench.db.close()
    bench = engineBench({ folder: bench.folder, clock: bench.clock })
    expect([bench.breakers.views().network.state, bench.breakers.views().trade.state]).toEqual(['open', 'open'])
  })

  test('X10: what an order told the breakers outlives a record that was undone', async () => {
    const { plan, planHash } = await bench.prepare()
    bench.slippage = { ...bench.slippage, limitPct: { ...bench.slippage.limitPct, moderate: decimal('0.01') } }
    for (const _ of [1, 2, 3]) bench.breakers.record('slippage', 'failure')
    bench.db.exec("CREATE TEMP TRIGGER no_events BEFORE INSERT ON order_events BEGIN SELECT RAISE(ABORT, 'no'); END")
    expect(bench.engine.desk.confirm(plan.planId, planHash, 'operator')).toMatchObject({ error: { code: 'JOURNAL_UNAVAILABLE' } })
    const before = bench.breakers.status().map(({ id, state, failuresInWindow }) => [id, state, failuresInWindow])
    // As after a crash: nothing is flushed.
    bench.engine.stop()
    bench.db.close()
    bench = engineBench({ folder: bench.folder, clock: bench.clock })
    expect(bench.breakers.status().map(({ id, state, failuresInWindow }) => [id, state, failuresInWindow])).toEqual(before)
  })

  test('what was asked wrongly says nothing about whoever was asked', async () => {
    bench.venue.quoteFailure = failure('NOT_FOUND')
    await ask()
    bench.venue.quoteFailure = failure('INVALID_INSTRUCTION')
    await ask()
    await ask({ account: 'nobody' })
    expect(failures()).toEqual({})
  })

  test('a person who has not unlocked a key, or said no on the device, is no fault of the signer', async () => {
    for (const code of ['LOCKED', 'REJECTED_BY_USER'] as const) {
      bench.signer.script = async () => err({ code, detail: '' })
      await (
        await bench.start()
      ).done
      await bench.clock.advance(10_000)
    }
    expect(failures()).toEqual({})
  })

  test('nor is a last look that withholds a failure of the venue', async () => {
    bench.gate.look = denial('KILL_SWITCH_TRIGGERED')
    await (
      await bench.start()
    ).done
    expect(failures()).toEqual({})
  })

  test('four orders without a quote open the slippage breaker', async () => {
    bench.venue.quoteFailure = failure('NETWORK_ERROR')
    for (const _ of [1, 2, 3, 4]) await ask()
    expect(bench.breakers.views().slippage.state).toBe('open')
  })

  test('ten orders whose market nobody can tell of open the volatility breaker', async () => {
    bench.venue.range = null
    for (let asked = 0; asked < 10; asked++) {
      await ask()
      await bench.clock.advance(2_000)
    }
    expect(bench.breakers.views().volatility.state).toBe('open')
  })
})

describe('B9: reducing, from the draft to the venue', () => {
  const hold = (free: string) => {
    const { venue } = bench.exchange
    const balances = async () => ok([{ asset: 'ETH', token: null, free: decimal(free), held: decimal(0), usd: null }])
    bench.venues.set('paper', { ...venue, reader: { ...venue.reader, balances } })
  }
  const reduce = () => bench.tradingState.reduce({ by: 'system', reason: 'loss-limit' })

  test('a sale of what is held goes out; a purchase and a sale of more do not', async () => {
    reduce()
    hold('1')
    const { orderId } = await bench.start(RESTING)
    expect(bench.exchange.placed.map(({ request }) => request.clientOrderId)).toEqual([orderId])
    await bench.clock.advance(5_000)
    await expect(bench.prepare({ ...RESTING, amount: '1.0001' })).rejects.toThrow('TRADING_REDUCED')
    await bench.clock.advance(5_000)
    await expect(bench.prepare({ ...RESTING, side: 'buy' })).rejects.toThrow('TRADING_REDUCED')
    expect(bench.exchange.placed).toHaveLength(1)
  })

  test('balances that cannot be read deny', async () => {
    reduce()
    const { venue } = bench.exchange
    bench.venues.set('paper', { ...venue, reader: { ...venue.reader, balances: async () => err(failure('NETWORK_ERROR')) } })
    await expect(bench.prepare(RESTING)).rejects.toThrow('held-unknown')
  })

  test('a plan that was shown before is judged anew: it does not know what is held, so it is prepared again', async () => {
    hold('1')
    const { plan, planHash } = await bench.prepare(RESTING)
    reduce()
    expect(bench.engine.desk.confirm(plan.planId, planHash, 'operator')).toMatchObject({ ok: false, error: { code: 'TRADING_REDUCED' } })
    await bench.start(RESTING)
    expect(bench.exchange.placed).toHaveLength(1)
  })

  test('cancels pass in every state', async () => {
    await bench.engine.recover()
    for (const tighten of [() => undefined, reduce, () => bench.tradingState.halt({ by: 'x', reason: 'person' }, null)]) {
      hold('10')
      const { orderId } = await bench.start(RESTING)
      tighten()
      expect(await bench.engine.canceller.cancel(orderId, 'operator')).toEqual({ kind: 'canceled' })
      bench.exchange.tell({ kind: 'canceled', clientOrderId: orderId, atMs: 0, remainingBase: decimal(1), why: 'asked' })
      await bench.clock.advance(5_000)
    }
  })
})
