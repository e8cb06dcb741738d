import type { AlertSink } from '../domain/alert'
import type { AuditAppender } from '../domain/audit-event'
import type { BreakerId } from '../domain/breaker'
import type { DecodedCall, Hex, UnsignedTx } from '../domain/evm'
import type { Environment } from '../domain/environment'
import type { Verdict } from '../domain/guard'
import type { VenueId } from '../domain/instrument'
import type { KillSwitchSnapshot } from '../domain/kill-switch'
import type { StuckRules } from '../domain/stuck'
import type { TradingStateSnapshot } from '../domain/trading-state'
import type { ConfirmationMonitor } from '../confirmations/confirmations'
import type { BreakerView, Guard, GuardInput, PolicyState, SlippageSettings } from '../guards/guard'
import type { GuardTable } from '../guards/guard-table'
import type { Clock, Scheduler } from '../lib/clock'
import type { Random } from '../lib/random'
import type { Result } from '../lib/result'
import type { OwedRecords, RecordAnyway } from './record-anyway'
import type { OrderLimits } from './limits/limits'
import type { ChainReader, ReplacementReads, SwapReceiptReader } from '../venues/chain'
import type { LastLook, VenueOrders, VenuePlacer, VenuePlanner, VenueReader } from '../venues/venue'

/** Runs guards so that a throw is a denial. */
export type RunGuards = (guards: readonly Guard[], input: GuardInput) => readonly Verdict[]

/** The breakers as the engine feeds them. */
export interface Breakers {
  views(): Readonly<Record<BreakerId, BreakerView>>
  record(id: BreakerId, outcome: 'success' | 'failure', detail: { readonly orderId?: string; readonly why?: string }): void
  /** Makes the order the probe of every half-open breaker, where it may be. */
  acquireProbes(orderId: string): unknown
  releaseProbes(orderId: string): void
  /** The orders that hold a probe. */
  probes(): readonly string[]
}

/** The trading state as orders meet it, the kill switch apart. */
export interface TradingState {
  own(): TradingStateSnapshot
}

/** The kill switch as orders meet it. */
export interface Gate {
  snapshot(): KillSwitchSnapshot
  readonly lastLook: LastLook
}

/** The reading sides of a venue. */
export interface Venue {
  readonly id: VenueId
  readonly reader: VenueReader
  readonly planner: VenuePlanner
  /** Resting orders; null on a chain, where the confirmation monitor follows instead. */
  readonly orders: VenueOrders | null
  /** Following on a chain; null on an exchange. */
  readonly chain: ChainSide | null
}

/** What following an order on a chain needs. */
export interface ChainSide {
  readonly reader: ChainReader
  readonly receipts: SwapReceiptReader
  readonly monitor: ConfirmationMonitor
  readonly replacing: ReplacementReads
}

/** The venues that are connected now. */
export interface Venues {
  get(id: VenueId): Venue | null
  all(): readonly Venue[]
}

/** Finds the placing side of a venue. Only what sends is handed it: pipeline, canceller, replacer and rebroadcaster. */
export type PlacerOf = (id: VenueId) => VenuePlacer | null

/** Account facts that are no secret. */
export interface Accounts {
  /** The checksummed address of a signer; null for the paper account; undefined when there is no such account. */
  addressOf(account: string): string | null | undefined
  /** What a person calls the account; its id when it is not known any more. */
  labelOf(account: string): string
}

/** What the verifier of a signature answers. */
export type VerifySignedTx = (
  raw: Hex,
  expected: UnsignedTx,
) => Result<{ readonly hash: Hex; readonly raw: Hex }, { readonly field: string }>

/** Everything the engine is composed of, save what can sign or place. */
export interface EnginePorts {
  readonly environment: Environment
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  readonly audit: AuditAppender & { anchorNow(): void }
  /** For what never waits for a record. */
  readonly recordAnyway: RecordAnyway
  /** Keeps what the audit log is owed of an order's life. */
  readonly owe: OwedRecords['owe']
  readonly gate: Gate
  readonly tradingState: TradingState
  readonly breakers: Breakers
  readonly guards: GuardTable
  readonly runGuards: RunGuards
  readonly decodeCall: (tx: UnsignedTx) => DecodedCall
  readonly policy: () => PolicyState
  readonly slippage: () => SlippageSettings
  /** What is done by itself with what waits too long on a chain. */
  readonly stuck: () => StuckRules
  readonly alerts: AlertSink
  readonly limits: OrderLimits
  readonly venues: Venues
  readonly accounts: Accounts
  /** Gives up what room is held back on a disk that is full, so that a cancel can be recorded before it is signed. Never throws. */
  readonly makeRoom?: () => void
}

/** The same with the placing sides of venues, which the engine hands on to what sends, and to nothing else. */
export interface PlacingPorts extends EnginePorts {
  readonly placerOf: PlacerOf
}
