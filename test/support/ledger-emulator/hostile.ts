import { Transaction } from 'ethers/transaction'

import type { HostileAnswer } from '../signers/hostile-answers'

export type { HostileAnswer }

const STRANGER = '0x00000000000000000000000000000000DeaDBeef'

/** What a hostile device signs instead of the transaction that it was given; null for that one. */
export function hostileTransactionDigest(how: HostileAnswer | null, tx: Transaction): string | null {
  const other = tx.clone()
  switch (how) {
    case 'changed-to':
      other.to = STRANGER
      break
    case 'changed-value':
      other.value += 1n
      break
    case 'changed-data':
      other.data = `${tx.data}00`
      break
    case 'changed-nonce':
    case 'other-digest':
      other.nonce += 1
      break
    case 'changed-chain':
      other.chainId += 1n
      break
    case 'changed-fee':
      other.maxFeePerGas = (tx.maxFeePerGas ?? 0n) + 1n
      break
    case 'changed-tip':
      other.maxPriorityFeePerGas = (tx.maxPriorityFeePerGas ?? 0n) + 1n
      break
    case 'changed-gas':
      other.gasLimit += 1n
      break
    case 'added-access-list':
      other.accessList = [{ address: STRANGER, storageKeys: [] }]
      break
    case 'legacy':
    case 'other-type':
      return Transaction.from({
        type: how === 'legacy' ? 0 : 1,
        chainId: tx.chainId,
        to: tx.to,
        nonce: tx.nonce,
        value: tx.value,
        data: tx.data,
        gasLimit: tx.gasLimit,
        gasPrice: tx.maxFeePerGas,
      }).unsignedHash
    default:
      return null
  }
  return other.unsignedHash
}

/** The same for typed data, of which only the digest is known. */
export function hostileTypedDigest(how: HostileAnswer | null, digest: string): string {
  return how === 'other-digest' ? `0x${'5a'.repeat(32)}` : digest
}
