import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { Vault } from '../../../src-main/credentials/credentials'
import type { SecretSource } from '../../../src-main/domain/secret-source'
import { answerAsPerson } from '../../support/app/answer-person'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'

// Secrets typed in the main-owned window for something that is never set up.
const SECRET = 'typed-and-left-behind'

let app: TestApp
/** What happens while the person sits before the window that asks for authority. */
let asked: () => void
let vault: Vault
beforeEach(async () => {
  vault = memoryVault()
  app = await launchApp({ vault })
  await setUp(app)
  asked = () => undefined
  answering()
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

let approves = true
function answering(): void {
  approves = true
  answerAsPerson(app, {
    types: () => SECRET,
    approves: () => {
      asked()
      return approves
    },
  })
}
const type = async (): Promise<string> => (await app.must('signer.storeSecret', { purpose: 'token', label: 'HashiCorp Vault' })).ref!
const isThere = async (ref: string): Promise<boolean> => (await app.must('secrets.try', { ref })).found
const place = (tokenRef: string): SecretSource => ({
  kind: 'vault',
  service: { url: 'https://vault.example.org', timeoutMs: 5_000, trust: { type: 'system' }, clientCertificate: null },
  tokenRef,
})
async function forgotten(): Promise<readonly (readonly [string, string | null])[]> {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type: 'SecretForgotten', text: null }
  const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 10 })
  expect(JSON.stringify(rows)).not.toContain(SECRET)
  return rows.map(({ actor, subject }) => [actor, subject] as const)
}

describe('P1: a secret typed for something that is never set up', () => {
  test('is forgotten when the set-up is left, on record; what is in use stays', async () => {
    const used = await type()
    expect(await app.must('secrets.setSource', { kind: 'vault', source: place(used) })).toEqual({ done: true })
    const left = await type()
    await app.must('signer.leaveSetUp', {})
    expect(await isThere(left)).toBe(false)
    expect(await isThere(used)).toBe(true)
    expect(await forgotten()).toEqual([['operator', left.slice('secret:'.length)]])
  })

  test('is gone after a restart half-way; what is in use stays', async () => {
    const used = await type()
    await app.must('secrets.setSource', { kind: 'vault', source: place(used) })
    const left = await type()
    const { dataDir, recoveryKeys } = app
    await app.stop()
    app = await launchApp({ dataDir, vault })
    app.recoveryKeys = recoveryKeys
    answering()
    expect(await isThere(left)).toBe(false)
    expect(await isThere(used)).toBe(true)
    expect(await forgotten()).toEqual([['system', left.slice('secret:'.length)]])
  })

  test('is not even kept when the set-up was left while its window was open', async () => {
    const { answer } = app
    let leaving: Promise<unknown> = Promise.resolve()
    app.answer = (task) => {
      leaving = app.must('signer.leaveSetUp', {})
      return answer(task)
    }
    const asking = app.must('signer.storeSecret', { purpose: 'token', label: 'HashiCorp Vault' })
    expect((await asking).ref).toBeNull()
    await leaving
    expect(await forgotten()).toEqual([])
  })

  test.each([
    ['stays where authority was given after all', true],
    ['is forgotten where it was not', false],
  ])('left while authority was asked for: it %s', async (_what, given) => {
    const ref = await type()
    approves = given
    let leaving: Promise<unknown> = Promise.resolve()
    asked = () => {
      leaving = app.must('signer.leaveSetUp', {})
    }
    expect(await app.must('secrets.setSource', { kind: 'vault', source: place(ref) })).toEqual({ done: given })
    await leaving
    expect(await isThere(ref)).toBe(given)
  })
})
