import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import manifest from '../../../package.json'

// As people type it: `npm start -- halt "why"`, in a shell without a display, by whoever runs the tests, root included.

const START = join(import.meta.dirname, '../../../build/start.mjs')
const isRoot = process.getuid?.() === 0

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'holdfast-home-'))
  chmodSync(home, 0o755)
})
afterEach(() => rmSync(home, { recursive: true, force: true }))

/** A data folder in which trading is allowed. */
function dataFolderAt(...path: readonly string[]): string {
  const folder = join(home, ...path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(folder, 'machine.lease'), 'a lease', { mode: 0o600 })
  return folder
}

function start(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout } = spawnSync(process.execPath, [START, ...args], {
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    encoding: 'utf8',
  })
  return { status, stdout }
}

const isHalted = (folder: string): boolean => existsSync(join(folder, 'kill')) && !existsSync(join(folder, 'machine.lease'))

describe('X5: `npm start -- halt` without a display', () => {
  test('leaves a kill file with the reason, takes the lease away, and ends with 0', () => {
    const folder = dataFolderAt('chosen')
    const { status, stdout } = start(['halt', 'the feed', 'is wrong'], { HOLDFAST_DATA_DIR: folder })
    expect([status, stdout]).toEqual([0, 'Trading is halted.\n'])
    expect(isHalted(folder)).toBe(true)
    expect(readFileSync(join(folder, 'kill'), 'utf8')).toBe('the feed is wrong\n')
  })

  test.runIf(process.platform === 'linux')('halts in the folder that the app has where none is named', () => {
    const folder = dataFolderAt('.config', manifest.productName, 'data')
    expect(start(['halt']).status).toBe(0)
    expect(isHalted(folder)).toBe(true)
    const moved = dataFolderAt('elsewhere', manifest.productName, 'data')
    expect(start(['halt'], { XDG_CONFIG_HOME: join(home, 'elsewhere') }).status).toBe(0)
    expect(isHalted(moved)).toBe(true)
  })

  test.runIf(isRoot)('what root leaves belongs to whom the folder belongs to, whose app must read it', () => {
    const folder = dataFolderAt('of-another')
    chownSync(folder, 12_345, 12_345)
    expect(start(['halt'], { HOLDFAST_DATA_DIR: folder }).status).toBe(0)
    expect(isHalted(folder)).toBe(true)
    expect(['kill', 'halt.json'].map((name) => statSync(join(folder, name)).uid)).toEqual([12_345, 12_345])
  })

  test('says so and ends with 1 where there is nothing to halt', () => {
    const { status, stdout } = start(['halt'], { HOLDFAST_DATA_DIR: join(home, 'nowhere') })
    expect(status).toBe(1)
    expect(stdout).toContain('Trading could not be halted.')
  })
})
