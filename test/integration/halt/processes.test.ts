import { existsSync, renameSync, rmSync, unlinkSync, watch, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { haltFromTerminal } from '../../../src-main/engine/halt/terminal'
import { armedFolder, restart, start } from './support'

describe('an app whose main loop is frozen', () => {
  test('is halted from a terminal: no look that begins after it returned passes', async () => {
    const dataDir = armedFolder()
    const child = start('busy', dataDir)
    await child.line('looking')
    const receipt = haltFromTerminal({ dataDir, reason: 'It hangs.' })
    writeFileSync(join(dataDir, 'after'), '')
    expect(receipt).toMatchObject({ halted: true, problems: [] })
    const result = JSON.parse(await child.line('result')) as { passed: number; latePasses: number; snapshot: object }
    expect(result.passed).toBeGreaterThanOrEqual(100)
    expect(result.latePasses).toBe(0)
    expect(result.snapshot).toMatchObject({ state: 'triggered', source: 'kill-file', reason: 'It hangs.', scope: 'machine' })
    await child.ended
    unlinkSync(join(dataDir, 'kill'))
    expect(restart(dataDir).snapshot()).toMatchObject({ state: 'triggered', source: 'kill-file', reason: 'It hangs.' })
  })

  test('stays halted by a kill file that came and went while it hung', async () => {
    const dataDir = armedFolder()
    const child = start('hung', dataDir)
    expect(await child.line('hanging')).toBe('true')
    const recorded = watchUntilThere(join(dataDir, 'halt.json'))
    writeFileSync(join(dataDir, 'kill.new'), 'Stop.')
    renameSync(join(dataDir, 'kill.new'), join(dataDir, 'kill'))
    await recorded
    rmSync(join(dataDir, 'kill'))
    child.proceed()
    expect(await child.line('result')).toBe('KILL_SWITCH_TRIGGERED')
    await child.ended
    expect(restart(dataDir).snapshot()).toMatchObject({ state: 'triggered', source: 'kill-file', reason: 'Stop.' })
  })
})

describe('the watching thread', () => {
  test('tells of a kill file', async () => {
    const dataDir = armedFolder()
    const child = start('watched', dataDir)
    await child.line('watching')
    writeFileSync(join(dataDir, 'paper', 'kill.new'), 'not yet')
    writeFileSync(join(dataDir, 'kill'), '')
    expect(JSON.parse(await child.line('kill-file'))).toMatchObject({ kind: 'kill-file', scope: 'machine', path: join(dataDir, 'kill') })
    await child.line('stopped')
    await child.ended
    expect(child.lines.filter((line) => line.startsWith('fault'))).toEqual([])
  })

  test('tells of a lease that goes', async () => {
    const dataDir = armedFolder()
    const child = start('watched', dataDir)
    await child.line('watching')
    unlinkSync(join(dataDir, 'paper', 'trading.lease'))
    expect(JSON.parse(await child.line('looked'))).toMatchObject({ state: 'triggered', scope: 'environment' })
    await child.line('stopped')
    await child.ended
  })
})

test('signals that come before the engine exists halt at once and are delivered when it does', async () => {
  const dataDir = armedFolder()
  const child = start('signalled', dataDir)
  await child.line('installed')
  child.signal('SIGUSR1')
  child.signal('SIGUSR2')
  expect(await child.line('leases')).toBe('false')
  // In whichever order they came: the stronger one prevails.
  const delivered = [await child.line('delivered'), await child.line('delivered')]
  expect(delivered.map((line) => line.split(' ')[0]).sort()).toEqual(['SIGUSR1', 'SIGUSR2'])
  expect(delivered[1]).toContain('emergency')
  expect(await child.line('state')).toBe('triggered')
  await child.ended
  expect(existsSync(join(dataDir, 'machine.lease'))).toBe(false)
  expect(restart(dataDir).snapshot()).toMatchObject({ state: 'triggered', source: expect.stringMatching(/^signal-/) as string })
})

/** Resolves when a file is there, by the file system's own word. */
function watchUntilThere(path: string): Promise<void> {
  return new Promise((resolve) => {
    const watcher = watch(dirname(path), () => {
      if (!existsSync(path)) return
      watcher.close()
      resolve()
    })
  })
}
