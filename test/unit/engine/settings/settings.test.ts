import { afterEach, beforeEach, expect, test } from 'vitest'

import { DEFAULT_SETTINGS, SettingsStore } from '../../../../src-main/engine/settings/settings'
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
