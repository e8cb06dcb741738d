import type { ApiScope } from '../domain/api-scope'

/** What `GET /api/health` says; the field names are the seed's. */
export interface HealthAnswer {
  readonly status: 'ok' | 'failing'
  readonly trading_halted: boolean
  readonly kill_switch_status: string
  readonly trading_state: string
  readonly environment: string
  readonly version: string
  readonly uptime_seconds: number
  readonly problems: readonly string[]
}

/** One request as it is recorded (product row X6: every access is logged). */
export interface ApiAccess {
  readonly method: string
  /** One of the known paths, `other`, or `none` where nothing was asked for. */
  readonly path: string
  /** The client's name, or null where nobody could be told. */
  readonly client: string | null
  readonly status: number
  readonly why: string
}

/** What the interface needs of the app. It can read figures and halt; it is handed nothing that trades, releases or changes a setting. */
export interface GatewayPorts {
  health(): Promise<HealthAnswer> | HealthAnswer
  /** Prometheus text. */
  metrics(): Promise<string>
  /** Closes the gate before it returns. */
  halt(request: { readonly by: string; readonly reason: string }): { readonly sinceMs: number; readonly already: boolean }
  /** Records an access; false when it could not be recorded. Reading waits for it, halting never does. */
  record(access: ApiAccess): boolean
  /** Somebody without a valid credential has tried several times within a minute. */
  onUnknownClient(tries: number): void
  onFault(what: string, thrown: unknown): void
}

/** Who asks. */
export interface Caller {
  readonly clientId: string
  readonly name: string
  readonly scopes: readonly ApiScope[]
}
