import { z } from 'zod'

import { VENUE_IDS } from '../../src-main/domain/instrument'
import { command, event, query } from './channel'
import { addressText, decimalText, epochMs, integerText, nothing, shortText } from './primitives'

/** The policy that guards judge orders and signatures by, and the one around every signer: kept and judged apart. */
export const POLICY_KINDS = ['trading', 'signing'] as const
const which = z.enum(POLICY_KINDS)
const addresses = z.array(addressText).max(1_000)
const chainIds = z.array(z.number().int().min(1)).max(1_000)

/** What may be traded and signed (product row C6), without its version. */
export const tradingPolicy = z.strictObject({
  venues: z.array(z.enum(VENUE_IDS)),
  instruments: z.union([z.literal('*'), z.array(z.string().min(1).max(40)).max(1_000)]),
  maxOrderNotionalUsd: decimalText,
  requireKnownNotional: z.boolean(),
  signerAddresses: addresses,
  chainIds,
  toAddresses: addresses,
  recipients: z.array(z.union([z.literal('signer'), addressText])).max(1_000),
  spenders: addresses,
  tokens: addresses,
  maxValueWei: integerText,
  maxGas: integerText,
  maxFeePerGasWei: integerText,
  maxDataBytes: z.number().int().min(0).max(1_000_000),
  allowUnlimitedApproval: z.boolean(),
  cancelMaxFeePerGasWei: integerText,
})
/** What any signer may be asked to sign (product row C7). */
export const signingPolicy = z.strictObject({
  chainIds,
  accounts: addresses,
  contracts: addresses,
  recipients: addresses,
  spenders: addresses,
  tokens: addresses,
  maxValueWei: integerText,
  maxGas: integerText,
  maxFeePerGasWei: integerText,
  maxCancelFeePerGasWei: integerText,
  maxDataBytes: z.number().int().min(0).max(1_000_000),
  endlessGrants: z.boolean(),
  refuseContractCreation: z.literal(true),
})
/** One of the policies as somebody would have it. */
export const policyProposal = z.discriminatedUnion('which', [
  z.strictObject({ which: z.literal('trading'), policy: tradingPolicy }),
  z.strictObject({ which: z.literal('signing'), policy: signingPolicy }),
])
/** One difference; of a list, one item. */
export const policyChange = z.strictObject({
  field: shortText,
  before: z.string().max(50_000).nullable(),
  after: z.string().max(50_000).nullable(),
  loosens: z.boolean(),
  /** It takes away from what a cancel needs, and so needs authority although it loosens nothing. */
  neededToCancel: z.literal(true).optional(),
})
const standing = {
  /** Null while it cannot be read. */
  version: z.number().int().nullable(),
  problem: shortText.nullable(),
  /** Whether somebody has changed it: then set-up changes it no more. */
  byHand: z.boolean(),
  /** What is in use and not in it: the connected chain, and signers' addresses. */
  lacks: z.strictObject({ chainId: z.number().int().nullable(), accounts: addresses }),
}
/** Both policies as they stand; a policy is null while it cannot be read. */
export const policiesView = z.strictObject({
  trading: z.strictObject({ ...standing, policy: tradingPolicy.nullable() }),
  signing: z.strictObject({ ...standing, policy: signingPolicy.nullable() }),
  /** What addresses are called here, by address in lower case. */
  names: z.record(z.string(), shortText),
  /** Whether variables of the systems before this one were there when the app began. */
  variables: z.strictObject({ trading: z.boolean(), signing: z.boolean() }),
})
const policyVersion = z.strictObject({
  version: z.number().int(),
  atMs: epochMs,
  actor: shortText,
  reason: z.string().max(500),
  origin: z.enum(['set-up', 'change', 'import', 'restore', 'begun-anew']),
  /** Whether it is as it was written. */
  intact: z.boolean(),
  /** Against the version before; null where one of them cannot be read. */
  changes: z.array(policyChange).nullable(),
})
const reason = z.string().min(1).max(500)
const done = z.strictObject({ done: z.boolean() })

/** Calls about both policies. */
export const policyCalls = {
  'policy.get': query(nothing, policiesView),
  /** Newest first. */
  'policy.history': query(z.strictObject({ which }), z.array(policyVersion).max(500)),
  /** An earlier version, as a proposal. */
  'policy.version': query(z.strictObject({ which, version: z.number().int().min(1) }), policyProposal),
  /** What a proposal would change of the version in force (`base`), or what is wrong with it. */
  'policy.compare': query(
    z.strictObject({ proposal: policyProposal }),
    z.strictObject({ wrong: shortText.nullable(), base: z.number().int().nullable(), changes: z.array(policyChange).max(20_000) }),
  ),
  /** Tighter at once; anything looser opens the main-owned window first. `base` is the version that was looked at. `done` is false when it was closed there. */
  'policy.change': command(z.strictObject({ proposal: policyProposal, base: z.number().int(), reason }), done),
  /** Reads a proposal from somewhere. Nothing comes into force by it. */
  'policy.import': command(
    z.strictObject({ which, from: z.enum(['file', 'variables', 'set-up']) }),
    z.strictObject({
      proposal: policyProposal,
      /** What could not be taken over, and why. */
      skipped: z.array(z.strictObject({ name: shortText, why: z.enum(['UNKNOWN_NAME', 'EMPTY', 'UNREADABLE', 'CANNOT_BE_OFF']) })).max(100),
    }),
  ),
  /** Puts what set-up would make in the place of a policy that cannot be read; the main-owned window asks. */
  'policy.beginAnew': command(z.strictObject({ which, reason }), done),
} as const
/** What main tells of policies. */
export const policyEvents = {
  /** A policy was changed, by whomever, or what is in use and not in it: what was read of them may be old. */
  'policy.changed': event(nothing),
} as const

/** Which of the two policies. */
export type PolicyKind = z.output<typeof which>
/** Both policies as they stand. */
export type PoliciesView = z.output<typeof policiesView>
/** What may be traded and signed. */
export type TradingPolicyView = z.output<typeof tradingPolicy>
/** What any signer may be asked to sign. */
export type SigningPolicyView = z.output<typeof signingPolicy>
/** One of the policies as somebody would have it. */
export type PolicyProposal = z.output<typeof policyProposal>
/** One difference between two policies. */
export type PolicyChangeView = z.output<typeof policyChange>
/** A version of a policy, and what it changed. */
export type PolicyVersionView = z.output<typeof policyVersion>
