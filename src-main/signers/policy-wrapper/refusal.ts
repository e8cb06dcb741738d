/** The rules of the signers' policy; each can refuse. */
export const SIGNER_POLICY_RULES = [
  'UNREADABLE',
  'MALFORMED',
  'CONTRACT_CREATION',
  'ACCOUNT',
  'CHAIN',
  'GAS',
  'FEE',
  'VALUE',
  'DATA_BYTES',
  'CONTRACT',
  'UNDECODABLE',
  'RECIPIENT',
  'SPENDER',
  'TOKEN',
  'ENDLESS_GRANT',
  'DEADLINE',
  'TYPED_DATA',
] as const
/** A rule of the signers' policy. */
export type SignerPolicyRule = (typeof SIGNER_POLICY_RULES)[number]

/** Why a signer's policy refused: the rule, and what it met. */
export interface Refusal {
  readonly rule: SignerPolicyRule
  /** An address, an amount, or what was odd; with the limit where there is one. */
  readonly detail: string
}

/** Makes a {@link Refusal}. */
export function refused(rule: SignerPolicyRule, found: string, most?: string): Refusal {
  return { rule, detail: most === undefined ? found.slice(0, 200) : `${found.slice(0, 100)}, at most ${most}` }
}
