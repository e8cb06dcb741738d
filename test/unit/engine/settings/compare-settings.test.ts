import { expect, test } from 'vitest'

import { compareSettings } from '../../../../src-main/engine/settings/compare-settings'
import { DEFAULT_SETTINGS, type Settings } from '../../../../src-main/engine/settings/settings'

const BEFORE: Settings = { ...DEFAULT_SETTINGS, riskProfile: 'moderate', maxVolatilityPct: '9.5' }
const of = (change: Partial<Settings>, before: Settings = BEFORE) => compareSettings(before, { ...before, ...change })

test.for<Partial<Settings>>([
  { riskProfile: 'aggressive' },
  { unlockMinutes: 480 },
  { maxQuoteAgeSec: 300 },
  { maxVolatilityPct: '100' },
  { maxVolatilityPct: '10' },
  { stuckAction: 'speed-up' },
  { stuckAction: 'cancel' },
  { stuckAfterSec: 3_600 },
  { stuckMostBumps: 10 },
])('P7: %j loosens, also beside something tighter', (change) => {
  expect(of(change)).toMatchObject({ loosens: true, changes: [{ after: String(Object.values(change)[0]) }] })
  expect(of({ ...change, ...('unlockMinutes' in change ? { maxQuoteAgeSec: 1 } : { unlockMinutes: 1 }) }).loosens).toBe(true)
})

test.for<Partial<Settings>>([
  { riskProfile: 'conservative' },
  { unlockMinutes: 1 },
  { maxQuoteAgeSec: 1 },
  { maxVolatilityPct: '9' },
  { maxVolatilityPct: '9.50' },
  { stuckAfterSec: 30 },
  { stuckMostBumps: 1 },
])('P7: %j does not', (change) => {
  expect(of(change)).toMatchObject({ loosens: false, changes: [{ after: String(Object.values(change)[0]) }] })
})

test('P7: what is done by itself may be turned off by anybody, and done sooner or otherwise by nobody alone', () => {
  const on: Settings = { ...BEFORE, stuckAction: 'cancel' }
  expect(of({ stuckAction: 'off' }, on).loosens).toBe(false)
  expect(of({ stuckAction: 'speed-up' }, on).loosens).toBe(true)
  expect(of({ stuckAfterSec: 30 }, on).loosens).toBe(true)
})

test('nothing changed is no change', () => {
  expect(of({})).toEqual({ changes: [], loosens: false })
})
