import { describe, expect, it, vi } from 'vitest'

import { BREAKER_IDS, BREAKER_THRESHOLDS, type BreakerId } from '../../../../src-main/domain/breaker'
import { breakerGuard } from '../../../../src-main/guards/breaker-guard'
import { BreakerSet, type BreakerChange } from '../../../../src-main/guards/breakers/breaker-set'
import { FakeClock } from '../../../support/fake-clock'
import { paperInput } from '../support/input'
import { answer } from '../support/verdicts'
import { MemoryStore } from './memory-store'

const MINUTE = 60_000

function make(store = new MemoryStore(), clock = new FakeClock()) {
  const changes: BreakerChange[] = []
  const set = new BreakerSet({ clock, store, onChange: (change) => changes.push(change) })
  return { set, store, clock, changes }
}

/** Opens a breaker by as many failures in a row as it takes. */
function trip(set: BreakerSet, id: BreakerId): void {
  const { consecutive, failuresInWindow } = BREAKER_THRESHOLDS[id]
  for (let time = 0; time < (consecutive ?? failuresInWindow); time++) set.record(id, 'failure', { why: 'a test' })
}

describe('the set of breakers', () => {
  it('starts closed where nothing was ever kept', () => {
    const { set, store } = make()
    expect(Object.values(set.views()).map(({ state }) => state)).toEqual(Array(7).fill('closed'))
    expect(store.saves).toBe(0)
  })

  it.each(BREAKER_IDS)('opens %s alone, says so, and keeps it', (id) => {
    const { set, store, clock, changes } = make()
    trip(set, id)
    const open = BREAKER_IDS.filter((other) => set.views()[other].state !== 'closed')
    expect(open).toEqual([id])
    expect(set.views()[id]).toEqual({
      id,
      state: 'open',
      halfOpenAtMs: clock.steadyMs() + BREAKER_THRESHOLDS[id].recoveryMs,
      probeOrderId: null,
    })
    expect(changes.map(({ id: changed, from, to, why }) => [changed, from.state, to.state, why])).toEqual([
      [id, 'closed', 'open', 'a test'],
    ])
    expect(store.events.at(-1)).toMatchObject({ id, kind: 'opened' })
  })

  it('goes from closed to open to half-open to closed, and the guard with it', async () => {
    const { set, clock, changes } = make()
    const judge = (orderId: string) => answer(breakerGuard('trade').evaluate(paperInput({ orderId, breakers: set.views() })))
    expect(judge('order-1')).toBe('pass')
    trip(set, 'trade')
    expect(judge('order-1')).toBe('BREAKER_OPEN')
    expect(set.acquireProbes('order-1')).toMatchObject({ ok: false, error: { code: 'BREAKER_OPEN', figures: { breaker: 'trade' } } })
    await clock.advance(30 * MINUTE - 1)
    expect(judge('order-1')).toBe('BREAKER_OPEN')
    await clock.advance(1)
    expect(judge('order-1')).toBe('pass')
    expect(set.acquireProbes('order-1')).toEqual({ ok: true, value: ['trade'] })
    expect(judge('order-1')).toBe('pass')
    expect(judge('order-2')).toBe('BREAKER_PROBE_IN_FLIGHT')
    expect(set.acquireProbes('order-2')).toMatchObject({ ok: false, error: { code: 'BREAKER_PROBE_IN_FLIGHT' } })
    set.record('trade', 'success', { orderId: 'order-2' })
    set.record('trade', 'success')
    expect(judge('order-2')).toBe('BREAKER_PROBE_IN_FLIGHT')
    set.record('trade', 'success', { orderId: 'order-1' })
    expect(judge('order-2')).toBe('pass')
    expect(changes.map(({ to }) => [to.state, to.probeOrderId])).toEqual([
      ['open', null],
      ['half-open', null],
      ['half-open', 'order-1'],
      ['closed', null],
    ])
  })

  it('reopens for the full recovery when the probe fails', async () => {
    const { set, clock } = make()
    trip(set, 'signer')
    await clock.advance(60 * MINUTE)
    set.acquireProbes('order-1')
    set.record('signer', 'failure', { orderId: 'order-1' })
    await clock.advance(60 * MINUTE - 1)
    expect(set.views().signer.state).toBe('open')
    await clock.advance(1)
    expect(set.views().signer).toMatchObject({ state: 'half-open', probeOrderId: null })
  })

  it('acquires all half-open breakers or none', async () => {
    const { set, clock } = make()
    trip(set, 'network')
    await clock.advance(15 * MINUTE)
    trip(set, 'confirmation')
    expect(set.acquireProbes('order-1').ok).toBe(false)
    expect(set.views().network).toMatchObject({ state: 'half-open', probeOrderId: null })
    await clock.advance(60 * MINUTE)
    expect(set.acquireProbes('order-1')).toEqual({ ok: true, value: ['network', 'confirmation'] })
    expect(set.probes()).toEqual(['order-1'])
    expect(set.acquireProbes('order-1')).toEqual({ ok: true, value: ['network', 'confirmation'] })
    set.releaseProbes('order-2')
    expect(set.probes()).toEqual(['order-1'])
    set.releaseProbes('order-1')
    expect(set.probes()).toEqual([])
    expect(set.acquireProbes('order-2')).toMatchObject({ ok: true })
  })

  it('gives out one immutable answer as long as nothing changes', () => {
    const { set } = make()
    const views = set.views()
    set.record('trade', 'success')
    expect(set.views()).toBe(views)
    expect(Object.isFrozen(views)).toBe(true)
    trip(set, 'trade')
    expect(views.trade.state).toBe('closed')
    expect(set.views()).not.toBe(views)
  })

  it('isolates and resets by hand', () => {
    const { set, changes } = make()
    set.isolate('volatility', { by: 'Ada', reason: 'news' })
    expect(set.views().volatility.state).toBe('isolated')
    expect(set.acquireProbes('order-1')).toMatchObject({ ok: false, error: { figures: { breaker: 'volatility', state: 'isolated' } } })
    expect(set.reset('volatility', { by: '', reason: 'news' })).toEqual({ ok: false, error: 'ACKNOWLEDGEMENT_NEEDED' })
    expect(set.views().volatility.state).toBe('isolated')
    expect(set.reset('volatility', { by: 'Ada', reason: 'over' }).ok).toBe(true)
    expect(set.views().volatility.state).toBe('closed')
    expect(changes.map(({ by, why }) => [by, why])).toEqual([
      ['Ada', 'news'],
      ['Ada', 'over'],
    ])
  })

  it('tells the screen what each rule has counted', async () => {
    const { set, clock } = make()
    set.record('trade', 'success')
    set.record('trade', 'failure', { why: 'no' })
    set.record('trade', 'failure', { why: 'no' })
    const trade = () => set.status().find(({ id }) => id === 'trade')
    expect(set.status().map(({ id }) => id)).toEqual(BREAKER_IDS)
    expect(trade()).toMatchObject({
      state: 'closed',
      failuresInWindow: 2,
      samplesInWindow: 3,
      consecutive: 2,
      ratePct: '66.67',
      limits: { ...BREAKER_THRESHOLDS.trade, rateMinSamples: 10 },
      openedAtMs: null,
      halfOpenAtMs: null,
      probeOrderId: null,
    })
    expect(trade()?.history.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['failed', 'no'],
      ['failed', 'no'],
    ])
    await clock.advance(10 * MINUTE + 1)
    expect(trade()).toMatchObject({ failuresInWindow: 0, samplesInWindow: 0, consecutive: 2, ratePct: null })
    set.record('trade', 'failure')
    clock.jumpWall(5_000)
    expect(trade()).toMatchObject({ state: 'open', openedAtMs: clock.wallMs(), halfOpenAtMs: clock.wallMs() + 30 * MINUTE })
  })

  it('refuses thresholds that make no sense', () => {
    for (const part of [
      { failuresInWindow: 0 },
      { failuresInWindow: NaN },
      { failuresInWindow: 65 },
      { windowMs: NaN },
      { recoveryMs: 0 },
      { consecutive: 0 },
      { ratePct: 0 },
    ]) {
      const thresholds = { trade: { ...BREAKER_THRESHOLDS.trade, ...part } }
      expect(() => new BreakerSet({ clock: new FakeClock(), store: new MemoryStore(), thresholds })).toThrow(RangeError)
    }
  })

  it('takes other thresholds', () => {
    const thresholds = { trade: { ...BREAKER_THRESHOLDS.trade, consecutive: 1 } }
    const set = new BreakerSet({ clock: new FakeClock(), store: new MemoryStore(), thresholds })
    set.record('trade', 'failure')
    expect(set.views().trade.state).toBe('open')
  })

  it('can count as many failures as any thresholds may ask for', () => {
    const thresholds = { trade: { ...BREAKER_THRESHOLDS.trade, failuresInWindow: 64, consecutive: null, ratePct: null } }
    const set = new BreakerSet({ clock: new FakeClock(), store: new MemoryStore(), thresholds })
    for (let time = 1; time < 64; time++) set.record('trade', 'failure')
    expect(set.views().trade.state).toBe('closed')
    set.record('trade', 'failure')
    expect(set.views().trade.state).toBe('open')
  })

  it('does not mind a listener that throws', () => {
    const set = new BreakerSet({
      clock: new FakeClock(),
      store: new MemoryStore(),
      onChange: () => {
        throw new Error('a bug')
      },
    })
    trip(set, 'trade')
    expect(set.views().trade.state).toBe('open')
  })
})

describe('the set of breakers across a restart', () => {
  it.each(BREAKER_IDS)('keeps %s open for the rest of its recovery, time off included', async (id) => {
    const { set, store, clock } = make()
    trip(set, id)
    await clock.advance(5 * MINUTE)
    const again = make(store, new FakeClock(clock.wallMs() + 5 * MINUTE))
    expect(again.set.views()[id].state).toBe('open')
    await again.clock.advance(BREAKER_THRESHOLDS[id].recoveryMs - 10 * MINUTE - 1)
    expect(again.set.views()[id].state).toBe('open')
    await again.clock.advance(1)
    expect(again.set.views()[id].state).toBe('half-open')
  })

  it.each(BREAKER_IDS)('keeps the failures of %s: the one that was missing opens it', (id) => {
    const { consecutive, failuresInWindow } = BREAKER_THRESHOLDS[id]
    const { set, store, clock } = make()
    for (let time = 1; time < (consecutive ?? failuresInWindow); time++) set.record(id, 'failure')
    const again = make(store, new FakeClock(clock.wallMs() + 1_000))
    expect(again.set.views()[id].state).toBe('closed')
    again.set.record(id, 'failure')
    expect(again.set.views()[id].state).toBe('open')
  })

  it('keeps a success that ended a row of failures', () => {
    const { set, store, clock } = make()
    set.record('signer', 'failure')
    set.record('signer', 'success')
    const again = make(store, new FakeClock(clock.wallMs()))
    again.set.record('signer', 'failure')
    expect(again.set.views().signer.state).toBe('closed')
  })

  it('serves the full recovery again when the calendar was set back', () => {
    const { set, store, clock } = make()
    trip(set, 'trade')
    const earlier = clock.wallMs() - 86_400_000
    const again = make(store, new FakeClock(earlier))
    expect(again.set.views().trade).toMatchObject({ state: 'open', halfOpenAtMs: earlier + 30 * MINUTE })
  })

  it('keeps the probe, so that there is never a second one', async () => {
    const { set, store, clock } = make()
    trip(set, 'trade')
    await clock.advance(30 * MINUTE)
    set.acquireProbes('order-1')
    const again = make(store, new FakeClock(clock.wallMs()))
    expect(again.set.probes()).toEqual(['order-1'])
    expect(again.set.acquireProbes('order-2').ok).toBe(false)
    again.set.record('trade', 'success', { orderId: 'order-1' })
    expect(again.set.views().trade.state).toBe('closed')
    expect(make(store, new FakeClock(clock.wallMs())).set.views().trade.state).toBe('closed')
  })

  it('keeps isolation and its history', () => {
    const { set, store, clock } = make()
    set.isolate('trade', { by: 'Ada', reason: 'news' })
    const [, trade] = make(store, new FakeClock(clock.wallMs() + 1e9)).set.status()
    expect(trade).toMatchObject({ id: 'trade', state: 'isolated', isolated: { by: 'Ada', reason: 'news' } })
    expect(trade?.history.map(({ kind }) => kind)).toEqual(['isolated'])
  })

  it('opens a breaker whose record makes no sense, and the others not', () => {
    const store = new MemoryStore()
    store.states.set('trade', '{"version":1')
    const { set } = make(store)
    expect(BREAKER_IDS.filter((id) => set.views()[id].state !== 'closed')).toEqual(['trade'])
    expect(store.events).toMatchObject([{ id: 'trade', kind: 'found-unreadable' }])
    // The opening itself is kept: another restart does not begin the recovery anew.
    const kept = JSON.parse(store.states.get('trade') ?? '') as object
    expect(kept).toMatchObject({ state: { kind: 'open', cause: 'unreadable-state' } })
  })

  it('opens all when nothing can be read', () => {
    const store = new MemoryStore()
    store.loadFails = true
    expect(Object.values(make(store).set.views()).map(({ state }) => state)).toEqual(Array(7).fill('open'))
  })

  it('saves with `flush` what a quiet day left unsaved', () => {
    const { set, store, clock } = make()
    for (let time = 0; time < 9; time++) set.record('system', 'success')
    expect(store.saves).toBe(0)
    set.flush()
    const again = make(store, new FakeClock(clock.wallMs()))
    expect(again.set.status().find(({ id }) => id === 'system')).toMatchObject({ samplesInWindow: 9 })
  })
})

describe('a breaker that cannot be saved', () => {
  it('counts as open until it can', async () => {
    const { set, store, clock, changes } = make()
    store.failing = 'always'
    set.record('trade', 'failure')
    expect(set.views().trade).toEqual({ id: 'trade', state: 'open', halfOpenAtMs: null, probeOrderId: null })
    expect(set.status().find(({ id }) => id === 'trade')).toMatchObject({ state: 'open', saveTrouble: 'disk full' })
    expect(changes.at(-1)?.why).toBe('could not be saved: disk full')
    expect(set.acquireProbes('order-1')).toMatchObject({ ok: false, error: { code: 'BREAKER_OPEN' } })
    await clock.advance(1_000)
    expect(set.views().trade.state).toBe('open')
    store.failing = null
    // Not with every look: a full disk is tried once a second.
    expect(set.views().trade.state).toBe('open')
    await clock.advance(1_000)
    expect(set.views().trade.state).toBe('closed')
    expect(changes.at(-1)?.why).toBe('saved again')
    expect(make(store, new FakeClock(clock.wallMs())).set.status()[1]).toMatchObject({ consecutive: 1 })
  })

  it('is tried again even while successes come in without end', async () => {
    const { set, store, clock } = make()
    store.failing = 1
    set.record('trade', 'failure')
    set.record('trade', 'success') // ends the row, so it is saved, and that works
    expect(set.views().trade.state).toBe('closed')
    store.failing = 1
    set.record('trade', 'failure')
    for (let time = 0; time < 15; time++) {
      await clock.advance(100)
      set.record('network', 'success')
    }
    expect(set.views().trade.state).toBe('closed')
  })

  it('gives out no probe that a restart would not know', async () => {
    const { set, store, clock } = make()
    trip(set, 'trade')
    await clock.advance(30 * MINUTE)
    set.views()
    store.failing = 1
    expect(set.acquireProbes('order-1')).toMatchObject({ ok: false, error: { code: 'BREAKER_OPEN', figures: { breaker: 'trade' } } })
    expect(set.probes()).toEqual([])
    expect(set.acquireProbes('order-2')).toEqual({ ok: true, value: ['trade'] })
  })

  it('is isolated all the same', () => {
    const { set, store } = make()
    store.failing = 'always'
    set.isolate('trade', { by: 'Ada', reason: 'news' })
    expect(set.views().trade.state).toBe('isolated')
  })

  it('is not held up by a history that cannot be written', () => {
    const { set, store } = make()
    store.eventFails = true
    set.record('trade', 'failure', { why: 'no' })
    expect(set.views().trade.state).toBe('closed')
    expect(set.status()[1]?.history).toHaveLength(1)
  })
})

describe('writing to the disk', () => {
  it('happens for what counts, and not for every call of a busy or a broken network', async () => {
    const { set, store, clock } = make()
    for (let time = 0; time < 1_000; time++) set.record('network', 'success')
    expect(store.saves).toBe(0)
    trip(set, 'network')
    expect(store.saves).toBe(2)
    for (let time = 0; time < 1_000; time++) set.record('network', time % 2 === 0 ? 'failure' : 'success')
    expect(store.saves).toBe(2)
    expect(store.events).toHaveLength(3)
    await clock.advance(15 * MINUTE)
    for (let time = 0; time < 1_000; time++) set.record('network', 'success')
    expect(set.views().network.state).toBe('half-open')
    const spy = vi.spyOn(store, 'save')
    set.record('network', 'failure')
    expect(set.views().network.state).toBe('open')
    expect(spy).toHaveBeenCalledTimes(1)
  })
})
