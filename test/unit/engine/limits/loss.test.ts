import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Alert } from '../../../../src-main/domain/alert'
import type { AuditFact } from '../../../../src-main/domain/audit-event'
import { EquityStore } from '../../../../src-main/engine/limits/equity-store'
import { DEFAULT_LIMITS, type LimitSettings } from '../../../../src-main/engine/limits/limit-settings'
import { EQUITY_EVERY_MS, EQUITY_SOON_MS, LossWatch } from '../../../../src-main/engine/limits/loss-watch'
import { decimal } from '../../../../src-main/lib/decimal'
import { err, ok } from '../../../../src-main/lib/result'
import type { Balance } from '../../../../src-main/venues/venue'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'
import { FakeClock } from '../../../support/fake-clock'

const START_MS = Date.UTC(2026, 2, 10, 9)

let bench: EngineBench
let watch: LossWatch
/** What the account is worth, USD; null when a price is not known; an error when it cannot be read. */
let equity: string | null
let state: { halted: boolean; reduced: boolean }
let acts: string[]
let alerts: Alert[]
let facts: AuditFact[]
let settings: LimitSettings

beforeEach(() => {
  bench = engineBench({ clock: new FakeClock(START_MS) })
  equity = '1000'
  state = { halted: false, reduced: false }
  ;[acts, alerts, facts] = [[], [], []]
  settings = { ...DEFAULT_LIMITS.live, lossReducePct: '5', lossHaltPct: '10', valuationTimeoutMin: 3 }
  open()
})
afterEach(() => {
  watch.stop()
  bench.close()
})

function open(): void {
  const { clock, db } = bench
  watch = new LossWatch({
    clock,
    scheduler: clock,
    store: new EquityStore(db),
    settings: () => settings,
    balances: () =>
      Promise.resolve([
        { id: 'main', label: 'Main', balances: equity === 'unreadable' ? err({ code: 'NETWORK_ERROR' }) : ok([holding(equity)]) },
      ]),
    halted: () => state.halted,
    reduced: () => state.reduced,
    reduce: () => {
      if (!state.reduced) acts.push('reduce')
      state.reduced = true
    },
    halt: (reason) => {
      acts.push(`halt: ${reason}`)
      state.halted = true
    },
    alerts: { raise: (alert) => void alerts.push(alert) },
    record: (fact) => void facts.push(fact),
    onChange: () => undefined,
    onFault: (what, thrown) => {
      throw new Error(what, { cause: thrown })
    },
  })
  watch.start()
}
const holding = (usd: string | null): Balance => ({
  asset: 'ETH',
  token: null,
  free: decimal(1),
  held: decimal(0),
  usd: usd === null ? null : decimal(usd),
})
/** The account comes to be worth this, and two valuations see it. */
const becomes = async (value: typeof equity) => {
  equity = value
  await bench.clock.advance(EQUITY_EVERY_MS)
  await bench.clock.advance(EQUITY_SOON_MS)
}
const loss = () => watch.view()[0]?.reading

describe('B9: loss limits', () => {
  test('a loss of the day moves trading to reducing, then halts it, each once', async () => {
    await becomes('1000')
    await becomes('950.01')
    expect(acts).toEqual([])
    await becomes('950')
    expect(acts).toEqual(['reduce'])
    await becomes('940')
    expect(acts).toEqual(['reduce'])
    await becomes('899.99')
    expect(acts).toEqual(['reduce', 'halt: Main lost 10.00 % today, the limit is 10 %: 1000.00 to 899.99 USD.'])
    await becomes('700')
    expect(acts).toHaveLength(2)
    expect(alerts.map(({ kind, figures }) => [kind, figures['level'], figures['lossPct']])).toEqual([
      ['loss-limit', 'reduce', '5.00'],
      ['loss-limit', 'halt', '10.00'],
    ])
    expect(facts.filter(({ type }) => type === 'LossLimitReached')).toHaveLength(2)
  })

  test('one that goes past both at once reduces and halts', async () => {
    await becomes('1000')
    await becomes('500')
    expect(acts.map((act) => act.slice(0, 4))).toEqual(['halt', 'redu'])
  })

  test('a single valuation is not believed: one may fall between the halves of a trade', async () => {
    await becomes('1000')
    equity = '500'
    await bench.clock.advance(EQUITY_EVERY_MS - EQUITY_SOON_MS)
    expect(loss()?.lossPct.toFixed()).toBe('50')
    equity = '1000'
    await bench.clock.advance(EQUITY_SOON_MS)
    expect(acts).toEqual([])
  })

  test('it is measured from the high of the day, or from its start, as the setting says', async () => {
    await becomes('1000')
    await becomes('2000')
    settings = { ...settings, lossBasis: 'start' }
    await becomes('1800')
    expect([loss()?.fromUsd.toFixed(), loss()?.lossPct.toFixed()]).toEqual(['1000', '0'])
    settings = { ...settings, lossBasis: 'high' }
    await becomes('1890')
    expect([loss()?.fromUsd.toFixed(), loss()?.lossPct.toFixed()]).toEqual(['2000', '5.5'])
    expect(acts).toEqual(['reduce'])
  })

  test('after a fill it is valued again soon', async () => {
    await becomes('1000')
    equity = '940'
    watch.soon()
    await bench.clock.advance(EQUITY_SOON_MS)
    await bench.clock.advance(EQUITY_SOON_MS)
    expect(acts).toEqual(['reduce'])
  })

  test('a restart in the middle of a bad day goes on with it', async () => {
    await becomes('1000')
    await becomes('970')
    watch.stop()
    bench = bench.restart()
    open()
    await becomes('949')
    expect(acts).toEqual(['reduce'])
    expect(watch.view()[0]?.points.length).toBeGreaterThan(2)
  })

  test('a new day begins with its first value; a calendar that goes back stays in its day', async () => {
    await becomes('1000')
    bench.clock.jumpWall(-2 * 86_400_000)
    await becomes('949')
    expect(acts).toEqual(['reduce'])
    bench.clock.jumpWall(4 * 86_400_000)
    await becomes('949')
    expect(loss()?.lossPct.toFixed()).toBe('0')
  })

  test('who ends the reducing, or releases the halt, has seen the loss: it is counted anew from there', async () => {
    await becomes('1000')
    await becomes('940')
    state.reduced = false // somebody in authority
    await becomes('940')
    expect([acts.length, loss()?.lossPct.toFixed()]).toEqual([1, '0'])
    await becomes('893')
    expect(acts).toEqual(['reduce', 'reduce'])
    expect(facts.some(({ type }) => type === 'LossCountRestarted')).toBe(true)
    await becomes('840')
    expect(acts[2]).toMatch(/^halt/)
    state = { halted: false, reduced: false }
    await becomes('840')
    await becomes('800')
    expect(acts).toHaveLength(3)
    await becomes('756')
    expect(acts[3]).toMatch(/^halt/)
  })

  test('an unknown price is no loss; one that stays unknown is told of, once', async () => {
    await becomes('1000')
    await becomes(null)
    expect(watch.view()[0]?.unknownSinceMs).not.toBeNull()
    expect([acts, alerts]).toEqual([[], []])
    for (let minute = 0; minute < 5; minute += 1) await becomes('unreadable')
    expect([acts, alerts.map(({ kind }) => kind)]).toEqual([[], ['valuation-missing']])
    await becomes('1000')
    expect(watch.view()[0]?.unknownSinceMs).toBeNull()
    for (let minute = 0; minute < 5; minute += 1) await becomes(null)
    expect(alerts).toHaveLength(2)
  })

  test('what money arrives raises what a loss is measured from, and is none; dust is not watched', async () => {
    await becomes('5')
    await becomes('1')
    expect(acts).toEqual([])
    await becomes('1000')
    await becomes('930')
    expect(acts).toEqual(['reduce'])
  })

  test('counted anew on the word of somebody in authority, while its value is known', async () => {
    await becomes('1000')
    await becomes('960')
    expect(watch.restart('main', { actor: 'op', reason: 'withdrawn' })).toBe(true)
    expect(loss()?.lossPct.toFixed()).toBe('0')
    await becomes(null)
    expect(watch.restart('main', { actor: 'op', reason: 'again' })).toBe(false)
    expect(watch.restart('other', { actor: 'op', reason: 'again' })).toBe(false)
  })
})
