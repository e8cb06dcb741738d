import { once } from 'node:events'
import { createServer as createHttp, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import type { AddressInfo, Socket } from 'node:net'

import { Wallet } from 'ethers/wallet'

import type { RemoteConfig, RemoteDialect, ServerTrust } from '../../../src-main/domain/signer'
import { BENCH_CHAIN_ID, SIGNER_KEY } from '../app/bench-chain'
import { createAuthority, type Authority, type Identity, type IssueOptions } from './certificates'
import type { HostileBytes } from './hostile-answers'
import { secretRef, type SignerPart } from './part'
import { SERVICES, type Person, type ServiceCall, type ServiceRules } from './remote-dialects'

const KEY_REF = secretRef(701)
const TOKEN_REF = secretRef(702)
const TOKEN = 'a-token-of-the-test'

/** How a part is to be set up; what is left out is as it should be in production. */
export interface RemotePartOptions {
  readonly dialect: RemoteDialect
  readonly key?: string
  readonly chainId?: number
  readonly person?: Person
  readonly refusedTo?: readonly string[]
  readonly timeoutMs?: number
  readonly retries?: number
  /** Plain HTTP instead of HTTPS. */
  readonly plain?: boolean
  /** What the server's certificate says. */
  readonly certificate?: Partial<IssueOptions>
  /** TLS as the server speaks it. */
  readonly tls?: ServerOptions
}

/** Anything a test wants said on a connection in place of an answer. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => void

/** A signing service on loopback, with mutual TLS, a bearer token and a real key. */
export interface RemotePart extends SignerPart<RemoteConfig> {
  readonly authority: Authority
  readonly server: Identity
  /** Everything that reached the service, in order. */
  readonly calls: ServiceCall[]
  /** Connections that were opened, whether or not anything came over them. */
  connections(): number
  rule(change: Partial<ServiceRules>): void
  /** Takes the answering over; null gives it back. */
  answerBy(answerer: Answerer | null): void
}

/** Starts a service of a dialect. */
export async function startRemotePart(options: RemotePartOptions): Promise<RemotePart> {
  const { dialect, key = SIGNER_KEY, plain = false, timeoutMs = 2_000, retries = 0 } = options
  const authority = await createAuthority()
  const [server, client] = await Promise.all([
    authority.issue({ name: 'signer.test', ...options.certificate }),
    authority.issue({ name: 'holdfast client' }),
  ])
  let rules: ServiceRules = {
    key,
    chainId: options.chainId ?? BENCH_CHAIN_ID,
    person: options.person ?? 'approves',
    refusedTo: options.refusedTo ?? [],
    hostile: null,
  }
  let broken: 'slow' | 'endless' | 'reset' | null = null
  let answerer: Answerer | null = null
  let connections = 0
  const calls: ServiceCall[] = []
  const open = new Set<Socket>()
  const secrets = { [KEY_REF]: client.keyPem, [TOKEN_REF]: TOKEN }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    void readBody(request).then((body) => {
      const call = { method: request.method ?? '', path: request.url ?? '', body }
      calls.push(call)
      if (answerer !== null) {
        answerer(request, response)
        return
      }
      if (request.headers.authorization !== `Bearer ${TOKEN}`) {
        response.writeHead(401).end('{"detail":"Missing or malformed Authorization header"}')
        return
      }
      if (broken !== null) {
        breakOff(broken, response)
        return
      }
      const reply = SERVICES[dialect](call, rules)
      if (reply !== null) response.writeHead(reply.status, { 'content-type': 'application/json' }).end(reply.body)
    })
  }
  const http: Server = plain
    ? createHttp(listener)
    : createHttps(
        {
          cert: server.certificatePem,
          key: server.keyPem,
          ca: authority.certificatePem,
          requestCert: true,
          rejectUnauthorized: true,
          ...options.tls,
        },
        listener,
      )
  http.on('connection', (socket) => {
    connections += 1
    open.add(socket)
    socket.on('error', () => undefined)
    socket.once('close', () => open.delete(socket))
  })
  http.on('tlsClientError', () => undefined)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const trust: ServerTrust = { type: 'ca', certificatePem: authority.certificatePem }

  return {
    config: {
      kind: 'remote',
      dialect,
      service: {
        url: `${plain ? 'http' : 'https'}://127.0.0.1:${port}`,
        timeoutMs,
        trust,
        clientCertificate: plain ? null : { certificatePem: client.certificatePem, keyRef: KEY_REF },
      },
      retries,
      tokenRef: TOKEN_REF,
    },
    secrets,
    address: new Wallet(key).address,
    authority,
    server,
    calls,
    connections: () => connections,
    misbehave: (how) => {
      broken = how === 'slow' || how === 'endless' || how === 'reset' ? how : null
      rules = { ...rules, hostile: broken === null ? (how as HostileBytes) : null }
    },
    rule: (change) => {
      rules = { ...rules, ...change }
    },
    answerBy: (next) => {
      answerer = next
    },
    close: async () => {
      const closed = once(http, 'close')
      http.close()
      for (const socket of open) socket.destroy()
      await closed
    },
  }
}

/** Answers badly on purpose: never, without end, or half. */
export function breakOff(how: 'slow' | 'endless' | 'reset', response: ServerResponse): void {
  if (how === 'slow') return
  response.writeHead(200, { 'content-type': 'application/json' })
  response.write('{"jsonrpc":"2.0","id":1,"result":"0x02')
  if (how === 'reset') {
    response.socket?.destroy()
    return
  }
  const more = (): void => {
    if (response.destroyed) return
    if (response.write('00'.repeat(2_000))) setImmediate(more)
    else response.once('drain', more)
  }
  more()
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
