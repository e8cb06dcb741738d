import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { ServiceAddress } from '../../../src-main/domain/signer'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { answerAsPerson } from '../../support/app/answer-person'
import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { startMpcPart, type MpcPart } from '../../support/signers/mpc-part'
import { startRemotePart, type RemotePart } from '../../support/signers/remote-part'

// The composed app with its own secret store, before real services on loopback.

let parties: MpcPart
let service: RemotePart
let app: TestApp
let asked: Extract<SecureTask, { kind: 'authorise' }>[]
/** What the person types into the window for secrets. */
let typed = ''
let approves = true
beforeAll(async () => {
  parties = await startMpcPart({ withKey: false })
  service = await startRemotePart({ dialect: 'web3signer' })
})
afterAll(async () => {
  await parties.close()
  await service.close()
})
beforeEach(async () => {
  app = await launchApp()
  await setUp(app)
  await app.must('environment.switch', { environment: 'testnet' })
  asked = []
  approves = true
  parties.calls.length = 0
  parties.answerBy(null)
  answerAsPerson(app, {
    types: () => typed,
    approves: (task) => {
      asked.push(task)
      return approves
    },
  })
})
afterEach(async () => {
  await app.stop()
  removeDataDir(app.dataDir)
})

/** Types the secrets of a part into the app, and gives its config with the app's own references. */
async function owned<C extends { readonly service: ServiceAddress; readonly tokenRef: string | null }>(part: {
  readonly config: C
  readonly secrets: Readonly<Record<string, string>>
}): Promise<C> {
  const { clientCertificate } = part.config.service
  const store = async (purpose: 'client-key' | 'token', ref: string) => {
    typed = part.secrets[ref]!
    return (await app.must('signer.storeSecret', { purpose, label: purpose })).ref!
  }
  return {
    ...part.config,
    service: {
      ...part.config.service,
      clientCertificate: { ...clientCertificate!, keyRef: await store('client-key', clientCertificate!.keyRef) },
    },
    tokenRef: await store('token', part.config.tokenRef!),
  }
}

async function recorded(type: string) {
  const filter = { sinceMs: null, untilMs: null, categories: [], severities: [], type, text: null }
  return (await app.must('audit.page', { filter, offset: 0, limit: 10 })).rows
}

describe('C4: a remote signer in the app', () => {
  test('is found, taken in and looked at; what reaches it is on record, and no secret is', async () => {
    const config = await owned(service)
    const { accounts } = await app.must('signer.discover', { config })
    expect(accounts.map(({ address }) => address)).toEqual([service.address])
    const { id } = await app.must('signer.add', { label: 'Office', config, address: service.address })
    expect(await app.must('signer.check', { id })).toMatchObject({ status: 'ready', attended: false, signsTypedData: true, config })
    const dump = JSON.stringify(await app.must('signer.list', {}))
    for (const secret of Object.values(service.secrets)) expect(dump).not.toContain(secret)
  })
})

describe('C11: keys in two shares in the app', () => {
  test('nobody makes a key without authority: the parties are not even asked', async () => {
    const config = await owned(parties)
    approves = false
    expect(await app.must('signer.initialise', { config })).toEqual({ done: false, address: null, wasThere: false })
    expect(asked).toHaveLength(1)
    expect(parties.calls).toEqual([])
  })

  test('made by authority, taken in, refreshed by authority; each step on record before and after', async () => {
    const config = await owned(parties)
    const made = await app.must('signer.initialise', { config })
    expect(made).toMatchObject({ done: true, wasThere: false })
    expect(asked[0]).toMatchObject({ act: 'change-signers' })
    expect(asked[0]?.changes.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Key in two shares', 'Address', 'Certificate of your authority', 'Access token']),
    )
    const { id } = await app.must('signer.add', { label: 'Two parties', config, address: made.address! })

    approves = false
    expect(await app.must('signer.refresh', { id })).toEqual({ done: false, address: null, shareId: null, shareIdBefore: null })
    expect(parties.calls.some(({ path }) => path === '/refresh')).toBe(false)

    approves = true
    const proof = await app.must('signer.refresh', { id })
    expect(proof).toMatchObject({ done: true, address: made.address })
    expect(proof.shareId).not.toBe(proof.shareIdBefore)
    expect((await recorded('SharesRefreshRequested')).map(({ subject }) => subject)).toEqual([id])
    expect((await recorded('SharesRefreshed')).map(({ subject }) => subject)).toEqual([id])
    expect(await recorded('SharedKeyRequested')).toHaveLength(1)
    expect(await recorded('SharedKeyProven')).toHaveLength(1)
  })

  test('a refresh that is not proven is a problem that says that the shares may have changed, and weighs more on record', async () => {
    const config = await owned(parties)
    const made = await app.must('signer.initialise', { config })
    const { id } = await app.must('signer.add', { label: 'Two parties', config, address: made.address! })
    parties.answerBy(({ path }, honest) => (path === '/refresh' ? Promise.reject(new Error('lost')) : honest()))
    expect(await app.must('signer.refresh', { id })).toMatchObject({ done: false, shareId: null })
    expect(app.lastProblem).toMatchObject({
      code: 'SIGNER_UNAVAILABLE',
      figures: { reason: 'DISCONNECTED', detail: expect.stringContaining('may have changed') as string },
    })
    expect(await recorded('SharesNotRefreshed')).toMatchObject([{ severity: 'high', subject: id }])
  })

  test('a signer whose key is not held in shares is not refreshed, and nobody is asked for authority', async () => {
    const config = await owned(service)
    const { id } = await app.must('signer.add', { label: 'Office', config, address: service.address })
    asked = []
    expect(await app.call('signer.refresh', { id })).toMatchObject({ ok: false, problem: { figures: { reason: 'NOT_SUPPORTED' } } })
    expect(await app.call('signer.refresh', { id: 'nobody' })).toMatchObject({ ok: false, problem: { code: 'NOT_FOUND' } })
    expect(asked).toEqual([])
  })
})
