import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test, vi } from 'vitest'

import { Holdfast } from '../../../src-main/app/holdfast'
import { haltFromTerminal } from '../../../src-main/engine/halt/terminal'
import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { freshDataDir, launchApp, memoryVault, removeDataDir, type TestApp } from '../../support/app/launch'

const vault = memoryVault()
let app: TestApp

beforeEach(async () => {
  app = await launchApp({ dataDir: freshDataDir(), vault })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

type Shown = Extract<SecureTask, { kind: 'show-recovery-keys' }>
const writtenDown = ({ kind, id, codes }: Shown): SecureAnswer => ({ kind, id, lastCharacters: codes.map((code) => code.slice(-4)) })
const begin = () => app.call('setup.begin', { riskProfile: 'moderate' })
const release = async (code: string) => {
  await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  await app.must('halt.durable', {})
  app.answer = (task) =>
    task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [new TextEncoder().encode(code)] } : null
  return app.call('halt.release', { reason: 'over', acknowledge: [] })
}

test('X5: begun a second time while the codes are shown: what was shown and written down is what releases a halt', async () => {
  let shown: readonly string[] = []
  let second: unknown = null
  app.answer = async (task) => {
    if (task.kind !== 'show-recovery-keys') return null
    shown = task.codes
    second = await begin()
    return writtenDown(task)
  }
  expect(await begin()).toEqual({ ok: true, value: { done: true } })
  expect(second).toMatchObject({ ok: false, problem: { code: 'BUSY' } })
  expect(await release(shown[0]!)).toMatchObject({ ok: true, value: { released: true } })
})

test('X5: ended half-way nothing is stored and nothing is armed: the next start begins set-up again', async () => {
  const shown: string[] = []
  app.answer = (task) => {
    if (task.kind === 'show-recovery-keys') shown.push(...task.codes)
    return null
  }
  expect(await begin()).toEqual({ ok: true, value: { done: false } })
  expect(app.holdfast.people.recoveryKeys.describe()).toEqual({ kind: 'absent' })
  const { dataDir } = app
  await app.stop()
  app = await launchApp({ dataDir, vault })
  expect(await app.must('app.status', {})).toMatchObject({ phase: 'first-run' })
  app.answer = (task) => {
    if (task.kind !== 'show-recovery-keys') return null
    shown.push(...task.codes)
    return writtenDown(task)
  }
  expect(await begin()).toEqual({ ok: true, value: { done: true } })
  expect(new Set(shown).size).toBe(4)
  expect(await release(shown[3]!)).toMatchObject({ ok: true, value: { released: true } })
})

const SIGNAL = { source: 'signal-graceful', by: 'SIGUSR1', reason: 'SIGUSR1 was received', scope: 'machine', mode: 'graceful' } as const
const startNow = Holdfast.prototype.start

test.each([
  [
    'as it begins',
    (holdfast: Holdfast) => {
      holdfast.halt(SIGNAL)
      return startNow.call(holdfast)
    },
  ],
  [
    'in the middle of it',
    (holdfast: Holdfast) => {
      const started = startNow.call(holdfast)
      holdfast.halt(SIGNAL)
      return started
    },
  ],
])('X5: halted during the very first start, %s: set-up makes the keys that release it, also after a restart', async (_, starting) => {
  await app.stop()
  removeDataDir(app.dataDir)
  const start = vi.spyOn(Holdfast.prototype, 'start').mockImplementation(function (this: Holdfast) {
    return starting(this)
  })
  app = await launchApp({ dataDir: freshDataDir(), vault })
  start.mockRestore()
  await app.stop()
  app = await launchApp({ dataDir: app.dataDir, vault })
  expect((await app.must('guards.status', {})).killSwitch).toMatchObject({ state: 'triggered', by: 'SIGUSR1' })
  let codes: readonly string[] = []
  app.answer = (task) => {
    if (task.kind !== 'show-recovery-keys') return null
    codes = task.codes
    return writtenDown(task)
  }
  expect(await begin()).toEqual({ ok: true, value: { done: true } })
  expect((await app.must('guards.status', {})).killSwitch.state).toBe('triggered')
  expect(await release(codes[1]!)).toMatchObject({ ok: true, value: { released: true } })
})

test('X5: halted from a terminal before the very first start: set-up makes the keys that release it', async () => {
  await app.stop()
  removeDataDir(app.dataDir)
  const dataDir = freshDataDir()
  mkdirSync(dataDir, { mode: 0o700 })
  expect(haltFromTerminal({ dataDir, reason: 'not yet' }).halted).toBe(true)
  app = await launchApp({ dataDir, vault })
  expect((await app.must('guards.status', {})).killSwitch).toMatchObject({ state: 'triggered' })
  let codes: readonly string[] = []
  app.answer = (task) => {
    if (task.kind !== 'show-recovery-keys') return null
    codes = task.codes
    return writtenDown(task)
  }
  expect(await begin()).toEqual({ ok: true, value: { done: true } })
  rmSync(join(dataDir, 'kill'))
  expect(await release(codes[0]!)).toMatchObject({ ok: true, value: { released: true } })
})
