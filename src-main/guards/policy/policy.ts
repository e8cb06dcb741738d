import { z } from 'zod'

import { parseUint256 } from '../../domain/evm'
import { VENUE_IDS, type VenueId } from '../../domain/instrument'
import { parseDecimal, type Decimal } from '../../lib/decimal'
import { canonicalJson } from '../../lib/json'
import { ZERO_ADDRESS, checksummed } from './addresses'

/**
 * What may be traded and signed (product row C6). Lists name what is allowed; what they do not name is denied. Addresses are checksummed,
 * amounts exact.
 */
export interface Policy {
  /** Counts up with every change. */
  readonly version: number
  readonly venues: readonly VenueId[]
  /** Symbols, or `*` for all that the allowed venues list. */
  readonly instruments: '*' | readonly string[]
  readonly maxOrderNotionalUsd: Decimal
  /** Whether an order without a known USD value is denied. */
  readonly requireKnownNotional: boolean
  readonly signerAddresses: readonly string[]
  readonly chainIds: readonly number[]
  /** Contracts that may be called: routers, and the tokens whose `approve` is called. */
  readonly toAddresses: readonly string[]
  /** Who may receive what a swap brings; `signer` is the one who signs. */
  readonly recipients: readonly string[]
  /** Who may be given an allowance. */
  readonly spenders: readonly string[]
  /** Tokens that may be sold, bought or approved. */
  readonly tokens: readonly string[]
  readonly maxValueWei: bigint
  readonly maxGas: bigint
  readonly maxFeePerGasWei: bigint
  readonly maxDataBytes: number
  readonly allowUnlimitedApproval: boolean
  /** The fee cap of cancels, which pass while nothing else does. */
  readonly cancelMaxFeePerGasWei: bigint
}

/** The word for the signer's own address in `recipients`. */
export const SIGNER_ITSELF = 'signer'
const MAX_LIST_LENGTH = 1_000
/** A policy text longer than this is not read. */
const MAX_TEXT_LENGTH = 256 * 1024

/** An amount as decimal text. Numbers, hex, exponents, signs, blanks and fractions are refused: none of them is plainly an amount of wei. */
const wei = z.string().transform((text, context): bigint => {
  const value = parseUint256(text)
  if (value !== null) return value
  context.addIssue({ code: 'custom', message: 'not a plain unsigned integer' })
  return z.NEVER
})
const usd = z.string().transform((text, context): Decimal => {
  const value = parseDecimal(text)
  if (value.ok && !value.value.isNegative()) return value.value
  context.addIssue({ code: 'custom', message: 'not a plain amount' })
  return z.NEVER
})
const address = z.string().transform((text, context): string => {
  const value = checksummed(text)
  if (value !== null && value !== ZERO_ADDRESS) return value
  context.addIssue({ code: 'custom', message: 'not an address, or its checksum is wrong' })
  return z.NEVER
})
const listOf = <T extends z.ZodType>(item: T): z.ZodArray<T> => z.array(item).max(MAX_LIST_LENGTH)

/** The stored form of a policy: every field present, none unknown. */
export const policySchema = z.strictObject({
  version: z.int().min(1),
  venues: listOf(z.enum(VENUE_IDS)),
  instruments: z.union([z.literal('*'), listOf(z.string().min(1).max(40))]),
  maxOrderNotionalUsd: usd,
  requireKnownNotional: z.boolean(),
  signerAddresses: listOf(address),
  chainIds: listOf(z.int().min(1)),
  toAddresses: listOf(address),
  recipients: listOf(z.union([z.literal(SIGNER_ITSELF), address])),
  spenders: listOf(address),
  tokens: listOf(address),
  maxValueWei: wei,
  maxGas: wei,
  maxFeePerGasWei: wei,
  maxDataBytes: z.int().min(0),
  allowUnlimitedApproval: z.boolean().default(false),
  cancelMaxFeePerGasWei: wei,
})

/** What reading a policy came to; the guards' `PolicyState`. */
export type PolicyReading = { readonly kind: 'loaded'; readonly policy: Policy } | { readonly kind: 'unreadable'; readonly why: string }

/** Reads a stored policy. What is not a whole, sound policy is `unreadable`, and that denies everything that a policy guards. */
export function loadPolicy(text: string): PolicyReading {
  if (typeof text !== 'string' || text === '') return { kind: 'unreadable', why: 'the policy is empty' }
  if (text.length > MAX_TEXT_LENGTH) return { kind: 'unreadable', why: 'the policy is too long' }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { kind: 'unreadable', why: 'the policy is not JSON' }
  }
  const parsed = policySchema.safeParse(json)
  if (parsed.success) return { kind: 'loaded', policy: parsed.data }
  const [issue] = parsed.error.issues
  return { kind: 'unreadable', why: `the policy is not sound: ${issue === undefined ? '' : `${issue.path.join('.')} ${issue.message}`}` }
}

/** The stored form of a policy, as the one text that `loadPolicy` reads back unchanged. */
export function policyText(policy: Policy): string {
  return canonicalJson(policy)
}
