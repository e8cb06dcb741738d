import { denial, type Denial } from '../../domain/codes'
import { sameAddress, type DecodedCall, type UnsignedTx } from '../../domain/evm'
import type { GuardFigure } from '../../domain/guard'
import type { GuardInput } from '../guard'
import { swapBounds } from '../slippage/swap-bounds'
import { figure } from '../verdict'
import { checksummed, includesAddress } from './addresses'
import { SIGNER_ITSELF, type Policy } from './policy'
import { readEffects, type Effects } from './read-effects'

/** Decision 8: what the call does is allowed, and is what the signature is said to be for. */
export function deedRule(policy: Policy, input: GuardInput, tx: UnsignedTx, figures: GuardFigure[]): Denial | null {
  const { call, purpose } = input
  if (call === null) return denial('CALLDATA_UNDECODABLE', { why: 'the call was not decoded' })
  figures.push(figure('call', call.kind))
  switch (call.kind) {
    case 'approve':
      return purpose === 'approve' ? (approveRule(policy, input, tx, call, figures) ?? effectsRule(policy, tx)) : misnamed(call, purpose)
    case 'swap':
      return purpose === 'order' ? (swapRule(policy, input, tx, call, figures) ?? effectsRule(policy, tx)) : misnamed(call, purpose)
    case 'transfer-native':
      // Only a cancel may be one, and cancels have a guard of their own.
      return denial('RECIPIENT_NOT_ALLOWED', { recipient: call.recipient, why: 'a plain transfer is no trade' })
    case 'unknown':
      // No trade of ours in any case; where it can be told whom it would serve, the refusal says so.
      return strangerIn(policy, tx, readEffects(tx)) ?? denial('CALLDATA_UNDECODABLE', { selector: call.selector, why: call.why })
    default:
      return denial('CALLDATA_UNDECODABLE', { why: 'the call is of no known kind' })
  }
}

type Approve = Extract<DecodedCall, { kind: 'approve' }>
type Swap = Extract<DecodedCall, { kind: 'swap' }>

function approveRule(policy: Policy, input: GuardInput, tx: UnsignedTx, call: Approve, figures: GuardFigure[]): Denial | null {
  const amount = call.amountRaw.toString()
  figures.push(figure('token', call.token), figure('spender', call.spender), figure('allowance', amount, null, 'raw units'))
  if (!sameAddress(call.token, tx.to)) return denial('CALLDATA_MISMATCH', { field: 'token', found: call.token, wanted: tx.to })
  if (!includesAddress(policy.tokens, call.token)) return denial('TOKEN_NOT_ALLOWED', { token: call.token })
  if (!includesAddress(policy.spenders, call.spender)) return denial('SPENDER_NOT_ALLOWED', { spender: call.spender })
  if (call.unlimited)
    return policy.allowUnlimitedApproval ? null : denial('UNLIMITED_APPROVAL', { token: call.token, spender: call.spender })
  // Taking an allowance back needs no order that uses it.
  if (call.amountRaw === 0n) return null
  return needRule(input, call)
}

/** An allowance is for the token that the order pays, and no higher than what the order may take of it. */
function needRule({ intent, quote, slippage }: GuardInput, call: Approve): Denial | null {
  if (intent === null || quote === null) return denial('INVALID_INTENT', { field: intent === null ? 'intent' : 'quote' })
  const { pay, exact, exactRaw, boundRaw } = swapBounds(intent, quote, slippage.limitPct[intent.riskProfile])
  if (pay.address === null || !sameAddress(pay.address, call.token)) {
    return denial('CALLDATA_MISMATCH', { field: 'token', found: call.token, wanted: pay.address ?? pay.symbol })
  }
  const needRaw = exact === 'input' ? exactRaw : boundRaw
  if (call.amountRaw <= needRaw) return null
  return denial('UNLIMITED_APPROVAL', {
    token: call.token,
    spender: call.spender,
    amountRaw: call.amountRaw.toString(),
    neededRaw: needRaw.toString(),
  })
}

function swapRule(policy: Policy, { signerAddress }: GuardInput, tx: UnsignedTx, call: Swap, figures: GuardFigure[]): Denial | null {
  figures.push(figure('recipient', call.recipient), figure('sells', call.tokenIn), figure('buys', call.tokenOut))
  const toSigner = signerAddress !== null && sameAddress(call.recipient, signerAddress) && policy.recipients.includes(SIGNER_ITSELF)
  if (!toSigner && !includesAddress(policy.recipients, call.recipient))
    return denial('RECIPIENT_NOT_ALLOWED', { recipient: call.recipient })
  const foreign = [call.tokenIn, call.tokenOut].find((token) => !includesAddress(policy.tokens, token))
  if (foreign !== undefined) return denial('TOKEN_NOT_ALLOWED', { token: foreign })
  // A token answers a router's selector with its fallback, if it has one (WETH9 does): the call would not do what it reads like.
  return includesAddress(policy.tokens, tx.to) ? denial('TO_NOT_ALLOWED', { to: tx.to, why: 'a token is no router' }) : null
}

/** Functions that hold no other call, no path and nothing besides what the first decoder has told: `approve`, `exactInputSingle`, `exactOutputSingle`. */
const TOLD_WHOLE: readonly string[] = ['0x095ea7b3', '0x414bf389', '0xdb3e2198']

/** The second look, with another decoder: everybody whom any call inside of the call serves, and every token on its way, is on the lists. */
function effectsRule(policy: Policy, tx: UnsignedTx): Denial | null {
  if (TOLD_WHOLE.includes(tx.data.slice(0, 10))) return null
  const effects = readEffects(tx)
  if (effects === null) return denial('CALLDATA_UNDECODABLE', { why: 'the second decoder cannot read it' })
  return strangerIn(policy, tx, effects)
}

function strangerIn(policy: Policy, tx: UnsignedTx, effects: Effects | null): Denial | null {
  if (effects === null) return null
  const isSigner = (address: string) => sameAddress(address, tx.from) && policy.recipients.includes(SIGNER_ITSELF)
  const recipient = effects.recipients.find((address) => !isSigner(address) && !includesAddress(policy.recipients, address))
  if (recipient !== undefined) return denial('RECIPIENT_NOT_ALLOWED', { recipient: named(recipient) })
  const spender = effects.spenders.find((address) => !includesAddress(policy.spenders, address))
  if (spender !== undefined) return denial('SPENDER_NOT_ALLOWED', { spender: named(spender) })
  const token = effects.tokens.find((address) => !includesAddress(policy.tokens, address))
  return token === undefined ? null : denial('TOKEN_NOT_ALLOWED', { token: named(token) })
}

function named(address: string): string {
  return checksummed(address) ?? address
}

function misnamed(call: DecodedCall, purpose: string): Denial {
  return denial('CALLDATA_MISMATCH', { field: 'purpose', found: call.kind, wanted: purpose })
}
