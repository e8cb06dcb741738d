import { ADMIN_ACTS, type AdminAct } from '../domain/admin-act'
import { ACT_RULES, ACTS_ABOUT_AUTHORITY, hasRole, KEYS_OF_LAST_RESORT } from '../domain/authority'
import type { AuthorityBody, StoredOperator } from './authority-file'
import type { StoredKey } from './recovery-file'

/** What of the stored rules decides about acts. */
export type Rules = Pick<AuthorityBody, 'raised' | 'secondFactor'>
/** What of an operator decides about acts. */
export type OperatorFacts = Pick<StoredOperator, 'id' | 'role' | 'permissions' | 'expiresAtMs' | 'revokedAtMs'> & {
  readonly totp: unknown
  readonly device: unknown
}
/** What of a recovery key decides about acts. */
export type KeyFacts = Pick<StoredKey, 'id' | 'permissions' | 'expiresAtMs' | 'revokedAtMs'>

/** An approval that was proven: by whom or what. */
export interface Approval {
  readonly kind: 'operator' | 'recovery-key'
  readonly id: string
}

/** A moment, wall ms; or `always`, at which whatever has an end counts for nothing. */
export type Moment = number | 'always'

/** Any request may ask for this many whatever the rules say. */
const MOST_THAT_A_REQUEST_ASKS = 2

/** Independent approvals that an act needs. Acts about authority itself need as many as the strongest rule that the owner has raised. */
export function approvalsNeeded(act: AdminAct, rules: Pick<Rules, 'raised'>, atLeast = 1): number {
  const own = Math.max(ACT_RULES[act].approvals, rules.raised[act] ?? 1, atLeast)
  return ACTS_ABOUT_AUTHORITY.includes(act) ? Math.max(own, ...Object.values(rules.raised)) : own
}

/** The most that a request for an act asks for whatever its rule says: a release past a broken record asks for as many as sealing it. */
function mostAsked(act: AdminAct, rules: Pick<Rules, 'raised'>): number {
  return act === 'release-halt' ? approvalsNeeded('seal-audit', rules, MOST_THAT_A_REQUEST_ASKS) : MOST_THAT_A_REQUEST_ASKS
}

/** Whether somebody or something is in force at a moment. */
export function inForce({ expiresAtMs, revokedAtMs }: Pick<KeyFacts, 'expiresAtMs' | 'revokedAtMs'>, at: Moment): boolean {
  if (revokedAtMs !== null) return false
  return expiresAtMs === null || (at !== 'always' && at < expiresAtMs)
}

/** Whether an operator may approve an act. */
export function operatorMay(operator: OperatorFacts, act: AdminAct, rules: Pick<Rules, 'secondFactor'>, at: Moment): boolean {
  const { role, permission } = ACT_RULES[act]
  if (!inForce(operator, at) || !hasRole(operator.role, role)) return false
  if (rules.secondFactor === 'always' && operator.totp === null && operator.device === null) return false
  return permission === null || operator.permissions.includes(permission)
}

/** Whether a recovery key may approve an act. */
export function keyMay(key: KeyFacts, act: AdminAct, at: Moment): boolean {
  const { permission } = ACT_RULES[act]
  return inForce(key, at) && (permission === null || key.permissions.includes(permission))
}

/** How many more approvals are missing; 0 when it is enough. Two different recovery keys are always enough. */
export function approvalsMissing(needed: number, approvals: readonly Approval[]): number {
  const different = (of: readonly Approval[]): number => new Set(of.map(({ kind, id }) => `${kind} ${id}`)).size
  if (different(approvals.filter(({ kind }) => kind === 'recovery-key')) >= KEYS_OF_LAST_RESORT) return 0
  return Math.max(0, needed - different(approvals))
}

/**
 * The acts that nobody could authorise one day: counted are only means without an end, and a recovery key must be among them, for operators are
 * lost together with the keychain. What leaves any is never stored.
 */
export function actsBeyondReach(rules: Rules, operators: readonly OperatorFacts[], keys: readonly KeyFacts[]): readonly AdminAct[] {
  return ADMIN_ACTS.filter((act) => {
    const lastingKeys = keys.filter((key) => keyMay(key, act, 'always')).map(({ id }): Approval => ({ kind: 'recovery-key', id }))
    const lasting = operators
      .filter((operator) => operatorMay(operator, act, rules, 'always'))
      .map(({ id }): Approval => ({ kind: 'operator', id }))
    if (lastingKeys.length === 0) return true
    return approvalsMissing(approvalsNeeded(act, rules, mostAsked(act, rules)), [...lastingKeys, ...lasting]) > 0
  })
}
