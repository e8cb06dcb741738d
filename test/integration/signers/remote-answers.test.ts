import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { gzipSync } from 'node:zlib'

import { afterEach, describe, expect, test } from 'vitest'

import { REMOTE_DIALECTS } from '../../../src-main/domain/signer'
import { systemScheduler, type Scheduler } from '../../../src-main/lib/clock'
import { remoteMaker } from '../../../src-main/signers/remote/maker'
import type { Signer } from '../../../src-main/signers/signer'
import { contractTx } from '../../support/signers/contract'
import { startRemotePart, type RemotePart, type RemotePartOptions } from '../../support/signers/remote-part'
import { signerParts } from '../../support/signers/signer-parts'

const never = new AbortController().signal
const TIMEOUT_MS = 2_000
/** Waits between attempts pass at once; the time-out itself stays as it is. */
const hasty: Scheduler = {
  after: (delayMs, task) => systemScheduler.after(delayMs === TIMEOUT_MS ? delayMs : 0, task),
}
const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function open(options: Partial<RemotePartOptions> = {}): Promise<{ part: RemotePart; signer: Signer }> {
  const part = await startRemotePart({ dialect: 'web3signer', timeoutMs: TIMEOUT_MS, ...options })
  closing.push(part.close)
  return { part, signer: signerOf(part) }
}

function signerOf(part: RemotePart, url = part.config.service.url): Signer {
  const config = { ...part.config, service: { ...part.config.service, url } }
  return remoteMaker.create('remote-1', part.address, config, signerParts(part.secrets, { scheduler: hasty }))
}

/** A server that cuts every connection before TLS stands, up to a number of times; then it passes them on. */
async function cutting(times: number, port: number): Promise<{ url: string; connections: () => number }> {
  let connections = 0
  const { connect } = await import('node:net')
  const server: Server = createServer((socket) => {
    connections += 1
    socket.on('error', () => undefined)
    if (connections <= times) {
      socket.destroy()
      return
    }
    const onward = connect(port, '127.0.0.1')
    onward.on('error', () => undefined)
    socket.pipe(onward).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections }
}

describe('C4: what may have been signed is never asked for again', () => {
  describe.each(REMOTE_DIALECTS)('in the %s dialect', (dialect) => {
    test('what certainly did not arrive is tried again, as often as was configured', async () => {
      const { part } = await open({ dialect, retries: 3 })
      const way = await cutting(99, 0)
      const failed = await signerOf(part, way.url).signTransaction(contractTx(part.address, 1), never)
      expect(failed).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
      expect(way.connections()).toBe(4)
      expect(part.calls).toEqual([])
    })

    test('a way that opens after two attempts is taken, and one request arrives', async () => {
      const { part } = await open({ dialect, retries: 3 })
      const way = await cutting(2, Number(new URL(part.config.service.url).port))
      expect(await signerOf(part, way.url).signTransaction(contractTx(part.address, 1), never)).toMatchObject({ ok: true })
      expect(way.connections()).toBe(3)
      expect(part.calls).toHaveLength(1)
    })

    test.each([
      ['slow', 'TIMEOUT'],
      ['reset', 'DISCONNECTED'],
      ['endless', 'BAD_ANSWER'],
    ] as const)('a %s answer is one request, and %s', async (how, code) => {
      const { part, signer } = await open({ dialect, retries: 3 })
      part.misbehave(how)
      expect(await signer.signTransaction(contractTx(part.address, 1), never)).toMatchObject({ ok: false, error: { code } })
      expect(part.calls).toHaveLength(1)
      expect(part.connections()).toBe(1)
    })
  })

  test('the connection breaks before the answer begins: one request, and it may have been signed', async () => {
    const { part, signer } = await open({ retries: 3 })
    part.answerBy((request) => request.socket.destroy())
    expect(await signer.signTransaction(contractTx(part.address, 1), never)).toMatchObject({
      ok: false,
      error: { code: 'DISCONNECTED' },
    })
    expect(part.calls).toHaveLength(1)
  })

  test('given up while the signer thinks: it may have signed', async () => {
    const { part, signer } = await open({ retries: 3 })
    const abort = new AbortController()
    part.answerBy(() => abort.abort())
    expect(await signer.signTransaction(contractTx(part.address, 1), abort.signal)).toMatchObject({
      ok: false,
      error: { code: 'TIMEOUT' },
    })
    expect(part.calls).toHaveLength(1)
  })

  test('given up before anything was sent: it certainly did not sign', async () => {
    const { part, signer } = await open({ retries: 3 })
    expect(await signer.signTransaction(contractTx(part.address, 1), AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { code: 'UNAVAILABLE' },
    })
    expect(part.connections()).toBe(0)
  })
})

describe('X10: an answer that is not exactly an answer is none', () => {
  const json = (text: string | Buffer, headers: Record<string, string> = {}) => {
    return (_request: unknown, response: ServerResponse) => response.writeHead(200, headers).end(text)
  }
  test.each([
    ['a redirect', (_: unknown, response: ServerResponse) => response.writeHead(307, { location: '/elsewhere' }).end(), 'BAD_ANSWER'],
    ['an internal error', (_: unknown, response: ServerResponse) => response.writeHead(500).end('oops'), 'BAD_ANSWER'],
    ['a gateway that lost its signer', (_: unknown, response: ServerResponse) => response.writeHead(502).end(), 'DISCONNECTED'],
    ['a gateway that waited too long', (_: unknown, response: ServerResponse) => response.writeHead(504).end(), 'TIMEOUT'],
    ['a refusal by policy', (_: unknown, response: ServerResponse) => response.writeHead(403).end('no'), 'DENIED_BY_SIGNER'],
    ['a refusal of who we are', (_: unknown, response: ServerResponse) => response.writeHead(401).end(), 'NOT_AUTHORISED'],
    ['a refusal to hurry', (_: unknown, response: ServerResponse) => response.writeHead(429).end(), 'BUSY'],
    ['the wrong place', (_: unknown, response: ServerResponse) => response.writeHead(404).end(), 'NOT_SUPPORTED'],
    ['no JSON', json('<html>'), 'BAD_ANSWER'],
    ['nothing', json(''), 'BAD_ANSWER'],
    ['another call’s answer', json('{"jsonrpc":"2.0","id":2,"result":"0x02"}'), 'BAD_ANSWER'],
    ['no result', json('{"jsonrpc":"2.0","id":1}'), 'BAD_ANSWER'],
    ['a result that is no hex', json('{"jsonrpc":"2.0","id":1,"result":{"raw":"0x02"}}'), 'BAD_ANSWER'],
    ['bytes that are no text', json(Buffer.from([0xff, 0xfe, 0x00])), 'BAD_ANSWER'],
    [
      'compression that was not asked for',
      json(gzipSync('{"jsonrpc":"2.0","id":1,"result":"0x02"}'), { 'content-encoding': 'gzip' }),
      'BAD_ANSWER',
    ],
    [
      'another protocol',
      (request: { socket: { end(text: string): unknown } }) =>
        request.socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
      'BAD_ANSWER',
    ],
    ['no HTTP', (request: { socket: { end(text: string): unknown } }) => request.socket.end('0x02f8\r\n\r\n'), 'BAD_ANSWER'],
    [
      'headers without end',
      (request: { socket: { end(text: string): unknown } }) => request.socket.end(`HTTP/1.1 200 OK\r\nx: ${'a'.repeat(100_000)}\r\n\r\n`),
      'BAD_ANSWER',
    ],
    [
      'an account that it does not hold',
      json('{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"No unlocked account matches the Sender"}}'),
      'WRONG_ADDRESS',
    ],
    ['parameters that it refuses', json('{"jsonrpc":"2.0","id":1,"error":{"code":-32602,"message":"Invalid params"}}'), 'NOT_SUPPORTED'],
    ['an error of its own', json('{"jsonrpc":"2.0","id":1,"error":{"code":-32603,"message":"Internal error"}}'), 'BAD_ANSWER'],
  ] as const)('%s', async (_what, answer, code) => {
    const { part, signer } = await open({ retries: 3 })
    part.answerBy(answer)
    const refused = await signer.signTransaction(contractTx(part.address, 1), never)
    expect(refused).toMatchObject({ ok: false, error: { code } })
    // Nothing was repeated, and no redirect was followed.
    expect(part.calls.map(({ path }) => path)).toEqual(['/'])
    if (code !== 'DENIED_BY_SIGNER') expect(signer.health().status).toBe('unavailable')
  })

  test('what the server says goes to the log short and printable, and holds no token', async () => {
    const { part, signer } = await open()
    part.answerBy((request, response) => {
      response.writeHead(500).end(`\u001b[31m${'long '.repeat(500)}\n${request.headers['content-type'] ?? ''}`)
    })
    const refused = await signer.signTransaction(contractTx(part.address, 1), never)
    if (refused.ok) throw new Error('signed')
    expect(refused.error.detail).toMatch(/^HTTP 500: [\x20-\x7e]{1,200}$/)
  })
})
