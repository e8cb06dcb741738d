import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const CHILD = join(import.meta.dirname, '../../support/app/signal-child.ts')
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../bench/lib/tsx.config.json')

test.skipIf(process.platform === 'win32').for([
  ['SIGUSR1', 'signal-graceful'],
  ['SIGUSR2', 'signal-emergency'],
] as const)('X5: %s that comes while the loop is busy right before an order is placed: nothing leaves', ([signal, source]) => {
  const env = { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG }
  const ran = spawnSync(process.execPath, ['--import', 'tsx', CHILD, signal], { encoding: 'utf8', env })
  expect(ran.status, ran.stderr).toBe(0)
  expect(JSON.parse(ran.stdout)).toEqual({
    heardWhileBusy: false, // the signal was waiting, as it was meant to
    state: 'denied',
    why: 'KILL_SWITCH_TRIGGERED',
    filledBase: '0',
    source,
    by: signal,
  })
})
