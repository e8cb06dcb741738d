import { getAddress } from 'ethers'

import { sameAddress } from '../../domain/evm'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
/** Checksums cost a hash each and the same few addresses come again and again. */
const MOST_REMEMBERED = 1_000
const remembered = new Map<string, string>()

/** The zero address: nobody's, and the mark of a missing one. */
export const ZERO_ADDRESS = '0x0000000000000000000000000000000000000000'

/** The address in checksum case (EIP-55); null when it is none, or when its mixed case is a wrong checksum. */
export function checksummed(address: string): string | null {
  if (typeof address !== 'string') return null
  const known = remembered.get(address)
  if (known !== undefined) return known
  if (!ADDRESS.test(address)) return null
  try {
    const result = getAddress(address)
    if (remembered.size >= MOST_REMEMBERED) remembered.clear()
    remembered.set(address, result)
    return result
  } catch {
    return null
  }
}

/** Whether a list holds an address, whatever its letter case. */
export function includesAddress(list: readonly string[], address: string): boolean {
  return list.includes(address) || list.some((listed) => sameAddress(listed, address))
}
