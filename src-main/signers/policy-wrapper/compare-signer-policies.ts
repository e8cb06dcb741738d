import type { SignerPolicy } from './signer-policy'

/** One difference between two versions; of a list, one item. */
export interface SignerPolicyChange {
  readonly field: keyof SignerPolicy
  /** Null for an item that was not there. */
  readonly before: string | null
  /** Null for an item that is there no more. */
  readonly after: string | null
  /** Whether something may be signed that was refused before. */
  readonly loosens: boolean
  /** It loosens nothing, and takes away from what a cancel needs: whoever makes it must be allowed to as well. */
  readonly neededToCancel?: true
}

/** What a cancel needs: the account, the chain, its gas and its fee budget. Less of it is no more safety, as a halt cancels what is out. */
const NEEDED_TO_CANCEL: ReadonlySet<keyof SignerPolicy> = new Set<keyof SignerPolicy>([
  'accounts',
  'chainIds',
  'maxGas',
  'maxCancelFeePerGasWei',
])

const LISTS = ['chainIds', 'accounts', 'contracts', 'recipients', 'spenders', 'tokens'] as const
const MOSTS = ['maxValueWei', 'maxGas', 'maxFeePerGasWei', 'maxCancelFeePerGasWei', 'maxDataBytes'] as const

/** What differs, field by field. Every addition and every higher limit loosens; anything that is not plainly tighter counts as looser, and less of what a cancel needs as neither. */
export function compareSignerPolicies(before: SignerPolicy, after: SignerPolicy): readonly SignerPolicyChange[] {
  const lists = LISTS.flatMap((field): SignerPolicyChange[] => {
    const [had, has] = [before[field].map(String), after[field].map(String)]
    return [
      ...has.filter((item) => !had.includes(item)).map((item) => ({ field, before: null, after: item, loosens: true })),
      ...had.filter((item) => !has.includes(item)).map((item) => ({ field, before: item, after: null, loosens: false })),
    ]
  })
  const mosts = MOSTS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    before: String(before[field]),
    after: String(after[field]),
    loosens: !(after[field] < before[field]),
  }))
  const endless: readonly SignerPolicyChange[] =
    before.endlessGrants === after.endlessGrants
      ? []
      : [{ field: 'endlessGrants', before: String(before.endlessGrants), after: String(after.endlessGrants), loosens: after.endlessGrants }]
  return [...lists, ...mosts, ...endless].map((change) =>
    !change.loosens && NEEDED_TO_CANCEL.has(change.field) ? { ...change, neededToCancel: true } : change,
  )
}

/** The Yellow Paper's price of a transaction, the least that a cancel takes. */
const LEAST_GAS = 21_000n

/** Why a policy would leave no way to cancel what it lets out, or null. What replaces another transaction must offer a tenth more. */
export function barsSignerCancels({ accounts, chainIds, maxGas, maxFeePerGasWei, maxCancelFeePerGasWei }: SignerPolicy): string | null {
  if (accounts.length === 0 || chainIds.length === 0) return null
  if (maxGas < LEAST_GAS) return `maxGas below ${LEAST_GAS} leaves no way to cancel`
  return maxCancelFeePerGasWei > 0n && maxCancelFeePerGasWei * 10n >= maxFeePerGasWei * 11n
    ? null
    : 'maxCancelFeePerGasWei leaves no way to cancel: it must be at least a tenth above maxFeePerGasWei'
}
