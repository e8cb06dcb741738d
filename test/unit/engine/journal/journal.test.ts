import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { ORDER_EVENT_TYPES } from '../../../../src-main/domain/order'
import { hashPlan } from '../../../../src-main/engine/orders/build-plan'
import { canonicalJson } from '../../../../src-main/lib/json'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})
const journal = () => bench.engine.journal
const create = async (orderId: string) => {
  const { plan, verdicts } = await bench.prepare()
  const named = { ...plan, orderId, planId: `plan-${orderId}` }
  return journal().create(named, hashPlan(named), verdicts, 'ada')
}
const ordersInTable = () => (bench.db.prepare('SELECT COUNT(*) AS n FROM orders').get() as { n: number }).n

describe('D1 B2: the journal', () => {
  test('an event, the new state and its audit record are written together', async () => {
    await create('a')
    journal().append('a', { type: 'OrderApproved' })
    const events = journal().events('a')
    expect(events.map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'OrderInitialized'],
      [2, 'OrderApproved'],
    ])
    for (const { auditSeq, type } of events) expect(bench.audit.get(auditSeq!)).toMatchObject({ type, subject: 'a' })
  })

  test.for(['order_events', 'audit_entries'] as const)(
    'when %s cannot be written, nothing is, and the caller hears of it',
    async (table) => {
      await create('a')
      bench.db.exec(`CREATE TEMP TRIGGER refuse BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ABORT, 'no'); END`)
      const heard: string[] = []
      journal().onChange(({ state }) => heard.push(state))
      const { state, updatedAtMs } = journal().get('a')!
      expect(() => journal().append('a', { type: 'OrderApproved' })).toThrow()
      expect(journal().get('a')).toMatchObject({ state, updatedAtMs })
      expect(journal().events('a')).toHaveLength(1)
      expect(heard).toEqual([])
      bench.db.exec('DROP TRIGGER refuse')
      expect(journal().append('a', { type: 'OrderApproved' }).state).toBe('approved')
      expect((await bench.audit.verify()).verdict).toBe('intact')
    },
  )

  test('a plan is used once: the same order cannot be made again', async () => {
    const before = await create('a')
    await expect(create('a')).rejects.toThrow()
    expect(journal().get('a')).toEqual(before)
    expect(ordersInTable()).toBe(1)
  })

  test('an event that cannot follow is refused, and nothing is written', async () => {
    await create('a')
    for (const type of ORDER_EVENT_TYPES.filter((name) => !['OrderDenied', 'OrderApproved', 'OrderFailed'].includes(name))) {
      expect(() => journal().append('a', { type, leadsTo: 'filled' })).toThrow('cannot follow')
    }
    expect(() => journal().append('nobody', { type: 'OrderApproved' })).toThrow('no such order')
    expect(() => journal().note('nobody', {})).toThrow('no such order')
    expect(journal().events('a')).toHaveLength(1)
  })

  test('what was previewed can be shown for ever, as it was', async () => {
    const { plan, planHash, verdicts } = await bench.prepare()
    journal().create(plan, planHash, verdicts, 'ada')
    bench = bench.restart()
    const read = journal().get(plan.orderId)!
    expect(canonicalJson(read.plan)).toBe(canonicalJson(plan))
    expect(hashPlan(read.plan as never)).toBe(planHash)
    expect(read.verdicts.map(({ guard }) => guard)).toEqual(verdicts.map(({ guard }) => guard))
  })

  test('lists are newest first, open or closed, and go on from a time', async () => {
    for (const orderId of ['a', 'b', 'c']) {
      await create(orderId)
      await bench.clock.advance(10)
    }
    journal().append('b', { type: 'OrderDenied' })
    const ids = (...args: Parameters<ReturnType<typeof journal>['list']>) =>
      journal()
        .list(...args)
        .map(({ orderId }) => orderId)
    expect([ids('all', 10, null), ids('open', 10, null), ids('closed', 10, null), ids('all', 1, null)]).toEqual([
      ['c', 'b', 'a'],
      ['c', 'a'],
      ['b'],
      ['c'],
    ])
    expect(ids('all', 10, journal().get('b')!.createdAtMs)).toEqual(['a'])
    expect(
      journal()
        .open()
        .map(({ orderId }) => orderId),
    ).toEqual(['a', 'c'])
  })

  test('a note changes what is shown and tells it, without an event', async () => {
    await create('a')
    const heard: unknown[] = []
    const stop = journal().onChange(({ progress }) => heard.push(progress.confirmations))
    journal().note('a', { confirmations: { have: 1, need: 2, finalityNeeded: false } })
    stop()
    journal().note('a', { confirmations: null })
    expect(heard).toEqual([{ have: 1, need: 2, finalityNeeded: false }])
    expect(journal().events('a')).toHaveLength(1)
  })
})

describe('X10: an event that cannot be read', () => {
  const spoil = (orderId: string) => bench.db.exec(`UPDATE order_events SET data_json = '{' WHERE order_id = '${orderId}' AND seq = 1`)

  test('found while the order is open: nothing is decided by half of its life, and nothing more is written of it', async () => {
    for (const orderId of ['bad', 'good']) {
      await create(orderId)
      journal().append(orderId, { type: 'OrderApproved' })
    }
    spoil('bad')
    expect(() => journal().events('bad')).toThrow('a kept order cannot be read')
    expect([journal().get('bad'), journal().whole('bad')]).toEqual([null, null])
    expect(journal().readableEvents('bad')).toMatchObject([{ seq: 2, type: 'OrderApproved' }])
    expect(() => journal().append('bad', { type: 'OrderSubmitting' })).toThrow('no such order')
    expect(journal().unreadable()).toEqual([{ orderId: 'bad', venue: expect.any(String) as string, state: 'approved' }])
    expect([
      journal()
        .open()
        .map(({ orderId }) => orderId),
      journal().whole('good')?.state,
    ]).toEqual([['good'], 'approved'])
    expect(journal().append('good', { type: 'OrderSubmitting' }).state).toBe('submitting')
  })

  test('of an order that has ended: it is listed and counted, its life is not told', async () => {
    await create('a')
    journal().append('a', { type: 'OrderDenied', data: { code: 'POLICY_UNREADABLE' } })
    spoil('a')
    expect(() => journal().events('a')).toThrow('a kept order cannot be read')
    expect([journal().get('a')?.state, journal().whole('a'), journal().unreadable()]).toEqual(['denied', null, []])
    expect([...journal().changedSince(0)].map(({ orderId }) => orderId)).toEqual(['a'])
  })
})

describe('X10: what changed since', () => {
  test('is found by when it changed, told by when it began, and more may be written meanwhile', async () => {
    for (const orderId of ['first', 'second', 'third']) {
      await create(orderId)
      await bench.clock.advance(1_000)
    }
    const sinceMs = bench.clock.wallMs()
    journal().append('third', { type: 'OrderApproved' })
    journal().append('first', { type: 'OrderApproved' })
    const told: string[] = []
    for (const { orderId } of journal().changedSince(sinceMs)) {
      told.push(orderId)
      journal().append(orderId, { type: 'OrderSubmitting' })
    }
    expect(told).toEqual(['first', 'third'])
    expect([journal().get('third')?.state, journal().get('second')?.state]).toEqual(['submitting', 'initialized'])
  })
})
