import { join } from 'node:path'

import type { AlertSink } from '../../domain/alert'
import type { ApiScope } from '../../domain/api-scope'
import type { AuditFact } from '../../domain/audit-event'
import { isSameClient, newApiClient, readApiSettings, writeApiSettings, type ApiClient, type ApiSettings } from '../../gateway/client-file'
import type { GatewayPorts } from '../../gateway/gateway'
import { Gateway } from '../../gateway/server'
import type { Clock, Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import type { Random } from '../../lib/random'

/** What the local interface is composed of. */
export interface ApiServiceParts {
  readonly dataDir: string
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly alerts: AlertSink
  /** Records a fact; false when it could not be recorded. */
  readonly record: (fact: AuditFact) => boolean
  readonly ports: Pick<GatewayPorts, 'health' | 'metrics' | 'halt' | 'onFault'>
}

/** The local interface and its clients: off until somebody in authority turns it on, and kept in the data folder, for it can halt every environment. */
export class ApiService {
  readonly #parts: ApiServiceParts
  readonly #path: string
  readonly #gateway: Gateway
  readonly #lastSeenMs = new Map<string, number>()
  #settings: ApiSettings
  #problem: string | null

  constructor(parts: ApiServiceParts) {
    this.#parts = parts
    this.#path = join(parts.dataDir, 'api.json')
    const { settings, problem } = readApiSettings(this.#path)
    this.#settings = settings
    this.#problem = problem
    this.#gateway = new Gateway({
      clock: parts.clock,
      scheduler: parts.scheduler,
      random: parts.random,
      clients: () => this.#settings.clients,
      ports: {
        ...parts.ports,
        record: ({ method, path, client, status, why }) => {
          if (client !== null) this.#lastSeenMs.set(client, parts.clock.wallMs())
          const isRefused = status >= 400
          return parts.record({
            category: isRefused ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
            severity: isRefused ? 'medium' : 'info',
            type: isRefused ? 'ApiRefused' : 'ApiAccessed',
            actor: client ?? 'unknown',
            subject: null,
            data: { method: method.slice(0, 16), path, status: String(status), why },
          })
        },
        onUnknownClient: (tries) => {
          parts.alerts.raise({ kind: 'unknown-client', subject: null, figures: { tries: String(tries) } })
        },
      },
    })
  }

  /** How it stands. */
  get state() {
    const { enabled, port, clients } = this.#settings
    return {
      enabled,
      port,
      listening: this.#gateway.port !== 0,
      problem: this.#problem,
      clients: clients.map((client) => ({ client, lastSeenMs: this.#lastSeenMs.get(client.name) ?? null })),
    }
  }

  /** Listens, where it is turned on. A port that is taken is a problem that is shown, not one that keeps the app from starting. */
  async start(): Promise<void> {
    if (!this.#settings.enabled) return
    try {
      await this.#gateway.listen(this.#settings.port)
      this.#problem = null
    } catch (thrown) {
      this.#problem = describeError(thrown).slice(0, 200)
    }
  }

  /** Stops listening. */
  stop(): Promise<void> {
    return this.#gateway.close()
  }

  /** Turns it on or off, or to another port. Throws when that cannot be kept. */
  async configure(change: Pick<ApiSettings, 'enabled' | 'port'>): Promise<void> {
    this.#keep({ ...this.#settings, ...change })
    await this.stop()
    await this.start()
  }

  /** Makes a client. Throws when it cannot be kept. */
  addClient(name: string, scopes: readonly ApiScope[]): { readonly client: ApiClient; readonly secret: string } {
    const made = newApiClient(this.#parts.random, name, scopes, this.#parts.clock.wallMs())
    this.#keep({ ...this.#settings, clients: [...this.#settings.clients, made.client] })
    return made
  }

  /** Whether there is a client of this name that still counts. */
  hasClient(name: string): boolean {
    return this.#settings.clients.some((client) => client.revokedAtMs === null && isSameClient(client, name))
  }

  /** Ends a client and its tokens at once; false when there is none. */
  revokeClient(id: string): boolean {
    const known = this.#settings.clients.some((client) => client.id === id && client.revokedAtMs === null)
    const revokedAtMs = Math.floor(this.#parts.clock.wallMs())
    if (known)
      this.#keep({
        ...this.#settings,
        clients: this.#settings.clients.map((client) => (client.id === id ? { ...client, revokedAtMs } : client)),
      })
    return known
  }

  #keep(settings: ApiSettings): void {
    writeApiSettings(this.#path, settings)
    this.#settings = settings
  }
}
