import http from 'node:http'
import https from 'node:https'
import { Socket, type AddressInfo, type Server } from 'node:net'

import { afterEach, describe, expect, it } from 'vitest'

import { denial } from '../../../src-main/domain/codes'
import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { RpcClient, type RpcCall } from '../../../src-main/venues/dex/rpc'
import { quantity } from '../../../src-main/venues/dex/rpc-values'
import { selfSigned } from './dex-tls'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

const calls: RpcCall[] = []
let endpoint = ''

async function listen(server: Server, scheme: 'http' | 'https'): Promise<RpcClient> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  endpoint = `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
  calls.length = 0
  const rpc = new RpcClient({
    url: endpoint,
    timeoutMs: 10_000,
    clock: systemClock,
    scheduler: systemScheduler,
    onCall: (call) => calls.push(call),
  })
  cleanups.push(() => {
    rpc.close()
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(resolve))
  })
  return rpc
}

const RESULT = '{"jsonrpc":"2.0","id":1,"result":"0x7"}'
const answering = (request: http.IncomingMessage, response: http.ServerResponse) => {
  request.resume().once('end', () => response.end(RESULT))
}

describe('between the last look and the socket', () => {
  it('nothing happens: the bytes are handed over in the same turn', async () => {
    const rpc = await listen(http.createServer(answering), 'http')
    const order: string[] = []
    const prototype = Socket.prototype as unknown as Record<'_write' | '_writev', (...args: unknown[]) => unknown>
    for (const name of ['_write', '_writev'] as const) {
      const original = prototype[name]
      prototype[name] = function (this: Socket, ...args) {
        if (this.remotePort !== undefined) order.push('written')
        return original.apply(this, args)
      }
      cleanups.push(() => {
        prototype[name] = original
      })
    }
    const sent = rpc.send('0xabcd', () => {
      order.push('looked')
      process.nextTick(() => order.push('next tick'))
      void Promise.resolve().then(() => order.push('next promise'))
      return null
    })
    expect(await sent).toEqual({ kind: 'result', value: '0x7' })
    expect(order.slice(0, 2)).toEqual(['looked', 'written'])
  })
})

describe('time that runs out before the connection stands', () => {
  it('means that nothing was sent, and the look is not asked', async () => {
    let fire: () => void = () => undefined
    const scheduler = {
      after(_delayMs: number, task: () => void) {
        fire = task
        return () => undefined
      },
    }
    await listen(http.createServer(answering), 'http')
    const rpc = new RpcClient({ url: endpoint, timeoutMs: 1_000, clock: systemClock, scheduler, onCall: () => undefined })
    let looks = 0
    const sending = rpc.send('0xabcd', () => {
      looks += 1
      return null
    })
    fire()
    expect(await sending).toMatchObject({ kind: 'failed', sent: false, failure: { code: 'TIMEOUT_ERROR' } })
    expect((await rpc.send('0xabcd', () => null)).kind).toBe('result')
    expect(looks).toBe(0)
    rpc.close()
  })
})

describe('a connection that was kept open', () => {
  it('is used again; and when the far side closed it just then, a read goes over a new one', async () => {
    const served = new Map<Socket, number>()
    const server = http.createServer((request, response) => {
      const count = (served.get(request.socket) ?? 0) + 1
      served.set(request.socket, count)
      if (count === 3) request.socket.destroy()
      else answering(request, response)
    })
    const rpc = await listen(server, 'http')
    for (let round = 0; round < 4; round++) expect(await rpc.call('eth_x', [], quantity)).toEqual({ ok: true, value: 7n })
    expect([...served.values()]).toEqual([3, 1, 1])
    expect(calls.map((call) => call.ok)).toEqual([true, true, true, true])
  })

  it('does not carry what is sent: that has its own, and is never sent twice', async () => {
    const served: string[] = []
    const server = http.createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')))
      request.once('end', () => {
        served.push((JSON.parse(body) as { method: string }).method)
        if (served.at(-1) === 'eth_sendRawTransaction') request.socket.destroy()
        else response.end(RESULT)
      })
    })
    let connections = 0
    server.on('connection', () => connections++)
    const rpc = await listen(server, 'http')
    await rpc.call('eth_x', [], quantity)
    expect(await rpc.send('0xabcd', () => null)).toMatchObject({ kind: 'failed', sent: true, failure: { code: 'NETWORK_ERROR' } })
    expect([served, connections]).toEqual([['eth_x', 'eth_sendRawTransaction'], 2])
  })

  it('waits its turn when there are more questions than connections', async () => {
    const rpc = await listen(http.createServer(answering), 'http')
    const answers = await Promise.all(Array.from({ length: 50 }, () => rpc.call('eth_x', [], quantity)))
    expect(answers.every((answer) => answer.ok)).toBe(true)
  })
})

describe('over TLS', () => {
  const secure = () => https.createServer(selfSigned(), answering)
  const trusting = () => {
    const before = process.env['NODE_TLS_REJECT_UNAUTHORIZED']
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    cleanups.push(() => {
      if (before === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      else process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = before
    })
  }

  it('an endpoint that nobody vouches for gets nothing, and the look is not even asked', async () => {
    const rpc = await listen(secure(), 'https')
    let looks = 0
    const sent = await rpc.send('0xabcd', () => {
      looks += 1
      return null
    })
    expect(sent).toMatchObject({ kind: 'failed', sent: false, failure: { code: 'NETWORK_ERROR' } })
    expect(looks).toBe(0)
    expect(await rpc.call('eth_x', [], quantity)).toMatchObject({ ok: false, error: { code: 'NETWORK_ERROR' } })
  })

  it('works, and the look comes when the connection is secure', async () => {
    trusting()
    const server = secure()
    const events: string[] = []
    server.on('secureConnection', () => events.push('secure'))
    server.on('request', () => events.push('request'))
    const rpc = await listen(server, 'https')
    const halt = denial('KILL_SWITCH_TRIGGERED')
    expect(await rpc.send('0xabcd', () => halt)).toEqual({ kind: 'withheld', denial: halt })
    expect(events).not.toContain('request')
    events.length = 0
    expect(await rpc.send('0xabcd', () => null)).toEqual({ kind: 'result', value: '0x7' })
    expect(events).toEqual(['secure', 'request'])
    for (let round = 0; round < 3; round++) expect((await rpc.call('eth_x', [], quantity)).ok).toBe(true)
    expect(events).toEqual(['secure', 'request', 'secure', 'request', 'request', 'request'])
  })
})
