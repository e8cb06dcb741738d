import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { armedFolder, restart, start } from './support'

const kinds = (killSwitch: ReturnType<typeof restart>) =>
  killSwitch.history().lines.map((line) => (line.kind === 'entry' ? line.entry.kind : 'bad'))

describe('kill -9 in the middle of a halt', () => {
  test('after the gate was closed but before the lease is gone loses it: that is why durability is said apart', async () => {
    const dataDir = armedFolder()
    const child = start('stop-at', dataDir, ['halt', 'machine', 'halt:gate-closed'])
    await child.line('at')
    await child.kill9()
    expect(restart(dataDir).snapshot().state).toBe('armed')
  })

  test.for([
    ['machine', 'halt:machine-lease-removed', false],
    ['machine', 'halt:environment-lease-removed', false],
    ['machine', 'halt:machine-record-written', true],
    ['machine', 'halt:environment-record-written', true],
    ['machine', 'halt:history-written', true],
    ['environment', 'halt:environment-lease-removed', false],
    ['environment', 'halt:environment-record-written', true],
  ] as const)('of the %s, at %s, is found halted', async ([scope, step, isRecorded]) => {
    const dataDir = armedFolder()
    const child = start('stop-at', dataDir, ['halt', scope, step])
    await child.line('at')
    await child.kill9()
    const snapshot = restart(dataDir).snapshot()
    expect(snapshot).toMatchObject({ state: 'triggered', scope })
    expect(snapshot).toMatchObject(
      isRecorded ? { source: 'button', by: 'operator', reason: 'Looks wrong.' } : { source: 'unreadable-state', sinceMs: null },
    )
    expect(snapshot.sinceMs !== null).toBe(isRecorded)
    expect(restart(dataDir).snapshot()).toEqual(snapshot)
  })
})

describe('kill -9 in the middle of a release', () => {
  test.for([
    ['machine', 'release:authorisation-recorded'],
    ['machine', 'release:environment-lease-written'],
    ['machine', 'release:machine-lease-written'],
    ['machine', 'release:verified'],
    ['machine', 'release:environment-record-cleared'],
    ['environment', 'release:environment-lease-written'],
    ['environment', 'release:verified'],
  ] as const)('of the %s, at %s, is found halted, since when and by whom', async ([scope, step]) => {
    const dataDir = armedFolder()
    const child = start('stop-at', dataDir, ['release', scope, step])
    await child.line('at')
    await child.kill9()
    const killSwitch = restart(dataDir)
    expect(killSwitch.snapshot()).toMatchObject({ state: 'triggered', source: 'button', by: 'operator', scope })
    expect(kinds(killSwitch)).toEqual(['Halted', 'RecoveryBegun', 'ReleaseAuthorised', 'FoundHalted'])
    // What half a release had written is gone.
    expect(existsSync(join(dataDir, 'paper', 'trading.lease'))).toBe(false)
    expect(restart(dataDir).snapshot().state).toBe('triggered')
  })

  test.for([
    ['machine', 'release:machine-record-cleared'],
    ['machine', 'release:gate-open'],
    ['environment', 'release:environment-record-cleared'],
  ] as const)('of the %s, at %s, is found released, and says so', async ([scope, step]) => {
    const dataDir = armedFolder()
    const child = start('stop-at', dataDir, ['release', scope, step])
    await child.line('at')
    await child.kill9()
    const killSwitch = restart(dataDir)
    expect(killSwitch.snapshot().state).toBe('armed')
    expect(killSwitch.lastLook()).toBeNull()
    expect(kinds(killSwitch)).toEqual(['Halted', 'RecoveryBegun', 'ReleaseAuthorised', 'ReleaseFoundComplete'])
  })
})

test('kill -9 at any moment: what was said to be halted is halted, and what was said to be armed is armed', async () => {
  const dataDir = armedFolder()
  for (const lines of [1, 2, 3, 4, 7, 11, 18, 29]) {
    const child = start('cycle', dataDir)
    await child.line('armed')
    for (let line = 0; line < lines; line++) await child.line(['halting', 'triggered', 'releasing', 'armed'][line % 4] ?? '')
    await child.kill9()
    const last = child.lines.at(-1)
    const killSwitch = restart(dataDir)
    const { state } = killSwitch.snapshot()
    if (last === 'armed' || last === 'triggered') expect({ last, state }).toEqual({ last, state: last })
    else expect(['armed', 'triggered']).toContain(state)
    expect(killSwitch.lastLook() === null).toBe(state === 'armed')
    expect(killSwitch.history().intact).toBe(true)
  }
})
