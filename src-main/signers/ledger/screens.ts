/** The two families of Ledger screens: `touch` (Stax, Flex and what follows them) and `nano` (two buttons). */
export type ScreenKind = 'touch' | 'nano'

/** The screen of a model as the libraries name it; null where it is not known. */
export function screenOfModel(model: string | undefined): ScreenKind | null {
  if (model === undefined) return null
  return /^(?:stax|flex|europa|apex)/i.test(model) ? 'touch' : /^nano/i.test(model) ? 'nano' : null
}
