import type { Problem } from '../../src-preload/contract/problem'
import type { AlertRoom } from '../alerts/alerts'
import type { RecoveryKeys } from '../authority/recovery-keys'
import type { Vault } from '../credentials/credentials'
import type { AuditFact } from '../domain/audit-event'
import type { Environment } from '../domain/environment'
import type { KillSwitch } from '../engine/halt/kill-switch'
import type { HaltRequest } from '../engine/halt/kill-switch-types'
import type { Watcher } from '../engine/watch/watcher'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import type { Result } from '../lib/result'
import type { KeyHostPort } from '../signers/keystore/host-protocol'
import type { VendorHostPort } from '../signers/vendor-host/protocol'
import type { Authorise } from './people/authorise'
import type { OpenEnvironment } from './compose/compose-environment'
import type { Desktop } from './desktop/desktop'
import type { ProveByDevice } from './people/device-proof'
import type { People } from './people/people'
import type { Preferences } from './start/preferences'

/** Facts of this run. */
export interface AppFacts {
  readonly dataDir: string
  readonly version: string
  readonly electron: string
  /** The Electron that this version ships with; an older one is for development only. */
  readonly shippedElectron: string
  readonly startedAtMs: number
  readonly nativeBinding: string | undefined
  /** Whether pages run in the operating system's sandbox. */
  readonly sandboxed: boolean
  /** Where a running devnet leaves its profile; null when there is none. */
  readonly devnetProfile: string | null
  /** Variables of the systems before this one that limit what is signed; for a person to import. */
  readonly policyVariables?: Readonly<Record<string, string>>
}

/** What the app's calls work with. */
export interface AppContext {
  readonly facts: AppFacts
  readonly desktop: Desktop
  readonly vault: Vault
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly recoveryKeys: RecoveryKeys
  /** Who may do what, and who is here. */
  readonly people: People
  /** The one way to do what needs authority. */
  readonly authorise: Authorise
  /** Asks a device that somebody enrolled as a second factor. */
  readonly byDevice: ProveByDevice
  /** Where people are told of what needs them. */
  readonly alerts: AlertRoom
  /** A fact that no log took: people are told all the same. */
  unrecorded(fact: AuditFact): void
  /** Halts by itself, without a person; the gate is closed when it returns. */
  readonly halt: (request: HaltRequest) => void
  /** What watches the open environment; null while none is open. */
  watch(): Watcher | null
  /** Whether a thread watches for kill files now. */
  killFileWatched(): boolean
  readonly spawnKeyHost: () => KeyHostPort
  readonly spawnVendorHost: () => VendorHostPort
  /** The open environment, or why none is open. */
  environment(): Result<OpenEnvironment, Problem>
  /** Who is at the app now, for every record: the operator who unlocked it, or `operator` while nobody is named. */
  readonly actor: () => string
  /** The environment that is, or should be, open. */
  environmentName(): Environment
  killSwitch(): KillSwitch
  preferences(): Preferences
  savePreferences(change: Partial<Preferences>): void
  /** Closes the open environment and opens another. */
  switchTo(environment: Environment): Promise<Problem | null>
  /** Tells the windows that something in the status changed. */
  statusChanged(): void
  fault(what: string, thrown: unknown): void
}
