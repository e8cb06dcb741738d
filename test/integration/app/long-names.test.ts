import { expect, test } from 'vitest'

import type { SecureTask } from '../../../src-preload/contract/secure'
import { eachApp } from '../../support/app/each-app'
import { recorded } from '../../support/app/recorded'

const PASSWORD = 'a long password of theirs'
const utf8 = (text: string) => new TextEncoder().encode(text)
const bench = eachApp()

test('X6: five people with names as long as they may be release a halt, and each of them is on record', async () => {
  const { people } = bench.app.holdfast
  const names = ['a', 'b', 'c', 'd', 'e'].map((letter) => letter.repeat(40))
  const ids: string[] = []
  for (const name of names) {
    const made = await people.operators.add({ name, role: 'admin', permissions: ['deactivate'], expiresAtMs: null }, utf8(PASSWORD))
    if (made.ok) ids.push(made.value)
  }
  expect(people.operators.setRules({ raised: { 'release-halt': 5 } }).ok).toBe(true)
  people.changed()
  await bench.app.must('halt.trigger', { mode: 'gate-only', scope: 'machine', source: 'button' })
  await bench.app.must('halt.durable', {})
  const left = [...ids]
  const prove = ({ kind, id }: Extract<SecureTask, { kind: 'authorise' }>) => {
    const operator = { id: left.shift()!, password: utf8(PASSWORD), code: null }
    return { kind, id, recoveryKeys: [], operator }
  }
  bench.app.answer = (task) => (task.kind === 'authorise' ? prove(task) : null)
  expect(await bench.app.must('halt.release', { reason: 'over', acknowledge: [] })).toMatchObject({ released: true })
  for (const type of ['ActAuthorised', 'KillSwitchReleased', 'ReleaseVerified']) {
    const [entry] = await recorded(bench.app, type)
    expect(entry?.actor, type).toMatch(/^a{40}, b{40}, .*…$/)
    expect(entry?.data['wholeActor']).toBe(names.join(', '))
  }
  expect(bench.app.logged.filter(({ what }) => what.startsWith('recording'))).toEqual([])
})

test('X6: that a secret may go to a host with a name of the longest kind is on record, with the whole name', async () => {
  await bench.app.must('environment.switch', { environment: 'testnet' })
  const host = `${['a', 'b', 'c', 'd'].map((letter) => letter.repeat(52)).join('.')}.example`
  bench.app.answer = (task) => {
    if (task.kind === 'store-secret') return { kind: task.kind, id: task.id, secret: utf8('a-secret-of-some-length') }
    return task.kind === 'authorise' ? { kind: task.kind, id: task.id, recoveryKeys: [utf8(bench.app.recoveryKeys[0]!)] } : null
  }
  const { ref } = await bench.app.must('signer.storeSecret', { purpose: 'token', label: 'Office' })
  const discover = (url: string) => {
    const service = { url, timeoutMs: 300, trust: { type: 'system' as const }, clientCertificate: null }
    return bench.app.call('signer.discover', { config: { kind: 'remote', dialect: 'intent', retries: 0, tokenRef: ref!, service } })
  }
  // Each place is allowed by itself.
  await discover('https://127.0.0.1:1/')
  await discover(`https://${host}:1/`)
  const told = JSON.stringify(await recorded(bench.app, 'ActAuthorised'))
  expect(told).toContain(host)
  expect(bench.app.logged.filter(({ what }) => what.startsWith('recording'))).toEqual([])
})
