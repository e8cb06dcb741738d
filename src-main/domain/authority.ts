import type { AdminAct } from './admin-act'

/** What people may do, from least to most; each may do all that those before it may (product row P7). */
export const ROLES = ['viewer', 'trader', 'admin'] as const
/** A role. */
export type Role = (typeof ROLES)[number]

/** What a means of authority may do to the kill switch: halt over a network, release, maintain (product row X5). */
export const AUTHORITY_PERMISSIONS = ['activate', 'deactivate', 'maintenance'] as const
/** One of those. */
export type AuthorityPermission = (typeof AUTHORITY_PERMISSIONS)[number]

/** When operators must show a code from their authenticator: where they have enrolled one, or always (without one they approve nothing). */
export const SECOND_FACTOR_RULES = ['where-enrolled', 'always'] as const
/** One of those. */
export type SecondFactorRule = (typeof SECOND_FACTOR_RULES)[number]

/** The most independent approvals that an act can be made to need. */
export const MOST_APPROVALS = 5
/** This many different recovery keys together are the last resort: they satisfy every act, however many approvals it needs. */
export const KEYS_OF_LAST_RESORT = 2 as const
/** Time without input that may be chosen before the app locks itself, min. */
export const LOCK_MINUTES = { least: 1, most: 240, first: 15 } as const

/** Who may approve an act, and how many independent approvals it needs. */
export interface ActRule {
  readonly role: Role
  /** What the operator's or key's own permissions must hold besides; null when the role is enough. */
  readonly permission: AuthorityPermission | null
  /** Approvals that it needs at least; the owner can raise them, never lower them below this. */
  readonly approvals: number
}

const admin = (approvals: number, permission: AuthorityPermission | null = null): ActRule => ({ role: 'admin', permission, approvals })

/** The rule of every act, a line each. */
export const ACT_RULES: Readonly<Record<AdminAct, ActRule>> = {
  'release-halt': admin(1, 'deactivate'),
  'seal-audit': admin(2),
  'enter-maintenance': { role: 'trader', permission: 'maintenance', approvals: 1 },
  'leave-maintenance': admin(1, 'maintenance'),
  'close-breaker': admin(1),
  'tune-breakers': admin(1),
  'leave-reducing': admin(1),
  'change-limits': admin(1),
  'change-policy': admin(1),
  'change-alerts': admin(1),
  'change-api': admin(1),
  'issue-api-token': admin(1),
  'change-authority': admin(1),
  'replace-recovery-keys': admin(1),
  'change-halt-settings': admin(1),
  'change-endpoints': admin(1),
  'change-signers': admin(1),
  'change-environment': admin(1),
}

/** Acts that change who may authorise: as strong as the strongest rule that the owner has raised, or one person could make another to approve with. */
export const ACTS_ABOUT_AUTHORITY: readonly AdminAct[] = ['change-authority', 'replace-recovery-keys']

/** Whether a role may do what another may. */
export function hasRole(role: Role, atLeast: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(atLeast)
}
