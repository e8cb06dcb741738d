import { mkdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import { killFileReason, lookForKillFile, writeKillFile } from '../../../../src-main/engine/halt/kill-file'
import { KillFileWatch, POLL_MS, type WatchMessage } from '../../../../src-main/engine/halt/kill-file-watch'
import { environmentLatch, machineLatch } from '../../../../src-main/engine/halt/places'
import { haltFromTerminal } from '../../../../src-main/engine/halt/terminal'
import { bench, temporaryFolder } from './support'

describe('a kill file', () => {
  test.for([
    ['Stop now.\nmore', 'Stop now.'],
    ['  padded \r\n', 'padded'],
    ['a\u0000b\u001b[2Jc\u202ed', 'ab[2Jcd'],
    ['x'.repeat(5_000), 'x'.repeat(200)],
    ['', 'A kill file is there.'],
    ['\nsecond line only', 'A kill file is there.'],
    ['\u0007\u0007', 'A kill file is there.'],
  ] as const)('gives its first line as the reason, tamed (%#)', ([text, reason]) => {
    const latch = machineLatch(temporaryFolder())
    writeFileSync(latch.killPath, text)
    expect(lookForKillFile(latch)).toBe('present')
    expect(killFileReason(latch)).toBe(reason)
  })

  test('counts whatever it is; a link is not followed and a FIFO does not hang', () => {
    const latch = machineLatch(temporaryFolder())
    const secret = join(latch.folder, 'secret')
    writeFileSync(secret, 'my secret')
    symlinkSync(secret, latch.killPath)
    expect([lookForKillFile(latch), killFileReason(latch)]).toEqual(['present', 'A kill file is there.'])
    unlinkSync(latch.killPath)
    execFileSync('mkfifo', [latch.killPath])
    expect([lookForKillFile(latch), killFileReason(latch)]).toEqual(['present', 'A kill file is there.'])
  })

  test('is not absent where it cannot be looked for', () => {
    const folder = temporaryFolder()
    expect(lookForKillFile(environmentLatch(folder, 'live'))).toBe('absent')
    writeFileSync(join(folder, 'live'), '')
    expect(lookForKillFile(environmentLatch(folder, 'live'))).toEqual({ unreadable: `${join(folder, 'live', 'kill')}: ENOTDIR` })
  })

  test('that is there already stays as it is', () => {
    const latch = machineLatch(temporaryFolder())
    expect(writeKillFile(latch, 'first\nline')).toBe('written')
    expect(writeKillFile(latch, 'second')).toBe('was-there')
    expect(readFileSync(latch.killPath, 'utf8')).toBe('first\n')
  })
})

describe('halting from a terminal', () => {
  test('takes every lease away, leaves a kill file and word of it, and can be repeated', () => {
    const { dataDir, clock, open } = bench(['paper', 'live'])
    const first = haltFromTerminal({ dataDir, reason: 'Stop.', clock })
    expect(first).toMatchObject({ halted: true, killFile: { outcome: 'written' }, problems: [] })
    expect(first.closings.map(({ lease }) => lease.how)).toEqual(['unlinked', 'unlinked', 'absent', 'unlinked'])
    expect(haltFromTerminal({ dataDir, reason: 'Again.', clock })).toMatchObject({ halted: true, killFile: { outcome: 'was-there' } })
    for (const environment of ['paper', 'live'] as const) {
      expect(open({ environment }).snapshot()).toMatchObject({ state: 'triggered', scope: 'machine', by: 'terminal', reason: 'Stop.' })
    }
  })

  test('goes through a link to the data folder, and says when there is none', () => {
    const { dataDir, open } = bench()
    const link = join(temporaryFolder(), 'link')
    symlinkSync(dataDir, link)
    const killSwitch = open()
    expect(haltFromTerminal({ dataDir: link, reason: 'Stop.' }).halted).toBe(true)
    expect(killSwitch.lastLook()).not.toBeNull()
    expect(haltFromTerminal({ dataDir: join(dataDir, 'none'), reason: 'Stop.' })).toMatchObject({ halted: false, closings: [] })
  })

  test('before anything was set up leaves only the kill file, so that removing it leaves a first run', () => {
    const { dataDir, open } = bench([])
    expect(haltFromTerminal({ dataDir, reason: 'Stop.' })).toMatchObject({ halted: true })
    expect(open().armFirstTime()).toMatchObject({ ok: false, error: { code: 'HALTED' } })
    unlinkSync(join(dataDir, 'kill'))
    expect(open().armFirstTime().ok).toBe(true)
  })

  test('halts by the leases where the kill file cannot be written', () => {
    const { dataDir } = bench()
    mkdirSync(join(dataDir, 'kill'))
    expect(haltFromTerminal({ dataDir, reason: 'Stop.' })).toMatchObject({ halted: true, killFile: { outcome: 'was-there' } })
  })
})

describe('watching for kill files', () => {
  function watching() {
    const made = bench()
    const told: WatchMessage[] = []
    const watch = new KillFileWatch(
      { dataDir: made.dataDir, environment: 'paper' },
      (message) => void told.push(message),
      made.clock,
      made.clock,
    )
    watch.start()
    return { ...made, told, watch, killFiles: () => told.filter(({ kind }) => kind === 'kill-file') }
  }

  test('finds one within a poll, once, has taken the leases away by then, and finds the next one too', async () => {
    const { dataDir, clock, killFiles, watch, open } = watching()
    const killSwitch = open()
    writeFileSync(join(dataDir, 'kill'), 'Stop.')
    await clock.advance(POLL_MS)
    expect(killFiles()).toEqual([{ kind: 'kill-file', scope: 'machine', path: join(dataDir, 'kill'), reason: 'Stop.' }])
    await clock.advance(10 * POLL_MS)
    expect(killFiles()).toHaveLength(1)
    unlinkSync(join(dataDir, 'kill'))
    await clock.advance(POLL_MS)
    expect(killSwitch.lastLook()).not.toBeNull()
    writeFileSync(join(dataDir, 'paper', 'kill'), 'Again.')
    await clock.advance(POLL_MS)
    expect(killFiles()).toHaveLength(2)
    watch.stop()
    expect(clock.pendingTasks).toBe(0)
  })

  test('finds one in an environment folder that is made later', async () => {
    const { dataDir, clock, told, watch } = watching()
    const later = new KillFileWatch({ dataDir, environment: 'live' }, (message) => void told.push(message), clock, clock)
    later.start()
    mkdirSync(join(dataDir, 'live'), { mode: 0o700 })
    writeFileSync(join(dataDir, 'live', 'kill'), 'Stop.')
    await clock.advance(POLL_MS)
    expect(told.at(-1)).toEqual({ kind: 'kill-file', scope: 'environment', path: join(dataDir, 'live', 'kill'), reason: 'Stop.' })
    watch.stop()
    later.stop()
  })
})
