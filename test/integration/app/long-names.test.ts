import { afterEach, beforeEach, expect, test } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

const PASSWORD = 'a long password of theirs'
const utf8 = (text: string) => new TextEncoder().encode(text)
let app: TestApp

beforeEach(async () => {
  app = await launchApp()
  await setUp(app)
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

const recorded = async (type: string) => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
  const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 10 })
  return Promise.all(
    rows.map(async ({ seq, actor, subject }) => {
      const { dataJson } = await app.must('audit.entry', { seq })
      return { actor, subject, data: JSON.parse(dataJson) as Record<string, unknown> }
    }),
  )
}

test('X6: five people with names as long as they may be release a halt, and each of them is on record', async () => {
  const { people } = app.holdfast
  const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40))
  const ids: string[] = []
  for (const name of names) {
    const made = await people.operators.add({ name, role: 'admin', permissions: ['deactivate'], expiresAtMs: null }, utf8(PASSWORD))
    if (made.ok) ids.push(made.value)
  }
  expect(people.operators.setRules({ raised: { 'release-halt': 5 } }).ok).toBe(true)
  people.changed()
  await app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  await app.must('halt.durable', {})
  const left = [...ids]
  const prove = ({ kind, id }: Extract<SecureTask, { kind: 'authorise' }>) => {
    const operator = { id: left.shift()!, password: utf8(PASSWORD), code: null }
    return { kind, id, recoveryKeys: [], operator }
  }
  app.answer = (task) => (task.kind === 'authorise' ? prove(task) : null)
  expect(await app.must('halt.release', { reason: 'over', acknowledge: [] })).toMatchObject({ released: true })
  for (const type of ['ActAuthorised', 'KillSwitchReleased', 'ReleaseVerified']) {
    const [entry] = await recorded(type)
    expect(entry?.actor, type).toMatch(/^a{40}, b{40}, .*…$/)
    expect(entry?.data['wholeActor']).toBe(names.join(', '))
  }
  expect(app.logged.filter(({ what }) => what.startsWith('recording'))).toEqual([])
})

test('X6: that a secret may go to a host with a name of the longest kind is on record, with the whole name', async () => {
  await app.must('environment.switch', { environment: 'testnet' })
  const host = `${['a', 'b', 'c', 'd'].map((letter) => letter.repeat(52)).join('.')}.example`
  app.answer = (task) => {
    if (task.kind === 'store-secret') return { kind: task.kind, id: task.id, secret: utf8('a-secret-of-some-length') }
    return task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [utf8(app.recoveryKeys[0]!)] } : null
  }
  const { ref } = await app.must('signer.storeSecret', { purpose: 'token', label: 'Office' })
  const discover = (url: string) => {
    const service = { url, timeoutMs: 300, trust: { type: 'system' as const }, clientCertificate: null }
    return app.call('signer.discover', { config: { kind: 'remote', dialect: 'intent', retries: 0, tokenRef: ref!, service } })
  }
  // Each place is allowed by itself.
  await discover('https://127.0.0.1:1/')
  await discover(`https://${host}:1/`)
  const told = JSON.stringify(await recorded('ActAuthorised'))
  expect(told).toContain(host)
  expect(app.logged.filter(({ what }) => what.startsWith('recording'))).toEqual([])
})
