import { afterEach, expect, test } from 'vitest'

import { freshDataDir, launchApp, removeDataDir, type TestApp } from '../../support/app/launch'

let app: TestApp
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const running = { version: '0.0.0-test', startedAtMs: 0, nativeBinding: undefined, devnetProfile: null, policyVariables: {} }
const SAFE = { electron: '45.0.0', shippedElectron: '45.0.0', sandboxed: true }

test.for([
  [SAFE, null],
  [{ ...SAFE, electron: '25.9.8' }, 'Electron 25.9.8'],
  [{ ...SAFE, sandboxed: false }, 'without its sandbox'],
] as const)('P2: live stays locked, and an older runtime or a missing sandbox is named among the reasons: %j', async ([facts, why]) => {
  const dataDir = freshDataDir()
  app = await launchApp({ dataDir, facts: { ...running, ...facts, dataDir } })
  const { liveLocks } = await app.must('app.status', {})
  expect(liveLocks.some((lock) => /Electron|sandbox/.test(lock))).toBe(why !== null)
  expect(liveLocks.join(' ')).toContain(why ?? 'checklist of readiness')
  expect(await app.call('environment.switch', { environment: 'live' })).toMatchObject({ ok: false, problem: { code: 'LIVE_LOCKED' } })
  expect((await app.must('app.status', {})).environment).toBe('paper')
})
