import { NOTHING_ALLOWED, type SignerPolicy } from './signer-policy'

const GWEI = 1_000_000_000n
/** What the first chain of a policy brings besides its lists: enough for a swap, no coin, short calldata. */
const FIRST_LIMITS = {
  maxGas: 1_000_000n,
  maxFeePerGasWei: 200n * GWEI,
  maxCancelFeePerGasWei: 500n * GWEI,
  maxDataBytes: 2_000,
} as const

/** What of a chain the signers' policy is made from. */
export interface ChainFacts {
  readonly chainId: number
  /** Contracts that swap: called, and given rights to take tokens. */
  readonly routers: readonly string[]
  readonly tokens: readonly string[]
}

/** The policy with an account of our own more. */
export function withAccount(policy: SignerPolicy, address: string): SignerPolicy {
  return { ...policy, accounts: joined(policy.accounts, [address]) }
}

/** The policy with a chain, its routers and its tokens more. The first chain brings limits; later ones leave them alone. */
export function withChain(policy: SignerPolicy, { chainId, routers, tokens }: ChainFacts): SignerPolicy {
  return {
    ...policy,
    ...(policy.chainIds.length === 0 ? FIRST_LIMITS : {}),
    chainIds: [...new Set([...policy.chainIds, chainId])],
    contracts: joined(policy.contracts, [...routers, ...tokens]),
    spenders: joined(policy.spenders, routers),
    tokens: joined(policy.tokens, tokens),
  }
}

/** What a policy would be that set-up alone has made. */
export function fromSetUp(accounts: readonly string[], chain: ChainFacts | null): SignerPolicy {
  const withAccounts = accounts.reduce(withAccount, NOTHING_ALLOWED)
  return chain === null ? withAccounts : withChain(withAccounts, chain)
}

function joined(before: readonly string[], added: readonly string[]): readonly string[] {
  return [...new Set([...before, ...added.map((address) => address.toLowerCase())])]
}
