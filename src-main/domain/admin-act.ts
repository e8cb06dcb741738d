/**
 * Everything that only someone in authority may do (product rows P7, B6). Closed: each has a sentence in the main-owned window, a rule of who may
 * do it, and a record of who did. Halting and canceling are not among them: they need no credential.
 */
export const ADMIN_ACTS = [
  'release-halt',
  'seal-audit',
  'enter-maintenance',
  'leave-maintenance',
  'close-breaker',
  'tune-breakers',
  'leave-reducing',
  'change-limits',
  'change-policy',
  'change-alerts',
  'change-api',
  'issue-api-token',
  'change-authority',
  'replace-recovery-keys',
  'change-halt-settings',
  'change-endpoints',
  'change-signers',
  'change-environment',
] as const
/** An act that needs authority. */
export type AdminAct = (typeof ADMIN_ACTS)[number]

/** One value that an act changes, in the words of a person; null where there was none. */
export interface ActChange {
  readonly label: string
  readonly before: string | null
  readonly after: string
}

/** One fact that was looked at before an act. */
export interface ActCheck {
  readonly label: string
  readonly ok: boolean
  readonly detail: string
  /** Who asks that it be let be although it is not in order; absent where nobody does. */
  readonly letBeBy?: string
}

/** An act as it is proposed; main makes it from its own data, and the main-owned window shows it. */
export interface ActRequest {
  readonly act: AdminAct
  /** What it is done to, such as a breaker's name; empty for the whole app. */
  readonly subject: string
  readonly reason: string
  readonly changes: readonly ActChange[]
  readonly checks: readonly ActCheck[]
  /** Independent approvals that this very request needs at least, whatever the rule of its act says. */
  readonly approvalsAtLeast: number
}

/** Who allowed an act, and by what. */
export interface Authorisation {
  /** Named operators, or recovery keys. */
  readonly by: readonly string[]
  /** The independent means that were shown, such as the ids of recovery keys. */
  readonly means: readonly string[]
  readonly permissions: readonly ('activate' | 'deactivate' | 'maintenance')[]
  /** Whether what vouches for the means could itself be verified. */
  readonly integrity: 'verified' | 'unverifiable'
  /** Steady time, ms. */
  readonly provenAtMs: number
}
