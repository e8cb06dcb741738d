import { denial, type Denial } from '../../domain/codes'
import type { GuardFigure, Verdict } from '../../domain/guard'
import type { OrderIntent } from '../../domain/intent'
import type { Decimal } from '../../lib/decimal'
import type { Guard, GuardInput } from '../guard'
import { deny, figure, pass } from '../verdict'
import { deedRule } from './deed-rules'
import type { Policy } from './policy'
import { callRule, chainRule, feeRule, signerRule, soundTx } from './tx-rules'

const ID = 'policy'

/**
 * Product row C6: what is traded, by whom, where it goes and what the calldata does is on the policy's lists and within its limits. For an
 * order that an exchange takes only the part about orders applies.
 */
export const policyGuard: Guard = {
  id: ID,
  evaluate(input: GuardInput): Verdict {
    if (input.policy.kind !== 'loaded') return deny(ID, 'POLICY_UNREADABLE', { why: input.policy.why })
    const { policy } = input.policy
    const figures: GuardFigure[] = [figure('policy version', String(policy.version))]
    const refusal = orderRule(policy, input, figures) ?? txRule(policy, input, figures)
    return refusal === null ? pass(ID, figures) : { guard: ID, outcome: 'deny', denial: refusal, figures }
  },
}

function orderRule(policy: Policy, { purpose, intent, notionalUsd }: GuardInput, figures: GuardFigure[]): Denial | null {
  // Only a move of funds is no order.
  if (intent === null) return purpose === 'fund-move' ? null : denial('INVALID_INTENT', { field: 'intent' })
  return marketRule(policy, intent) ?? notionalRule(policy, notionalUsd, figures)
}

function marketRule(policy: Policy, { venue, instrument }: OrderIntent): Denial | null {
  if (!policy.venues.includes(venue)) return denial('VENUE_NOT_ALLOWED', { venue })
  if (policy.instruments !== '*' && !policy.instruments.includes(instrument)) return denial('INSTRUMENT_NOT_ALLOWED', { instrument })
  return null
}

function notionalRule(policy: Policy, notionalUsd: Decimal | null, figures: GuardFigure[]): Denial | null {
  const known = notionalUsd !== null && notionalUsd.isFinite() && !notionalUsd.isNegative()
  const max = policy.maxOrderNotionalUsd.toFixed()
  figures.push(figure('order value', known ? notionalUsd.toFixed(2) : 'unknown', max, 'USD'))
  if (known)
    return notionalUsd.lte(policy.maxOrderNotionalUsd)
      ? null
      : denial('NOTIONAL_EXCEEDS_MAX', { notionalUsd: notionalUsd.toFixed(2), maxUsd: max })
  // A value that is no number is a fault, not a price that nobody knows.
  return notionalUsd === null && !policy.requireKnownNotional ? null : denial('NOTIONAL_UNKNOWN', { maxUsd: max })
}

function txRule(policy: Policy, input: GuardInput, figures: GuardFigure[]): Denial | null {
  const { request, signerAddress, typedData } = input
  if (typedData != null) return denial('INVALID_TRANSACTION', { field: 'typedData' })
  if (input.tx === null) {
    return request !== null && input.purpose === 'order' ? null : denial('INVALID_TRANSACTION', { field: 'tx' })
  }
  if (request !== null) return denial('INVALID_TRANSACTION', { field: 'request' })
  const sound = soundTx(input.tx)
  if (!sound.ok) return sound.error
  const tx = sound.value
  return (
    signerRule(policy, tx, signerAddress) ??
    chainRule(policy, tx) ??
    callRule(policy, tx, figures) ??
    feeRule(policy, tx, policy.maxFeePerGasWei, figures) ??
    deedRule(policy, input, tx, figures)
  )
}
