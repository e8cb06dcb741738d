import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Alert } from '../../../../src-main/domain/alert'
import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { PATTERN_KINDS, type PatternSettings } from '../../../../src-main/domain/pattern'
import { DEFAULT_PATTERNS, loosenedPatterns, PatternStore } from '../../../../src-main/engine/patterns/pattern-store'
import { PatternWatch } from '../../../../src-main/engine/patterns/pattern-watch'
import { systemRandom } from '../../../../src-main/app/random'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { FakeClock } from '../../../support/fake-clock'

const DAY = 86_400_000
const PAPER = { venue: 'paper', instrument: 'ETH-USD', account: 'paper-main' } as const
const OTHERS: PatternSettings['sensitivity'] = {
  rate: 'off',
  hour: 'off',
  size: 'balanced',
  counterparty: 'off',
  signing: 'off',
  failures: 'off',
}

let bench: EngineBench
let store: PatternStore
let watch: PatternWatch
let alerts: Alert[]
let facts: AuditFact[]
let reduced: number

/** Watches what is journaled from now on, as the composed app does. */
function open(): void {
  const { db, audit, clock, engine } = bench
  store = new PatternStore(db, audit, clock)
  watch = new PatternWatch({
    db,
    store,
    clock,
    scheduler: clock,
    random: systemRandom,
    labelOf: (account) => account,
    reduce: () => void (reduced += 1),
    alerts: { raise: (alert) => void alerts.push(alert) },
    record: (fact) => void facts.push(fact),
    onChange: () => undefined,
    onFault: (what, thrown) => {
      throw new Error(what, { cause: thrown })
    },
  })
  engine.journal.onChange((record) => watch.observe(record))
  watch.start()
}
const reopen = (): void => {
  watch.stop()
  bench = bench.restart()
  open()
}
const trade = async (amount: string) => {
  const order = await bench.start({ ...PAPER, amount })
  bench.engine.journal.append(order.orderId, { type: 'OrderCanceled' })
  await bench.clock.settle()
  await bench.clock.advance(2_000)
  return order.orderId
}
/** Three weeks of small orders. */
const past = async () => {
  for (let index = 0; index < 22; index += 1) {
    await trade((0.1 + (index % 5) / 100).toFixed(2))
    bench.clock.jumpWall(DAY - 2_000)
  }
}

beforeEach(() => {
  bench = engineBench({ clock: new FakeClock(Date.UTC(2026, 2, 1, 10)) })
  bench.limits.store.change({ repeatCount: 50, maxOpenOrders: 500, maxOrdersPerMinute: 600 }, { actor: 'op', reason: 'test' })
  ;[alerts, facts, reduced] = [[], [], 0]
  open()
  store.change({ ...DEFAULT_PATTERNS, sensitivity: OTHERS }, { actor: 'op', reason: 'test' })
})
afterEach(() => {
  watch.stop()
  bench.close()
})

describe('P6: unusual activity', () => {
  test('an order far above the account’s own past is told of, on record, with the figures that explain it', async () => {
    await past()
    expect(alerts).toEqual([])
    const orderId = await trade('1')
    expect(alerts).toHaveLength(1)
    const [alarm] = watch.alarms()
    expect(alarm).toMatchObject({ kind: 'size', orderId, account: 'paper-main', acknowledged: null })
    expect(Number(alarm?.figures['times'])).toBeCloseTo(1 / 0.14, 0)
    expect(facts.map(({ type, subject }) => [type, subject])).toEqual([['UnusualActivity', orderId]])
    expect(reduced).toBe(0)
  })

  test('by choice it reduces trading', async () => {
    store.change({ sensitivity: OTHERS, onAlarm: 'reduce' }, { actor: 'op', reason: 'test' })
    await past()
    await trade('1')
    expect(reduced).toBe(1)
  })

  test('it speaks only when the past says enough, and reads that past from the journal after a restart', async () => {
    await trade('0.1')
    await trade('1')
    expect(alerts).toEqual([])
    reopen()
    await past()
    reopen()
    await trade('3.9')
    expect(alerts).toHaveLength(1)
    expect(watch.known()).toMatchObject([{ account: 'paper-main', speaks: true }])
  })

  test('what nobody owned up to never becomes usual, not even across a restart; what somebody did, does', async () => {
    await past()
    await trade('1')
    bench.clock.jumpWall(DAY)
    reopen()
    await trade('1')
    expect(alerts).toHaveLength(2)
    for (const { alarmId } of watch.alarms()) expect(watch.acknowledge(alarmId, 'op', 'it was me')).toBe(true)
    bench.clock.jumpWall(DAY)
    await trade('1.1')
    expect(alerts).toHaveLength(2)
    reopen()
    await trade('1.2')
    expect(alerts).toHaveLength(2)
    expect(watch.alarms().every(({ acknowledged }) => acknowledged?.note === 'it was me')).toBe(true)
  })

  test('an alarm is owned up to once, and only one that is there', async () => {
    await past()
    await trade('1')
    const { alarmId } = watch.alarms()[0]!
    expect(watch.acknowledge(alarmId, 'op', '')).toBe(true)
    expect(watch.acknowledge(alarmId, 'op', '')).toBe(false)
    expect(watch.acknowledge('no-such-alarm', 'op', '')).toBe(false)
  })

  test.each([
    ['of an account with a past', past],
    ['of an account without one', () => Promise.resolve()],
  ])('refusals in quick succession %s are one alarm that grows', async (_whose, before) => {
    store.change({ ...DEFAULT_PATTERNS, sensitivity: { ...OTHERS, size: 'off', failures: 'balanced' } }, { actor: 'op', reason: 'test' })
    await before()
    bench.limits.store.change({ maxOrderUsd: '1' }, { actor: 'op', reason: 'test' })
    for (let index = 0; index < 14; index += 1) {
      expect((await bench.engine.desk.prepare({ ...bench.draft, ...PAPER, amount: '0.1' }, 'agent', 'operator')).ok).toBe(false)
      await bench.clock.advance(1_000)
    }
    expect(alerts).toHaveLength(1)
    expect(watch.alarms()).toHaveLength(1)
    expect(watch.alarms()[0]).toMatchObject({ kind: 'failures', figures: { count: '14', minutes: '10' } })
  })

  test('what is quieter or weaker than before counts as looser', () => {
    const strict = Object.fromEntries(PATTERN_KINDS.map((kind) => [kind, 'strict'])) as PatternSettings['sensitivity']
    expect(loosenedPatterns(DEFAULT_PATTERNS, { sensitivity: strict, onAlarm: 'reduce' })).toEqual([])
    expect(
      loosenedPatterns({ sensitivity: strict, onAlarm: 'reduce' }, { sensitivity: { ...strict, size: 'off' }, onAlarm: 'tell' }),
    ).toEqual(['size', 'onAlarm'])
  })

  test('settings that cannot be read are the strictest', () => {
    bench.db.prepare("UPDATE settings SET value_json = '[]' WHERE key = 'patterns'").run()
    expect(new PatternStore(bench.db, bench.audit, bench.clock).get()).toMatchObject({ onAlarm: 'reduce', sensitivity: { size: 'strict' } })
  })
})
