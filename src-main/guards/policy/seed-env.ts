import { parseUint256 } from '../../domain/evm'
import { ZERO_ADDRESS, checksummed } from './addresses'
import type { Policy } from './policy'

/** The variables of the systems before this one, and the policy field that each fills. */
const READERS: Readonly<Record<string, (text: string) => Partial<Policy> | null>> = {
  ALLOW_SIGNER_ADDRESSES: (text) => field('signerAddresses', list(text, readAddress)),
  ALLOW_SIGN_CHAIN_IDS: (text) => field('chainIds', list(text, readChainId)),
  ALLOW_SIGN_TO_ADDRESSES: (text) => field('toAddresses', list(text, readAddress)),
  MAX_SIGN_VALUE_WEI: (text) => field('maxValueWei', parseUint256(text)),
  MAX_SIGN_GAS: (text) => field('maxGas', parseUint256(text)),
  MAX_SIGN_GAS_PRICE_WEI: (text) => field('maxFeePerGasWei', parseUint256(text)),
  MAX_SIGN_DATA_BYTES: (text) => field('maxDataBytes', readCount(text)),
}
/** Everything that begins like this means to limit signing; one that we do not know is an error, not a limit left out in silence. */
const FAMILY = /^(?:ALLOW_SIGN|MAX_SIGN)/

/** What came of importing: the fields that could be read, and every variable that could not. */
export interface SeedImport {
  readonly policy: Partial<Policy>
  readonly errors: readonly { readonly name: string; readonly why: 'UNKNOWN_NAME' | 'EMPTY' | 'UNREADABLE' }[]
}

/** Reads the signing limits from the documented environment variables. What is not set is not imported. */
export function importSeedEnv(env: Readonly<Record<string, string | undefined>>): SeedImport {
  let policy: Partial<Policy> = {}
  const errors: { name: string; why: 'UNKNOWN_NAME' | 'EMPTY' | 'UNREADABLE' }[] = []
  for (const name of Object.keys(env)
    .filter((candidate) => FAMILY.test(candidate))
    .sort()) {
    const text = env[name]?.trim()
    if (text === undefined) continue
    const read = Object.hasOwn(READERS, name) ? READERS[name] : undefined
    if (read === undefined) errors.push({ name, why: 'UNKNOWN_NAME' })
    else if (text === '') errors.push({ name, why: 'EMPTY' })
    else {
      const fields = read(text)
      if (fields === null) errors.push({ name, why: 'UNREADABLE' })
      else policy = { ...policy, ...fields }
    }
  }
  return { policy, errors }
}

function field<K extends keyof Policy>(name: K, value: Policy[K] | null): Partial<Policy> | null {
  return value === null ? null : { [name]: value }
}

/** A comma-separated list without repetitions; null when any part cannot be read. */
function list<T>(text: string, read: (part: string) => T | null): readonly T[] | null {
  const items = text.split(',').map((part) => read(part.trim()))
  return items.every((item) => item !== null) ? [...new Set(items)] : null
}

function readAddress(text: string): string | null {
  const address = checksummed(text)
  return address === ZERO_ADDRESS ? null : address
}

function readChainId(text: string): number | null {
  const id = readCount(text)
  return id === 0 ? null : id
}

function readCount(text: string): number | null {
  const value = parseUint256(text)
  return value !== null && value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null
}
