import { keccak256 } from 'ethers/crypto'
import { Signature } from 'ethers/crypto'
import { TypedDataEncoder } from 'ethers/hash'
import { recoverAddress, Transaction } from 'ethers/transaction'

import { sameAddress, type Hex, type UnsignedTx } from '../domain/evm'
import type { TypedData } from '../domain/typed-data'
import { err, ok, type Result } from '../lib/result'

/** A raw transaction that was proven to be exactly what was asked for. */
export interface VerifiedTx {
  readonly hash: Hex
  /** Lower-case; the bytes to be sent. */
  readonly raw: Hex
}

/** What about a raw transaction is not as asked. `raw`: it cannot be read, or not in the one canonical form. */
export interface SignatureMismatch {
  readonly field:
    | 'raw'
    | 'size'
    | 'type'
    | 'chainId'
    | 'nonce'
    | 'to'
    | 'valueWei'
    | 'data'
    | 'gasLimit'
    | 'maxFeePerGasWei'
    | 'maxPriorityFeePerGasWei'
    | 'accessList'
    | 'signature'
    | 'from'
  readonly expected: string
  readonly actual: string
}

/** The pool limit of go-ethereum: larger transactions are not relayed anyway. */
const MAX_RAW_BYTES = 131_072
const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n
/** Of a long value no more than this is quoted. */
const MAX_QUOTE_CHARS = 80

/**
 * Proves that signed bytes are the transaction that was asked for and nothing else (architecture, decision 6): of the form asked for (EIP-1559, or legacy with
 * the chain id of EIP-155), every field equal, no access list, one canonical encoding, low s (EIP-2), and the signature recovers to `expected.from`. The bytes
 * may come from anyone.
 */
export function verifySignedTx(raw: Hex, expected: UnsignedTx): Result<VerifiedTx, SignatureMismatch> {
  if (typeof raw !== 'string' || raw.length > 2 + 2 * MAX_RAW_BYTES) return mismatch('size', `at most ${MAX_RAW_BYTES} bytes`, 'more')
  const bytes = raw.toLowerCase() as Hex
  if (!/^0x(?:[0-9a-f]{2})+$/.test(bytes)) return mismatch('raw', 'hex bytes', bytes)
  // The leading byte tells a type-2 envelope from the list that a legacy one is (EIP-2718); checked first, so that no other format is ever interpreted.
  const isLegacy = expected.legacy === true
  if (isLegacy ? !/^0x[c-f]/.test(bytes) : !bytes.startsWith('0x02'))
    return mismatch('type', isLegacy ? 'a list' : '0x02', bytes.slice(0, 4))
  const tx = decode(bytes)
  if (tx === null) return mismatch('raw', 'a signed transaction', 'undecodable')
  return compare(tx, expected) ?? signatureOf(tx, expected) ?? canonical(tx, bytes)
}

/**
 * Proves that a signature is one of `address` over exactly this EIP-712 typed data: 65 bytes r‖s‖v, v 27 or 28, low s (EIP-2). Answers it in lower case.
 * The bytes may come from anyone. Never throws.
 */
export function verifyTypedData(signature: Hex, typedData: TypedData, address: string): Result<Hex, SignatureMismatch> {
  if (typeof signature !== 'string' || !/^0x[0-9a-fA-F]{130}$/.test(signature)) return mismatch('raw', '65 bytes', 'something else')
  const bytes = signature.toLowerCase() as Hex
  if (!/(?:1b|1c)$/.test(bytes)) return mismatch('signature', 'v of 27 or 28', bytes.slice(-2))
  if (BigInt(`0x${bytes.slice(66, 130)}`) > HALF_ORDER) return mismatch('signature', 'low s', 'high s')
  try {
    const { domain, types, primaryType, message } = typedData
    const encoder = TypedDataEncoder.from(types as Record<string, { name: string; type: string }[]>)
    if (encoder.primaryType !== primaryType) return mismatch('data', primaryType, encoder.primaryType)
    const digest = TypedDataEncoder.hash(domain, types as Record<string, { name: string; type: string }[]>, message)
    const by = recoverAddress(digest, Signature.from(bytes))
    return sameAddress(by, address) ? ok(bytes) : mismatch('from', address, by)
  } catch {
    return mismatch('signature', 'a recoverable signature over typed data', 'none')
  }
}

type Mismatch = ReturnType<typeof mismatch>

function decode(bytes: Hex): Transaction | null {
  try {
    return Transaction.from(bytes)
  } catch {
    return null
  }
}

function compare(tx: Transaction, expected: UnsignedTx): Mismatch | null {
  const type = expected.legacy === true ? 0 : 2
  if (tx.type !== type) return mismatch('type', String(type), String(tx.type))
  if (tx.chainId !== BigInt(expected.chainId)) return mismatch('chainId', String(expected.chainId), String(tx.chainId))
  if (tx.nonce !== expected.nonce) return mismatch('nonce', String(expected.nonce), String(tx.nonce))
  if (tx.to === null || !sameAddress(tx.to, expected.to)) return mismatch('to', expected.to, tx.to ?? 'contract creation')
  if (tx.value !== expected.valueWei) return mismatch('valueWei', String(expected.valueWei), String(tx.value))
  if (tx.data.toLowerCase() !== expected.data.toLowerCase()) return mismatch('data', expected.data, tx.data)
  if (tx.gasLimit !== expected.gasLimit) return mismatch('gasLimit', String(expected.gasLimit), String(tx.gasLimit))
  if (expected.legacy === true) {
    // A legacy transaction has one price, which we write as both fees.
    if (tx.gasPrice === expected.maxFeePerGasWei && tx.gasPrice === expected.maxPriorityFeePerGasWei) return null
    return mismatch('maxFeePerGasWei', String(expected.maxFeePerGasWei), String(tx.gasPrice))
  }
  if (tx.maxFeePerGas !== expected.maxFeePerGasWei)
    return mismatch('maxFeePerGasWei', String(expected.maxFeePerGasWei), String(tx.maxFeePerGas))
  if (tx.maxPriorityFeePerGas !== expected.maxPriorityFeePerGasWei) {
    return mismatch('maxPriorityFeePerGasWei', String(expected.maxPriorityFeePerGasWei), String(tx.maxPriorityFeePerGas))
  }
  if (tx.accessList === null || tx.accessList.length > 0) return mismatch('accessList', 'empty', JSON.stringify(tx.accessList))
  return null
}

function signatureOf(tx: Transaction, expected: UnsignedTx): Mismatch | null {
  const { signature } = tx
  if (signature === null) return mismatch('signature', 'a signature', 'none')
  try {
    if (BigInt(signature.s) > HALF_ORDER) return mismatch('signature', 'low s', 'high s')
    // Read once: ethers recovers the key anew each time.
    const { from } = tx
    return from !== null && sameAddress(from, expected.from) ? null : mismatch('from', expected.from, from ?? 'none')
  } catch {
    // ethers throws on a high s when it is read, and on an r or s off the curve when the signer is recovered.
    return mismatch('signature', 'a canonical, recoverable signature', 'none')
  }
}

function canonical(tx: Transaction, bytes: Hex): Result<VerifiedTx, SignatureMismatch> {
  if (tx.serialized !== bytes) return mismatch('raw', 'the canonical encoding', 'another encoding of the same fields')
  // The hash of a transaction is that of its bytes, which are these (EIP-2718).
  return ok({ hash: keccak256(bytes) as Hex, raw: bytes })
}

function mismatch(
  field: SignatureMismatch['field'],
  expected: string,
  actual: string,
): { readonly ok: false; readonly error: SignatureMismatch } {
  return err({ field, expected: quote(expected), actual: quote(actual) })
}

function quote(text: string): string {
  return text.length <= MAX_QUOTE_CHARS ? text : `${text.slice(0, MAX_QUOTE_CHARS)}… (${text.length} characters)`
}
