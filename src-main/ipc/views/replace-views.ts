import type { ReplaceOptionView, ReplaceOutcomeView } from '../../../src-preload/contract/orders'
import { assertNever } from '../../lib/assert-never'
import type { ReplaceOption, ReplaceOutcome } from '../../engine/orders/replace-order'
import type { ReplacementRefusal } from '../../engine/orders/plan-replacement'
import { obstacleView } from './order-views'

/** Whether something could be replaced now, and for how much. */
export function replaceOptionView(option: ReplaceOption): ReplaceOptionView {
  if (option.kind !== 'possible') return refusalView(option)
  const { mostWei, perGasWei, beforePerGasWei } = option
  return { kind: 'possible', mostWei: String(mostWei), perGasWei: String(perGasWei), beforePerGasWei: String(beforePerGasWei) }
}

/** What came of replacing. */
export function replaceOutcomeView(outcome: ReplaceOutcome): ReplaceOutcomeView {
  return outcome.kind === 'sent' || outcome.kind === 'unknown' ? { kind: outcome.kind, hash: outcome.hash } : refusalView(outcome)
}

const WHY = {
  'not-open': 'NOT_OPEN',
  'not-sent-yet': 'NOT_SENT_YET',
  'too-late': 'TOO_LATE',
  busy: 'BUSY',
  canceling: 'CANCELING',
  'outcome-unknown': 'OUTCOME_UNKNOWN',
} as const

function refusalView(refusal: ReplacementRefusal): Extract<ReplaceOptionView, { kind: 'impossible' }> {
  switch (refusal.kind) {
    case 'not-open':
    case 'not-sent-yet':
    case 'too-late':
    case 'busy':
    case 'canceling':
    case 'outcome-unknown':
      return { kind: 'impossible', why: WHY[refusal.kind], code: null, figures: {} }
    case 'needs-owner':
      return { kind: 'impossible', why: refusal.why, code: null, figures: {} }
    case 'budget': {
      const figures = { neededPerGasWei: String(refusal.neededPerGasWei), limitPerGasWei: String(refusal.limitPerGasWei) }
      return { kind: 'impossible', why: 'BUDGET', code: null, figures }
    }
    case 'denied':
      return { kind: 'impossible', why: 'DENIED', ...obstacleView(refusal.denial) }
    case 'failed':
      return { kind: 'impossible', why: 'FAILED', ...obstacleView(refusal.failure) }
    default:
      return assertNever(refusal, 'refusal')
  }
}
