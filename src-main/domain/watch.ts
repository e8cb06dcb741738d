import type { HaltMode } from './kill-switch'

/** What halts trading by itself (product rows X5, B4). */
export const TRIGGERS = [
  'breakers',
  'signer-breaker',
  'audit-chain',
  'clock-jump',
  'disk-full',
  'balance-drop',
  'dead-man',
  /** Looking itself failed. */
  'watch-failed',
] as const
/** An automatic trigger of the kill switch. */
export type TriggerId = (typeof TRIGGERS)[number]

/** When trading halts by itself. The record's integrity and room on the disk are always watched: they have bounds, and no switch. */
export interface WatchSettings {
  /** What an automatic halt does with what is already out. */
  readonly mode: HaltMode
  readonly breakersOn: boolean
  /** Open breakers that halt together; one more, as usual, than halt the environment's trading by its own rule, which goes first and is lifted with less. */
  readonly breakersCount: number
  /** The signer breaker halts alone. */
  readonly signerBreakerOn: boolean
  /** How often the whole audit chain is checked, minutes. */
  readonly verifyEveryMin: number
  readonly clockOn: boolean
  /** A clock that moved by more than this, apart from the time that passed, halts; seconds. */
  readonly clockOverSec: number
  /** Less free space than this beside the data halts, MB (10^6 bytes). */
  readonly diskBelowMb: number
  readonly balanceOn: boolean
  /** An account that lost this share of its value halts, percent. */
  readonly balanceDropPct: number
  /** Within this time, minutes. */
  readonly balanceWithinMin: number
  /** Tells when times get longer than they usually are, or orders end well less often; it halts nothing. */
  readonly slowOn: boolean
  /** A time counts as longer when it is this much more than usual, percent. */
  readonly slowMorePct: number
  readonly deadManOn: boolean
  /** No sign of the operator for this long halts, minutes. */
  readonly deadManAfterMin: number
  /** A warning this long before, minutes. */
  readonly deadManWarnMin: number
}

/** What a fresh environment starts with. The dead-man switch is off until somebody turns it on. */
export const DEFAULT_WATCH_SETTINGS: WatchSettings = {
  mode: 'graceful',
  breakersOn: true,
  breakersCount: 4,
  signerBreakerOn: true,
  verifyEveryMin: 60,
  clockOn: true,
  clockOverSec: 30,
  diskBelowMb: 200,
  balanceOn: true,
  balanceDropPct: 25,
  balanceWithinMin: 60,
  slowOn: true,
  slowMorePct: 100,
  deadManOn: false,
  deadManAfterMin: 480,
  deadManWarnMin: 10,
}

/** The least and the most that each number may be; a value outside would switch a trigger off, or make it halt at nothing. */
export const WATCH_BOUNDS = {
  breakersCount: [1, 7],
  verifyEveryMin: [5, 1_440],
  clockOverSec: [5, 600],
  diskBelowMb: [50, 100_000],
  balanceDropPct: [1, 90],
  balanceWithinMin: [5, 1_440],
  slowMorePct: [25, 1_000],
  deadManAfterMin: [5, 20_160],
  deadManWarnMin: [1, 60],
} as const satisfies Partial<Record<keyof WatchSettings, readonly [number, number]>>

/** Why somebody takes the system into maintenance. */
export const MAINTENANCE_PURPOSES = ['update', 'migration', 'rotation', 'other'] as const
/** A purpose of maintenance. */
export type MaintenancePurpose = (typeof MAINTENANCE_PURPOSES)[number]

/** Maintenance, as it was entered. */
export interface Maintenance {
  readonly purpose: MaintenancePurpose
  readonly by: string
  readonly reason: string
  /** Wall time, ms. */
  readonly sinceMs: number
}
