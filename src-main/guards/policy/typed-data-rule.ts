import { TypedDataEncoder } from 'ethers'

import { denial, type Denial } from '../../domain/codes'
import type { TypedData } from '../../domain/typed-data'

/** The messages of our own: evidence of the record's head, and proof of who we are. None of them can be sent to a contract. */
const OWN_STRUCTS = new Set([
  'AuditHead(string environment,uint256 seq,bytes32 hash,uint256 atMs)',
  'Authentication(string statement,bytes32 nonce,uint256 expiresAtMs)',
])

/**
 * Why typed data may not be signed, or null: a closed list (architecture decision 8). The app signs messages of its own domain alone; a permit is an
 * allowance without a transaction, and none is needed for what it trades.
 */
export function typedDataRule({ domain, types, primaryType, message }: TypedData): Denial | null {
  const isOurDomain =
    domain.name === 'Holdfast' && domain.version === '1' && domain.chainId === undefined && domain.verifyingContract === undefined
  if (!isOurDomain || Object.keys(domain).length !== 2) return refuse(`the domain ${domain.name}`)
  try {
    const written = TypedDataEncoder.from(mutable(types))
    if (written.primaryType !== primaryType || !OWN_STRUCTS.has(written.encodeType(primaryType))) return refuse(primaryType)
    // What cannot be encoded as its type says is no message of that type.
    written.encode(message)
    return Object.keys(message).length === (types[primaryType] ?? []).length ? null : refuse('it has fields that its type has not')
  } catch {
    return refuse(primaryType)
  }
}

function refuse(why: string): Denial {
  return denial('CALLDATA_UNDECODABLE', { why: `typed data is signed from a closed list: ${why.slice(0, 100)}` })
}

function mutable(types: TypedData['types']): Record<string, { name: string; type: string }[]> {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]))
}
