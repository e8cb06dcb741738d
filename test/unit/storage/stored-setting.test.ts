import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'

import { StoredSetting } from '../../../src-main/storage/stored-setting'
import { engineBench, type EngineBench } from '../../support/app/engine-bench'

const KIND = { key: 'trial', schema: z.strictObject({ atMost: z.number().int() }), fresh: { atMost: 5 } }

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})
const forgiving = () => new StoredSetting(bench.db, bench.clock, { ...KIND, unreadable: { atMost: 0 } })
const strict = () => new StoredSetting(bench.db, bench.clock, KIND)
const put = (text: string) =>
  bench.db.prepare("INSERT OR REPLACE INTO settings(key, value_json, updated_at_ms) VALUES ('trial', ?, 0)").run(text)

test('X6: fresh while nothing is stored; then what was kept', () => {
  expect(forgiving().load()).toEqual({ atMost: 5 })
  forgiving().save({ atMost: 7 })
  expect([forgiving().load(), strict().load()]).toEqual([{ atMost: 7 }, { atMost: 7 }])
})

test('X6: what cannot be understood never counts as fresh: it is what its kind says, or it throws', () => {
  for (const text of ['', 'null', '{}', '{"atMost":"7"}', '{"atMost":7,"more":1}']) {
    put(text)
    expect(forgiving().load(), text).toEqual({ atMost: 0 })
    expect(() => strict().load(), text).toThrow()
  }
})

test('X6: a database that cannot be read is no unreadable setting: it is told', () => {
  bench.db.exec('ALTER TABLE settings RENAME TO elsewhere')
  expect(() => forgiving().load()).toThrow()
})

test('X6: a change and what is on record of it are kept together, or neither', () => {
  const setting = forgiving()
  const refuse = (): void => {
    throw new Error('not recorded')
  }
  expect(() => {
    setting.saveOnRecord({ atMost: 9 }, refuse)
  }).toThrow('not recorded')
  expect(setting.load()).toEqual({ atMost: 5 })

  const note = (): void => void bench.db.prepare("INSERT INTO settings(key, value_json, updated_at_ms) VALUES ('noted', '1', 0)").run()
  bench.db.exec(
    "CREATE TEMP TRIGGER full BEFORE INSERT ON settings WHEN new.key = 'trial' BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
  )
  expect(() => {
    setting.saveOnRecord({ atMost: 9 }, note)
  }).toThrow('the disk is full')
  expect(bench.db.prepare("SELECT count(*) FROM settings WHERE key = 'noted'").pluck().get()).toBe(0)
})
