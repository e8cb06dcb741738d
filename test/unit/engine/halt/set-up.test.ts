import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import type { Environment } from '../../../../src-main/domain/environment'
import { beginSetUp, ensureArmedInMarker, initialise, isNeverSetUp, isUntouchedFirstRun } from '../../../../src-main/engine/halt/set-up'
import { bench, BUTTON, countingRandom, temporaryFolder, tryRelease } from './support'

const arm = (dataDir: string, environment: Environment) => initialise(dataDir, environment, countingRandom(), 1)

function database(dataDir: string, environment: Environment, name = 'holdfast.db'): void {
  mkdirSync(join(dataDir, environment), { recursive: true, mode: 0o700 })
  writeFileSync(join(dataDir, environment, name), '')
}

describe('an untouched first run', () => {
  test('is one without a folder, with an empty one, and with files of others', () => {
    const folder = temporaryFolder()
    expect(isUntouchedFirstRun(join(folder, 'none'))).toBe(true)
    expect(isUntouchedFirstRun(folder)).toBe(true)
    mkdirSync(join(folder, 'Cache'))
    writeFileSync(join(folder, 'Preferences'), '')
    mkdirSync(join(folder, 'paper'), { mode: 0o700 })
    writeFileSync(join(folder, 'paper', 'policy.json'), '{}')
    expect(isUntouchedFirstRun(folder)).toBe(true)
  })

  test.for([
    ['a marker', (dir: string) => writeFileSync(join(dir, 'initialized'), '', { mode: 0o600 })],
    ['a lease', (dir: string) => writeFileSync(join(dir, 'machine.lease'), '')],
    ['an odd lease', (dir: string) => symlinkSync('/nowhere', join(dir, 'machine.lease'))],
    ['the record of a halt', (dir: string) => writeFileSync(join(dir, 'halt.json'), '')],
    ['a database', (dir: string) => database(dir, 'live')],
    ['half a database', (dir: string) => database(dir, 'testnet', 'data.sqlite3-wal')],
    ['an environment behind a link', (dir: string) => symlinkSync('/tmp', join(dir, 'live'))],
    ['a file in the place of an environment', (dir: string) => writeFileSync(join(dir, 'live'), '')],
    ['a folder open to others', (dir: string) => chmodSync(dir, 0o755)],
  ] as const)('is none with %s', ([, touch]) => {
    const folder = temporaryFolder()
    touch(folder)
    expect(isUntouchedFirstRun(folder)).toBe(false)
    expect(isNeverSetUp(folder, 'paper')).toBe(false)
    expect(arm(folder, 'paper').ok).toBe(false)
  })
})

describe('arming for the first time', () => {
  test('makes the marker and both leases, once', () => {
    const folder = join(temporaryFolder(), 'data')
    expect(arm(folder, 'paper')).toEqual({ ok: true, value: undefined })
    expect(readFileSync(join(folder, 'initialized'), 'utf8')).toBe('{"armed":["paper"],"settingUp":[],"v":1}')
    expect(existsSync(join(folder, 'machine.lease')) && existsSync(join(folder, 'paper', 'trading.lease'))).toBe(true)
    expect(arm(folder, 'paper')).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
    for (const lease of ['machine.lease', join('paper', 'trading.lease')]) unlinkSync(join(folder, lease))
    expect(arm(folder, 'paper')).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
  })

  test('of a later environment never makes the machine lease', () => {
    const folder = temporaryFolder()
    expect(arm(folder, 'paper').ok).toBe(true)
    unlinkSync(join(folder, 'machine.lease'))
    expect(arm(folder, 'testnet').ok).toBe(true)
    expect(existsSync(join(folder, 'machine.lease'))).toBe(false)
    expect(existsSync(join(folder, 'testnet', 'trading.lease'))).toBe(true)
  })

  test('of a later environment is refused when it holds a database that nobody set up', () => {
    const folder = temporaryFolder()
    arm(folder, 'paper')
    database(folder, 'testnet')
    expect(arm(folder, 'testnet')).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
    expect(arm(folder, 'live').ok).toBe(true)
  })

  test('can be taken up again after a set-up that was never finished, database or not', () => {
    const folder = temporaryFolder()
    expect(beginSetUp(folder, 'paper').ok).toBe(true)
    expect(beginSetUp(folder, 'paper').ok).toBe(true)
    expect(readFileSync(join(folder, 'initialized'), 'utf8')).toBe('{"armed":[],"settingUp":["paper"],"v":1}')
    database(folder, 'paper')
    expect(isUntouchedFirstRun(folder)).toBe(false)
    expect(isNeverSetUp(folder, 'paper')).toBe(true)
    expect(arm(folder, 'paper').ok).toBe(true)
    expect(beginSetUp(folder, 'paper')).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
  })

  test.for(['{}', '{"armed":["paper","paper"],"settingUp":[],"v":1}', '{"armed":["moon"],"settingUp":[],"v":1}', ''])(
    'is refused when the marker reads %s',
    (text) => {
      const folder = temporaryFolder()
      writeFileSync(join(folder, 'initialized'), text, { mode: 0o600 })
      expect(arm(folder, 'live')).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
    },
  )

  test.for(['kill', join('paper', 'kill')])('is refused while %s is there, and possible when it is gone', (name) => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'paper'), { mode: 0o700 })
    writeFileSync(join(folder, name), '')
    expect(arm(folder, 'paper')).toMatchObject({ ok: false, error: { code: 'HALTED' } })
    rmSync(join(folder, name))
    expect(arm(folder, 'paper').ok).toBe(true)
  })

  test('tightens the folder of the environment, which somebody may have made before', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'paper'), { mode: 0o755 })
    expect(arm(folder, 'paper').ok).toBe(true)
    expect(statSync(join(folder, 'paper')).mode & 0o7777).toBe(0o700)
  })

  test('says so when the disk refuses', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'initialized.tmp'))
    expect(arm(folder, 'paper')).toMatchObject({ ok: false, error: { code: 'STORAGE' } })
  })
})

test('a release mends a marker that is missing, from what is there', () => {
  const { open, clock, dataDir } = bench(['paper', 'live'])
  rmSync(join(dataDir, 'initialized'))
  const killSwitch = open()
  killSwitch.halt(BUTTON)
  expect(tryRelease(killSwitch, clock).ok).toBe(true)
  expect(readFileSync(join(dataDir, 'initialized'), 'utf8')).toBe('{"armed":["paper","live"],"settingUp":[],"v":1}')
})

test('an environment is listed once', () => {
  const folder = temporaryFolder()
  beginSetUp(folder, 'live')
  for (let count = 0; count < 2; count++) ensureArmedInMarker(folder, 'live', 1)
  expect(readFileSync(join(folder, 'initialized'), 'utf8')).toBe('{"armed":["live"],"settingUp":[],"v":1}')
})
