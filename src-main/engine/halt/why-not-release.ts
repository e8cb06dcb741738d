import type { KillSwitchStateName } from '../../domain/kill-switch'
import type { ReleaseRefusal, ReleaseRequest } from './kill-switch-types'
import { isCleared, type ReleaseCheck } from './release-checks'
import { oneLine } from './text'
import { nextState } from './transitions'

/** How long a proof of authority and gathered facts are good for, ms. */
export const PROOF_AGE_MS = 5 * 60_000
export const FACTS_AGE_MS = 60_000

/** Where the recovery stands. */
export interface RecoveryStanding {
  readonly state: KillSwitchStateName
  /** The recovery that is under way; null when none is. */
  readonly recoveryId: string | null
  /** Steady time, ms. */
  readonly nowMs: number
}

/** Why a release is refused, or null when nothing stands in its way. */
export function whyNotRelease(
  { authorised, reason, facts }: ReleaseRequest,
  checks: readonly ReleaseCheck[],
  { state, recoveryId, nowMs }: RecoveryStanding,
): ReleaseRefusal | null {
  const no = (code: ReleaseRefusal['code'], detail: string, blocked: readonly ReleaseCheck[] = []): ReleaseRefusal => ({
    code,
    detail,
    checks: blocked,
  })
  if (nextState(state, 'release') === null) return no('ILLEGAL_TRANSITION', `Begin a recovery first: ${state}`)
  if (recoveryId === null || authorised.recoveryId !== recoveryId) return no('NOT_AUTHORISED', 'The proof is for another recovery.')
  if (!isRecent(authorised.provenAtMs, nowMs, PROOF_AGE_MS)) return no('NOT_AUTHORISED', 'The proof is too old.')
  if (authorised.means.length === 0 || !authorised.permissions.includes('deactivate'))
    return no('NOT_AUTHORISED', 'The proof does not allow a release.')
  if (oneLine(reason) === '') return no('REASON_MISSING', 'A release needs a reason.')
  if (!isRecent(facts.gatheredAtMs, nowMs, FACTS_AGE_MS)) return no('FACTS_STALE', 'The checks are too old.')
  const blocked = checks.filter((check) => !isCleared(check))
  return blocked.length === 0 ? null : no('CHECKS_BLOCKED', blocked.map(({ id }) => id).join(', '), blocked)
}

function isRecent(thenMs: number, nowMs: number, ageMs: number): boolean {
  return nowMs - thenMs >= 0 && nowMs - thenMs <= ageMs
}
