import type { Environment } from '../../domain/environment'
import type { HaltMode, HaltScope, HaltSource, KillSwitchSnapshot } from '../../domain/kill-switch'
import type { Clock, Scheduler } from '../../lib/clock'
import type { Random } from '../../lib/random'
import type { LatchClosing } from './close-latch'
import type { Acknowledgement, ReleaseCheck, ReleaseFacts } from './release-checks'
import type { HaltVariables } from './start-up'
import type { StepListener } from './steps'

/** What the kill switch tells the rest of the app. */
export interface KillSwitchPorts {
  /** After every change of state, scope, or reason. What it throws is swallowed: nothing may stand in the way of a halt. */
  onChange(snapshot: KillSwitchSnapshot): void
  /** Something about a halt could not be made durable or read. To be shown loudly; trading is halted in memory either way. */
  onTrouble?(problems: readonly string[]): void
  readonly onStep?: StepListener
}

/** What the kill switch is made of. */
export interface KillSwitchOptions {
  /** The real path of the data folder (no link in its last part). */
  readonly dataDir: string
  readonly environment: Environment
  readonly clock: Clock
  readonly random: Random
  /** The process environment, or the two variables of it. */
  readonly env: HaltVariables
  readonly ports: KillSwitchPorts
  /** Tries again, each second, to make a halt durable that the disk refused; without it the caller does, by {@link KillSwitch.makeDurable}. */
  readonly scheduler?: Scheduler
}

/** A halt, as it is asked for. */
export interface HaltRequest {
  readonly source: HaltSource
  readonly by: string
  readonly reason: string
  readonly scope: HaltScope
  readonly mode: HaltMode
}

/** The gate is closed in memory: nothing passes the last look any more. */
export interface GateReceipt {
  /** Trading was halted already; what was first stays on record. */
  readonly already: boolean
  /** Wall time, ms; of the first halt. */
  readonly sinceMs: number
  /** The strongest that was asked for during this halt. */
  readonly mode: HaltMode
  readonly scope: HaltScope
}

/** What became of a halt on disk. */
export interface DurableReceipt {
  /** Whether a restart finds trading halted. If not, it is halted in memory all the same, and tried again. */
  readonly durable: boolean
  readonly closings: readonly LatchClosing[]
  /** Whether it is written down since when and by whom. */
  readonly recorded: boolean
  /** How long it took, ms. */
  readonly tookMs: number
  readonly problems: readonly string[]
}

/** What became of a halt. */
export interface HaltReceipt extends GateReceipt, DurableReceipt {}

/** What a means of recovery may do; the words of the recovery keys. */
export type RecoveryPermission = 'activate' | 'deactivate' | 'maintenance'

/** Someone proved that they may release this halt. Good for one recovery and five minutes. */
export interface RecoveryProof {
  /** From {@link KillSwitch.beginRecovery}: a proof made before it, or for another halt, is none. */
  readonly recoveryId: string
  /** The independent means that were shown, such as the ids of recovery keys. */
  readonly means: readonly string[]
  readonly permissions: readonly RecoveryPermission[]
  /** Steady time, ms. */
  readonly provenAtMs: number
}

/** A request to trade again. */
export interface ReleaseRequest {
  readonly authorised: RecoveryProof
  readonly by: string
  readonly reason: string
  readonly facts: ReleaseFacts
  readonly acknowledgements: readonly Acknowledgement[]
}

/** Why a release, or a step towards it, was refused. Trading stays halted. */
export interface ReleaseRefusal {
  readonly code:
    | 'ILLEGAL_TRANSITION'
    | 'NOT_SET_UP'
    | 'NOT_AUTHORISED'
    | 'REASON_MISSING'
    | 'FACTS_STALE'
    | 'CHECKS_BLOCKED'
    | 'STORAGE'
    | 'NOT_VERIFIED'
  readonly detail: string
  /** The checks that stand in the way; empty unless CHECKS_BLOCKED. */
  readonly checks: readonly ReleaseCheck[]
}
