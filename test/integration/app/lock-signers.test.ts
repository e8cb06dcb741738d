import { afterEach, beforeEach, expect, test } from 'vitest'

import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { forkKeyHost } from '../signers/fork-key-host'

const utf8 = (text: string) => new TextEncoder().encode(text)
const PASSWORD = 'correct horse battery staple'

let app: TestApp
beforeEach(async () => {
  app = await launchApp({ spawnKeyHost: () => forkKeyHost() })
  await setUp(app)
  await app.must('environment.switch', { environment: 'testnet' })
}, 60_000)
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

test('P7: locking the app locks every open signer, on record; one that was locked is left as it is', async () => {
  app.answer = (task) => {
    switch (task.kind) {
      case 'create-keystore':
      case 'unlock-keystore':
      case 'set-password':
        return { kind: task.kind, id: task.id, password: utf8(PASSWORD) }
      case 'authorise':
        return { kind: task.kind, id: task.id, recoveryKeys: [utf8(app.recoveryKeys[0]!)] }
      default:
        return null
    }
  }
  const ids: string[] = []
  for (const label of ['Open', 'Shut']) ids.push((await app.must('signer.create', { label })).id!)
  expect(await app.must('signer.unlock', { id: ids[0]! })).toEqual({ unlocked: true })
  const statuses = async () => {
    const opened = app.holdfast.services.accounts()
    return Object.fromEntries(opened.map(({ label, ready }) => [label, ready]))
  }
  expect(await statuses()).toEqual({ Open: true, Shut: false })

  // Nobody is named: there is no lock, and nothing to lock with it.
  await app.must('authority.lock', {})
  expect(await statuses()).toEqual({ Open: true, Shut: false })
  await app.must('authority.addOperator', { name: 'Ada', role: 'admin', permissions: ['deactivate'], expiresAtMs: null })
  await app.must('authority.lock', {})
  await expect.poll(statuses).toEqual({ Open: false, Shut: false })

  app.answer = (task) => (task.kind === 'unlock-app' ? { kind: task.kind, id: task.id, recoveryKeys: [utf8(app.recoveryKeys[0]!)] } : null)
  expect(await app.must('authority.unlock', {})).toEqual({ unlocked: true })
  const locked = await app.must('audit.page', {
    filter: { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'SignerLocked', text: null },
    offset: 0,
    limit: 10,
  })
  expect(locked.rows.map(({ subject }) => subject)).toEqual([ids[0]])
}, 60_000)
