import { denial, type Denial } from '../../domain/codes'
import { sameAddress } from '../../domain/evm'
import type { GuardFigure, Verdict } from '../../domain/guard'
import type { Guard, GuardInput } from '../guard'
import { deny, figure, pass } from '../verdict'
import type { Policy } from './policy'
import { allowedSigner, chainRule, feeRule, signerRule, soundTx } from './tx-rules'
import { typedDataRule } from './typed-data-rule'

const ID = 'policy'

type Rule = (policy: Policy, input: GuardInput, figures: GuardFigure[]) => Denial | null

/**
 * The one guard of cancels (decision 8): a transaction to oneself, of no value and without data, by an allowed signer on an allowed chain,
 * within the fee budget of cancels, at a nonce at which the journal holds something of the order waiting: there is nothing else to cancel. It can cost no more than its fee, so it passes while halted and with breakers open.
 */
export const cancelPolicyGuard: Guard = narrow(
  (policy, input, figures) => selfTransfer(policy, input, figures) ?? journaledNonce(input, figures),
)

/** The one guard of signatures over messages (audit heads, authentication): an allowed signer, and nothing that could be sent. */
export const messagePolicyGuard: Guard = narrow(message)

/** The one guard of test signatures: a message, or a transaction that has a cancel's harmless shape. */
export const testPolicyGuard: Guard = narrow((policy, input, figures) =>
  (input.tx === null ? message : selfTransfer)(policy, input, figures),
)

function narrow(rule: Rule): Guard {
  return {
    id: ID,
    evaluate(input: GuardInput): Verdict {
      if (input.policy.kind !== 'loaded') return deny(ID, 'POLICY_UNREADABLE', { why: input.policy.why })
      const figures: GuardFigure[] = []
      const refusal = rule(input.policy.policy, input, figures)
      return refusal === null ? pass(ID, figures) : { guard: ID, outcome: 'deny', denial: refusal, figures }
    },
  }
}

function selfTransfer(policy: Policy, input: GuardInput, figures: GuardFigure[]): Denial | null {
  if (input.tx === null || input.request !== null) return denial('CANCEL_SHAPE_INVALID', { field: input.tx === null ? 'tx' : 'request' })
  if (input.typedData != null) return denial('CANCEL_SHAPE_INVALID', { field: 'typedData' })
  const sound = soundTx(input.tx)
  if (!sound.ok) return sound.error
  const tx = sound.value
  const wrong = !sameAddress(tx.to, tx.from) ? 'to' : tx.valueWei !== 0n ? 'value' : tx.data !== '0x' ? 'data' : null
  figures.push(figure('to', tx.to, tx.from), figure('value', tx.valueWei.toString(), '0', 'wei'))
  if (wrong !== null) return denial('CANCEL_SHAPE_INVALID', { field: wrong })
  return signerRule(policy, tx, input.signerAddress) ?? chainRule(policy, tx) ?? feeRule(policy, tx, policy.cancelMaxFeePerGasWei, figures)
}

function journaledNonce({ tx, waitingNonces = [] }: GuardInput, figures: GuardFigure[]): Denial | null {
  figures.push(figure('nonce', String(tx?.nonce), waitingNonces.join(' ')))
  return tx !== null && waitingNonces.includes(tx.nonce) ? null : denial('CANCEL_SHAPE_INVALID', { field: 'nonce' })
}

function message(
  policy: Policy,
  { purpose, tx, call, request, signerAddress, typedData }: GuardInput,
  figures: GuardFigure[],
): Denial | null {
  if (tx !== null || call !== null || request !== null)
    return denial('INVALID_TRANSACTION', { field: tx !== null ? 'tx' : call !== null ? 'call' : 'request' })
  figures.push(figure('signer', signerAddress ?? 'unknown'))
  if (signerAddress === null) return denial('SIGNER_NOT_ALLOWED', { signer: 'unknown' })
  return allowedSigner(policy, signerAddress) ?? (typedData == null ? null : typedDataRule(typedData, purpose))
}
