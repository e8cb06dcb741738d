import { TypedDataEncoder } from 'ethers'

import { denial, type Denial } from '../../domain/codes'
import type { SigningPurpose } from '../../domain/guard'
import { OWN_STRUCTS } from '../../domain/own-typed-data'
import type { TypedData } from '../../domain/typed-data'

/**
 * Why typed data may not be signed, or null: a closed list (architecture decision 8). The app signs messages of its own domain alone; a permit is an
 * allowance without a transaction, and none is needed for what it trades. A message serves its own purpose and no other; a test may sign either.
 */
export function typedDataRule({ domain, types, primaryType, message }: TypedData, purpose: SigningPurpose): Denial | null {
  const isOurDomain =
    domain.name === 'Holdfast' && domain.version === '1' && domain.chainId === undefined && domain.verifyingContract === undefined
  if (!isOurDomain || Object.keys(domain).length !== 2) return refuse(`the domain ${domain.name}`)
  try {
    const written = TypedDataEncoder.from(mutable(types))
    if (written.primaryType !== primaryType || !structsFor(purpose).includes(written.encodeType(primaryType))) return refuse(primaryType)
    // What cannot be encoded as its type says is no message of that type.
    written.encode(message)
    return Object.keys(message).length === (types[primaryType] ?? []).length ? null : refuse('it has fields that its type has not')
  } catch {
    return refuse(primaryType)
  }
}

function structsFor(purpose: SigningPurpose): readonly string[] {
  if (purpose === 'test') return Object.values(OWN_STRUCTS)
  return purpose === 'audit-head' || purpose === 'auth' ? [OWN_STRUCTS[purpose]] : []
}

function refuse(why: string): Denial {
  return denial('CALLDATA_UNDECODABLE', { why: `typed data is signed from a closed list: ${why.slice(0, 100)}` })
}

function mutable(types: TypedData['types']): Record<string, { name: string; type: string }[]> {
  return Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, fields.map((field) => ({ ...field }))]))
}
