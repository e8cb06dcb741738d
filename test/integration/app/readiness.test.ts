import { afterEach, beforeEach, expect, test } from 'vitest'

import type { ReadinessView } from '../../../src-preload/contract/readiness'
import { READINESS_CODES, type ReadinessCode } from '../../../src-main/domain/readiness'
import { auditTypes, press } from '../../support/app/halt-help'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

let app: TestApp
beforeEach(async () => {
  app = await launchApp({ vault: memoryVault() })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
  delete process.env['HOLDFAST_TEST_PRIVATE_KEY']
})

const of = (report: ReadinessView, code: ReadinessCode) => report.checks.find((check) => check.code === code)
const report = (fresh = false): Promise<ReadinessView> => app.must('readiness.report', { fresh })

test('X9: the app finds out by itself what stands in paper, and says so of every check', async () => {
  await setUp(app)
  const found = await report(true)
  expect(found.checks.map(({ code }) => code)).toEqual(READINESS_CODES)
  for (const code of ['signer-production', 'signers-healthy', 'chain-endpoints'] as const)
    expect(of(found, code)).toMatchObject({ state: 'not-applicable' })
  for (const code of [
    'no-development-keys',
    'kill-switch-armed',
    'kill-file-watched',
    'recovery-keys',
    'breakers-closed',
    'breaker-thresholds',
    'policy-readable',
    'signer-policy-readable',
    'slippage-limits',
    'exposure-limits',
    'audit-intact',
    'audit-anchored',
    'clock',
    'disk',
  ] as const)
    expect(of(found, code), code).toMatchObject({ state: 'passed' })
  expect(of(found, 'recovery-keys')).toMatchObject({ figures: { usable: '2', confirmed: 'yes', verified: 'yes' } })
  // Nobody is named, nothing was rehearsed, and nothing leaves this machine.
  for (const code of ['second-factor', 'halt-drill', 'emergency-drill', 'alert-path'] as const)
    expect(of(found, code), code).toMatchObject({ state: 'failed' })
  expect(found.ready).toBe(false)
})

test('X9: nothing was looked at yet: what is not known does not pass', async () => {
  await setUp(app)
  expect(of(await report(), 'audit-intact')).toMatchObject({ state: 'unknown' })
})

test('X9: a halt, a variable that looks like a key and keys that nobody wrote down are seen at once', async () => {
  expect(of(await report(), 'recovery-keys')).toMatchObject({ state: 'failed' })
  await setUp(app)
  expect(of(await report(), 'kill-switch-armed')).toMatchObject({ state: 'passed' })
  process.env['HOLDFAST_TEST_PRIVATE_KEY'] = '0x1'
  await press(app)
  const found = await report()
  expect(of(found, 'kill-switch-armed')).toMatchObject({ state: 'failed', figures: { state: 'triggered' } })
  expect(of(found, 'no-development-keys')).toMatchObject({ state: 'failed', figures: { variables: 'HOLDFAST_TEST_PRIVATE_KEY' } })
})

test('X9 B7: a drill that was held and released is seen with its times', async () => {
  await setUp(app)
  const ended = app.heard('drills.changed', ({ result }) => result !== 'running')
  await app.must('drills.start', { kind: 'halt' })
  await ended
  expect(of(await report(), 'halt-drill')).toMatchObject({ state: 'failed', figures: { result: 'awaits-release' } })
  app.answer = (task) =>
    task.kind === 'authorise' ? { kind: 'authorise', id: task.id, recoveryKeys: [new TextEncoder().encode(app.recoveryKeys[0])] } : null
  expect(await app.must('halt.release', { reason: 'it is over', acknowledge: [] })).toMatchObject({ released: true })
  const passed = of(await report(), 'halt-drill')
  expect(passed).toMatchObject({ state: 'passed', figures: { result: 'passed' } })
  expect(Number(passed?.figures['gateMs'])).toBeGreaterThanOrEqual(0)
  expect(of(await report(), 'emergency-drill')).toMatchObject({ state: 'failed', figures: { result: 'none' } })
})

test('X9: outside of paper there must be signers and a chain, and the drills are not to be read', async () => {
  await setUp(app)
  await app.must('environment.switch', { environment: 'testnet' })
  const found = await report(true)
  expect(found).toMatchObject({ environment: 'testnet', ready: false })
  for (const code of ['signer-production', 'signers-healthy', 'chain-endpoints'] as const)
    expect(of(found, code), code).toMatchObject({ state: 'failed' })
  for (const code of ['halt-drill', 'emergency-drill'] as const) expect(of(found, code), code).toMatchObject({ state: 'unknown' })
})

test('X9 X6: looking leaves no record; a copy that a person asks for does, with every check', async () => {
  await setUp(app)
  await report(true)
  expect(await auditTypes(app, /^Readiness/)).toEqual([])
  const recorded = await app.must('readiness.record', {})
  expect(await auditTypes(app, /^Readiness/)).toEqual(['ReadinessChecked'])
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'ReadinessChecked', text: null }
  const [row] = (await app.must('audit.page', { filter, offset: 0, limit: 1 })).rows
  expect(row).toMatchObject({ actor: 'operator' })
  const entry = JSON.stringify(await app.must('audit.entry', { seq: row!.seq }))
  for (const { code } of recorded.checks) expect(entry).toContain(code)
})
