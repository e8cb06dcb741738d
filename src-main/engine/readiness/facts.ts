import type { BreakerId, BreakerThresholds } from '../../domain/breaker'
import type { ChainVerdict } from '../../audit/audit'
import type { DrillReport } from '../../domain/drill'
import type { Environment } from '../../domain/environment'
import type { KillSwitchStateName } from '../../domain/kill-switch'
import type { RiskProfile } from '../../domain/intent'
import type { SignerConfig } from '../../domain/signer'
import type { SignerStatus } from '../../signers/signer'

/** A signer as far as readiness goes. */
export interface SignerFact {
  readonly label: string
  readonly config: SignerConfig
  readonly status: SignerStatus
  /** When it last did what it was asked for in this run, wall ms; null when it did not yet. */
  readonly lastSuccessMs: number | null
}

/** Somebody who may approve acts. */
export interface ApproverFact {
  readonly name: string
  readonly hasSecondFactor: boolean
}

/** What could not be read, and why. */
export interface Unread {
  readonly unread: string
}
/** Something that was found out, or not. */
export type Fact<T> = { readonly value: T } | Unread

/**
 * What readiness is judged by, as the app found it: nothing in it was ticked by anybody. Each fact stands alone, so that one that cannot be read leaves the
 * others standing.
 */
export interface ReadinessFacts {
  readonly environment: Environment
  /** Wall time at which they were gathered, ms. */
  readonly nowMs: number
  readonly signers: Fact<readonly SignerFact[]>
  /** Names of variables of this process that look as if they held a key. */
  readonly keyVariables: Fact<readonly string[]>
  /** The keychain's name where it is a real one; null where there is none. */
  readonly keychain: Fact<string | null>
  readonly killSwitch: Fact<KillSwitchStateName>
  readonly killFileWatched: Fact<boolean>
  /** Which signals are heard; null where the operating system has none. */
  readonly signals: Fact<readonly string[] | null>
  /** `usable`: neither revoked nor expired, and allowed to release. `confirmed`: somebody proved to have written them down. */
  readonly recoveryKeys: Fact<{ readonly verified: boolean; readonly confirmed: boolean; readonly usable: number }>
  readonly approvers: Fact<readonly ApproverFact[]>
  /** Reports of drills, newest first; unread where they are kept with another environment. */
  readonly drills: Fact<readonly DrillReport[]>
  readonly breakersNotClosed: Fact<readonly BreakerId[]>
  readonly breakerThresholds: Fact<Readonly<Record<BreakerId, BreakerThresholds>>>
  /** Why each policy cannot be read; null when it can. */
  readonly policy: Fact<string | null>
  readonly signerPolicy: Fact<string | null>
  readonly slippage: Fact<{ readonly limitPct: Readonly<Record<RiskProfile, string>>; readonly maxQuoteAgeMs: number }>
  /** The most in USD that one order, one asset in a day and a day may come to, and the loss of a day that halts, percent. */
  readonly exposure: Fact<{
    readonly orderUsd: string
    readonly assetDayUsd: string
    readonly dayUsd: string
    readonly lossHaltPct: string
  }>
  /** The newest whole check of the record. */
  readonly audit: Fact<{
    readonly verdict: ChainVerdict | null
    readonly verifiedAtMs: number | null
    readonly entries: number
    readonly broken: number
    readonly sealed: number
    readonly refuses: string | null
    readonly verifyEveryMin: number
  }>
  readonly anchor: Fact<{ readonly lag: number | null; readonly problem: string | null }>
  /** Null where there is no webhook. */
  readonly webhook: Fact<{ readonly state: string; readonly lastTakenMs: number | null } | null>
  /** Null where no chain is set. `agreed`: both endpoints said the same just now. */
  readonly chain: Fact<{
    readonly name: string
    readonly chainId: number
    readonly endpoints: 1 | 2
    readonly trouble: string | null
  } | null>
  readonly clockInDoubt: Fact<boolean>
  readonly disk: Fact<{ readonly freeMb: number; readonly haltsBelowMb: number }>
  readonly runtime: Fact<{ readonly sandboxed: boolean; readonly electron: string; readonly shippedElectron: string }>
}
