import type { TypedData, TypedField } from '../../domain/typed-data'

/** Our typed data as both libraries want it: with `EIP712Domain` among its types, and the chain as a number. */
export interface WithDomainType {
  readonly domain: { name: string; version?: string; chainId?: number; verifyingContract?: string }
  readonly types: Record<string, TypedField[]>
  readonly primaryType: string
  readonly message: Record<string, unknown>
}

/** EIP-712's own order of the domain's fields. Throws where the chain's number is beyond what the libraries can carry. */
export function withDomainType({ domain, types, primaryType, message }: TypedData): WithDomainType {
  const { name, version, chainId, verifyingContract } = domain
  const chain = chainId === undefined ? undefined : Number(chainId)
  if (chain !== undefined && !Number.isSafeInteger(chain)) throw new Error('a chain number beyond any')
  const fields: (TypedField | null)[] = [
    { name: 'name', type: 'string' },
    version === undefined ? null : { name: 'version', type: 'string' },
    chainId === undefined ? null : { name: 'chainId', type: 'uint256' },
    verifyingContract === undefined ? null : { name: 'verifyingContract', type: 'address' },
  ]
  return {
    domain: {
      name,
      ...(version === undefined ? {} : { version }),
      ...(chain === undefined ? {} : { chainId: chain }),
      ...(verifyingContract === undefined ? {} : { verifyingContract }),
    },
    types: {
      ...Object.fromEntries(Object.entries(types).map(([struct, own]) => [struct, [...own]])),
      EIP712Domain: fields.filter((field) => field !== null),
    },
    primaryType,
    message: { ...message },
  }
}
