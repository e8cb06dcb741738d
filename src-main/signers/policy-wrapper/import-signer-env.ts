import type { SignerPolicy } from './signer-policy'

type Fields = { -readonly [Name in keyof SignerPolicy]?: SignerPolicy[Name] }

/** What came of importing: what could be read, and every variable that could not. */
export interface SignerEnvImport {
  readonly fields: Partial<SignerPolicy>
  readonly errors: readonly { readonly name: string; readonly why: 'UNKNOWN_NAME' | 'EMPTY' | 'UNREADABLE' | 'CANNOT_BE_OFF' }[]
}

/** Variables that mean a signer's policy. One of the family that we do not know is an error, not a limit left out in silence. */
const FAMILY = /^SIGNER_(?:POLICY|ALLOWED|MAX|DISALLOW)/

/** Reads the documented variables of the signer policy wrapper. What is not set is not imported. */
export function importSignerEnv(env: Readonly<Record<string, string | undefined>>): SignerEnvImport {
  const fields: Fields = {}
  const errors: { name: string; why: SignerEnvImport['errors'][number]['why'] }[] = []
  for (const name of Object.keys(env)
    .filter((candidate) => FAMILY.test(candidate))
    .sort()) {
    const text = env[name]?.trim()
    if (text === undefined) continue
    const why = text === '' ? 'EMPTY' : readInto(fields, name, text)
    if (why !== null) errors.push({ name, why })
  }
  return { fields, errors }
}

function readInto(fields: Fields, name: string, text: string): SignerEnvImport['errors'][number]['why'] | null {
  switch (name) {
    case 'SIGNER_ALLOWED_CHAIN_IDS': {
      const ids = text.split(',').map((part) => wholeNumber(part.trim()))
      if (!ids.every((id) => id !== null && id > 0n && id <= BigInt(Number.MAX_SAFE_INTEGER))) return 'UNREADABLE'
      fields.chainIds = [...new Set(ids.map(Number))]
      return null
    }
    case 'SIGNER_ALLOWED_TO_ADDRESSES': {
      const addresses = text.split(',').map((part) => part.trim().toLowerCase())
      if (!addresses.every((part) => /^0x[0-9a-f]{40}$/.test(part) && !/^0x0{40}$/.test(part))) return 'UNREADABLE'
      fields.contracts = [...new Set(addresses)]
      return null
    }
    case 'SIGNER_MAX_VALUE_WEI':
    case 'SIGNER_MAX_GAS': {
      const amount = wholeNumber(text)
      if (amount === null) return 'UNREADABLE'
      fields[name === 'SIGNER_MAX_GAS' ? 'maxGas' : 'maxValueWei'] = amount
      return null
    }
    // Both are always on here: on is nothing to import, off is nothing that we can do.
    case 'SIGNER_POLICY_ENABLED':
    case 'SIGNER_DISALLOW_CONTRACT_CREATION':
      return /^(?:true|1|yes|on)$/i.test(text) ? null : /^(?:false|0|no|off)$/i.test(text) ? 'CANNOT_BE_OFF' : 'UNREADABLE'
    default:
      return 'UNKNOWN_NAME'
  }
}

function wholeNumber(text: string): bigint | null {
  return /^(?:0|[1-9]\d{0,76})$/.test(text) ? BigInt(text) : null
}
