/** The kill switch's states (product row X5). */
export const KILL_SWITCH_STATES = ['armed', 'triggered', 'recovery-pending', 'maintenance'] as const
/** A state of the kill switch. */
export type KillSwitchStateName = (typeof KILL_SWITCH_STATES)[number]

/** The ways a halt can come about. */
export const HALT_SOURCES = [
  'button',
  'shortcut',
  'tray',
  'api',
  'kill-file',
  'environment-variable',
  'signal-graceful',
  'signal-emergency',
  'automatic',
  'unreadable-state',
] as const
/** How a halt came about. */
export type HaltSource = (typeof HALT_SOURCES)[number]

/** What a halt covers: everything on this machine, or one environment. */
export const HALT_SCOPES = ['machine', 'environment'] as const
export type HaltScope = (typeof HALT_SCOPES)[number]

/** How a halt treats what is already out; `gate-only` leaves it alone until asked. */
export const HALT_MODES = ['gate-only', 'graceful', 'emergency'] as const
export type HaltMode = (typeof HALT_MODES)[number]

/** The kill switch as guards and screens see it. */
export interface KillSwitchSnapshot {
  readonly state: KillSwitchStateName
  /** Wall time of the halt, ms; null while armed or when it cannot be known. */
  readonly sinceMs: number | null
  readonly source: HaltSource | null
  readonly by: string | null
  readonly reason: string | null
  readonly scope: HaltScope | null
}

/** What keeps a halt from being released; each is shown with what to do. */
export const RELEASE_CHECKS = [
  'kill-file-absent',
  'environment-variable-absent',
  'breakers-closed-or-acknowledged',
  'no-unknown-orders',
  'audit-chain-verified',
  'signer-health',
  'venue-health',
  'triggers-clear',
] as const
/** One check before release (product row X5). */
export type ReleaseCheckId = (typeof RELEASE_CHECKS)[number]

/** What the history of halts tells. */
export const HALT_EVENTS = [
  'Halted',
  'FoundHalted',
  'RecoveryBegun',
  'RecoveryCanceled',
  'ReleaseRefused',
  'ReleaseAuthorised',
  'Released',
  'ReleaseFoundComplete',
  'MaintenanceEntered',
  'MaintenanceLeft',
] as const
/** A kind of event in the history of halts. */
export type HaltEvent = (typeof HALT_EVENTS)[number]

/** What is looked at right after a release, before anything else can happen; one that fails halts again (product row X5). */
export const RELEASE_VERIFICATIONS = ['leases-on-disk', 'last-look', 'chain-anchored', 'gate-armed'] as const
/** One part of the state verification after a release. */
export type ReleaseVerificationId = (typeof RELEASE_VERIFICATIONS)[number]
