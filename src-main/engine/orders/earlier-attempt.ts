import { denial, type Denial } from '../../domain/codes'
import type { OrderPlan } from '../../domain/plan'
import type { Journal } from '../journal/journal'

/**
 * Why a further attempt may not leave: the order that it was to do anew has come back meanwhile, or is filled, as after a reorganisation; with both sent, both
 * would be carried out. Null where there is no earlier one, or that has ended without trading.
 */
export function earlierAttemptBack(journal: Pick<Journal, 'get'>, { attempt }: Pick<OrderPlan, 'attempt'>): Denial | null {
  if (attempt === undefined) return null
  const state = journal.get(attempt.after)?.state
  return state === 'failed' || state === 'rejected'
    ? null
    : denial('EARLIER_ATTEMPT_BACK', { orderId: attempt.after, state: state ?? 'unreadable' })
}
