import { secp256k1 } from '@noble/curves/secp256k1'
import { computeAddress } from 'ethers/transaction'

import type { Hex, UnsignedTx } from '../../domain/evm'
import { transactionOf } from '../unsigned-transaction'

/** Whether 32 bytes are a private key of the curve: neither zero nor past its order. */
export function isUsableKey(key: Uint8Array): boolean {
  return key.length === 32 && secp256k1.utils.isValidSecretKey(key)
}

/** The account of a private key, checksummed (EIP-55). */
export function addressOfKey(key: Uint8Array): string {
  return computeAddress(`0x${Buffer.from(secp256k1.getPublicKey(key, false)).toString('hex')}`)
}

/**
 * Derives the address of a key that everybody knows and forgets it: the curve makes tables and the engine compiles at their first use, which would
 * otherwise be the one that a person waits for.
 */
export function warmUp(): void {
  addressOfKey(Buffer.alloc(32, 1))
}

/** Serialises a transaction and signs it (deterministic nonce of RFC 6979, low s). The digest is always our own. */
export function signTransaction(tx: UnsignedTx, key: Uint8Array): Hex {
  const envelope = transactionOf(tx)
  const signature = secp256k1.sign(envelope.unsignedHash.slice(2), key, { lowS: true, prehash: false })
  envelope.signature = { r: hex32(signature.r), s: hex32(signature.s), yParity: signature.recovery === 1 ? 1 : 0 }
  return envelope.serialized as Hex
}

function hex32(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
