import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'

import type { WatchOptions } from '../../../src-main/engine/halt/watch-kill-file'
import { PaperPlacer } from '../../../src-main/venues/paper/placer'
import type { CancelOutcome } from '../../../src-main/venues/venue'
import { auditTypes, fates, placeResting, press, swept } from '../../support/app/halt-help'
import { armedDataDir, launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const CHILD = join(import.meta.dirname, '../../support/app/sweep-crash-child.ts')
const TSX_CONFIG = join(import.meta.dirname, '../../../build/tsx.config.json')
const mask = randomBytes(64)
const vault = () => memoryVault(mask)
const cancelAsIs = PaperPlacer.prototype.cancel

let app: TestApp
let looks: () => void = () => undefined
const watchKillFile = (_environment: unknown, hears: Pick<WatchOptions, 'onLook'>) => {
  looks = hears.onLook
  return { ready: Promise.resolve(), watching: () => true, stop: () => Promise.resolve() }
}
const launch = async (dataDir: string): Promise<void> => {
  app = await launchApp({ dataDir, vault: vault(), watchKillFile })
}
beforeEach(() => launch(armedDataDir()))
afterEach(async () => {
  vi.restoreAllMocks()
  expect((await app.must('audit.verify', {})).verdict).toBe('intact')
  await app.stop()
  removeDataDir(app.dataDir)
})

const stateOf = async (orderId: string) => (await app.must('order.detail', { orderId })).summary.state
const refuses = (answers: (clientOrderId: string) => CancelOutcome | Promise<CancelOutcome> | null) =>
  vi.spyOn(PaperPlacer.prototype, 'cancel').mockImplementation(async function (this: PaperPlacer, id: string) {
    return (await answers(id)) ?? cancelAsIs.call(this, id)
  })

describe('B5 D10: halting goes after what is out', () => {
  test('one press closes the gate and leaves what rests; the second, offered at once, cancels it and says so', async () => {
    const ids = [await placeResting(app), await placeResting(app, '0.2')]
    await press(app)
    await vi.waitFor(async () => expect(await auditTypes(app, /^KillSwitch/)).toEqual(['KillSwitchTriggered']))
    expect(await Promise.all(ids.map(stateOf))).toEqual(['working', 'working'])
    const done = swept(app, ({ phase }) => phase === 'clear')
    expect(await app.must('halt.sweep', { mode: 'graceful' })).toMatchObject({ mode: 'graceful', cause: 'asked', by: 'operator' })
    expect([...fates(await done)].sort()).toEqual(ids.map((id) => `${id} canceled`).sort())
    expect(await Promise.all(ids.map(stateOf))).toEqual(['canceled', 'canceled'])
    await vi.waitFor(async () =>
      expect(await auditTypes(app, /^(KillSwitch|Sweep)/)).toEqual(['KillSwitchTriggered', 'SweepStarted', 'SweepFinished']),
    )
  })

  test('while trading is armed the second press does nothing', async () => {
    const orderId = await placeResting(app)
    expect(await app.must('halt.sweep', { mode: 'emergency' })).toBeNull()
    expect(await stateOf(orderId)).toBe('working')
    expect((await app.must('app.status', {})).killSwitch.state).toBe('armed')
  })

  test('as chosen beforehand, one press does it all; to choose more needs nobody, to choose less needs authority', async () => {
    expect(await app.must('halt.choose', { mode: 'graceful', reason: 'away from the screen' })).toEqual({ done: true })
    expect(await app.must('halt.choose', { mode: 'gate-only', reason: 'changed my mind' })).toEqual({ done: false })
    expect(await app.must('halt.chosen', {})).toEqual({ mode: 'graceful' })
    const orderId = await placeResting(app)
    const done = swept(app, ({ phase }) => phase === 'clear')
    await press(app)
    expect(fates(await done)).toEqual([`${orderId} canceled`])
    expect(await auditTypes(app, /^HaltSettings/)).toEqual(['HaltSettingsChanged'])
  })

  test('a signal asks for what it asks for', async () => {
    const orderId = await placeResting(app)
    const done = swept(app, ({ phase }) => phase === 'clear')
    app.holdfast.halt({ source: 'signal-emergency', by: 'SIGUSR2', reason: 'SIGUSR2 was received', scope: 'machine', mode: 'emergency' })
    expect(await done).toMatchObject({ mode: 'emergency', cause: 'halt', by: 'SIGUSR2' })
    expect(await stateOf(orderId)).toBe('canceled')
  })

  test('a signal right behind a press: both are on record, and it goes as far as the press was chosen to', async () => {
    await app.must('halt.choose', { mode: 'emergency', reason: 'away' })
    const done = swept(app, ({ phase }) => phase === 'clear')
    await press(app)
    app.holdfast.halt({ source: 'signal-graceful', by: 'SIGUSR1', reason: 'SIGUSR1 was received', scope: 'environment', mode: 'graceful' })
    expect(await done).toMatchObject({ mode: 'emergency', cause: 'halt', by: 'operator' })
    const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'KillSwitchTriggered', text: null }
    const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 10 })
    expect(rows.map(({ actor }) => actor).sort()).toEqual(['SIGUSR1', 'operator'])
  })

  test('what the last look finds is recorded and goes as far as was chosen', async () => {
    await app.must('halt.choose', { mode: 'graceful', reason: 'away' })
    const orderId = await placeResting(app)
    const done = swept(app, ({ phase }) => phase === 'clear')
    writeFileSync(join(app.dataDir, 'kill'), 'from outside\n')
    looks()
    expect(await done).toMatchObject({ cause: 'halt', by: 'kill file' })
    expect(await stateOf(orderId)).toBe('canceled')
    expect(await auditTypes(app, /^KillSwitch/)).toEqual(['KillSwitchTriggered'])
  })
})

describe('B5: what cannot be canceled', () => {
  test('refused, answered late, lost: each is named, and what is gone is gone by the venue’s own word', async () => {
    const [refused, lost, plain] = [await placeResting(app), await placeResting(app, '0.2'), await placeResting(app, '0.3')]
    let lostOnce = 0
    refuses((id) => {
      if (id === refused) return { kind: 'rejected', failure: { code: 'RATE_LIMITED', detail: 'slow down' } }
      // Lost on its way: the venue still lists it, so it is asked again.
      if (id === lost && ++lostOnce === 1) return { kind: 'unknown', failure: { code: 'TIMEOUT_ERROR', detail: '' } }
      return null
    })
    await press(app)
    const named = swept(app, ({ venues }) => venues[0]!.items.filter(({ fate }) => fate === 'canceled').length === 2)
    await app.must('halt.sweep', { mode: 'graceful' })
    expect([...fates(await named)].sort()).toEqual([`${refused} refused RATE_LIMITED`, `${lost} canceled`, `${plain} canceled`].sort())
    expect(lostOnce).toBe(2)
  })

  test('a release stops the sweep: nothing that comes after it is canceled', async () => {
    await app.stop()
    removeDataDir(app.dataDir)
    app = await launchApp({ vault: vault() })
    await setUp(app)
    const orderId = await placeResting(app)
    const asked = refuses(() => ({ kind: 'rejected', failure: { code: 'RATE_LIMITED', detail: '' } }))
    await press(app)
    const named = swept(app, ({ venues }) => venues[0]!.items.some(({ fate }) => fate === 'refused'))
    await app.must('halt.sweep', { mode: 'graceful' })
    await named
    app.answer = (task) =>
      task.kind === 'authorise' ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] } : null
    expect(await app.must('halt.release', { reason: 'over', acknowledge: [] })).toMatchObject({ released: true })
    expect((await app.must('halt.sweepReport', {}))?.phase).toBe('stopped')
    const before = asked.mock.calls.length
    const later = await placeResting(app, '0.2')
    expect([await stateOf(orderId), await stateOf(later), asked.mock.calls.length]).toEqual(['working', 'working', before])
  })
})

test('B5 B2: killed in the middle of a sweep, the next start goes on with it', async () => {
  const { dataDir } = app
  const ids = [await placeResting(app), await placeResting(app, '0.2')]
  await app.stop()
  const child = spawn(process.execPath, ['--import', 'tsx', CHILD, dataDir, mask.toString('hex')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TSX_TSCONFIG_PATH: TSX_CONFIG },
  })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const signal = await new Promise((resolve) => child.once('close', (_code, by) => resolve(by)))
  expect(signal, errors).toBe('SIGKILL')
  await launch(dataDir)
  await vi.waitFor(async () => expect((await app.must('halt.sweepReport', {}))?.phase).toBe('clear'))
  expect(await app.must('halt.sweepReport', {})).toMatchObject({ mode: 'graceful', cause: 'start-up' })
  expect(await Promise.all(ids.map(stateOf))).toEqual(['canceled', 'canceled'])
})
