import type { Policy } from './policy'

/** One difference between two policies; of a list, one item. */
export interface PolicyChange {
  readonly field: Exclude<keyof Policy, 'version'>
  /** Null for an item that was not there. */
  readonly before: string | null
  /** Null for an item that is there no more. */
  readonly after: string | null
  /** Whether something may be traded or signed that was denied before. */
  readonly loosens: boolean
  /** It loosens nothing, and takes away from what a cancel needs: whoever makes it must be allowed to as well. */
  readonly neededToCancel?: true
}

/** What a cancel needs: the account, the chain, its gas and its fee budget. Less of it is no more safety, as a halt cancels what is out. */
const NEEDED_TO_CANCEL: ReadonlySet<PolicyChange['field']> = new Set<PolicyChange['field']>([
  'signerAddresses',
  'chainIds',
  'maxGas',
  'cancelMaxFeePerGasWei',
])

type Comparison = 'list' | 'symbols' | 'most' | 'decimal-most' | 'looser-when-true' | 'looser-when-false'

/** How each field is compared; a field without a line does not compile. */
const COMPARISONS: Readonly<Record<PolicyChange['field'], Comparison>> = {
  venues: 'list',
  instruments: 'symbols',
  maxOrderNotionalUsd: 'decimal-most',
  requireKnownNotional: 'looser-when-false',
  signerAddresses: 'list',
  chainIds: 'list',
  toAddresses: 'list',
  recipients: 'list',
  spenders: 'list',
  tokens: 'list',
  maxValueWei: 'most',
  maxGas: 'most',
  maxFeePerGasWei: 'most',
  maxDataBytes: 'most',
  allowUnlimitedApproval: 'looser-when-true',
  cancelMaxFeePerGasWei: 'most',
}

/** What differs, in the order of the fields. What is not plainly tighter counts as looser, and less of what a cancel needs as neither. */
export function comparePolicies(before: Policy, after: Policy): readonly PolicyChange[] {
  const changes = (Object.keys(COMPARISONS) as PolicyChange['field'][]).flatMap((field) => compareField(field, before, after))
  return changes.map((change) => (!change.loosens && NEEDED_TO_CANCEL.has(change.field) ? { ...change, neededToCancel: true } : change))
}

function compareField(field: PolicyChange['field'], before: Policy, after: Policy): readonly PolicyChange[] {
  const [had, has] = [before[field], after[field]]
  if (COMPARISONS[field] === 'list' || (Array.isArray(had) && Array.isArray(has)))
    return compareLists(field, had as readonly unknown[], has as readonly unknown[])
  const [wasText, isText] = [textOf(had), textOf(has)]
  return wasText === isText ? [] : [{ field, before: wasText, after: isText, loosens: !isTighter(field, before, after) }]
}

function compareLists(field: PolicyChange['field'], before: readonly unknown[], after: readonly unknown[]): readonly PolicyChange[] {
  const [had, has] = [before.map(String), after.map(String)]
  return [
    ...has.filter((item) => !had.includes(item)).map((item) => ({ field, before: null, after: item, loosens: true })),
    ...had.filter((item) => !has.includes(item)).map((item) => ({ field, before: item, after: null, loosens: false })),
  ]
}

function isTighter(field: PolicyChange['field'], before: Policy, after: Policy): boolean {
  switch (COMPARISONS[field]) {
    case 'most':
      return (after[field] as bigint | number) < (before[field] as bigint | number)
    case 'decimal-most':
      return after.maxOrderNotionalUsd.lt(before.maxOrderNotionalUsd)
    case 'looser-when-true':
      return after[field] === false
    case 'looser-when-false':
      return after[field] === true
    case 'symbols':
      // From all to some.
      return before[field] === '*'
    case 'list':
      return false
  }
}

function textOf(value: Policy[PolicyChange['field']]): string {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ')
  return typeof value === 'object' && 'toFixed' in value ? value.toFixed() : String(value)
}

/** The Yellow Paper's price of a transaction, the least that a cancel takes. */
const LEAST_GAS = 21_000n

/** Why a policy would leave no way to cancel what it lets out, or null. What replaces another transaction must offer a tenth more. */
export function barsCancels(policy: Policy): string | null {
  const { signerAddresses, chainIds, maxGas, maxFeePerGasWei, cancelMaxFeePerGasWei } = policy
  if (signerAddresses.length === 0 || chainIds.length === 0) return null
  if (maxGas < LEAST_GAS) return `maxGas below ${LEAST_GAS} leaves no way to cancel`
  return cancelMaxFeePerGasWei > 0n && cancelMaxFeePerGasWei * 10n >= maxFeePerGasWei * 11n
    ? null
    : 'cancelMaxFeePerGasWei leaves no way to cancel: it must be at least a tenth above maxFeePerGasWei'
}
