import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { decimal } from '../../../../src-main/lib/decimal'
import { ok } from '../../../../src-main/lib/result'
import { unknownOrders } from '../../../../src-main/app/views/watch-view'
import { outNow } from '../../../../src-main/app/quitting'
import { ExplainedOrders } from '../../../../src-main/engine/halt/explained-orders'
import { engineBench, TRIGGERED, type BenchOptions, type EngineBench } from '../../../support/app/engine-bench'
import { RESTING } from '../../../support/app/fake-exchange'
import { rawOf } from '../../../support/app/scripted-signer'

const never = () => new Promise<never>(() => undefined)
let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})

const record = (orderId: string) => bench.engine.journal.get(orderId)!
const txs = (orderId: string) => bench.engine.transactions.ofOrder(orderId).map(({ purpose, state }) => `${purpose} ${state}`)

describe('B2: after a crash, by where it came', () => {
  test('before anything was sent: it never left, ends, and its nonces are free', async () => {
    bench.signer.script = never
    const { orderId } = await bench.start()
    expect(record(orderId).state).toBe('signing')
    bench = bench.restart()
    expect(await bench.engine.recover()).toEqual({ resumed: 0, unknown: 0, neverLeft: 1 })
    expect(record(orderId)).toMatchObject({ state: 'failed', progress: { why: { code: 'EXPIRED' } } })
    expect(txs(orderId)).toEqual(['order abandoned'])
    expect((await bench.start()).plan.steps).toMatchObject([{ tx: { nonce: 0 } }])
  })

  test('while it was being sent: it is asked after, never sent again, and keeps its nonce', async () => {
    bench.venue.onPlace = never
    const { orderId } = await bench.start()
    const { hash } = bench.venue.placed[0]!
    bench = bench.restart()
    expect(await bench.engine.recover()).toEqual({ resumed: 0, unknown: 1, neverLeft: 0 })
    await bench.clock.advance(60_000)
    expect(record(orderId).state).toBe('unknown')
    expect([bench.venue.placed, bench.signer.asked]).toEqual([[], []])
    expect((await bench.prepare()).plan.steps).toMatchObject([{ tx: { nonce: 1 } }])
    bench.venue.known.set(hash, { blockNumber: null })
    await bench.clock.advance(5_000)
    expect([record(orderId).state, txs(orderId)]).toEqual(['submitted', ['order sent']])
  })

  test('between the record of sending and the sending: unknown, and no bar to the orders after it', async () => {
    bench.signer.script = async (tx) => {
      bench.db.exec(
        "CREATE TEMP TRIGGER crash BEFORE UPDATE ON transactions WHEN new.state = 'sending' BEGIN SELECT RAISE(ABORT, 'crash'); END",
      )
      return ok(await rawOf(tx))
    }
    const { orderId } = await bench.start()
    expect([record(orderId).state, txs(orderId)]).toEqual(['submitting', ['order signed']])
    bench.db.exec('DROP TRIGGER crash')
    bench = bench.restart()
    await bench.engine.recover()
    expect([record(orderId).state, txs(orderId)]).toEqual(['unknown', ['order sending']])
    const next = await bench.start()
    expect(next.plan.steps).toMatchObject([{ tx: { nonce: 1 } }])
    expect(record(next.orderId).state).toBe('submitted')
  })

  test('while an allowance was awaited: no swap follows it', async () => {
    bench.venue.needsAllowance = true
    const { orderId } = await bench.start()
    bench = bench.restart()
    await bench.engine.recover()
    expect(record(orderId).state).toBe('failed')
    expect(txs(orderId)).toEqual(['approve sent', 'order abandoned'])
    expect([bench.venue.placed, bench.signer.asked]).toEqual([[], []])
  })

  test('while an allowance was being sent: nobody knows whether it left, which is on record, and it is followed', async () => {
    bench.venue.needsAllowance = true
    bench.venue.onPlace = never
    const { orderId } = await bench.start()
    const { hash } = bench.venue.placed[0]!
    bench = bench.restart()
    await bench.engine.recover()
    expect([record(orderId).state, txs(orderId)]).toEqual(['failed', ['approve sending', 'order abandoned']])
    expect(bench.engine.journal.events(orderId).at(-2)).toMatchObject({ type: 'AllowanceOutcomeUnknown', data: { hash } })
    expect([bench.venue.last.request.hash, bench.venue.placed]).toEqual([hash, []])
  })

  test('after it was sent: it is followed on', async () => {
    const { orderId } = await bench.start()
    const { request } = bench.venue.last
    bench = bench.restart()
    expect(await bench.engine.recover()).toEqual({ resumed: 1, unknown: 0, neverLeft: 0 })
    expect(bench.venue.last.request).toEqual(request)
    bench.venue.last.emit({ kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n })
    bench.venue.last.emit({ kind: 'confirmed', confirmations: 2, awaitsFinality: false })
    await bench.clock.settle()
    expect(record(orderId).state).toBe('filled')
  })

  const INCLUDED = { kind: 'included', succeeded: true, blockNumber: 5, blockHash: '0x05', gasUsed: 1n, feePaidWei: 1n } as const
  const CONFIRMED = { kind: 'confirmed', confirmations: 2, awaitsFinality: false } as const

  test('between the end of an order and that of the other transactions of its nonce: there is no such instant', async () => {
    const { orderId } = await bench.start()
    await bench.engine.replacer.cancelOnChain(orderId, 'operator')
    const cancel = bench.venue.last
    bench.db.exec(
      "CREATE TEMP TRIGGER crash BEFORE UPDATE ON transactions WHEN new.state = 'replaced' BEGIN SELECT RAISE(ABORT, 'crash'); END",
    )
    cancel.emit(INCLUDED)
    expect(() => {
      cancel.emit(CONFIRMED)
    }).toThrow('crash')
    expect([record(orderId).state, txs(orderId)]).toEqual(['confirming', ['order sent', 'cancel mined']])
    bench = bench.restart()
    await bench.engine.recover()
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(CONFIRMED)
    expect([record(orderId).state, txs(orderId)]).toEqual(['canceled', ['order replaced', 'cancel mined']])
    expect(bench.engine.transactions.inFlight()).toEqual([])
  })

  test('what is in a block and what is on record of it are one: a swap that is taken out while the app is off can be canceled', async () => {
    const { orderId } = await bench.start()
    bench.db.exec("CREATE TEMP TRIGGER crash BEFORE INSERT ON order_events BEGIN SELECT RAISE(ABORT, 'crash'); END")
    expect(() => {
      bench.venue.last.emit(INCLUDED)
    }).toThrow('crash')
    bench = bench.restart()
    await bench.engine.recover()
    expect([record(orderId).state, txs(orderId)]).toEqual(['submitted', ['order sent']])
    expect(await bench.engine.replacer.cancelOnChain(orderId, 'operator')).toMatchObject({ kind: 'sent' })
  })

  test('what an order that has ended left unsettled is followed until the chain has told of it', async () => {
    const { orderId } = await bench.start()
    await bench.engine.replacer.cancelOnChain(orderId, 'operator')
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(CONFIRMED)
    bench.db.exec("UPDATE transactions SET state = 'sent' WHERE purpose = 'order'")
    bench = bench.restart()
    await bench.engine.recover()
    const life = bench.life(orderId)
    bench.venue.last.emit(INCLUDED)
    bench.venue.last.emit(CONFIRMED)
    expect([txs(orderId), bench.life(orderId)]).toEqual([['order replaced', 'cancel mined'], life])
    expect(bench.venue.followed.every(({ stopped }) => stopped)).toBe(true)
  })

  test('while the refusal of a node was written: it is asked after, and its nonce can be freed', async () => {
    bench.db.exec(
      "CREATE TEMP TRIGGER crash BEFORE INSERT ON order_events WHEN new.type = 'OrderRejected' BEGIN SELECT RAISE(ABORT, 'crash'); END",
    )
    bench.venue.onPlace = () => ({ kind: 'rejected', failure: { code: 'REVERTED', detail: 'no' } })
    const { orderId } = await bench.start()
    bench = bench.restart()
    await bench.engine.recover()
    expect([record(orderId).state, txs(orderId)]).toEqual(['unknown', ['order sending']])
  })

  const held = { averagePrice: decimal(2500), fee: decimal(1), feeAsset: 'USD' }
  test.for([
    ['still open, untouched', { ...held, state: 'open', filledBase: decimal(0) }, 'submitted', '0'],
    ['open, and filled in part meanwhile', { ...held, state: 'open', filledBase: decimal('0.4') }, 'working', '0.4'],
    ['filled meanwhile', { ...held, state: 'filled', filledBase: decimal(1) }, 'filled', '1'],
    ['canceled meanwhile', { ...held, state: 'canceled', filledBase: decimal('0.4') }, 'canceled', '0.4'],
    ['unknown to the exchange', null, 'failed', '0'],
  ] as const)('a resting order that is %s', async ([, status, state, filledBase]) => {
    const { orderId } = await bench.start(RESTING)
    bench = bench.restart()
    if (status !== null) bench.exchange.held.set(orderId, status)
    await bench.engine.recover()
    expect(record(orderId)).toMatchObject({ state, progress: { filledBase } })
    expect(bench.exchange.placed).toEqual([])
    if (state !== 'working') return
    // What comes on top adds to what was found.
    bench.exchange.tell({
      kind: 'fill',
      clientOrderId: orderId,
      atMs: 0,
      baseAmount: decimal('0.6'),
      price: decimal(2600),
      fee: decimal(1),
      feeAsset: 'USD',
      remainingBase: decimal(0),
    })
    expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1', averagePrice: '2560' } })
  })

  describe('a transaction on record that cannot be read', () => {
    const spoil = (orderId: string, text: string) => {
      bench.db.prepare('UPDATE transactions SET unsigned_json = ? WHERE order_id = ?').run(text, orderId)
    }
    const inDoubt = () => {
      const explained = new ExplainedOrders(bench.db, bench.audit, bench.clock)
      return unknownOrders({ engine: bench.engine, explained }).map(({ orderId }) => orderId)
    }

    test.for(['{}', 'no JSON'])('%s: its order is held as unknown, is told, and bars no other', async (text) => {
      const bad = await bench.start()
      await bench.clock.advance(2_000)
      const good = await bench.start({ amount: '0.9' })
      spoil(bad.orderId, text)
      bench = bench.restart()
      expect(await bench.engine.recover()).toEqual({ resumed: 1, unknown: 1, neverLeft: 0 })
      expect([record(bad.orderId).state, record(good.orderId).state]).toEqual(['unknown', 'submitted'])
      expect([bench.faults.map(({ orderId }) => orderId), bench.life(bad.orderId).at(-1)]).toEqual([[bad.orderId], 'OrderOutcomeUnknown'])
      expect([inDoubt(), bench.venue.followed.length]).toEqual([[bad.orderId], 1])
      // Its nonce stays its own, and nothing says that it is not out.
      expect((await bench.prepare({ amount: '0.8' })).plan.steps).toMatchObject([{ tx: { nonce: 2 } }])
      expect(outNow(bench.engine)).toEqual({ resting: 0, onChain: 2 })
      bench.gate.snapshot = TRIGGERED
      bench.engine.sweeper.start({ mode: 'emergency', cause: 'asked', by: 'operator' })
      await bench.clock.advance(40_000)
      const items = bench.engine.sweeper.report()!.venues.flatMap((venue) => venue.items)
      expect(items.map(({ orderId, fate }) => [orderId === bad.orderId, fate])).toEqual(
        expect.arrayContaining([
          [true, 'unknown'],
          [false, 'cancel-sent'],
        ]),
      )
    })

    test('of an order that never left: it ends, and its nonce is free', async () => {
      bench.signer.script = never
      const { orderId } = await bench.start()
      spoil(orderId, '{}')
      bench = bench.restart()
      await bench.engine.recover()
      expect([record(orderId).state, inDoubt()]).toEqual(['failed', []])
      expect((await bench.prepare()).plan.steps).toMatchObject([{ tx: { nonce: 0 } }])
    })

    test('of an order that waited for its allowance, or has ended since: in doubt, over restarts', async () => {
      bench.venue.needsAllowance = true
      const { orderId } = await bench.start()
      spoil(orderId, '{}')
      for (const _ of [1, 2]) {
        bench = bench.restart()
        const before = bench.auditTypes().length
        await bench.engine.recover()
        expect([record(orderId).state, inDoubt()]).toEqual(['failed', [orderId]])
        expect(bench.auditTypes().slice(before)).toContain('AllowanceOutcomeUnknown')
      }
    })

    test('where not even that can be recorded, it is thrown on', async () => {
      const { orderId } = await bench.start()
      spoil(orderId, '{}')
      bench = bench.restart()
      bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON order_events BEGIN SELECT RAISE(ABORT, 'full'); END")
      await expect(bench.engine.recover()).rejects.toThrow('cannot be read')
    })
  })

  describe('an order on record that cannot be read itself', () => {
    const damages = [
      "plan_json = 'no JSON'",
      "plan_json = json_remove(plan_json, '$.plan.intent.amount')",
      "progress_json = json_set(progress_json, '$.filledBase', 'much')",
    ]
    const eventDamages = ["data_json = '{'", "data_json = '[]'", "data_json = 'null'", `data_json = '{"hash":{}}'`, "type = 'OrderWon'"]
    const spoil = (orderId: string, damage: string) =>
      bench.db.exec(`UPDATE ${eventDamages.includes(damage) ? 'order_events' : 'orders'} SET ${damage} WHERE order_id = '${orderId}'`)
    const inDoubt = () => {
      const explained = new ExplainedOrders(bench.db, bench.audit, bench.clock)
      return unknownOrders({ engine: bench.engine, explained }).map(({ orderId, explanation }) => [orderId, explanation?.reason ?? null])
    }

    test.for([...damages, ...eventDamages])(
      '%s: it is in doubt until somebody explains it, is told at each start, and bars no other',
      async (damage) => {
        const bad = await bench.start()
        await bench.clock.advance(2_000)
        const good = await bench.start({ amount: '0.9' })
        spoil(bad.orderId, damage)
        for (const _ of [1, 2]) {
          bench = bench.restart()
          const before = bench.auditTypes().length
          expect(await bench.engine.recover()).toEqual({ resumed: 1, unknown: 1, neverLeft: 0 })
          expect([bench.engine.journal.get(bad.orderId), record(good.orderId).state]).toEqual([null, 'submitted'])
          expect(bench.engine.journal.list('all', 10, null).map(({ orderId }) => orderId)).toEqual([good.orderId])
          expect([inDoubt(), bench.faults.map(({ orderId }) => orderId)]).toEqual([[[bad.orderId, null]], ['limits', bad.orderId]])
          expect(bench.auditTypes().slice(before)).toContain('OrderOutcomeUnknown')
          expect([bench.venue.followed.length, outNow(bench.engine)]).toEqual([1, { resting: 0, onChain: 2 }])
        }
        bench.gate.snapshot = TRIGGERED
        bench.engine.sweeper.start({ mode: 'emergency', cause: 'asked', by: 'operator' })
        await bench.clock.advance(40_000)
        const items = bench.engine.sweeper.report()!.venues.flatMap((venue) => venue.items)
        expect(new Map(items.map(({ orderId, fate }) => [orderId, fate]))).toEqual(
          new Map([
            [bad.orderId, 'unknown'],
            [good.orderId, 'cancel-sent'],
          ]),
        )
        new ExplainedOrders(bench.db, bench.audit, bench.clock).explain(bad.orderId, { by: 'operator', reason: 'it was mined' })
        bench = bench.restart()
        await bench.engine.recover()
        expect(inDoubt()).toEqual([[bad.orderId, 'it was mined']])
      },
    )

    test('what an order of late used of the limits is not guessed: nothing new is let through until its day is over', async () => {
      const { orderId } = await bench.start()
      spoil(orderId, damages[0]!)
      bench = bench.restart()
      await bench.engine.recover()
      await expect(bench.prepare({ amount: '0.9' })).rejects.toThrow('what an order used of the limits cannot be read')
      // As if it were of days ago.
      bench.db.exec('UPDATE orders SET updated_at_ms = 0')
      bench = bench.restart()
      await bench.engine.recover()
      expect((await bench.prepare({ amount: '0.9' })).plan.steps).toMatchObject([{ tx: { nonce: 1 } }])
    })

    test('that had not left gives its nonce back; one that was being sent keeps it', async () => {
      bench.signer.script = never
      const unsent = await bench.start()
      spoil(unsent.orderId, damages[0]!)
      bench = bench.restart()
      await bench.engine.recover()
      expect([txs(unsent.orderId), inDoubt()]).toEqual([['order abandoned'], [[unsent.orderId, null]]])
    })

    test('that rests at an exchange is counted as out, and a halt cancels it there', async () => {
      const { orderId } = await bench.start(RESTING)
      bench.exchange.held.set(orderId, { ...held, state: 'open', filledBase: decimal(0) })
      spoil(orderId, damages[0]!)
      bench = bench.restart()
      bench.exchange.held.set(orderId, { ...held, state: 'open', filledBase: decimal(0) })
      await bench.engine.recover()
      expect(outNow(bench.engine)).toEqual({ resting: 1, onChain: 0 })
      bench.exchange.onCancel = () => {
        bench.exchange.held.delete(orderId)
        return { kind: 'canceled' }
      }
      bench.gate.snapshot = TRIGGERED
      bench.engine.sweeper.start({ mode: 'graceful', cause: 'asked', by: 'operator' })
      await bench.clock.settle()
      const items = bench.engine.sweeper.report()!.venues.flatMap((venue) => venue.items)
      expect(items).toMatchObject([{ orderId, fate: 'canceled' }])
      expect(bench.exchange.canceled).toEqual([orderId])
    })

    test('of which nobody knows the state is asked after like any of unknown outcome', async () => {
      const { orderId } = await bench.start(RESTING)
      spoil(orderId, "state = 'won''t'")
      bench = bench.restart()
      bench.exchange.held.set(orderId, { ...held, state: 'filled', filledBase: decimal(1) })
      expect(await bench.engine.recover()).toEqual({ resumed: 0, unknown: 1, neverLeft: 0 })
      await bench.clock.settle()
      expect(record(orderId)).toMatchObject({ state: 'filled', progress: { filledBase: '1' } })
    })
  })

  test('recovering twice changes nothing more', async () => {
    bench.signer.script = never
    const first = await bench.start()
    bench = bench.restart()
    await bench.engine.recover()
    const life = bench.life(first.orderId)
    bench = bench.restart()
    expect(await bench.engine.recover()).toEqual({ resumed: 0, unknown: 0, neverLeft: 0 })
    expect(bench.life(first.orderId)).toEqual(life)
  })
})

describe('B2 decision 4: writing fails at any point', () => {
  const disk = { left: Infinity }
  /** A bench whose audit log refuses its n-th fact from now on, and everything after it: the disk is full. */
  const fullAfter = (writes: number): EngineBench => {
    disk.left = Infinity
    const options: BenchOptions = {
      ports: (ports) => ({
        ...ports,
        audit: {
          append: (fact) => {
            disk.left -= 1
            if (disk.left < 0) throw new Error('the disk is full')
            return ports.audit.append(fact)
          },
          anchorNow: () => {
            ports.audit.anchorNow()
          },
        },
      }),
    }
    const made = engineBench(options)
    const prepare = made.prepare.bind(made)
    return Object.assign(made, {
      prepare: async (draft?: Parameters<EngineBench['prepare']>[0]) => {
        const prepared = await prepare(draft)
        disk.left = writes
        return prepared
      },
    })
  }
  const WRITES_OF_A_SWAP = [
    'OrderInitialized',
    'OrderApproved',
    'OrderSigning',
    'SigningRequested',
    'TransactionSigned',
    'OrderSigned',
    'OrderSubmitting',
    'OrderSubmitted',
  ]

  test.for(WRITES_OF_A_SWAP.map((type, index) => [type, index] as const))(
    'at %s: nothing is done that is not on record, and it ends in one outcome',
    async ([type, index]) => {
      bench.close()
      bench = fullAfter(index)
      const { plan, planHash } = await bench.prepare()
      const started = bench.engine.desk.confirm(plan.planId, planHash, 'operator')
      if (started.ok) await started.value.done
      await bench.clock.settle()
      // Each write stands before its act.
      expect(started.ok).toBe(index > 1)
      if (!started.ok) expect(started.error.code).toBe('JOURNAL_UNAVAILABLE')
      expect(bench.signer.asked).toHaveLength(index > 3 ? 1 : 0)
      expect(bench.venue.placed).toHaveLength(type === 'OrderSubmitted' ? 1 : 0)

      const { placed } = bench.venue
      disk.left = Infinity
      bench = bench.restart()
      if (placed[0] !== undefined) bench.venue.known.set(placed[0].hash, { blockNumber: null })
      await bench.engine.recover()
      await bench.clock.advance(5_000)
      expect(bench.venue.placed).toEqual([])
      const state = bench.engine.journal.get(plan.orderId)?.state
      // What is decided in one go is written in one go: before the approval is on record, nothing of the order is.
      expect(state).toBe(index <= 1 ? undefined : type === 'OrderSubmitted' ? 'submitted' : 'failed')
    },
  )
})
