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
}

const LISTS = ['chainIds', 'accounts', 'contracts', 'recipients', 'spenders', 'tokens'] as const
const MOSTS = ['maxValueWei', 'maxGas', 'maxFeePerGasWei', 'maxCancelFeePerGasWei', 'maxDataBytes'] as const

/** What differs, field by field. Every addition and every higher limit loosens; anything that is not plainly tighter counts as looser. */
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
  return [...lists, ...mosts, ...endless]
}
