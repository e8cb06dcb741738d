import type { TypedData } from '../../domain/typed-data'
import { judgeEffects } from './judge-transaction'
import { refused, type Refusal } from './refusal'
import type { SignerPolicy } from './signer-policy'

/** Structs as EIP-712 writes them, the primary type first. Nothing else is signed. */
const OWN = [
  'AuditHead(string environment,uint256 seq,bytes32 hash,uint256 atMs)',
  'Authentication(string act,string subject,bytes32 requestHash,bytes32 nonce,uint256 atMs)',
]
const EIP_2612 = 'Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)'
const PERMIT2 =
  'PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)'

/** A permit is for what is done now: one that nobody uses is worth nothing soon, whoever finds it. Deadline and allowance end within this time, seconds. */
const MOST_PERMIT_SEC = 3_600n

/** Why a signer may not sign typed data at this wall time, ms, or null: a closed list. `account` is the signer's own address. Never throws. */
export function judgeTypedData(policy: SignerPolicy, account: string, typedData: TypedData, wallMs: number): Refusal | null {
  try {
    const own = account.toLowerCase()
    return policy.accounts.includes(own) ? judge(policy, own, typedData, latest(wallMs)) : refused('ACCOUNT', own)
  } catch {
    return refused('MALFORMED', 'the typed data cannot be read')
  }
}

/** The last second, Unix time, until which a permit may hold. */
function latest(wallMs: number): bigint {
  return BigInt(Math.floor(wallMs / 1_000)) + MOST_PERMIT_SEC
}

function judge(
  policy: SignerPolicy,
  account: string,
  { domain, types, primaryType, message }: TypedData,
  latestSec: bigint,
): Refusal | null {
  const struct = writtenOut(types, primaryType)
  exactly(
    Object.keys(message),
    (types[primaryType] ?? []).map(({ name }) => name),
  )
  if (OWN.includes(struct)) {
    // Without chain and contract, no contract can ever take it for its own.
    const isOurs = domain.name === 'Holdfast' && domain.version === '1' && Object.keys(domain).length === 2
    return isOurs ? null : refused('TYPED_DATA', `${primaryType} in a domain that is not ours`)
  }
  if (struct === EIP_2612) return judgePermit(policy, account, domain, message) ?? tooLong([message['deadline']], latestSec)
  if (struct === PERMIT2) return judgePermit2(policy, account, domain, message, latestSec)
  return refused('TYPED_DATA', primaryType)
}

function judgePermit(policy: SignerPolicy, account: string, domain: TypedData['domain'], message: TypedData['message']): Refusal | null {
  const chain = foreignChain(policy, domain)
  if (chain !== null) return chain
  if (address(message['owner']) !== account) return refused('ACCOUNT', address(message['owner']))
  const token = address(domain.verifyingContract)
  const grant = { token, spender: address(message['spender']), amount: amount(message['value']) }
  return judgeEffects(policy, account, { recipients: [], grants: [grant], tokens: [token] })
}

function judgePermit2(
  policy: SignerPolicy,
  account: string,
  domain: TypedData['domain'],
  message: TypedData['message'],
  latestSec: bigint,
): Refusal | null {
  const chain = foreignChain(policy, domain)
  if (chain !== null) return chain
  const contract = address(domain.verifyingContract)
  if (domain.name !== 'Permit2' || domain.version !== undefined)
    return refused('TYPED_DATA', 'PermitSingle in a domain that is not Permit2’s')
  if (!policy.contracts.includes(contract)) return refused('CONTRACT', contract)
  const details = message['details']
  if (typeof details !== 'object' || Array.isArray(details)) return refused('MALFORMED', 'details')
  const fields = details as TypedData['message']
  exactly(Object.keys(fields), ['token', 'amount', 'expiration', 'nonce'])
  const token = address(fields['token'])
  const grant = { token, spender: address(message['spender']), amount: amount(fields['amount']) }
  const refusal = judgeEffects(policy, account, { recipients: [], grants: [grant], tokens: [token] })
  // How long the message may be handed in, and how long the allowance holds from then on.
  return refusal ?? tooLong([message['sigDeadline'], fields['expiration']], latestSec)
}

function tooLong(ends: readonly unknown[], latestSec: bigint): Refusal | null {
  const beyond = ends.map(amount).find((end) => end > latestSec)
  return beyond === undefined ? null : refused('DEADLINE', beyond.toString(), latestSec.toString())
}

function foreignChain(policy: SignerPolicy, { chainId }: TypedData['domain']): Refusal | null {
  const id = chainId === undefined ? null : Number(amount(chainId))
  return id !== null && policy.chainIds.includes(id) ? null : refused('CHAIN', chainId ?? 'none')
}

/** The struct and all that it uses, each once, in the order of EIP-712: the primary one, then the others by name. */
function writtenOut(types: TypedData['types'], primaryType: string): string {
  const others = Object.keys(types)
    .filter((name) => name !== primaryType)
    .sort()
  return [primaryType, ...others]
    .map((name) => `${name}(${(types[name] ?? []).map((field) => `${field.type} ${field.name}`).join(',')})`)
    .join('')
}

function exactly(found: readonly string[], wanted: readonly string[]): void {
  if ([...found].sort().join() !== [...wanted].sort().join()) throw new TypeError('other fields than its type has')
}

function address(value: unknown): string {
  if (typeof value !== 'string' || !/^0x[0-9a-fA-F]{40}$/.test(value)) throw new TypeError('no address')
  return value.toLowerCase()
}

function amount(value: unknown): bigint {
  if (typeof value !== 'string' || !/^(?:0|[1-9]\d{0,77})$/.test(value)) throw new TypeError('no amount')
  return BigInt(value)
}
