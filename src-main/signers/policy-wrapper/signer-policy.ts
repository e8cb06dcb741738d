import { z } from 'zod'

/**
 * What any signer may be asked to sign (product row C7): the second policy, kept, loaded and judged apart from the trading policy (C6), so that a fault in
 * one lets nothing through. Lists name what is allowed. Addresses are lower case, amounts exact.
 */
export interface SignerPolicy {
  readonly chainIds: readonly number[]
  /** Our own accounts: they may sign, and each may be paid by itself. */
  readonly accounts: readonly string[]
  /** Contracts that may be called; tokens are contracts too. */
  readonly contracts: readonly string[]
  /** Who else may be paid, by any of them. */
  readonly recipients: readonly string[]
  /** Who may be given a right to take tokens. */
  readonly spenders: readonly string[]
  readonly tokens: readonly string[]
  /** The chain's own coin that one transaction may carry, wei. */
  readonly maxValueWei: bigint
  readonly maxGas: bigint
  readonly maxFeePerGasWei: bigint
  /** Fee cap of a transaction to oneself that does nothing, wei. */
  readonly maxCancelFeePerGasWei: bigint
  readonly maxDataBytes: number
  /** Whether a right to take tokens may be practically without end. */
  readonly endlessGrants: boolean
  /** Whether a transaction that makes a contract is refused. There is no other value: the word stands here to be seen. */
  readonly refuseContractCreation: true
}

const ITEMS = 1_000
const MAX_UINT256 = (1n << 256n) - 1n
const address = z
  .string()
  .regex(/^0x[0-9a-f]{40}$/, 'not an address in lower case')
  .refine((text) => !/^0x0{40}$/.test(text), 'nobody’s address')
const addresses = z.array(address).max(ITEMS).refine(different, 'the same twice')
const amount = z
  .string()
  .regex(/^(?:0|[1-9]\d{0,77})$/, 'not a whole amount')
  .transform((text) => BigInt(text))
  .refine((value) => value <= MAX_UINT256, 'too large')

/** The kept form: every field there, none besides. */
export const signerPolicySchema = z.strictObject({
  chainIds: z.array(z.int().min(1)).max(ITEMS).refine(different, 'the same twice'),
  accounts: addresses,
  contracts: addresses,
  recipients: addresses,
  spenders: addresses,
  tokens: addresses,
  maxValueWei: amount,
  maxGas: amount,
  maxFeePerGasWei: amount,
  maxCancelFeePerGasWei: amount,
  maxDataBytes: z.int().min(0).max(1_000_000),
  endlessGrants: z.boolean(),
  refuseContractCreation: z.literal(true),
})

/** The kept form as JSON holds it. */
export type KeptSignerPolicy = z.input<typeof signerPolicySchema>

/** What loading came to. What cannot be believed in full denies everything. */
export type SignerPolicyState =
  | { readonly kind: 'loaded'; readonly version: number; readonly policy: SignerPolicy }
  | { readonly kind: 'unreadable'; readonly why: string }

/** Allows nothing. */
export const NOTHING_ALLOWED: SignerPolicy = {
  chainIds: [],
  accounts: [],
  contracts: [],
  recipients: [],
  spenders: [],
  tokens: [],
  maxValueWei: 0n,
  maxGas: 0n,
  maxFeePerGasWei: 0n,
  maxCancelFeePerGasWei: 0n,
  maxDataBytes: 0,
  endlessGrants: false,
  refuseContractCreation: true,
}

/** The policy in its kept form. */
export function keptForm(policy: SignerPolicy): KeptSignerPolicy {
  const { maxValueWei, maxGas, maxFeePerGasWei, maxCancelFeePerGasWei, ...rest } = policy
  return {
    chainIds: [...rest.chainIds],
    accounts: [...rest.accounts],
    contracts: [...rest.contracts],
    recipients: [...rest.recipients],
    spenders: [...rest.spenders],
    tokens: [...rest.tokens],
    maxValueWei: maxValueWei.toString(),
    maxGas: maxGas.toString(),
    maxFeePerGasWei: maxFeePerGasWei.toString(),
    maxCancelFeePerGasWei: maxCancelFeePerGasWei.toString(),
    maxDataBytes: rest.maxDataBytes,
    endlessGrants: rest.endlessGrants,
    refuseContractCreation: rest.refuseContractCreation,
  }
}

function different(items: readonly unknown[]): boolean {
  return new Set(items).size === items.length
}
