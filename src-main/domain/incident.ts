import type { Environment } from './environment'
import type { HaltMode, HaltScope, HaltSource } from './kill-switch'
import type { OrderState } from './order'

/** One halt, from the gate closing to the release (product row X9). */
export interface Incident {
  /** Names it for good: where the record of it begins. */
  readonly id: string
  /** Wall ms. */
  readonly sinceMs: number
  /** Wall ms; null while it lasts. */
  readonly untilMs: number | null
  readonly environment: Environment
  readonly source: HaltSource | null
  readonly by: string
  readonly reason: string
  readonly scope: HaltScope | null
  /** What it did about what was out at first; a second press may have gone further. */
  readonly mode: HaltMode | null
  /** Who released it; null while it lasts, or where nobody wrote it down. */
  readonly releasedBy: string | null
  /** `history`: the audit log was not there to hear of it; it is told from the file of halts alone. */
  readonly toldBy: 'audit' | 'history'
}

/** Something that happened in an incident. */
export interface IncidentMoment {
  readonly atMs: number
  readonly type: string
  readonly actor: string
  readonly subject: string | null
  readonly figures: Readonly<Record<string, string>>
  /** Where the audit log holds it; null where only the file of halts does. */
  readonly auditSeq: number | null
}

/** An order that was out when the gate closed. */
export interface IncidentOrder {
  readonly orderId: string
  readonly venue: string
  readonly instrument: string
  readonly side: string
  readonly amount: string
  readonly amountUnit: string
  /** The last that had happened to it before the halt. */
  readonly before: string
  readonly now: OrderState
}

/** Something that was looked at before or after the release. */
export interface IncidentCheck {
  readonly name: string
  readonly status: string
}

/** Everything that is known of an incident. */
export interface IncidentStory extends Incident {
  readonly moments: readonly IncidentMoment[]
  /** Moments beyond those that are told. */
  readonly omitted: number
  readonly orders: readonly IncidentOrder[]
  readonly checks: readonly IncidentCheck[]
}
