import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { expect, test } from 'vitest'

const child = (file: string): string => join(import.meta.dirname, '../../support/app', file)
// The project's own configuration sends the database driver to its types.
const TSX_CONFIG = join(import.meta.dirname, '../../../build/tsx.config.json')

function run(file: string, signal: string): unknown {
  const env = { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG }
  const ran = spawnSync(process.execPath, ['--import', 'tsx', child(file), signal], { encoding: 'utf8', env })
  expect(ran.status, ran.stderr).toBe(0)
  return JSON.parse(ran.stdout)
}

test.skipIf(process.platform === 'win32').for([
  ['SIGUSR1', 'signal-graceful'],
  ['SIGUSR2', 'signal-emergency'],
] as const)('X5: %s that comes while the loop is busy right before an order is placed: nothing leaves', ([signal, source]) => {
  expect(run('signal-child.ts', signal)).toEqual({
    heardWhileBusy: false, // the signal was waiting, as it was meant to
    state: 'denied',
    why: 'KILL_SWITCH_TRIGGERED',
    filledBase: '0',
    source,
    by: signal,
  })
})

test.skipIf(process.platform === 'win32').for(['SIGUSR1', 'SIGUSR2'])(
  'X5: %s that comes while the connection for a transaction is made: not a byte of it leaves',
  (signal) => {
    expect(run('signal-http-child.ts', signal)).toEqual({ kind: 'withheld', received: 0 })
  },
)
