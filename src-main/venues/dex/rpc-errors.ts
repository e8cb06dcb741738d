import { z } from 'zod'

import { failure, type Failure, type FailureCode } from '../../domain/codes'
import { classifyRevert, decodeRevert } from './reverts'
import { cleanText } from './text'

/** The error member of a JSON-RPC answer. */
export const rpcErrorValue = z.object({ code: z.number(), message: z.string(), data: z.unknown().optional() })
export type RpcErrorValue = z.infer<typeof rpcErrorValue>

/** A failed call: what went wrong, and when the chain itself refused, why. */
export interface RpcFailure extends Failure {
  /** Whether the endpoint did not do its part: silence, nonsense, refusal to serve. An answer that says no is none of these. */
  readonly fault: boolean
  /** Whether it was executed and reverted: an answer, not a fault of the endpoint. */
  readonly reverted: boolean
  /** The decoded reason of a revert; null when it gave none, or for any other failure. */
  readonly revertReason: string | null
}

/** A failure that is no revert. */
export function rpcFailure(code: FailureCode, detail: string, fault = false): RpcFailure {
  return { ...failure(code, detail), fault, reverted: false, revertReason: null }
}

const INTERNAL_ERROR = -32603
/** The node has not got that far yet, or has thrown it away: only an archive keeps the state of old blocks. */
const MISSING =
  /header not found|(unknown|missing|no such) block|block.*(not found|out ?of ?range)|missing trie node|state.*(not available|unavailable)|pruned|archive/i
/** Asked for more events than it searches or sends. */
const TOO_MUCH = /more than \d+ results|block range|range.*(large|wide|limit)|response size/i
const RATE_LIMIT = /rate.?limit|too many requests|limit exceeded|exceeded.*(quota|capacity)|request limit/i

/** Reads a node's refusal of a read. Codes: EIP-1474, and 3 for a revert (geth and those who followed). */
export function classifyReadError(error: RpcErrorValue): RpcFailure {
  const detail = cleanText(error.message)
  if (error.code === 3 || /revert/i.test(error.message)) {
    const data = revertData(error.data)
    const reason = data === null ? (/reverted:? (.+)/i.exec(detail)?.[1] ?? null) : decodeRevert(data)
    const code = classifyRevert(reason)
    return { code, detail: reason ?? 'reverted without a reason', fault: false, reverted: true, revertReason: reason }
  }
  if (isRateLimit(error)) return rpcFailure('RATE_LIMITED', detail, true)
  if (error.code === -32601 || error.code === -32004) return rpcFailure('UNSUPPORTED', detail)
  if (MISSING.test(detail) || TOO_MUCH.test(detail)) return rpcFailure('NOT_FOUND', detail)
  if (/insufficient funds/i.test(detail)) return rpcFailure('INSUFFICIENT_FUNDS', detail)
  if (/out of gas|gas required exceeds/i.test(detail)) return rpcFailure('OUT_OF_GAS', detail)
  return rpcFailure('NETWORK_ERROR', `the node says: ${detail} (${error.code})`, error.code === INTERNAL_ERROR)
}

/** Revert data comes as the data itself, or inside an object. */
function revertData(data: unknown): string | null {
  const inner = typeof data === 'object' && data !== null && 'data' in data ? data.data : data
  return typeof inner === 'string' && /^0x[0-9a-fA-F]*$/.test(inner) ? inner : null
}

function isRateLimit(error: RpcErrorValue): boolean {
  if (TOO_MUCH.test(error.message)) return false
  return error.code === 429 || error.code === -32005 || RATE_LIMIT.test(error.message)
}

/** What a node's refusal of a raw transaction means. `lookup`: it may be in the chain already, which only a look can tell. */
export type SendRefusal =
  | { readonly kind: 'known' }
  | { readonly kind: 'lookup'; readonly failure: Failure }
  | { readonly kind: 'rejected'; readonly failure: Failure }
  | { readonly kind: 'unknown'; readonly failure: Failure }

/**
 * The words of geth, erigon, nethermind, besu, reth and anvil for refusing a transaction before it entered their pool, with blanks and
 * underscores taken out. Only what is on this list is a refusal; it stays the word of an endpoint that has the bytes.
 */
const REFUSALS: readonly (readonly [RegExp, FailureCode])[] = [
  [/insufficientfunds|upfrontcostexceeds|insufficientbalance/, 'INSUFFICIENT_FUNDS'],
  [
    /underpriced|feetoolow|gaspricetoolow|gaspricebelow|lessthanblockbasefee|feecaplessthan|tiptoolow|txpoolisfull/,
    'REPLACEMENT_UNDERPRICED',
  ],
  [/intrinsicgas|gaslimittoolow|outofgas/, 'OUT_OF_GAS'],
  [/invalidchainid|wrongchainid|chainidmismatch|incorrectchainid/, 'WRONG_CHAIN'],
  [
    /exceedsblockgaslimit|gaslimitreached|exceedstheconfiguredcap|priorityfeepergashigherthan|invalidsender|oversizeddata|replay-?protected|transactiontypenotsupported|invalidtransaction|accountlimitexceeded|noncetoohigh|rlp/,
    'INVALID_INSTRUCTION',
  ],
]

/** Reads a node's refusal of `eth_sendRawTransaction`. */
export function classifySendError(error: RpcErrorValue): SendRefusal {
  const detail = cleanText(error.message)
  const words = detail.toLowerCase().replace(/[\s_]/g, '')
  if (/alreadyknown|alreadyimported|alreadyexists|knowntransaction/.test(words)) return { kind: 'known' }
  if (/noncetoolow|oldnonce/.test(words)) return { kind: 'lookup', failure: failure('NONCE_TOO_LOW', detail) }
  const refusal = REFUSALS.find(([pattern]) => pattern.test(words))
  if (refusal !== undefined) return { kind: 'rejected', failure: failure(refusal[1], detail) }
  if (isRateLimit(error)) return { kind: 'rejected', failure: failure('RATE_LIMITED', detail) }
  if (error.code === -32601) return { kind: 'rejected', failure: failure('UNSUPPORTED', detail) }
  if (error.code === -32602 || error.code === -32700 || error.code === -32600) {
    return { kind: 'rejected', failure: failure('INVALID_INSTRUCTION', detail) }
  }
  return { kind: 'unknown', failure: failure('NETWORK_ERROR', `the node says: ${detail} (${error.code})`) }
}
