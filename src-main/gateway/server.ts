import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'

import { z } from 'zod'

import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import { isSecretOf, type ApiClient } from './client-file'
import { keepRoom } from './connections'
import type { Caller, GatewayPorts } from './gateway'
import { RateLimit } from './rate-limit'
import { basicOf, bearerOf, jsonBody, refusalOf } from './requests'
import type { ApiScope } from '../domain/api-scope'
import { TOKEN_LIFETIME_SEC, Tokens } from './tokens'

/** What the local interface is made of. */
export interface GatewayParts {
  readonly ports: GatewayPorts
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly clients: () => readonly ApiClient[]
}

/** Requests that one client may make in a minute, and all that could not be told together. */
const PER_CLIENT = 120
const UNKNOWN_PER_MINUTE = 30
/** Tries without a valid credential within a minute from which on somebody is told. */
const ALARM_AT = 5
const REQUEST_TIMEOUT_MS = 5_000
const MAX_CONNECTIONS = 32
const BODY_PATIENCE_MS = 100

const haltBody = z.strictObject({ reason: z.string().min(1).max(200).default('halted over the local interface') })

interface Route {
  readonly method: 'GET' | 'POST'
  readonly scope: ApiScope
  readonly answer: (caller: Caller, request: IncomingMessage) => Promise<Answer>
}
interface Answer {
  readonly status: number
  readonly type?: string
  readonly body: string
}

/**
 * The local interface: health, figures, and a halt, on loopback only, off until somebody in authority turns it on. Nothing here can trade. A browser is
 * turned away whatever it sends; everybody else shows a token that lasts minutes, got with a client's own secret.
 */
export class Gateway {
  readonly #parts: GatewayParts
  readonly #tokens: Tokens
  readonly #perClient: RateLimit
  readonly #tokensPerClient: RateLimit
  readonly #unknown: RateLimit
  readonly #alarm: RateLimit
  /** Refusals of strangers that are recorded one by one. */
  readonly #recorded: RateLimit
  /** Those of the minute that were not, to be recorded as one. */
  #more = 0
  #server: Server | null = null
  #port = 0

  constructor(parts: GatewayParts) {
    this.#parts = parts
    const nowMs = (): number => parts.clock.steadyMs()
    this.#tokens = new Tokens(parts.random.bytes(32), () => parts.clock.wallMs())
    this.#perClient = new RateLimit(PER_CLIENT, nowMs)
    this.#tokensPerClient = new RateLimit(PER_CLIENT, nowMs)
    this.#unknown = new RateLimit(UNKNOWN_PER_MINUTE, nowMs)
    this.#alarm = new RateLimit(ALARM_AT - 1, nowMs)
    this.#recorded = new RateLimit(UNKNOWN_PER_MINUTE, nowMs)
  }

  /** The port it listens on; 0 while it does not. */
  get port(): number {
    return this.#port
  }

  /** Listens on 127.0.0.1. Rejects with the system's error when the port is taken. */
  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.#handle(request, response).catch((thrown: unknown) => {
        this.#parts.ports.onFault('local interface', thrown)
        response.destroy()
      })
    })
    keepRoom(server, MAX_CONNECTIONS, () => {
      this.#stranger('ANY', 'none', 408, 'SILENT')
    })
    server.requestTimeout = REQUEST_TIMEOUT_MS
    server.headersTimeout = REQUEST_TIMEOUT_MS
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ port, host: '127.0.0.1', exclusive: true }, resolve)
    })
    server.on('error', (thrown) => {
      this.#parts.ports.onFault('local interface', thrown)
    })
    const address = server.address()
    this.#port = typeof address === 'object' && address !== null ? address.port : 0
    this.#server = server
  }

  /** Stops listening and ends what is open. */
  async close(): Promise<void> {
    const server = this.#server
    this.#server = null
    this.#port = 0
    if (server === null) return
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
  }

  readonly #routes: Readonly<Record<string, Route>> = {
    '/api/health': {
      method: 'GET',
      scope: 'health',
      answer: async () => {
        const health = await this.#parts.ports.health()
        return json(health.status === 'ok' ? 200 : 503, health)
      },
    },
    '/api/metrics': {
      method: 'GET',
      scope: 'metrics',
      answer: async () => ({ status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: await this.#parts.ports.metrics() }),
    },
    '/api/halt': {
      method: 'POST',
      scope: 'halt',
      answer: async (caller, request) => {
        // Nobody who halts waits for a body that trickles in, or breaks off.
        const body = await Promise.race([jsonBody(request).catch(() => undefined), this.#patience()])
        const asked = haltBody.safeParse(body)
        // Whoever may halt and sends nonsense along still means to halt.
        const reason = asked.success ? asked.data.reason : haltBody.parse({}).reason
        const { sinceMs, already } = this.#parts.ports.halt({ by: caller.name, reason })
        return json(200, { trading_halted: true, since_ms: sinceMs, already })
      },
    },
  }

  /** A stranger can ask without end: past what is worth keeping, only how often is. */
  #stranger(method: string, path: string, status: number, why: string): void {
    if (this.#recorded.exceeds('all')) this.#uncounted(path)
    else this.#parts.ports.record({ method, path, client: null, status, why })
    if (this.#alarm.exceeds('all')) this.#parts.ports.onUnknownClient(ALARM_AT)
  }

  /** Counts a refusal of a stranger; the first of a run has the count recorded a minute later. */
  #uncounted(path: string): void {
    this.#more += 1
    if (this.#more > 1) return
    this.#parts.scheduler.after(60_000, () => {
      const times = this.#more
      this.#more = 0
      this.#parts.ports.record({ method: 'ANY', path, client: null, status: 429, why: `FLOOD ${times}` })
    })
  }

  #patience(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#parts.scheduler.after(BODY_PATIENCE_MS, () => resolve(undefined))
    })
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = ''] = (request.url ?? '').split('?')
    const route = Object.hasOwn(this.#routes, path) ? this.#routes[path] : undefined
    const known = route !== undefined || path === '/api/token' ? path : 'other'
    const refusal = refusalOf(request, this.#port)
    const deny = (status: number, why: string, client: string | null = null): void => {
      if (client === null) this.#stranger(request.method ?? '', known, status, why)
      else this.#parts.ports.record({ method: request.method ?? '', path: known, client, status, why })
      send(response, json(status, { error: why }), status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {})
    }
    if (refusal !== null) {
      deny(refusal.status, refusal.why)
      return
    }
    if (path === '/api/token') {
      this.#giveToken(request, response, deny)
      return
    }
    const caller = this.#callerOf(request)
    if (caller === null) {
      deny(this.#unknown.exceeds('all') ? 429 : 401, 'TOKEN')
      return
    }
    if (route === undefined) deny(404, 'PATH', caller.name)
    else if (route.method !== request.method) deny(405, 'METHOD', caller.name)
    else if (!caller.scopes.includes(route.scope)) deny(403, 'SCOPE', caller.name)
    // A halt is never turned away for being asked too often.
    else if (route.scope !== 'halt' && this.#perClient.exceeds(caller.clientId)) deny(429, 'RATE', caller.name)
    else if (route.scope === 'halt') {
      const answer = await route.answer(caller, request)
      this.#parts.ports.record({ method: request.method, path: known, client: caller.name, status: answer.status, why: '' })
      send(response, answer)
    } else if (!this.#parts.ports.record({ method: request.method, path: known, client: caller.name, status: 200, why: '' })) {
      send(response, json(503, { error: 'NOT_RECORDED' }))
    } else send(response, await route.answer(caller, request))
  }

  /** A token in exchange for a client's id and secret (RFC 6749, section 4.4). */
  #giveToken(
    request: IncomingMessage,
    response: ServerResponse,
    deny: (status: number, why: string, client?: string | null) => void,
  ): void {
    const shown = basicOf(request)
    const client = this.#parts.clients().find(({ id, revokedAtMs }) => id === shown?.id && revokedAtMs === null)
    // Strangers share one allowance, and a client has its own: nobody without a secret keeps out whoever has to halt.
    if (request.method !== 'POST' || shown === null || client === undefined || !isSecretOf(client, shown.secret)) {
      if (this.#unknown.exceeds('tokens')) deny(429, 'RATE')
      else deny(401, 'CLIENT')
      return
    }
    const { id, name, scopes } = client
    if (this.#tokensPerClient.exceeds(id)) {
      deny(429, 'RATE', name)
      return
    }
    const recorded = this.#parts.ports.record({ method: 'POST', path: '/api/token', client: name, status: 200, why: '' })
    // Whoever may halt can halt also when nothing can be recorded, and nothing else.
    const given = recorded ? scopes : scopes.filter((scope) => scope === 'halt')
    if (given.length === 0) {
      send(response, json(503, { error: 'NOT_RECORDED' }))
      return
    }
    const token = this.#tokens.issue({ clientId: id, scopes: given }, this.#parts.random.uuid())
    send(response, json(200, { access_token: token, token_type: 'Bearer', expires_in: TOKEN_LIFETIME_SEC, scope: given.join(' ') }))
  }

  /** Who holds the token; a client that was revoked since, or lost a scope, has lost it at once. */
  #callerOf(request: IncomingMessage): Caller | null {
    const token = bearerOf(request)
    const holder = token === null ? null : this.#tokens.verify(token)
    const client = this.#parts.clients().find(({ id, revokedAtMs }) => id === holder?.clientId && revokedAtMs === null)
    if (holder === null || client === undefined) return null
    return { clientId: client.id, name: client.name, scopes: holder.scopes.filter((scope) => client.scopes.includes(scope)) }
  }
}

function json(status: number, value: unknown): Answer {
  return { status, body: `${JSON.stringify(value)}\n` }
}

function send(
  response: ServerResponse,
  { status, type = 'application/json', body }: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  })
  response.end(body)
}
