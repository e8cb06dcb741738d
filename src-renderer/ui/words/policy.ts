import type { PolicyKind, PolicyVersionView, SigningPolicyView, TradingPolicyView } from '../../../src-preload/contract/policy'

/** How a field of a policy is shown and typed. */
export type PolicyFieldKind =
  'addresses' | 'recipients' | 'chains' | 'venues' | 'markets' | 'usd' | 'coin' | 'fee' | 'count' | 'bytes' | 'yes-no'

/** A field of a policy in words. */
export interface PolicyFieldWords<Name extends string = string> {
  readonly field: Name
  readonly name: string
  readonly means: string
  readonly kind: PolicyFieldKind
}

/** What the two policies are called, and what each is for. */
export const POLICY_WORDS: Readonly<Record<PolicyKind, { readonly title: string; readonly means: string }>> = {
  trading: { title: 'Trading policy', means: 'The last guard before a signature. It judges the order and what the transaction does.' },
  signing: {
    title: 'Signing policy',
    means: 'Around every signer, kept and judged apart. Should the first policy fail, nothing gets past this one.',
  },
}

/** The fields of the trading policy, in the order in which a person reads them. */
export const TRADING_FIELDS: readonly PolicyFieldWords<keyof TradingPolicyView>[] = [
  { field: 'venues', name: 'Venues', means: 'Where orders may go.', kind: 'venues' },
  {
    field: 'instruments',
    name: 'Markets',
    means: 'Pairs that may be traded, one a line; * is every pair that the venues list.',
    kind: 'markets',
  },
  { field: 'maxOrderNotionalUsd', name: 'Most for one order', means: 'Limits can only be tighter than this.', kind: 'usd' },
  {
    field: 'requireKnownNotional',
    name: 'Only orders of known value',
    means: 'An order without a price in USD is refused.',
    kind: 'yes-no',
  },
  { field: 'signerAddresses', name: 'Accounts that may sign', means: 'Addresses of your signers, one a line.', kind: 'addresses' },
  { field: 'chainIds', name: 'Chains', means: 'Their numbers, one a line.', kind: 'chains' },
  {
    field: 'toAddresses',
    name: 'Contracts that may be called',
    means: 'Routers, and the tokens whose approval is asked.',
    kind: 'addresses',
  },
  {
    field: 'recipients',
    name: 'Who may be paid',
    means: 'What a swap brings goes there; “signer” is the account that signs.',
    kind: 'recipients',
  },
  { field: 'spenders', name: 'Who may be given an allowance', means: 'They can take tokens up to it.', kind: 'addresses' },
  { field: 'tokens', name: 'Tokens', means: 'Sold, bought, approved, or in the middle of a path.', kind: 'addresses' },
  { field: 'maxValueWei', name: 'Most coin in one transaction', means: 'The chain’s own coin. Swaps of tokens carry none.', kind: 'coin' },
  { field: 'maxGas', name: 'Most gas', means: 'A swap takes a few hundred thousand.', kind: 'count' },
  { field: 'maxFeePerGasWei', name: 'Highest fee per gas', means: 'For orders and approvals.', kind: 'fee' },
  {
    field: 'cancelMaxFeePerGasWei',
    name: 'Highest fee per gas of a cancel',
    means: 'A cancel also passes while trading is halted.',
    kind: 'fee',
  },
  { field: 'maxDataBytes', name: 'Longest call data', means: 'A swap takes a few hundred.', kind: 'bytes' },
  { field: 'allowUnlimitedApproval', name: 'Allowances without end', means: 'A router could take everything, for ever.', kind: 'yes-no' },
]

/** The fields of the signing policy. That no contract is ever made is not one that can be changed. */
export const SIGNING_FIELDS: readonly PolicyFieldWords<Exclude<keyof SigningPolicyView, 'refuseContractCreation'>>[] = [
  { field: 'chainIds', name: 'Chains', means: 'Their numbers, one a line.', kind: 'chains' },
  { field: 'accounts', name: 'Our own accounts', means: 'They may sign, and each may be paid by itself. One a line.', kind: 'addresses' },
  { field: 'contracts', name: 'Contracts that may be called', means: 'Routers, tokens, and Permit2 where it is used.', kind: 'addresses' },
  {
    field: 'recipients',
    name: 'Who else may be paid',
    means: 'Beside the account that signs, which may always be paid.',
    kind: 'addresses',
  },
  { field: 'spenders', name: 'Who may be given an allowance', means: 'By approval, by permit, or by Permit2.', kind: 'addresses' },
  { field: 'tokens', name: 'Tokens', means: 'Any token that a call touches must be here.', kind: 'addresses' },
  { field: 'maxValueWei', name: 'Most coin in one transaction', means: 'The chain’s own coin.', kind: 'coin' },
  { field: 'maxGas', name: 'Most gas', means: 'A swap takes a few hundred thousand.', kind: 'count' },
  { field: 'maxFeePerGasWei', name: 'Highest fee per gas', means: 'For everything but cancels.', kind: 'fee' },
  {
    field: 'maxCancelFeePerGasWei',
    name: 'Highest fee per gas of a cancel',
    means: 'A cancel pays nobody and calls nothing.',
    kind: 'fee',
  },
  { field: 'maxDataBytes', name: 'Longest call data', means: 'A swap takes a few hundred.', kind: 'bytes' },
  { field: 'endlessGrants', name: 'Allowances without end', means: 'A router could take everything, for ever.', kind: 'yes-no' },
]

/** The fields of a policy. */
export function policyFields(which: PolicyKind): readonly PolicyFieldWords[] {
  return which === 'trading' ? TRADING_FIELDS : SIGNING_FIELDS
}

/** How a version came about. */
export const ORIGIN_WORDS: Readonly<Record<PolicyVersionView['origin'], string>> = {
  'set-up': 'set up',
  change: 'changed',
  import: 'imported',
  restore: 'brought back',
  'begun-anew': 'begun anew',
}

/** Why a variable was not taken over. */
export const SKIPPED_WORDS = {
  UNKNOWN_NAME: 'no policy has such a rule',
  EMPTY: 'it is empty',
  UNREADABLE: 'it cannot be read',
  CANNOT_BE_OFF: 'this rule is always on here',
} as const
