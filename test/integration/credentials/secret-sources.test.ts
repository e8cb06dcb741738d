import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { KeptSecrets } from '../../../src-main/app/compose/signers/kept-secrets'
import { SecretSources } from '../../../src-main/app/compose/signers/secret-sources'
import { SecretStore } from '../../../src-main/credentials/secret-store'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { openDatabase, type Database } from '../../../src-main/storage/database'
import { forkVendorHost } from '../../support/signers/fork-vendor-host'

const TOKEN = 'hvs.token-of-the-tests'
const TOKEN_ID = '00000000-0000-4000-8000-0000000000aa'
const KEY_ID = '00000000-0000-4000-8000-0000000000bb'

let folder: string
let db: Database
let store: SecretStore
let sources: SecretSources
const servers: Server[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'))
  const opened = openDatabase({ path: join(folder, 'test.db'), key: randomBytes(32) })
  if (!opened.ok) throw opened.error
  db = opened.value
  store = new SecretStore(db, randomBytes(32))
  const kept = new KeptSecrets({ db, store, audit: { append: () => ({ seq: 0, hashHex: '' }) } })
  sources = new SecretSources({
    db,
    store,
    forgetSecrets: (ids) => kept.forget(ids),
    clock: systemClock,
    scheduler: systemScheduler,
    spawnVendorHost: () => forkVendorHost(),
  })
})

afterEach(async () => {
  db.close()
  rmSync(folder, { recursive: true, force: true })
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function serve(
  answer: (path: string, headers: Readonly<Record<string, unknown>>, body: string) => readonly [number, string],
): Promise<string> {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const [status, text] = answer(request.url ?? '', request.headers, body)
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    })
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const found = async (ref: string): Promise<string> => {
  const secret = await sources.find(ref, 'pin')
  return secret.ok ? secret.value.toString('utf8') : secret.error.detail
}

/** A KV version 2 engine at `kv`, as HashiCorp documents its answers. */
async function startVault(): Promise<void> {
  const url = await serve((path, { authorization }) => {
    if (authorization !== `Bearer ${TOKEN}`) return [403, '{"errors":["permission denied"]}']
    if (path === '/v1/kv/data/holdfast/hsm')
      return [200, JSON.stringify({ data: { data: { pin: '7341', number: 5 }, metadata: { version: 3 } } })]
    if (path === '/v1/sealed/data/x') return [503, '{"errors":["Vault is sealed"]}']
    return [404, '{"errors":[]}']
  })
  store.put(TOKEN_ID, 'token', 'vault', Buffer.from(TOKEN), 0)
  sources.set('vault', {
    kind: 'vault',
    service: { url, timeoutMs: 5_000, trust: { type: 'system' }, clientCertificate: null },
    tokenRef: `secret:${TOKEN_ID}`,
  })
}

describe('P1: a secret by reference in HashiCorp Vault', () => {
  test('is read when it is needed, one field of the newest version', async () => {
    await startVault()
    expect(await found('vault:kv/holdfast/hsm#pin')).toBe('7341')
  })

  test('what is not there, is no text, or is sealed is said without a secret', async () => {
    await startVault()
    expect(await found('vault:kv/holdfast/none#pin')).toMatch(/no such secret/)
    expect(await found('vault:kv/holdfast/hsm#other')).toMatch(/no text field other/)
    expect(await found('vault:kv/holdfast/hsm#number')).toMatch(/no text field number/)
    expect(await found('vault:sealed/x#pin')).toMatch(/sealed/)
    expect(await found('vault:kv/../sys/seal#pin')).toMatch(/not a reference/)
  })

  test('a token that is not let in reads nothing, and is not in the reason', async () => {
    await startVault()
    store.remove(TOKEN_ID)
    store.put(TOKEN_ID, 'token', 'vault', Buffer.from('hvs.another'), 0)
    const reason = await found('vault:kv/holdfast/hsm#pin')
    expect(reason).toMatch(/does not let this token/)
    expect(reason).not.toContain('hvs.another')
  })

  test('what opened it is forgotten with it, or once something else opens it, and not before', async () => {
    await startVault()
    const [vault] = sources.list()
    if (vault?.kind !== 'vault') throw new Error('no vault')
    sources.set('vault', { ...vault, service: { ...vault.service, timeoutMs: 4_000 } })
    expect(await found('vault:kv/holdfast/hsm#pin')).toBe('7341')
    store.put(KEY_ID, 'token', 'vault', Buffer.from(TOKEN), 0)
    sources.set('vault', { ...vault, tokenRef: `secret:${KEY_ID}` })
    expect(store.find(TOKEN_ID, 'token')).toEqual({ ok: false, error: 'NOT_FOUND' })
    expect(await found('vault:kv/holdfast/hsm#pin')).toBe('7341')
    sources.set('vault', null)
    expect(store.find(KEY_ID, 'token')).toEqual({ ok: false, error: 'NOT_FOUND' })
    expect(sources.list()).toEqual([])
  })

  test('no vault, no secret; and a vault cannot be opened by what lies in it', async () => {
    expect(await found('vault:kv/holdfast/hsm#pin')).toMatch(/no vault is configured/)
    await startVault()
    const [vault] = sources.list()
    if (vault?.kind !== 'vault') throw new Error('no vault')
    db.prepare("UPDATE secret_sources SET config_json = ? WHERE kind = 'vault'").run(
      JSON.stringify({ ...vault, tokenRef: 'vault:kv/holdfast/hsm#pin' }),
    )
    expect(await found('vault:kv/holdfast/hsm#pin')).toMatch(/no vault is configured/)
  })
})

describe('P1: a secret by reference in AWS Secrets Manager', () => {
  const startAws = async (): Promise<{ readonly signed: string[] }> => {
    const signed: string[] = []
    const url = await serve((_path, headers, body) => {
      signed.push(String(headers['authorization']))
      if (headers['x-amz-target'] !== 'secretsmanager.GetSecretValue') return [400, '{"__type":"InvalidRequestException"}']
      const { SecretId: id } = JSON.parse(body) as { SecretId: string }
      if (id === 'holdfast/token') return [200, JSON.stringify({ Name: id, SecretString: 'plain-token' })]
      if (id === 'holdfast/service') return [200, JSON.stringify({ Name: id, SecretString: JSON.stringify({ token: 'in-json' }) })]
      return [400, '{"__type":"ResourceNotFoundException","message":"no"}']
    })
    store.put(KEY_ID, 'access-key', 'aws', Buffer.from('a-secret-access-key'), 0)
    const source = {
      kind: 'aws-sm',
      region: 'eu-central-1',
      accessKeyId: 'AKIAHOLDFASTTEST0001',
      secretAccessKeyRef: `secret:${KEY_ID}`,
      endpoint: url,
    } as const
    sources.set('aws-sm', source)
    return { signed }
  }

  test('is read when it is needed, whole or one field of its JSON, by a signed request', async () => {
    const { signed } = await startAws()
    expect(await found('aws-sm:holdfast/token')).toBe('plain-token')
    expect(await found('aws-sm:holdfast/service#token')).toBe('in-json')
    expect(signed[0]).toMatch(/^AWS4-HMAC-SHA256 Credential=AKIAHOLDFASTTEST0001\/\d{8}\/eu-central-1\/secretsmanager\/aws4_request/)
  })

  test('nothing is read over plain HTTP from another machine', async () => {
    const { signed } = await startAws()
    const [aws] = sources.list()
    if (aws?.kind !== 'aws-sm') throw new Error('no secrets manager')
    sources.set('aws-sm', { ...aws, endpoint: 'http://secrets.example.org' })
    expect(await found('aws-sm:holdfast/token')).toMatch(/HTTPS is required/)
    expect(signed).toEqual([])
  })

  test('what is not there is said', async () => {
    await startAws()
    expect(await found('aws-sm:holdfast/none')).toMatch(/SECRET_UNAVAILABLE/)
    expect(await found('aws-sm:holdfast/token#field')).toMatch(/no text field field/)
  })
})
