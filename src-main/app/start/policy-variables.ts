/** The names of what limits signing in the systems before this one. */
const FAMILIES = /^(?:ALLOW_SIGN|MAX_SIGN|SIGNER_(?:POLICY|ALLOWED|MAX|DISALLOW))/

/** The variables that limit signing, for a person to import; nothing else of the environment is kept. */
export function policyVariables(env: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const found = Object.entries(env).filter((entry): entry is [string, string] => FAMILIES.test(entry[0]) && entry[1] !== undefined)
  return Object.fromEntries(found.map(([name, value]) => [name, value.slice(0, 100_000)]))
}
