import { once } from 'node:events'
import { request as ask, type IncomingHttpHeaders } from 'node:http'
import { connect, type Socket } from 'node:net'

import jwt from 'jsonwebtoken'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { systemRandom } from '../../../src-main/app/random'
import { newApiClient, type ApiClient } from '../../../src-main/gateway/client-file'
import type { ApiAccess, GatewayPorts } from '../../../src-main/gateway/gateway'
import { API_SCOPES, type ApiScope } from '../../../src-main/domain/api-scope'
import { Gateway } from '../../../src-main/gateway/server'
import { TOKEN_LIFETIME_SEC } from '../../../src-main/gateway/tokens'
import { systemScheduler } from '../../../src-main/lib/clock'
import { FakeClock } from '../../support/fake-clock'

interface Reply {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

let clock: FakeClock
let gateway: Gateway
let clients: ApiClient[]
let accesses: ApiAccess[]
let halts: string[]
let alarms: number[]
let canRecord: boolean
/** Hear of a request whose client is looked up, and of a halt. */
let onLookUp: () => void
let onHalt: () => void

const ports: GatewayPorts = {
  health: () => ({
    status: 'ok',
    trading_halted: halts.length > 0,
    kill_switch_status: 'armed',
    trading_state: 'active',
    environment: 'paper',
    version: '0',
    uptime_seconds: 1,
    problems: [],
  }),
  metrics: () => Promise.resolve('holdfast_trading_halted 0\n'),
  halt: ({ by, reason }) => {
    halts.push(`${by}: ${reason}`)
    onHalt()
    return { sinceMs: 1, already: halts.length > 1 }
  },
  record: (access) => {
    accesses.push(access)
    return canRecord
  },
  onUnknownClient: (tries) => alarms.push(tries),
  onFault: (what, thrown) => {
    throw new Error(what, { cause: thrown })
  },
}

beforeEach(async () => {
  clock = new FakeClock()
  ;[clients, accesses, halts, alarms, canRecord] = [[], [], [], [], true]
  onLookUp = onHalt = () => undefined
  const lookUp = () => {
    onLookUp()
    return clients
  }
  gateway = new Gateway({ ports, clock, scheduler: systemScheduler, random: systemRandom, clients: lookUp })
  await gateway.listen(0)
})
afterEach(() => gateway.close())

function call(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port: gateway.port, method, path, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (text += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

function register(scopes: readonly ApiScope[]): { readonly client: ApiClient; readonly basic: string } {
  const made = newApiClient(systemRandom, scopes.join('+'), scopes, 0)
  clients.push(made.client)
  return { client: made.client, basic: `Basic ${Buffer.from(`${made.client.id}:${made.secret}`).toString('base64')}` }
}
async function tokenFor(scopes: readonly ApiScope[]): Promise<string> {
  const reply = await call('POST', '/api/token', { authorization: register(scopes).basic })
  return (JSON.parse(reply.text) as { access_token: string }).access_token
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('P6: the local interface', () => {
  test('a stranger who asks without end is recorded thirty times a minute, and then only counted', async () => {
    await gateway.close()
    gateway = new Gateway({ ports, clock, scheduler: clock, random: systemRandom, clients: () => clients })
    await gateway.listen(0)
    for (let times = 0; times < 40; times += 1) await call('GET', '/api/health', { origin: 'https://somewhere.example' })
    expect(accesses).toHaveLength(30)
    await clock.advance(60_000)
    expect(accesses.at(-1)).toMatchObject({ client: null, why: 'FLOOD 10' })
    await call('GET', '/api/health')
    expect(accesses).toHaveLength(32)
  })

  test('who opens connections and stays silent keeps no halt out, and is told of', async () => {
    const token = await tokenFor(['halt'])
    const silent = Array.from({ length: 200 }, () => connect(gateway.port, '127.0.0.1').on('error', () => undefined))
    try {
      await Promise.all(silent.map((socket) => once(socket, 'connect')))
      // Half a head is as good as silence.
      for (const socket of silent) socket.write('POST /api/halt HTTP/1.1\r\nHost:')
      expect((await call('POST', '/api/halt', bearer(token))).status).toBe(200)
      expect(halts).toHaveLength(1)
      expect(alarms.length).toBeGreaterThan(0)
      expect(accesses).toContainEqual({ method: 'ANY', path: 'none', client: null, status: 408, why: 'SILENT' })
    } finally {
      for (const socket of silent) socket.destroy()
    }
  })

  test('gives a token for a client’s own secret, and answers what its scopes allow', async () => {
    const token = await tokenFor(API_SCOPES)
    const health = await call('GET', '/api/health', bearer(token))
    expect([health.status, JSON.parse(health.text)]).toMatchObject([200, { trading_halted: false }])
    expect((await call('GET', '/api/metrics', bearer(token))).text).toContain('holdfast_trading_halted 0')
    const halted = await call('POST', '/api/halt', bearer(token), JSON.stringify({ reason: 'the feed is wrong' }))
    expect([halted.status, JSON.parse(halted.text)]).toMatchObject([200, { trading_halted: true }])
    expect(halts).toEqual(['health+metrics+halt: the feed is wrong'])
    expect(accesses.map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/api/token 200',
      '/api/health 200',
      '/api/metrics 200',
      '/api/halt 200',
    ])
  })

  test.for([
    ['GET', '/api/metrics'],
    ['POST', '/api/halt'],
  ] as const)('a scope that was not given is refused: %s %s', async ([method, path]) => {
    expect((await call(method, path, bearer(await tokenFor(['health'])))).status).toBe(403)
    expect(halts).toEqual([])
  })

  test.for([
    ['no token', {}, 401],
    ['nonsense', bearer('x.y.z'), 401],
    [
      'a token signed by another',
      bearer(jwt.sign({ sub: 'x', scope: 'halt', jti: '1' }, 'other', { audience: 'holdfast-local-api' })),
      401,
    ],
    ['a token without a signature', bearer(jwt.sign({ sub: 'x', scope: 'halt' }, '', { algorithm: 'none' })), 401],
    ['another host name, as after DNS rebinding', { host: 'evil.example' }, 421],
    ['a page of another origin', { origin: 'https://evil.example' }, 403],
    ['a page of this very origin', { origin: 'http://127.0.0.1' }, 403],
    ['a browser that hides its origin', { 'sec-fetch-site': 'none' }, 403],
  ] as const)('%s is turned away, and on record', async ([, headers, status]) => {
    const reply = await call('POST', '/api/halt', headers)
    expect([reply.status, halts, reply.headers['access-control-allow-origin']]).toEqual([status, [], undefined])
    expect(accesses).toMatchObject([{ client: null, status }])
  })

  test('a token ends after minutes, with its client, and with the app', async () => {
    const { client, basic } = register(['health'])
    const token = async () =>
      (JSON.parse((await call('POST', '/api/token', { authorization: basic })).text) as { access_token: string }).access_token
    const first = await token()
    await clock.advance((TOKEN_LIFETIME_SEC + 1) * 1_000)
    expect((await call('GET', '/api/health', bearer(first))).status).toBe(401)
    const second = await token()
    expect((await call('GET', '/api/health', bearer(second))).status).toBe(200)
    clients = [{ ...client, revokedAtMs: 1 }]
    expect((await call('GET', '/api/health', bearer(second))).status).toBe(401)
    clients = [client]
    await gateway.close()
    gateway = new Gateway({ ports, clock, scheduler: systemScheduler, random: systemRandom, clients: () => clients })
    await gateway.listen(0)
    expect((await call('GET', '/api/health', bearer(second))).status).toBe(401)
  })

  test('several tries without a credential raise an alarm, and more are turned away for being more', async () => {
    const { client } = register(['health'])
    const wrong = { authorization: `Basic ${Buffer.from(`${client.id}:wrong`).toString('base64')}` }
    for (let tries = 0; tries < 5; tries += 1) expect((await call('POST', '/api/token', wrong)).status).toBe(401)
    expect(alarms).toEqual([5])
    for (let tries = 0; tries < 40; tries += 1) await call('POST', '/api/token', wrong)
    expect((await call('POST', '/api/token', wrong)).status).toBe(429)
  })

  test('P6: strangers who try without end keep no client from a token, and so from a halt', async () => {
    const { client, basic } = register(['halt'])
    const wrong = { authorization: `Basic ${Buffer.from(`${client.id}:wrong`).toString('base64')}` }
    for (let tries = 0; tries < 40; tries += 1) await call('POST', '/api/token', wrong)
    expect((await call('POST', '/api/token', wrong)).status).toBe(429)
    const { status, text } = await call('POST', '/api/token', { authorization: basic })
    expect(status).toBe(200)
    const { access_token: token } = JSON.parse(text) as { access_token: string }
    expect((await call('POST', '/api/halt', bearer(token))).status).toBe(200)
  })

  test('one that asks too often waits, but may always halt', async () => {
    const token = await tokenFor(['health', 'halt'])
    const statuses = new Set<number>()
    for (let tries = 0; tries < 130; tries += 1) statuses.add((await call('GET', '/api/health', bearer(token))).status)
    expect(statuses).toEqual(new Set([200, 429]))
    expect((await call('POST', '/api/halt', bearer(token))).status).toBe(200)
    await clock.advance(61_000)
    expect((await call('GET', '/api/health', bearer(await tokenFor(['health'])))).status).toBe(200)
  })

  test('X6 X10: what cannot be recorded is not answered, but a halt is carried out', async () => {
    const token = await tokenFor(API_SCOPES)
    canRecord = false
    expect((await call('GET', '/api/health', bearer(token))).status).toBe(503)
    expect((await call('GET', '/api/metrics', bearer(token))).status).toBe(503)
    expect((await call('POST', '/api/halt', bearer(token))).status).toBe(200)
    expect(halts).toHaveLength(1)
  })

  test('X6 X10: while nothing can be recorded, a client that may halt is given a token for that alone, and others none', async () => {
    canRecord = false
    const given = await call('POST', '/api/token', { authorization: register(API_SCOPES).basic })
    expect([given.status, JSON.parse(given.text)]).toMatchObject([200, { scope: 'halt' }])
    const { access_token: token } = JSON.parse(given.text) as { access_token: string }
    expect((await call('POST', '/api/halt', bearer(token))).status).toBe(200)
    expect(halts).toHaveLength(1)
    expect((await call('POST', '/api/token', { authorization: register(['health', 'metrics']).basic })).status).toBe(503)
    // What can be recorded again gives it nothing more.
    canRecord = true
    expect((await call('GET', '/api/health', bearer(token))).status).toBe(403)
  })

  test.for([
    ['no JSON', 'reason: fire'],
    ['a body that is far too long', 'x'.repeat(100_000)],
    ['unknown fields', JSON.stringify({ release: true })],
  ] as const)('a halt with %s is a halt', async ([, body]) => {
    expect((await call('POST', '/api/halt', bearer(await tokenFor(['halt'])), body)).status).toBe(200)
    expect(halts).toHaveLength(1)
  })

  test('a halt whose body never comes is carried out all the same', async () => {
    const token = await tokenFor(['halt'])
    const socket = connect(gateway.port, '127.0.0.1')
    const answered = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    socket.write(
      `POST /api/halt HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${token}\r\nContent-Length: 20\r\n\r\n{"rea`,
    )
    expect(await answered).toContain('200 OK')
    socket.destroy()
    expect(halts).toHaveLength(1)
  })

  test.each([
    ['ends in the middle', 'Content-Length: 20\r\n\r\n{"rea', (socket: Socket) => socket.end()],
    ['is reset in the middle', 'Content-Length: 20\r\n\r\n{"rea', (socket: Socket) => socket.resetAndDestroy()],
    ['is no sound chunk', 'Transfer-Encoding: chunked\r\n\r\nzz\r\n{"reason":"now"}\r\n', () => undefined],
  ] as const)('a halt whose body %s is carried out all the same', async (_, sent, breakOff) => {
    const token = await tokenFor(['halt'])
    const halted = new Promise<void>((resolve) => (onHalt = resolve))
    const arrived = new Promise<void>((resolve) => (onLookUp = resolve))
    const socket = connect(gateway.port, '127.0.0.1').on('error', () => undefined)
    await once(socket, 'connect')
    socket.write(`POST /api/halt HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nAuthorization: Bearer ${token}\r\n${sent}`)
    await arrived
    breakOff(socket)
    await halted
    expect(halts).toEqual(['halt: halted over the local interface'])
    socket.destroy()
  })

  test('other paths and methods are refused', async () => {
    const token = await tokenFor(API_SCOPES)
    expect((await call('GET', '/', bearer(token))).status).toBe(404)
    expect((await call('GET', '/api/../api/health', bearer(token))).status).toBe(404)
    expect((await call('GET', '/api/halt', bearer(token))).status).toBe(405)
    expect((await call('DELETE', '/api/health', bearer(token))).status).toBe(405)
    expect((await call('OPTIONS', '/api/health', { origin: 'null' })).status).toBe(403)
  })
})
