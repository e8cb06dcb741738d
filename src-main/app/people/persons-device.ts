import type { SignerEntry } from '../compose/signers/signer-service'

/**
 * Whether a signer can be somebody's second factor (product row B6): a Ledger, on which a person confirms each signature. A service says of itself that a person
 * is asked there, and nothing shows that it is true: one that signs by itself would prove nothing of anybody.
 */
export function isPersonsDevice({ kind, attended, signsTypedData }: Pick<SignerEntry, 'kind' | 'attended' | 'signsTypedData'>): boolean {
  return kind === 'ledger' && attended && signsTypedData
}
