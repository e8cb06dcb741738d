import { afterEach, beforeEach, expect, test } from 'vitest'

import { doesLess, HaltSettings } from '../../../../src-main/engine/sweep/halt-settings'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})
const settings = () => new HaltSettings(bench.db, bench.audit, bench.clock)

test('B5: what a halt does is chosen beforehand, on record, and kept; fresh or unreadable it is the gate alone', () => {
  expect(settings().mode).toBe('gate-only')
  settings().choose('emergency', { actor: 'operator', reason: 'travelling' })
  expect(settings().mode).toBe('emergency')
  expect(bench.auditTypes().at(-1)).toBe('HaltSettingsChanged')
  bench.db.prepare('UPDATE settings SET value_json = \'{"mode":"everything"}\' WHERE key = \'halt\'').run()
  expect(settings().mode).toBe('gate-only')
})

test('B5: what cannot be recorded is not chosen', () => {
  const chosen = settings()
  bench.db.exec("CREATE TEMP TRIGGER full BEFORE INSERT ON audit_entries BEGIN SELECT RAISE(ABORT, 'the disk is full'); END")
  expect(() => chosen.choose('graceful', { actor: 'operator', reason: 'x' })).toThrow()
  bench.db.exec('DROP TRIGGER full')
  expect([chosen.mode, settings().mode]).toEqual(['gate-only', 'gate-only'])
})

test('B5: only to do less takes authority', () => {
  expect([doesLess('gate-only', 'graceful'), doesLess('graceful', 'emergency'), doesLess('graceful', 'graceful')]).toEqual([
    false,
    false,
    false,
  ])
  expect([doesLess('emergency', 'graceful'), doesLess('graceful', 'gate-only')]).toEqual([true, true])
})
