import type { Problem } from '../../../src-preload/contract/problem'
import { hasRealMoney, type Environment } from '../../domain/environment'
import type { Authorise } from './authorise'

/** What decides whether an environment is entered. */
export interface MayEnterParts {
  /** The environment that is, or should be, open. */
  readonly from: Environment
  /** Why live stays locked; none when it does not. */
  readonly liveLocks: () => Promise<readonly string[]>
  readonly authorise: Authorise
}

/**
 * Whether an environment may be entered; why not, or null. Where there is real money, nobody enters while live is locked, and then only on the word of somebody in
 * authority, in the main-owned window (product rows P2, P7). Paper and testnet need no more than the role that may switch: they move nothing of value.
 */
export async function mayEnter({ from, liveLocks, authorise }: MayEnterParts, environment: Environment): Promise<Problem | null> {
  if (!hasRealMoney(environment)) return null
  const locks = await liveLocks()
  if (locks.length > 0) return { code: 'LIVE_LOCKED', figures: { reason: locks.join(' ') } }
  const changes = [{ label: 'Environment', before: from, after: environment }]
  const request = { act: 'change-environment', subject: environment, reason: '', changes, checks: [], approvalsAtLeast: 1 } as const
  const asked = await authorise(request, () => null)
  if (!asked.ok) return asked.problem
  return asked.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}
