import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  BREAKER_IDS,
  BREAKER_THRESHOLDS,
  boundsOf,
  loosened,
  outOfBounds,
  type BreakerId,
  type BreakerThresholds,
} from '../../../src-main/domain/breaker'
import { breakerHistory, createBreakerStore, HISTORY_KEPT } from '../../../src-main/engine/breaker-store'
import { BreakerTuning } from '../../../src-main/engine/breaker-tuning'
import { BreakerSet } from '../../../src-main/guards/breakers/breaker-set'
import { engineBench, type EngineBench } from '../../support/app/engine-bench'
import { FakeClock } from '../../support/fake-clock'
import { MemoryStore } from '../guards/breakers/memory-store'

const MINUTE = 60_000
const BY = { by: 'Ada', reason: 'a busy day' }
const TRADE = BREAKER_THRESHOLDS.trade
const fields = Object.keys(TRADE) as (keyof BreakerThresholds)[]

describe('X4: thresholds have bounds in which no breaker can be switched off', () => {
  test.for(BREAKER_IDS)('%s: the product’s own lie within them; at their mildest, failures alone still open it', (id) => {
    expect(outOfBounds(id, BREAKER_THRESHOLDS[id])).toBeNull()
    const bounds = boundsOf(id)
    const product = BREAKER_THRESHOLDS[id]
    const mildest: BreakerThresholds = {
      failuresInWindow: bounds.failuresInWindow.max,
      windowMs: bounds.windowMs.min,
      consecutive: product.consecutive === null ? null : bounds.consecutive.max,
      ratePct: product.ratePct === null ? null : bounds.ratePct.max,
      recoveryMs: bounds.recoveryMs.min,
    }
    expect(outOfBounds(id, mildest)).toBeNull()
    const set = new BreakerSet({ clock: new FakeClock(), store: new MemoryStore(), thresholds: { [id]: mildest } })
    for (let failed = 0; failed < bounds.failuresInWindow.max; failed++) set.record(id, 'failure')
    expect(set.views()[id].state).toBe('open')
    expect(bounds.failuresInWindow.max).toBe(product.failuresInWindow * 2)
    if (product.consecutive !== null) expect(bounds.consecutive.max).toBe(product.consecutive * 2)
    expect(bounds.ratePct.max).toBeLessThan(100)
  })

  test.for(fields)('%s: neither beyond its bounds nor nonsense', (field) => {
    const { min, max } = boundsOf('trade')[field]
    for (const wrong of [min - 1, max + 1, 0, -1, min + 0.5, NaN, Infinity, null])
      expect(outOfBounds('trade', { ...TRADE, [field]: wrong }), String(wrong)).toBe(field)
    for (const right of [min, max]) expect(outOfBounds('trade', { ...TRADE, [field]: right })).toBeNull()
  })

  test('a rule that the product does not have may be added, and left out again', () => {
    const none = BREAKER_THRESHOLDS.volatility
    expect(outOfBounds('volatility', { ...none, consecutive: 5, ratePct: 50 })).toBeNull()
    expect(loosened(none, { ...none, consecutive: 5, ratePct: 50 })).toEqual([])
    expect(loosened({ ...none, consecutive: 5, ratePct: 50 }, none)).toEqual(['consecutive', 'ratePct'])
  })

  test.for([
    [{ failuresInWindow: 6 }, true],
    [{ failuresInWindow: 4 }, false],
    [{ windowMs: 9 * MINUTE }, true],
    // A longer window holds more failures, but also the successes that hide them from the rate.
    [{ windowMs: 11 * MINUTE }, true],
    [{ consecutive: 4 }, true],
    [{ consecutive: 2 }, false],
    [{ ratePct: 81 }, true],
    [{ ratePct: 79 }, false],
    [{ recoveryMs: 29 * MINUTE }, true],
    [{ recoveryMs: 31 * MINUTE }, false],
  ] as const)('%j is milder: %s', ([change, milder]) => {
    expect(loosened(TRADE, { ...TRADE, ...change }).length > 0).toBe(milder)
  })

  test('a longer window without a rate is stricter', () => {
    expect(loosened(BREAKER_THRESHOLDS.signer, { ...BREAKER_THRESHOLDS.signer, windowMs: 11 * MINUTE })).toEqual([])
  })

  test('what is called no milder never stays closed where the thresholds before would have opened', () => {
    const within = (id: BreakerId) => {
      const bounds = boundsOf(id)
      const value = (field: keyof BreakerThresholds) => fc.integer(bounds[field])
      const some = (field: 'consecutive' | 'ratePct') => (BREAKER_THRESHOLDS[id][field] === null ? fc.option(value(field)) : value(field))
      return fc.record({
        failuresInWindow: value('failuresInWindow'),
        windowMs: value('windowMs'),
        consecutive: some('consecutive'),
        ratePct: some('ratePct'),
        recoveryMs: value('recoveryMs'),
      })
    }
    const least = (a: number | null, b: number | null) => (a === null ? b : b === null ? a : Math.min(a, b))
    const stricter = (a: BreakerThresholds, b: BreakerThresholds): BreakerThresholds => ({
      failuresInWindow: Math.min(a.failuresInWindow, b.failuresInWindow),
      windowMs: a.ratePct === null ? Math.max(a.windowMs, b.windowMs) : a.windowMs,
      consecutive: least(a.consecutive, b.consecutive),
      ratePct: least(a.ratePct, b.ratePct),
      recoveryMs: Math.max(a.recoveryMs, b.recoveryMs),
    })
    const outcomes = fc.array(fc.record({ failed: fc.boolean(), afterMs: fc.integer({ min: 0, max: 3 * MINUTE }) }), { maxLength: 40 })
    fc.assert(
      fc.property(
        fc.constantFrom(...BREAKER_IDS).chain((id) => fc.tuple(fc.constant(id), within(id), within(id))),
        outcomes,
        ([id, before, other], life) => {
          const after = stricter(before, other)
          expect(loosened(before, after)).toEqual([])
          let nowMs = 1_700_000_000_000
          const clock = { wallMs: () => nowMs, steadyMs: () => nowMs }
          const [old, tuned] = [before, after].map(
            (thresholds) => new BreakerSet({ clock, store: new MemoryStore(), thresholds: { [id]: thresholds } }),
          ) as [BreakerSet, BreakerSet]
          for (const { failed, afterMs } of life) {
            nowMs += afterMs
            for (const set of [old, tuned]) set.record(id, failed ? 'failure' : 'success')
            if (old.views()[id].state === 'open') {
              expect(tuned.status().find((each) => each.id === id)?.openedAtMs).not.toBeNull()
              return
            }
          }
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('X4: tuning a breaker that is at work', () => {
  const make = () => {
    const clock = new FakeClock()
    const store = new MemoryStore()
    return { clock, store, set: new BreakerSet({ clock, store }) }
  }

  test('judges at once what was counted before', () => {
    const { set } = make()
    for (const _ of [1, 2]) set.record('trade', 'failure')
    set.retune('trade', { ...TRADE, consecutive: 2 }, BY)
    expect(set.views().trade.state).toBe('open')
    expect(
      set
        .status()[1]
        ?.history.map(({ kind, by }) => [kind, by])
        .slice(-2),
    ).toEqual([
      ['tuned', 'Ada'],
      ['opened', 'system'],
    ])
  })

  test('keeps what was counted, also by milder thresholds', () => {
    const { set } = make()
    for (const _ of [1, 2]) set.record('trade', 'failure')
    set.retune('trade', { ...TRADE, consecutive: 6 }, BY)
    expect(set.status()[1]).toMatchObject({ state: 'closed', consecutive: 2, failuresInWindow: 2 })
    for (const _ of [3, 4]) set.record('trade', 'failure')
    expect(set.views().trade.state).toBe('closed')
    set.record('trade', 'failure')
    expect(set.views().trade.state).toBe('open')
  })

  test('counts an open one’s recovery anew from when it opened, the same after a restart', async () => {
    const { set, clock, store } = make()
    for (const _ of [1, 2, 3]) set.record('trade', 'failure')
    await clock.advance(20 * MINUTE)
    const longer = { ...TRADE, recoveryMs: 50 * MINUTE }
    set.retune('trade', longer, BY)
    expect(set.views().trade.halfOpenAtMs).toBe(clock.steadyMs() + 30 * MINUTE)
    const restarted = new BreakerSet({ clock, store, thresholds: { trade: longer } })
    expect(restarted.views().trade.halfOpenAtMs).toBe(clock.steadyMs() + 30 * MINUTE)
    set.retune('trade', { ...TRADE, recoveryMs: 15 * MINUTE }, BY)
    expect(set.views().trade.state).toBe('half-open')
  })

  test('leaves a probe and an isolation as they are', async () => {
    const { set, clock } = make()
    for (const _ of [1, 2, 3]) set.record('trade', 'failure')
    await clock.advance(TRADE.recoveryMs)
    set.acquireProbes('order-1')
    set.isolate('network', BY)
    set.retune('trade', { ...TRADE, consecutive: 1 }, BY)
    set.retune('network', { ...BREAKER_THRESHOLDS.network, consecutive: 1 }, BY)
    expect([set.views().trade, set.views().network]).toMatchObject([{ state: 'half-open', probeOrderId: 'order-1' }, { state: 'isolated' }])
    expect(() => set.retune('trade', { ...TRADE, failuresInWindow: 0 }, BY)).toThrow(RangeError)
  })
})

describe('X4: what was set outlives a restart', () => {
  let bench: EngineBench
  beforeEach(() => {
    bench = engineBench()
  })
  afterEach(() => {
    bench.close()
  })
  const open = () => new BreakerTuning(bench.db, bench.audit, bench.clock)
  const store = (json: string) =>
    bench.db.prepare("INSERT OR REPLACE INTO settings(key, value_json, updated_at_ms) VALUES ('breaker-thresholds', ?, 0)").run(json)

  test('a change is recorded with what was before, kept, and taken back', () => {
    const next = { ...TRADE, consecutive: 2 }
    open().change('trade', next, BY)
    expect(open().all()).toEqual({ ...BREAKER_THRESHOLDS, trade: next })
    expect(bench.audit.get(1)).toMatchObject({
      type: 'BreakerTuned',
      actor: 'Ada',
      subject: 'trade',
      data: { reason: 'a busy day', before: { consecutive: 3 }, after: { consecutive: 2 } },
    })
    open().change('trade', null, BY)
    expect(open().all()).toEqual(BREAKER_THRESHOLDS)
  })

  test('decision 4: one that cannot be recorded is not made, nor one out of bounds', () => {
    const tuning = open()
    expect(() => tuning.change('trade', { ...TRADE, consecutive: 7 }, BY)).toThrow(RangeError)
    bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END")
    expect(() => tuning.change('trade', { ...TRADE, consecutive: 2 }, BY)).toThrow()
    expect([tuning.all(), open().all()]).toEqual([BREAKER_THRESHOLDS, BREAKER_THRESHOLDS])
  })

  test.for(['null', '[]', 'nonsense', '{"trade":{}}', '{"all":{}}', JSON.stringify({ trade: { ...TRADE, failuresInWindow: 11 } })])(
    'X10: when nobody can tell what was set, one failure opens any breaker: %s',
    (json) => {
      store(json)
      const set = new BreakerSet({ clock: bench.clock, store: new MemoryStore(), thresholds: open().all() })
      for (const id of BREAKER_IDS) set.record(id, 'failure')
      expect(BREAKER_IDS.filter((id) => set.views()[id].state !== 'open')).toEqual([])
      open().change('trade', null, BY)
      expect(open().all().trade).toEqual(TRADE)
    },
  )

  test('D6: a breaker’s history is kept with who and why, and begins a picture with what it was before', async () => {
    bench.breakers.isolate('network', { by: 'Ada', reason: 'maintenance of the node' })
    await bench.clock.advance(30 * 60 * MINUTE)
    bench.breakers.reset('network', { by: 'Bea', reason: 'done' })
    bench = bench.restart()
    expect(bench.breakers.status().find(({ id }) => id === 'network')?.history).toMatchObject([
      { kind: 'isolated', by: 'Ada', detail: 'maintenance of the node' },
      { kind: 'reset', by: 'Bea', detail: 'done' },
    ])
    const sinceMs = bench.clock.wallMs() - 24 * 60 * MINUTE
    expect(breakerHistory(bench.db, 'network', sinceMs).map(({ kind }) => kind)).toEqual(['isolated', 'reset'])
    expect(breakerHistory(bench.db, 'network', bench.clock.wallMs() + 1).map(({ kind }) => kind)).toEqual(['reset'])
  })

  test('D6: a breaker’s history is bounded in lines and in time; what it was since then, and what it counts, stays known', () => {
    const store = createBreakerStore(bench.db, bench.clock)
    const lines = (id: string) =>
      (bench.db.prepare('SELECT COUNT(*) AS n FROM breaker_events WHERE breaker_id = ?').get(id) as { n: number }).n
    store.event('trade', 'isolated', 'of old', 'Ada')
    store.event('network', 'failed', 'of another', 'system')
    bench.db.transaction(() => {
      for (let count = 0; count < HISTORY_KEPT.lines + 500; count++) store.event('trade', 'failed', String(count), 'system')
    })()
    expect(lines('trade')).toBeGreaterThanOrEqual(HISTORY_KEPT.lines)
    expect(lines('trade')).toBeLessThanOrEqual(HISTORY_KEPT.lines + 101)
    expect(breakerHistory(bench.db, 'trade', bench.clock.wallMs() + 1).map(({ kind }) => kind)).toEqual(['isolated'])
    expect(store.recent?.('trade').at(-1)?.detail).toBe(String(HISTORY_KEPT.lines + 499))

    bench.clock.jumpWall(HISTORY_KEPT.forMs + MINUTE)
    const counted = bench.breakers.status().find(({ id }) => id === 'slippage')?.failuresInWindow
    createBreakerStore(bench.db, bench.clock).event('trade', 'reset', 'now', 'Ada')
    expect(breakerHistory(bench.db, 'trade', 0).map(({ kind }) => kind)).toEqual(['isolated', 'reset'])
    expect(lines('network')).toBe(1)
    expect(bench.breakers.status().find(({ id }) => id === 'slippage')?.failuresInWindow).toBe(counted)
  })
})
