import type * as Fs from 'node:fs'

import { afterEach, expect, test, vi } from 'vitest'

import { systemClock } from '../../../src-main/lib/clock'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

/** What unlinking a lease adds to the time that passed, ms: a disk that takes its time. */
const { disk } = vi.hoisted(() => ({ disk: { unlinkTakesMs: 0, passedMs: 0 } }))
vi.mock('node:fs', async (importOriginal) => {
  const real = await importOriginal<typeof Fs>()
  const unlinkSync: typeof real.unlinkSync = (path) => {
    if (String(path).endsWith('trading.lease')) disk.passedMs += disk.unlinkTakesMs
    real.unlinkSync(path)
  }
  return { ...real, unlinkSync, default: { ...real, unlinkSync } }
})

let app: TestApp
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

test('B7: a drill whose lease takes longer to go than a halt may is not passed', async () => {
  const clock = {
    ...systemClock,
    wallMs: () => systemClock.wallMs() + disk.passedMs,
    steadyMs: () => systemClock.steadyMs() + disk.passedMs,
  }
  app = await launchApp({ vault: memoryVault(), clock })
  await setUp(app)
  const ended = app.heard('drills.changed', ({ result }) => result !== 'running')
  disk.unlinkTakesMs = 2_100
  await app.must('drills.start', { kind: 'halt' })
  const { result, measures } = await ended
  expect(measures.find(({ name }) => name === 'lease-gone')).toMatchObject({ targetMs: 2_000 })
  expect(result).toBe('failed')
})
