/**
 * The other process of the halt tests. `tsx child.ts <role> <dataDir> …` tells what it does in lines on stdout, written at once, and waits for lines on stdin.
 */
import { chownSync, existsSync, readSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { randomBytes, randomUUID } from 'node:crypto'

import type { HaltScope } from '../../../src-main/domain/kill-switch'
import { KillSwitch } from '../../../src-main/engine/halt/kill-switch'
import { initialise } from '../../../src-main/engine/halt/set-up'
import { installHaltSignals } from '../../../src-main/engine/halt/signals'
import type { HaltStep } from '../../../src-main/engine/halt/steps'
import { haltFromTerminal } from '../../../src-main/engine/halt/terminal'
import { watchKillFile } from '../../../src-main/engine/halt/watch-kill-file'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { allWell } from '../../support/release-facts'

const [role = '', dataDir = '', ...rest] = process.argv.slice(2)
const random = { bytes: (length: number) => randomBytes(length), uuid: () => randomUUID() }
const say = (...words: readonly unknown[]): void =>
  void writeSync(1, `${words.map((word) => (typeof word === 'string' ? word : JSON.stringify(word))).join(' ')}\n`)

function readLine(): void {
  const byte = Buffer.alloc(1)
  while (readSync(0, byte, 0, 1, null) === 1 && byte[0] !== 0x0a);
}

/** Blocks this process, its event loop included, until it is killed. */
function freeze(): never {
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

function open(onStep: (step: HaltStep) => void = () => undefined): KillSwitch {
  const ports = { onChange: () => undefined, onTrouble: (problems: readonly string[]) => say('trouble', problems), onStep }
  return new KillSwitch({ dataDir, environment: 'paper', clock: systemClock, random, env: {}, ports })
}

const halt = (killSwitch: KillSwitch, scope: HaltScope = 'machine') =>
  killSwitch.halt({ source: 'button', by: 'operator', reason: 'Looks wrong.', scope, mode: 'gate-only' })

function release(killSwitch: KillSwitch): boolean {
  const begun = killSwitch.beginRecovery({ by: 'operator', reason: 'looked into it' })
  if (!begun.ok) return false
  const nowMs = systemClock.steadyMs()
  const released = killSwitch.release({
    authorised: { recoveryId: begun.value.recoveryId, means: ['key'], permissions: ['deactivate'], provenAtMs: nowMs },
    by: 'operator',
    reason: 'All is well.',
    facts: allWell(nowMs),
    acknowledgements: [],
  })
  if (!released.ok) say('refused', released.error)
  return released.ok
}

/** Halts, or halts and releases, and freezes at one step. */
function stopAt(act: string, scope: HaltScope, target: string): void {
  let isReleasing = false
  const killSwitch = open((step) => {
    if (step !== target || (act === 'release' && !isReleasing)) return
    say('at', step)
    freeze()
  })
  halt(killSwitch, scope)
  isReleasing = true
  if (act === 'release') release(killSwitch)
  say('done')
}

/** Halts and releases for ever. */
function cycle(): void {
  const killSwitch = open()
  if (killSwitch.snapshot().state !== 'armed') release(killSwitch)
  say('armed')
  for (;;) {
    say('halting')
    halt(killSwitch)
    say('triggered')
    say('releasing')
    release(killSwitch)
    say('armed')
  }
}

/** Looks and looks without ever letting the event loop run, and tells whether a look that began after `after` was there has passed. */
function busy(): void {
  const killSwitch = open()
  const after = join(dataDir, 'after')
  let passed = 0
  let lateLooks = 0
  let latePasses = 0
  while (lateLooks < 1_000) {
    const isLate = existsSync(after)
    const isPass = killSwitch.lastLook() === null
    if (isPass && ++passed === 100) say('looking')
    if (isLate) lateLooks += 1
    if (isLate && isPass) latePasses += 1
  }
  say('result', { passed, latePasses, snapshot: killSwitch.snapshot() })
}

/** As {@link busy}, but the kill file comes and goes while this thread hangs: only the watching thread sees it. */
async function hung(): Promise<void> {
  const hold = setInterval(() => undefined, 60_000)
  const watcher = watch()
  await watcher.ready
  clearInterval(hold)
  const killSwitch = open()
  say('hanging', killSwitch.lastLook() === null)
  readLine()
  say('result', killSwitch.lastLook()?.code ?? 'passed')
  await watcher.stop()
}

function watch(onKillFile: (found: object) => void = () => undefined, onLook: () => void = () => undefined) {
  const workerPath = join(import.meta.dirname, '../../../src-main/app/halt/kill-file-watcher.ts')
  const onFault = (why: string) => say('fault', why)
  return watchKillFile({ dataDir, environment: 'paper', workerPath, scheduler: systemScheduler, onKillFile, onLook, onFault })
}

async function watched(): Promise<void> {
  const killSwitch = open()
  const hold = setInterval(() => undefined, 60_000)
  const found = (how: string) => {
    if (killSwitch.snapshot().state === 'armed') return
    say(how, killSwitch.snapshot())
    clearInterval(hold)
    void watcher.stop().then(() => say('stopped'))
  }
  const watcher = watch(
    (file) => {
      halt(killSwitch)
      say('kill-file', file)
      found('halted')
    },
    () => {
      killSwitch.lastLook()
      found('looked')
    },
  )
  await watcher.ready
  say('watching')
}

/** Signals before anything is composed, as in the entry. */
async function signalled(): Promise<void> {
  const signals = installHaltSignals()
  const hold = setInterval(() => undefined, 60_000)
  const both = Promise.all(
    (['SIGUSR1', 'SIGUSR2'] as const).map((signal) => new Promise<void>((resolve) => process.once(signal, () => resolve()))),
  )
  say('installed')
  await both
  signals.setDataDir(dataDir)
  say('leases', existsSync(join(dataDir, 'machine.lease')))
  const killSwitch = open()
  signals.attach(({ signal, source, mode }) => {
    killSwitch.halt({ source, by: signal, reason: 'signal', scope: 'machine', mode })
    say('delivered', signal, killSwitch.mode)
  })
  say('state', killSwitch.snapshot().state)
  clearInterval(hold)
}

/** Fills the file system, to the last byte and the last file, and halts. */
function fullDisk(): void {
  const made = initialise(dataDir, 'paper', random, 1)
  const killSwitch = open()
  say('armed', made.ok && killSwitch.lastLook() === null)
  let count = 0
  try {
    for (;;) writeFileSync(join(dataDir, `filler-${count++}`), randomBytes(4_096))
  } catch (thrown) {
    say('full', (thrown as NodeJS.ErrnoException).code)
  }
  say('free', statfsSync(dataDir).bfree)
  say('halted', rest[0] === 'terminal' ? haltFromTerminal({ dataDir, reason: 'full' }) : halt(killSwitch))
  say('look', killSwitch.lastLook()?.code ?? 'passed')
  say('restart', open().snapshot())
}

/** A folder that nobody may write to any more, as an ordinary user. */
function readOnlyFolder(): void {
  if (process.getuid?.() === 0) {
    chownSync(dataDir, NOBODY, NOBODY)
    process.setgid?.(NOBODY)
    process.setuid?.(NOBODY)
  }
  initialise(dataDir, 'paper', random, 1)
  const killSwitch = open()
  say('armed', killSwitch.lastLook() === null)
  readLine()
  say('halted', halt(killSwitch))
  say('look', killSwitch.lastLook()?.code ?? 'passed')
  readLine()
  say('restart', open().snapshot().state)
}
const NOBODY = 65_534

/** A file system that turned read-only under us. */
function readOnlyDisk(): void {
  initialise(dataDir, 'paper', random, 1)
  const killSwitch = open()
  say('armed', killSwitch.lastLook() === null)
  readLine()
  say('look', killSwitch.lastLook()?.code ?? 'passed')
  say('restart', open().snapshot().state)
  readLine()
  say('durable', killSwitch.makeDurable().durable)
  say('restart', open().snapshot().state)
}

const roles: Record<string, () => void | Promise<void>> = {
  'stop-at': () => stopAt(rest[0] ?? '', rest[1] === 'environment' ? 'environment' : 'machine', rest[2] ?? ''),
  cycle,
  busy,
  hung,
  watched,
  signalled,
  'full-disk': fullDisk,
  'read-only-folder': readOnlyFolder,
  'read-only-disk': readOnlyDisk,
}
void roles[role]?.()
