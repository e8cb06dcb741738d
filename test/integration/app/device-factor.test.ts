import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import { Wallet } from 'ethers/wallet'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'

import type { SecureAnswer, SecureTask } from '../../../src-preload/contract/secure'
import { allowing } from '../../support/app/allowing'
import { OTHER_KEY } from '../../support/app/bench-chain'
import { launchApp, memoryVault, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'
import { startLedgerPart, type LedgerPart } from '../../support/signers/ledger-part'
import { SERVICES } from '../../support/signers/remote-dialects'

const utf8 = (text: string) => new TextEncoder().encode(text)
const PASSWORD = 'ada types four words'
const ALL_PERMISSIONS = ['activate', 'deactivate', 'maintenance'] as const

let app: TestApp
let ledger: LedgerPart
let signerId: string
let ada: string
let asked: SecureTask[]

beforeEach(async () => {
  asked = []
  ledger = await startLedgerPart({ driver: 'ledgerjs' })
  app = await launchApp({ vault: memoryVault(), spawnVendorHost: () => forkVendorHost() })
  await setUp(app)
  signerId = await addLedger(ledger)
  app.answer = byKeyThenPassword
  ada = await addPerson('Ada')
  await unlock({ code: null })
  await app.must('authority.enrolDevice', { id: ada, signerId })
})
afterEach(async () => {
  await app.stop()
  await ledger.close()
  removeDataDir(app.dataDir)
})

async function addLedger(part: LedgerPart): Promise<string> {
  return (await allowing(app, () => app.must('signer.add', { label: 'Desk Ledger', config: part.config, address: part.address }))).id
}
async function addPerson(name: string): Promise<string> {
  await app.must('authority.addOperator', { name, role: 'admin', permissions: [...ALL_PERMISSIONS], expiresAtMs: null })
  return (await personOf(name)).id
}
const personOf = async (name: string) => (await app.must('authority.get', {})).operators.find((each) => each.name === name)!

/** Recovery keys where authority is asked, Ada's password where that is. */
const byKeyThenPassword = (task: SecureTask): SecureAnswer | null => {
  asked.push(task)
  if (task.kind === 'authorise') return { kind: task.kind, id: task.id, recoveryKeys: [utf8(app.recoveryKeys[0]!)] }
  if (task.kind === 'set-password' || task.kind === 'enrol-device') return { kind: task.kind, id: task.id, password: utf8(PASSWORD) }
  return null
}
/** Ada, by her password and whatever second factor is given. */
const byAda =
  (second: { readonly code?: null; readonly device?: true }, password = PASSWORD) =>
  (task: SecureTask): SecureAnswer | null => {
    asked.push(task)
    if (task.kind !== 'authorise' && task.kind !== 'unlock-app') return byKeyThenPassword(task)
    return { kind: task.kind, id: task.id, recoveryKeys: [], operator: { id: ada, password: utf8(password), code: null, ...second } }
  }
async function unlock(second: { readonly code?: null; readonly device?: true }): Promise<boolean> {
  app.answer = byAda(second)
  return (await app.must('authority.unlock', {})).unlocked
}
/** An act that takes one approval. */
async function approve(answer: (task: SecureTask) => SecureAnswer | null): Promise<boolean> {
  app.answer = answer
  const reply = await app.must('authority.setRules', { approvals: [], secondFactor: 'where-enrolled', lockAfterMinutes: 30 })
  return reply.done
}
const lastAuthorise = () => {
  const tasks = asked.flatMap((task) => (task.kind === 'authorise' ? [task] : []))
  return tasks[tasks.length - 1]!
}
const factsOf = async (type: string): Promise<readonly Record<string, unknown>[]> => {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
  const { rows } = await app.must('audit.page', { filter, offset: 0, limit: 50 })
  return Promise.all(
    rows.map(async ({ seq, actor }) => ({
      actor,
      ...(JSON.parse((await app.must('audit.entry', { seq })).dataJson) as Record<string, unknown>),
    })),
  )
}
/** A server that speaks as Clef does and signs whatever it is given, with nobody there. */
async function startOwnService(): Promise<{ readonly url: string; readonly address: string }> {
  const wallet = Wallet.createRandom()
  const rules = { key: wallet.privateKey, chainId: 1, person: 'approves', refusedTo: [], hostile: null } as const
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (part) => (body += String(part)))
    request.on('end', () => {
      const reply = SERVICES.clef({ method: 'POST', path: '/', body }, rules)
      response.writeHead(reply?.status ?? 500, { 'content-type': 'application/json' }).end(reply?.body)
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(() => void server.close())
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, address: wallet.address }
}
const onDevice = (): string => JSON.stringify(ledger.device.deviceScreens())

describe('B6: a device as a second factor', () => {
  test('B6: enrolled by password and a signature on the device, which showed what it was for', async () => {
    expect(await personOf('Ada')).toMatchObject({ device: ledger.address, secondFactor: false })
    const task = asked.find(({ kind }) => kind === 'enrol-device')
    if (task?.kind !== 'enrol-device') throw new Error('it was not asked')
    expect(onDevice()).toContain('enrol-device')
    expect(onDevice()).toContain(task.requestHash.slice(2))
    expect(task).toMatchObject({ signerKind: 'ledger', address: ledger.address, emulator: expect.stringMatching(/127\.0\.0\.1/) as string })
    expect(await factsOf('SecondFactorEnrolled')).toMatchObject([{ factor: 'device', address: ledger.address }])
  })

  test('B6: from then on a password alone proves nothing, and a password with the device does, for unlocking and for approving', async () => {
    await app.must('authority.lock', {})
    expect(await unlock({ code: null })).toBe(false)
    expect(app.lastProblem?.code).toBe('WRONG_CREDENTIALS')
    expect(await unlock({ device: true })).toBe(true)
    expect(onDevice()).toContain('unlock')

    expect(await approve(byAda({ code: null }))).toBe(false)
    expect(await approve(byAda({ device: true }))).toBe(true)
    const task = lastAuthorise()
    // The window and the device show the same hash, over everything that was shown.
    expect(onDevice()).toContain('change-authority')
    expect(onDevice()).toContain(task.requestHash.slice(2))
    expect((await factsOf('MessageSigned'))[0]).toMatchObject({ actor: 'Ada', purpose: 'auth', message: { requestHash: task.requestHash } })
  })

  test('B6: another request has another hash, and each challenge its own number', async () => {
    await approve(byAda({ device: true }))
    await approve(byAda({ device: true }))
    const messages = (await factsOf('MessageSigned')).map(({ message }) => message as Record<string, string>)
    expect(new Set(messages.map(({ nonce }) => nonce)).size).toBe(messages.length)
    expect(new Set(messages.map(({ requestHash }) => requestHash)).size).toBe(messages.length)
  })

  test('B6: the device is not asked of who does not know the password', async () => {
    const before = ledger.device.received.length
    expect(await approve(byAda({ device: true }, 'not her password'))).toBe(false)
    expect(app.lastProblem?.code).toBe('WRONG_CREDENTIALS')
    expect(ledger.device.received.length).toBe(before)
  })

  test('B6: a rejection at the device approves nothing and is on record', async () => {
    ledger.device.state.person = 'reject'
    expect(await approve(byAda({ device: true }))).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'SIGNER_REFUSED' })
    expect(await factsOf('OperatorRefused')).toMatchObject([{ code: 'NOT_CONFIRMED', act: 'change-authority' }])
  })

  test('B6: another key in the place of the device approves nothing', async () => {
    ledger.misbehave('other-key')
    expect(await approve(byAda({ device: true }))).toBe(false)
    ledger.misbehave('other-digest')
    expect(await approve(byAda({ device: true }))).toBe(false)
    expect(await factsOf('AuthorityRulesChanged')).toEqual([])
  })

  test('B6: a device that is no signer any more approves nothing; the recovery keys do', async () => {
    app.answer = byAda({ device: true })
    expect(await app.must('signer.dependants', { id: signerId })).toMatchObject({
      people: [{ name: 'Ada', hasAuthenticator: false }],
      onlyKeysLeft: true,
    })
    expect(await app.must('signer.remove', { id: signerId })).toMatchObject({ done: true })
    expect(lastAuthorise().changes).toContainEqual({
      label: 'Second factor of Ada',
      before: 'this device',
      after: 'none here: recovery keys',
    })
    expect(await approve(byAda({ device: true }))).toBe(false)
    expect(app.lastProblem).toEqual({ code: 'SIGNER_UNAVAILABLE', figures: { reason: 'DEVICE_NOT_FOUND' } })
    expect(await approve(byKeyThenPassword)).toBe(true)
  })

  test('B6: whose second factor a signer is not is not named, and somebody else who can still unlock is said', async () => {
    app.answer = byKeyThenPassword
    await addPerson('Bob')
    const other = await startLedgerPart({ driver: 'ledgerjs', privateKey: OTHER_KEY })
    try {
      expect(await app.must('signer.dependants', { id: await addLedger(other) })).toMatchObject({ people: [], onlyKeysLeft: false })
      expect(await app.must('signer.dependants', { id: signerId })).toMatchObject({
        people: [{ name: 'Ada', hasAuthenticator: false }],
        onlyKeysLeft: false,
      })
    } finally {
      await other.close()
    }
  })

  test('B6: another device beside one that counts is a change of protection, and nobody has the device of somebody else', async () => {
    const other = await startLedgerPart({ driver: 'ledgerjs', privateKey: OTHER_KEY })
    try {
      const second = await addLedger(other)
      // Whoever knows the password alone cannot put a device of their own in the place of hers.
      app.answer = byAda({ code: null })
      expect(await app.must('authority.enrolDevice', { id: ada, signerId: second })).toEqual({ done: false })
      expect(await app.must('authority.enrolSecondFactor', { id: ada })).toEqual({ done: false })
      expect((await personOf('Ada')).device).toBe(ledger.address)

      app.answer = byKeyThenPassword
      const bob = await addPerson('Bob')
      expect(await app.call('authority.enrolDevice', { id: bob, signerId })).toMatchObject({
        ok: false,
        problem: { code: 'ALREADY_EXISTS' },
      })
    } finally {
      await other.close()
    }
  })

  test('B6: a service that signs by itself is nobody’s device, whatever it is called: neither enrolled, nor believed where it was', async () => {
    const { url, address } = await startOwnService()
    const service = { url, timeoutMs: 3_000, trust: { type: 'system' as const }, clientCertificate: null }
    const config = { kind: 'remote' as const, dialect: 'clef' as const, retries: 0, tokenRef: null, service }
    const { id } = await allowing(app, () => app.must('signer.add', { label: 'Ledger Nano X', config, address }))
    const bob = await allowing(app, () => addPerson('Bob'))
    app.answer = byKeyThenPassword
    const before = asked.length
    expect(await app.call('authority.enrolDevice', { id: bob, signerId: id })).toMatchObject({
      ok: false,
      problem: { code: 'SIGNER_UNAVAILABLE', figures: { reason: 'NOT_SUPPORTED' } },
    })
    expect(asked).toHaveLength(before)
    // As one that was enrolled before this was so.
    expect(app.holdfast.people.operators.enrolDevice(ada, address).ok).toBe(true)
    expect(await approve(byAda({ device: true }))).toBe(false)
    expect(app.lastProblem).toMatchObject({ code: 'SIGNER_UNAVAILABLE', figures: { reason: 'DEVICE_NOT_FOUND' } })
  })

  test('B6: where a second factor is always asked for, a device is one', async () => {
    app.answer = byAda({ device: true })
    expect(await app.must('authority.setRules', { approvals: [], secondFactor: 'always', lockAfterMinutes: 15 })).toEqual({ done: true })
    expect(await approve(byAda({ device: true }))).toBe(true)
    const task = lastAuthorise()
    expect(task).toMatchObject({ people: [{ name: 'Ada', code: false, device: true }] })
  })

  test('B6: it is taken away only by authority, and then the password is enough again', async () => {
    app.answer = byAda({ device: true })
    expect(await app.must('authority.removeDevice', { id: ada })).toEqual({ done: true })
    expect((await personOf('Ada')).device).toBeNull()
    expect(await approve(byAda({ code: null }))).toBe(true)
  })
})
