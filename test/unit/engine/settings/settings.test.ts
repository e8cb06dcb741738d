import { afterEach, beforeEach, expect, test } from 'vitest'

import { slippageGuard } from '../../../../src-main/guards/slippage/slippage-guard'
import { decimal } from '../../../../src-main/lib/decimal'
import { DEFAULT_SETTINGS, SettingsStore } from '../../../../src-main/engine/settings/settings'
import { chainInput, paperInput, quoteOf, requestOf } from '../../guards/support/input'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
let store: SettingsStore
const open = () => new SettingsStore(bench.db, bench.audit, bench.clock)
beforeEach(() => {
  bench = engineBench()
  store = open()
})
afterEach(() => {
  bench.close()
})

test('X2: a fresh environment starts with the strictest profile', () => {
  expect(store.get()).toEqual(DEFAULT_SETTINGS)
  expect(store.slippage().limitPct.conservative.toFixed()).toBe('0.5')
})

test('C6: a change is recorded with what was before, kept, and read back', () => {
  store.update({ riskProfile: 'aggressive' }, 'operator')
  expect(open().get()).toEqual({ ...DEFAULT_SETTINGS, riskProfile: 'aggressive' })
  expect(bench.audit.get(1)).toMatchObject({
    type: 'SettingsChanged',
    actor: 'operator',
    data: { before: { riskProfile: 'conservative' }, after: { riskProfile: 'aggressive' } },
  })
})

test('decision 4: a change that cannot be recorded is not made', () => {
  bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'no'); END")
  expect(() => store.update({ unlockMinutes: 60 }, 'operator')).toThrow()
  expect([store.get(), open().get()]).toEqual([DEFAULT_SETTINGS, DEFAULT_SETTINGS])
})

test.for([
  { riskProfile: 'reckless' },
  { unlockMinutes: 0 },
  { unlockMinutes: 481 },
  { unlockMinutes: 1.5 },
  { maxQuoteAgeSec: 301 },
  { maxQuoteAgeSec: Number.NaN },
  { maxVolatilityPct: '0' },
  { maxVolatilityPct: '0.000000' },
  { maxVolatilityPct: '100.1' },
  { maxVolatilityPct: '-5' },
  { maxVolatilityPct: '1e1' },
  { maxVolatilityPct: 50 },
  { guards: 'off' },
])('X10: %j cannot be set', (change) => {
  expect(() => store.update(change as never, 'operator')).toThrow()
  expect(open().get()).toEqual(DEFAULT_SETTINGS)
})

test.for([
  '',
  'null',
  '[]',
  '{"riskProfile":"aggressive"}',
  '{"riskProfile":"aggressive","unlockMinutes":15,"maxQuoteAgeSec":9999,"maxVolatilityPct":"50"}',
  'not json',
])('X10: stored settings %j are not believed: the strictest hold', (text) => {
  store.update({ riskProfile: 'aggressive' }, 'operator')
  bench.db.prepare("UPDATE settings SET value_json = ? WHERE key = 'settings'").run(text)
  expect(open().get()).toEqual(DEFAULT_SETTINGS)
})

test('X2: what a fresh environment has in force, to the figure', () => {
  const { limitPct, maxVolatilityPct, ...rest } = store.slippage()
  expect(Object.entries(limitPct).map(([profile, pct]) => `${profile} ${pct.toFixed()} %`)).toEqual([
    'conservative 0.5 %',
    'moderate 1 %',
    'aggressive 2 %',
  ])
  expect([rest, maxVolatilityPct.toFixed()]).toEqual([{ maxQuoteAgeMs: 30_000, maxDeadlineSec: 600 }, '50'])
})

test.for([
  ['conservative', '0.5'],
  ['moderate', '1'],
  ['aggressive', '2'],
] as const)('X2: by the settings in force the guard lets %s lose %s percent of mid, and no more', ([riskProfile, pct]) => {
  const input = paperInput()
  const { midPrice } = quoteOf()
  const judged = (lossPct: string) => {
    const expectedPrice = midPrice.mul(decimal(100).sub(decimal(lossPct))).div(100)
    const intent = { ...input.intent!, riskProfile, side: 'sell' as const }
    const quote = quoteOf({ expectedPrice, side: 'sell' })
    return slippageGuard.evaluate({
      ...input,
      intent,
      quote,
      request: requestOf({ side: 'sell', limitPrice: expectedPrice }),
      slippage: store.slippage(),
    })
  }
  expect(judged(pct).outcome).toBe('pass')
  expect(judged(decimal(pct).add(decimal('0.0001')).toFixed())).toMatchObject({ outcome: 'deny', denial: { code: 'EXCEEDED_LIMIT' } })
})

test('X2: by the settings in force a quote of half a minute is fresh and a deadline of ten minutes near; a moment more is not', () => {
  const slippage = store.slippage()
  const input = chainInput({ slippage })
  const of = (change: Partial<typeof input>) => {
    const verdict = slippageGuard.evaluate({ ...input, ...change })
    return verdict.outcome === 'deny' ? verdict.denial.code : 'pass'
  }
  const { quotedAtMs } = input.quote!
  expect([of({ nowMs: quotedAtMs + 30_000 }), of({ nowMs: quotedAtMs + 30_001 })]).toEqual(['pass', 'QUOTE_STALE'])
  const call = input.call!
  if (call.kind !== 'swap') throw new Error('no swap')
  const due = (sec: number) => of({ call: { ...call, deadlineSec: input.wallMs / 1_000 + sec } })
  expect([due(600), due(601)]).toEqual(['pass', 'DEADLINE_OUT_OF_RANGE'])
})
