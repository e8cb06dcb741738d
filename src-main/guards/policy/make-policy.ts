import type { Environment } from '../../domain/environment'
import type { VenueId } from '../../domain/instrument'
import { decimal, type Decimal } from '../../lib/decimal'
import { assertNever } from '../../lib/assert-never'
import { includesAddress } from './addresses'
import { SIGNER_ITSELF, policySchema, policyText, type Policy } from './policy'

const GWEI = 1_000_000_000n

/** Allows nothing: where every policy begins. */
const NOTHING: Policy = {
  version: 1,
  venues: [],
  instruments: [],
  maxOrderNotionalUsd: decimal(0),
  requireKnownNotional: true,
  signerAddresses: [],
  chainIds: [],
  toAddresses: [],
  recipients: [],
  spenders: [],
  tokens: [],
  maxValueWei: 0n,
  maxGas: 0n,
  maxFeePerGasWei: 0n,
  maxDataBytes: 0,
  allowUnlimitedApproval: false,
  cancelMaxFeePerGasWei: 0n,
}

/**
 * The policy of an environment that nobody has set up yet: paper trades on paper, with no chain and nothing to sign; the others allow nothing
 * until their chain is known ({@link policyForChain}).
 */
export function defaultPolicy(environment: Environment): Policy {
  switch (environment) {
    case 'paper':
      return { ...NOTHING, venues: ['paper'], instruments: '*', maxOrderNotionalUsd: decimal(1_000_000) }
    case 'testnet':
    case 'live':
      return NOTHING
    default:
      return assertNever(environment, 'environment')
  }
}

/** What a chain's policy is made of. */
export interface ChainPolicyParts {
  readonly chainId: number
  readonly signers: readonly string[]
  /** Swap routers: they are called and given allowances. */
  readonly routers: readonly string[]
  readonly tokens: readonly string[]
  readonly venues?: readonly VenueId[]
  readonly instruments?: '*' | readonly string[]
  readonly maxOrderNotionalUsd?: Decimal
  readonly requireKnownNotional?: boolean
  /** The most of the chain's own coin that one transaction may carry; swaps of tokens carry none. */
  readonly maxValueWei?: bigint
  readonly maxGas?: bigint
  readonly maxFeePerGasWei?: bigint
  readonly maxDataBytes?: number
  readonly cancelMaxFeePerGasWei?: bigint
  readonly version?: number
}

/**
 * The policy for trading on one chain: swaps of the named tokens through the named routers, to the signer itself, exact allowances only.
 * Throws when the parts make no sound policy, such as an address with a wrong checksum.
 */
export function policyForChain(parts: ChainPolicyParts): Policy {
  const { chainId, signers, routers, tokens, ...limits } = parts
  const made: Policy = {
    ...NOTHING,
    venues: ['uniswap-v3', 'uniswap-v2'],
    instruments: '*',
    maxOrderNotionalUsd: decimal(10_000),
    maxGas: 1_000_000n,
    maxFeePerGasWei: 200n * GWEI,
    maxDataBytes: 2_000,
    cancelMaxFeePerGasWei: 500n * GWEI,
    ...limits,
    signerAddresses: signers,
    chainIds: [chainId],
    toAddresses: [...routers, ...tokens],
    recipients: [SIGNER_ITSELF],
    spenders: routers,
    tokens,
  }
  return policySchema.parse(JSON.parse(policyText(made)))
}

/** A policy with a chain more. The first chain brings its limits with it; later ones leave limits alone, only what the chain brings is added. */
export function withChain(before: Policy, chain: Pick<ChainPolicyParts, 'chainId' | 'routers' | 'tokens'>): Policy {
  const made = policyForChain({ ...chain, signers: [], version: before.version })
  if (before.chainIds.length === 0) return { ...made, signerAddresses: before.signerAddresses }
  return {
    ...before,
    venues: joined(before.venues, made.venues),
    chainIds: joined(before.chainIds, made.chainIds),
    toAddresses: joined(before.toAddresses, made.toAddresses),
    recipients: joined(before.recipients, made.recipients),
    spenders: joined(before.spenders, made.spenders),
    tokens: joined(before.tokens, made.tokens),
  }
}

/** A policy with a signer more. */
export function withSigner(before: Policy, address: string): Policy {
  return includesAddress(before.signerAddresses, address) ? before : { ...before, signerAddresses: [...before.signerAddresses, address] }
}

function joined<T>(before: readonly T[], added: readonly T[]): readonly T[] {
  return [...new Set([...before, ...added])]
}
