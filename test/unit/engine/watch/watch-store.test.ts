import { afterEach, beforeEach, expect, test } from 'vitest'

import { DEFAULT_WATCH_SETTINGS } from '../../../../src-main/domain/watch'
import { WatchStore } from '../../../../src-main/engine/watch/watch-store'
import { engineBench, type EngineBench } from '../../../support/app/engine-bench'

let bench: EngineBench
beforeEach(() => {
  bench = engineBench()
})
afterEach(() => {
  bench.close()
})
const store = () => new WatchStore(bench.db, bench.audit, bench.clock)
const put = (key: string, text: string) =>
  bench.db.prepare('INSERT OR REPLACE INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, 0)').run(key, text)

test('X5: settings of the triggers that cannot be read are the defaults, with the dead-man switch on', () => {
  expect(store().settings).toEqual(DEFAULT_WATCH_SETTINGS)
  for (const text of [
    '',
    '{}',
    '{"deadManOn":false}',
    JSON.stringify({ ...DEFAULT_WATCH_SETTINGS, deadManAfterMin: 10, deadManWarnMin: 10 }),
  ]) {
    put('watch', text)
    expect(store().settings, text).toEqual({ ...DEFAULT_WATCH_SETTINGS, deadManOn: true })
  }
  put('watch', JSON.stringify({ ...DEFAULT_WATCH_SETTINGS, clockOverSec: 10 }))
  expect(store().settings).toEqual({ ...DEFAULT_WATCH_SETTINGS, clockOverSec: 10 })
})

test('X5: what the triggers remember outlives a restart; what cannot be read is as good as never seen', () => {
  const memory = {
    lastWallMs: 5,
    seenWallMs: null,
    acknowledged: ['disk'],
    accounts: { main: { highs: [{ atMs: 1, usd: '10.5' }], pricesUsd: {} } },
  }
  store().remember(memory)
  expect(store().recall()).toEqual(memory)
  put('watch-memory', '{"lastWallMs":"yesterday"}')
  expect(store().recall()).toEqual({ lastWallMs: null, seenWallMs: null, acknowledged: [], accounts: {} })
})
