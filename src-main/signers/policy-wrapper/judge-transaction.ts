import type { UnsignedTx } from '../../domain/evm'
import type { Effects } from './effects'
import { readCall } from './read-call'
import { refused, type Refusal } from './refusal'
import type { SignerPolicy } from './signer-policy'

/** From here on an allowance counts as endless: beyond any supply, and 2^96 − 1, at which some tokens cap what they store. */
const ENDLESS_FROM = 1n << 128n
const ENDLESS_UINT96 = (1n << 96n) - 1n
const NO_ADDRESS = `0x${'00'.repeat(20)}`
const LEAST_GAS = 21_000n

/** Why a signer may not sign a transaction, or null. `account` is the signer's own address. Never throws. */
export function judgeTransaction(policy: SignerPolicy, account: string, tx: UnsignedTx): Refusal | null {
  try {
    return judge(policy, account.toLowerCase(), tx)
  } catch {
    return refused('MALFORMED', 'the transaction cannot be read')
  }
}

function judge(policy: SignerPolicy, account: string, tx: UnsignedTx): Refusal | null {
  const to: unknown = tx.to
  if (to === undefined || to === null || to === '' || to === '0x' || to === NO_ADDRESS)
    return refused('CONTRACT_CREATION', 'a transaction without a receiver makes a contract')
  const odd = oddity(tx)
  if (odd !== null) return refused('MALFORMED', odd)
  const [from, called, data] = [tx.from.toLowerCase(), tx.to.toLowerCase(), tx.data]
  if (from !== account || !policy.accounts.includes(account)) return refused('ACCOUNT', from)
  if (!policy.chainIds.includes(tx.chainId)) return refused('CHAIN', String(tx.chainId))
  if (tx.gasLimit > policy.maxGas) return refused('GAS', tx.gasLimit.toString(), policy.maxGas.toString())
  const isNothing = called === from && tx.valueWei === 0n && data === '0x'
  const maxFee = isNothing ? policy.maxCancelFeePerGasWei : policy.maxFeePerGasWei
  if (tx.maxFeePerGasWei > maxFee) return refused('FEE', tx.maxFeePerGasWei.toString(), maxFee.toString())
  if (isNothing) return null

  if (tx.valueWei > policy.maxValueWei) return refused('VALUE', tx.valueWei.toString(), policy.maxValueWei.toString())
  const bytes = (data.length - 2) / 2
  if (bytes > policy.maxDataBytes) return refused('DATA_BYTES', String(bytes), String(policy.maxDataBytes))
  if (bytes === 0) return payable(policy, from, called) ? null : refused('RECIPIENT', called)
  if (!policy.contracts.includes(called)) return refused('CONTRACT', called)
  const reading = readCall({ from, to: called, data, valueWei: tx.valueWei })
  if (reading.kind === 'undecodable') return refused('UNDECODABLE', reading.why)
  // A token answers a router's selector with its fallback, if it has one (WETH9 does): the call would not do what it reads like.
  if (policy.tokens.includes(called) && !reading.effects.isTokenCall) return refused('CONTRACT', called)
  return judgeEffects(policy, from, reading.effects)
}

/** Why the effects of a call or of a message are not allowed to the account that signs (lower case), or null. */
export function judgeEffects(
  policy: SignerPolicy,
  account: string,
  { recipients, grants, tokens }: Omit<Effects, 'isTokenCall'>,
): Refusal | null {
  const stranger = recipients.find((recipient) => !payable(policy, account, recipient))
  if (stranger !== undefined) return refused('RECIPIENT', stranger)
  const taker = grants.find(({ spender }) => !policy.spenders.includes(spender))
  if (taker !== undefined) return refused('SPENDER', taker.spender)
  const foreign = tokens.find((token) => !policy.tokens.includes(token))
  if (foreign !== undefined) return refused('TOKEN', foreign)
  const endless = grants.find(({ amount }) => amount >= ENDLESS_FROM || amount === ENDLESS_UINT96)
  return endless === undefined || policy.endlessGrants ? null : refused('ENDLESS_GRANT', endless.spender)
}

/** An account pays itself and whom the list names; another account of ours is as much a stranger to it as anybody. */
function payable(policy: SignerPolicy, account: string, address: string): boolean {
  return address === account || policy.recipients.includes(address)
}

/** What is wrong with the form of a transaction. The types promise more than whoever calls may keep. */
function oddity(tx: UnsignedTx): string | null {
  const isAddress = (text: unknown) => typeof text === 'string' && /^0x[0-9a-fA-F]{40}$/.test(text)
  if (!isAddress(tx.from)) return 'from'
  if (!isAddress(tx.to)) return 'to'
  if (typeof tx.data !== 'string' || !/^0x(?:[0-9a-f]{2})*$/.test(tx.data)) return 'data'
  if (!Number.isSafeInteger(tx.chainId) || tx.chainId < 1) return 'chain'
  if (!Number.isSafeInteger(tx.nonce) || tx.nonce < 0) return 'nonce'
  const amounts = [tx.valueWei, tx.gasLimit, tx.maxFeePerGasWei, tx.maxPriorityFeePerGasWei] as readonly unknown[]
  if (amounts.some((amount) => typeof amount !== 'bigint' || amount < 0n)) return 'amounts'
  if (tx.gasLimit < LEAST_GAS) return 'gas'
  return tx.maxPriorityFeePerGasWei > tx.maxFeePerGasWei ? 'fees' : null
}
