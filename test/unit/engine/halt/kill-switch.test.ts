import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

import type { KillSwitch } from '../../../../src-main/engine/halt/kill-switch'
import { newLease, writeLease } from '../../../../src-main/engine/halt/lease'
import { latchesOf } from '../../../../src-main/engine/halt/places'
import { isUntouchedFirstRun } from '../../../../src-main/engine/halt/set-up'
import { haltFromTerminal } from '../../../../src-main/engine/halt/terminal'
import { bench, BUTTON, countingRandom, tryRelease } from './support'

describe('halting', () => {
  test('closes the gate before it touches the disk, then leases, records and history', () => {
    const { open, steps, dataDir } = bench()
    let lookWhenClosed: string | null = null
    let leaseWhenClosed = false
    const killSwitch: KillSwitch = open({
      ports: {
        onChange: () => undefined,
        onStep: (step) => {
          steps.push(step)
          if (step !== 'halt:gate-closed') return
          lookWhenClosed = killSwitch.lastLook()?.code ?? null
          leaseWhenClosed = existsSync(join(dataDir, 'machine.lease'))
        },
      },
    })
    const receipt = killSwitch.halt(BUTTON)
    expect({ lookWhenClosed, leaseWhenClosed }).toEqual({ lookWhenClosed: 'KILL_SWITCH_TRIGGERED', leaseWhenClosed: true })
    expect(steps).toEqual([
      'halt:gate-closed',
      'halt:machine-lease-removed',
      'halt:environment-lease-removed',
      'halt:machine-record-written',
      'halt:environment-record-written',
      'halt:history-written',
    ])
    expect(receipt).toMatchObject({ already: false, durable: true, recorded: true, scope: 'machine', mode: 'gate-only', problems: [] })
    expect(receipt.closings.map(({ lease }) => lease.how)).toEqual(['unlinked', 'unlinked'])
  })

  test('can be acknowledged before it is durable', () => {
    const { open, dataDir, changes } = bench()
    const killSwitch = open()
    const gate = killSwitch.closeGate(BUTTON)
    expect(gate).toMatchObject({ already: false, scope: 'machine' })
    expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
    expect(existsSync(join(dataDir, 'machine.lease'))).toBe(true)
    expect(killSwitch.makeDurable()).toMatchObject({ durable: true })
    expect(existsSync(join(dataDir, 'machine.lease'))).toBe(false)
    expect(changes).toHaveLength(1)
  })

  test('making durable does nothing while armed', () => {
    const { open } = bench()
    const killSwitch = open()
    expect(killSwitch.makeDurable()).toMatchObject({ durable: false, problems: ['Trading is not halted.'] })
    expect(killSwitch.lastLook()).toBeNull()
  })

  test('a second halt keeps the first, widens its scope and strengthens its mode, also across a restart', async () => {
    const { open, clock, changes } = bench()
    const killSwitch = open()
    killSwitch.halt({ ...BUTTON, scope: 'environment', mode: 'graceful' })
    const first = killSwitch.snapshot()
    await clock.advance(5_000)
    const second = killSwitch.halt({ source: 'automatic', by: 'dead-man', reason: 'Nobody there.', scope: 'machine', mode: 'emergency' })
    expect(second).toMatchObject({ already: true, scope: 'machine', mode: 'emergency', sinceMs: first.sinceMs })
    expect(killSwitch.halt({ ...BUTTON, scope: 'environment' })).toMatchObject({ scope: 'machine', mode: 'emergency' })
    expect(killSwitch.snapshot()).toEqual({ ...first, scope: 'machine' })
    expect(changes).toEqual([first, { ...first, scope: 'machine' }])
    const again = open()
    expect(again.snapshot()).toEqual({ ...first, scope: 'machine' })
    expect(again.mode).toBe('emergency')
    const halts = again.history().lines.flatMap((line) => (line.kind === 'entry' ? [line.entry.source] : []))
    expect(halts).toEqual(['button', 'automatic', 'button'])
  })

  test('a trigger that fires on and on fills neither history nor screens', () => {
    const { open, changes } = bench()
    const killSwitch = open()
    for (let count = 0; count < 20; count++) killSwitch.halt(BUTTON)
    expect(killSwitch.history().lines).toHaveLength(1)
    expect(changes).toHaveLength(1)
  })

  test('of one environment leaves the others alone; of the machine stops them all', () => {
    const { open } = bench(['paper', 'testnet'])
    open({ environment: 'testnet' }).halt({ ...BUTTON, scope: 'environment' })
    expect(open({ environment: 'testnet' }).snapshot()).toMatchObject({ state: 'triggered', scope: 'environment' })
    const paper = open()
    expect(paper.lastLook()).toBeNull()
    open({ environment: 'testnet' }).halt(BUTTON)
    expect(paper.lastLook()).toMatchObject({ code: 'KILL_SWITCH_TRIGGERED' })
    expect(paper.snapshot()).toMatchObject({ state: 'triggered', scope: 'machine', source: 'button', by: 'operator' })
  })

  test('survives listeners that throw', () => {
    const { open } = bench()
    const boom = () => {
      throw new Error('boom')
    }
    const killSwitch = open({ ports: { onChange: boom, onTrouble: boom } })
    expect(killSwitch.halt(BUTTON)).toMatchObject({ durable: true })
  })

  test('takes control characters and long stories out of what others write', () => {
    const { open } = bench()
    const killSwitch = open()
    killSwitch.halt({ ...BUTTON, by: 'me\u001b[31m\nyou', reason: 'x'.repeat(300) })
    expect(killSwitch.snapshot()).toMatchObject({ by: 'me[31m', reason: 'x'.repeat(200) })
  })
})

describe('the last look', () => {
  const lease = 'machine.lease'
  const paperLease = join('paper', 'trading.lease')
  const cases: readonly [what: string, alter: (dataDir: string) => void, code: string][] = [
    ['the machine lease gone', (dir) => unlinkSync(join(dir, lease)), 'KILL_SWITCH_TRIGGERED'],
    ['the environment lease gone', (dir) => unlinkSync(join(dir, paperLease)), 'KILL_SWITCH_TRIGGERED'],
    ['a kill file for the machine', (dir) => writeFileSync(join(dir, 'kill'), ''), 'KILL_SWITCH_TRIGGERED'],
    ['a kill file for the environment', (dir) => writeFileSync(join(dir, 'paper', 'kill'), ''), 'KILL_SWITCH_TRIGGERED'],
    ['a folder as kill file', (dir) => mkdirSync(join(dir, 'kill')), 'KILL_SWITCH_TRIGGERED'],
    ['a dangling link as kill file', (dir) => symlinkSync('/nowhere', join(dir, 'kill')), 'KILL_SWITCH_TRIGGERED'],
    ['a wrong mode', (dir) => chmodSync(join(dir, lease), 0o644), 'KILL_SWITCH_UNREADABLE'],
    ['a wrong folder mode', (dir) => chmodSync(join(dir, 'paper'), 0o755), 'KILL_SWITCH_UNREADABLE'],
    ['an empty lease', (dir) => writeFileSync(join(dir, paperLease), ''), 'KILL_SWITCH_UNREADABLE'],
    [
      'the lease of another run',
      (dir) => {
        const { machine } = latchesOf(dir, 'paper')
        writeLease(machine, newLease(machine, countingRandom('another run'), 1))
      },
      'KILL_SWITCH_UNREADABLE',
    ],
    [
      'the lease behind a link',
      (dir) => {
        writeFileSync(join(dir, 'copy'), readFileSync(join(dir, lease)), { mode: 0o600 })
        unlinkSync(join(dir, lease))
        symlinkSync(join(dir, 'copy'), join(dir, lease))
      },
      'KILL_SWITCH_UNREADABLE',
    ],
    ['the whole folder gone', (dir) => rmSync(dir, { recursive: true }), 'KILL_SWITCH_TRIGGERED'],
  ]

  test.for(cases)('refuses with %s, halts by it, and goes on refusing when it is put right', ([, alter, code]) => {
    const { open, dataDir } = bench()
    const before = latchesOf(dataDir, 'paper')
    const texts = [before.machine, before.environment].map((latch) => [latch, readFileSync(latch.leasePath)] as const)
    const killSwitch = open()
    expect(killSwitch.lastLook()).toBeNull()
    alter(dataDir)
    expect(killSwitch.lastLook()?.code).toBe(code)
    expect(killSwitch.snapshot().state).toBe('triggered')
    for (const name of ['kill', join('paper', 'kill')]) rmSync(join(dataDir, name), { recursive: true, force: true })
    for (const [latch, text] of texts) {
      mkdirSync(latch.folder, { recursive: true, mode: 0o700 })
      rmSync(latch.leasePath, { force: true })
      writeFileSync(latch.leasePath, text, { mode: 0o600 })
      chmodSync(latch.folder, 0o700)
    }
    expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
  })

  test('says whose kill file it was', () => {
    const { open, dataDir } = bench()
    const killSwitch = open()
    writeFileSync(join(dataDir, 'paper', 'kill'), 'Fire in the data centre.\nsecond line')
    killSwitch.lastLook()
    expect(killSwitch.snapshot()).toMatchObject({ source: 'kill-file', reason: 'Fire in the data centre.', scope: 'environment' })
  })

  test('shows a halt from a terminal as what it was, now and after a restart', () => {
    const { open, dataDir, clock } = bench()
    const killSwitch = open()
    expect(haltFromTerminal({ dataDir, reason: 'From the terminal.', clock })).toMatchObject({
      halted: true,
      killFile: { outcome: 'written' },
      problems: [],
    })
    expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
    const expected = { state: 'triggered', source: 'kill-file', reason: 'From the terminal.', scope: 'machine' }
    expect(killSwitch.snapshot()).toMatchObject(expected)
    expect(open().snapshot()).toMatchObject({ ...expected, by: 'terminal' })
  })

  test('refuses when it throws', () => {
    const { open } = bench()
    const killSwitch = open()
    const original = process.geteuid
    process.geteuid = () => {
      throw new Error('no such thing')
    }
    try {
      expect(killSwitch.lastLook()).toMatchObject({ code: 'KILL_SWITCH_UNREADABLE' })
    } finally {
      if (original !== undefined) process.geteuid = original
    }
    expect(killSwitch.lastLook()).toMatchObject({ code: 'KILL_SWITCH_TRIGGERED' })
  })
})

test('a data folder that vanishes is not a first run afterwards', () => {
  const { open, dataDir } = bench()
  const killSwitch = open()
  rmSync(dataDir, { recursive: true })
  expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
  expect(isUntouchedFirstRun(dataDir)).toBe(false)
  expect(open().armFirstTime()).toMatchObject({ ok: false })
})

describe('starting', () => {
  test('armed stays armed, with nothing written', () => {
    const { open, dataDir, changes } = bench()
    expect(open().snapshot()).toEqual({ state: 'armed', sinceMs: null, source: null, by: null, reason: null, scope: null })
    expect(readdirSync(dataDir).sort()).toEqual(['initialized', 'machine.lease', 'paper'])
    expect(changes).toEqual([])
  })

  test.for(['1', 'true', 'YES', 'on', 'anything', '00'])('a variable set to %s halts, and it sticks when the variable is gone', (value) => {
    const { open } = bench()
    expect(open({ env: { TRADING_HALTED: value } }).snapshot()).toMatchObject({
      state: 'triggered',
      source: 'environment-variable',
      scope: 'machine',
    })
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'environment-variable', reason: 'TRADING_HALTED is set.' })
  })

  test.for(['', '0', 'false', 'No', 'OFF', ' '])('a variable set to "%s" does not', (value) => {
    expect(
      bench()
        .open({ env: { KILL_SWITCH_ACTIVE: value } })
        .snapshot().state,
    ).toBe('armed')
  })

  test('a kill file halts, and it sticks when the file is gone', () => {
    const { open, dataDir } = bench()
    writeFileSync(join(dataDir, 'kill'), 'Stop.')
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'kill-file', reason: 'Stop.' })
    unlinkSync(join(dataDir, 'kill'))
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'kill-file', reason: 'Stop.' })
  })

  test('a lease that is gone for no known reason halts, since nobody knows when', () => {
    const { open, dataDir } = bench()
    unlinkSync(join(dataDir, 'machine.lease'))
    expect(open().snapshot()).toMatchObject({ state: 'triggered', source: 'unreadable-state', sinceMs: null, scope: 'machine' })
  })

  test('the record of a halt halts by itself, whatever the leases say', () => {
    const { open, dataDir } = bench()
    open()
    writeFileSync(join(dataDir, 'halt.json'), 'gibberish', { mode: 0o600 })
    const killSwitch = open()
    expect(killSwitch.snapshot()).toMatchObject({ state: 'triggered', source: 'unreadable-state' })
    expect(killSwitch.snapshot().reason).toContain('halt.json')
    expect(readdirSync(dataDir).filter((name) => name.startsWith('halt.json.aside-'))).toHaveLength(1)
  })

  test('in a folder nobody armed denies, writes nothing, and can be armed at the end of the set-up', () => {
    const { open, dataDir } = bench([])
    const killSwitch = open()
    expect(killSwitch.notSetUp).toBe(true)
    expect(killSwitch.lastLook()?.code).toBe('NOT_SET_UP')
    expect(killSwitch.beginRecovery({ by: 'x', reason: 'y' })).toMatchObject({ ok: false, error: { code: 'NOT_SET_UP' } })
    expect(readdirSync(dataDir)).toEqual([])
    expect(killSwitch.armFirstTime()).toEqual({ ok: true, value: undefined })
    expect(killSwitch.snapshot().state).toBe('armed')
    expect(killSwitch.lastLook()).toBeNull()
    expect(killSwitch.armFirstTime()).toMatchObject({ ok: false, error: { code: 'ALREADY_SET_UP' } })
  })

  test('a halt before the set-up is finished sticks: it is released, not armed away', () => {
    const { open, clock } = bench([])
    const killSwitch = open()
    expect(killSwitch.halt(BUTTON)).toMatchObject({ durable: true, already: false })
    expect(killSwitch.armFirstTime()).toMatchObject({ ok: false })
    const again = open()
    expect(again.snapshot()).toMatchObject({ state: 'triggered', source: 'button' })
    expect(again.armFirstTime()).toMatchObject({ ok: false })
    expect(tryRelease(again, clock).ok).toBe(true)
    expect(again.lastLook()).toBeNull()
    expect(open().snapshot().state).toBe('armed')
  })

  test.for(['kill file', 'variable'])('a %s keeps a first arming away, and only that', (what) => {
    const { open, dataDir } = bench([])
    if (what === 'kill file') writeFileSync(join(dataDir, 'kill'), '')
    const env = what === 'variable' ? { KILL_SWITCH_ACTIVE: '1' } : {}
    const killSwitch = open({ env })
    expect(killSwitch.armFirstTime()).toMatchObject({ ok: false, error: { code: 'HALTED' } })
    rmSync(join(dataDir, 'kill'), { force: true })
    expect(open().armFirstTime().ok).toBe(true)
  })
})

test('a halt that the disk refuses is reported, holds in memory, and is tried again until it takes', async () => {
  const { open, clock, dataDir, trouble } = bench()
  const killSwitch = open({ scheduler: clock })
  rmSync(join(dataDir, 'paper'), { recursive: true })
  symlinkSync('paper', join(dataDir, 'paper'))
  const receipt = killSwitch.halt(BUTTON)
  expect(receipt).toMatchObject({ durable: false, recorded: false })
  expect(trouble.join('\n')).toContain('ELOOP')
  expect(killSwitch.lastLook()?.code).toBe('KILL_SWITCH_TRIGGERED')
  expect(clock.pendingTasks).toBe(1)
  const told = trouble.length
  await clock.advance(3_000)
  expect(trouble).toHaveLength(told)
  rmSync(join(dataDir, 'paper'))
  mkdirSync(join(dataDir, 'paper'), { mode: 0o700 })
  await clock.advance(1_000)
  expect(clock.pendingTasks).toBe(0)
  expect(existsSync(join(dataDir, 'paper', 'halt.json'))).toBe(true)
})
