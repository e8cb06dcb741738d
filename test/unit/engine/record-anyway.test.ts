import { beforeEach, describe, expect, test } from 'vitest'

import { AuditError } from '../../../src-main/audit/audit'
import type { AuditFact } from '../../../src-main/domain/audit-event'
import { OwedRecords } from '../../../src-main/engine/record-anyway'
import { FakeClock } from '../../support/fake-clock'
import { OwedInMemory } from '../../support/owed-store'

const fact = (type: string): AuditFact => ({
  category: 'SECURITY_VIOLATION',
  severity: 'critical',
  type,
  actor: 'ada',
  subject: 's',
  data: { venue: 'v' },
})

let clock: FakeClock
let written: AuditFact[]
let told: string[]
let broken: boolean
let tellingThrows: boolean
let owed: OwedRecords
let store: OwedInMemory
let hear: () => void
const append = (one: AuditFact) => {
  if (broken) throw new Error('the log is broken')
  if (one.type.startsWith('Never')) throw new AuditError('INVALID_FACT', 'the fact is too long')
  written.push(one)
  hear()
  return { seq: written.length, hashHex: '' }
}
const tell = (what: string) => {
  told.push(what)
  if (tellingThrows) throw new Error('nobody listens')
}
beforeEach(() => {
  clock = new FakeClock()
  ;[written, told, broken, tellingThrows] = [[], [], false, false]
  store = new OwedInMemory()
  owed = begin()
})
/** A run of the app: what is owed is what the store has of it. */
const begin = () =>
  new OwedRecords({
    audit: {
      append,
      onAppend: (listener) => {
        hear = listener
        return () => undefined
      },
    },
    ...{ store, clock, scheduler: clock },
    unrecorded: ({ type, severity }) => tell(`unrecorded ${severity} ${type}`),
    onFault: (what) => tell(`fault ${what}`),
  })

describe('B5 X7: a record that nothing waits for', () => {
  test('is written at once where the log takes it, and nobody is told', () => {
    owed.record(fact('CancelFailed'))
    expect([written, told]).toEqual([[fact('CancelFailed')], []])
  })

  test('is told as what it is where the log takes nothing, and written with its time as soon as the log takes entries again', async () => {
    broken = true
    const happenedAtMs = clock.wallMs()
    owed.record(fact('CancelFailed'))
    owed.record(fact('SweepFinished'))
    expect(told).toEqual([
      'fault recording CancelFailed',
      'unrecorded critical CancelFailed',
      'fault recording SweepFinished',
      'unrecorded critical SweepFinished',
    ])
    await clock.advance(60_000)
    expect(written).toEqual([])
    broken = false
    append(fact('AuditContinuedAfterBreak'))
    await clock.advance(0)
    append(fact('later'))
    await clock.advance(0)
    expect(written.map(({ type, data }) => [type, data['happenedAtMs']])).toEqual([
      ['AuditContinuedAfterBreak', undefined],
      ['CancelFailed', happenedAtMs],
      ['SweepFinished', happenedAtMs],
      ['later', undefined],
    ])
    expect(written[1]).toMatchObject({ actor: 'ada', subject: 's', data: { venue: 'v' } })
  })

  test('what breaks again half way loses nothing', async () => {
    broken = true
    for (const type of ['one', 'two']) owed.record(fact(type))
    broken = false
    append(fact('first'))
    broken = true
    await clock.advance(0)
    expect(written.map(({ type }) => type)).toEqual(['first'])
    broken = false
    append(fact('second'))
    await clock.advance(0)
    expect(written.map(({ type }) => type)).toEqual(['first', 'second', 'one', 'two'])
  })

  test('outlives the run in which it was owed', async () => {
    broken = true
    for (const type of ['one', 'two']) owed.record(fact(type))
    begin()
    await clock.advance(0)
    expect(written).toEqual([])
    broken = false
    begin()
    await clock.advance(0)
    expect([written.map(({ type }) => type), store.count()]).toEqual([['one', 'two'], 0])
  })

  test('X6: one that the log can never take bars none behind it: that it is missing is on record, with its hash', async () => {
    const standIn = { type: 'RecordUnwritable', severity: 'high', data: { what: 'NeverTaken', by: 'ada', about: 's' } }
    owed.record(fact('NeverTaken'))
    expect(written).toMatchObject([standIn])
    expect(written[0]?.data['detail']).toMatch(/^unwritable, hash [0-9a-f]{64}$/)
    expect(told).toEqual(['fault recording NeverTaken', 'unrecorded critical NeverTaken'])
    broken = true
    for (const type of ['one', 'NeverTaken', 'two']) owed.record(fact(type))
    begin()
    broken = false
    append(fact('first'))
    await clock.advance(0)
    expect(written.map(({ type }) => type)).toEqual(['RecordUnwritable', 'first', 'one', 'RecordUnwritable', 'two'])
    expect(written[3]).toMatchObject(standIn)
    expect(store.count()).toBe(0)
  })

  test('X6: one of an order’s life that the log can never take is owed as what stands in for it', async () => {
    owed.owe(fact('NeverTaken'), { orderId: 'o', seq: 1 }, new AuditError('INVALID_FACT', 'the fact is too long'))
    append(fact('next'))
    await clock.advance(0)
    expect(written.map(({ type }) => type)).toEqual(['next', 'RecordUnwritable'])
  })

  test('is kept in memory where the disk takes nothing, and stays in its order', async () => {
    broken = true
    owed.record(fact('one'))
    store.fails = true
    owed.record(fact('two'))
    store.fails = false
    owed.record(fact('three'))
    store.fails = true
    owed.record(fact('four'))
    expect([store.count(), told.filter((line) => line.startsWith('unrecorded'))]).toMatchObject([3, { length: 4 }])
    broken = false
    append(fact('first'))
    await clock.advance(0)
    expect(written.map(({ type }) => type)).toEqual(['first', 'one', 'two', 'three', 'four'])
  })

  test('never throws, whoever cannot be told', () => {
    broken = tellingThrows = true
    expect(() => owed.record(fact('CancelFailed'))).not.toThrow()
    expect(told).toHaveLength(2)
  })
})
