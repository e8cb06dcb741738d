import { recoverAddress } from 'ethers/transaction'
import { TypedDataEncoder } from 'ethers/hash'
import { Signature } from 'ethers/crypto'

import { sameAddress, type Hex, type UnsignedTx } from '../domain/evm'
import type { TypedData } from '../domain/typed-data'
import { err, ok, type Result } from '../lib/result'
import type { SignerFailure } from './signer'
import { transactionOf } from './unsigned-transaction'

/** The order of secp256k1 (SEC 2, 2.4.1). */
export const GROUP_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n
const HALF_ORDER = GROUP_ORDER >> 1n

/** r and s as a signer gave them, of any parity. */
export interface RawSignature {
  readonly r: bigint
  readonly s: bigint
}

/** Asks for the signature of 32 bytes. Private to the adapter of a kind: nobody else may have a bare digest signed. */
export type SignDigest = (digest: Hex, signal: AbortSignal) => Promise<Result<RawSignature, SignerFailure>>

/** Signs a transaction by its digest: computed here, low s (EIP-2), parity found by recovering the address. */
export async function signTransactionByDigest(
  tx: UnsignedTx,
  signDigest: SignDigest,
  signal: AbortSignal,
): Promise<Result<Hex, SignerFailure>> {
  const unsigned = transactionOf(tx)
  const signature = await signed(unsigned.unsignedHash as Hex, tx.from, signDigest, signal)
  if (!signature.ok) return signature
  unsigned.signature = signature.value
  return ok(unsigned.serialized as Hex)
}

/** Signs EIP-712 typed data by its digest; 65 bytes r‖s‖v. */
export async function signTypedDataByDigest(
  typedData: TypedData,
  address: string,
  signDigest: SignDigest,
  signal: AbortSignal,
): Promise<Result<Hex, SignerFailure>> {
  const signature = await signed(typedDataDigest(typedData), address, signDigest, signal)
  return signature.ok ? ok(signature.value.serialized as Hex) : signature
}

/** The EIP-712 digest of typed data. Throws on data that does not fit its own types. */
export function typedDataDigest({ domain, types, message }: TypedData): Hex {
  return TypedDataEncoder.hash(domain, types as Record<string, { name: string; type: string }[]>, message) as Hex
}

async function signed(
  digest: Hex,
  address: string,
  signDigest: SignDigest,
  signal: AbortSignal,
): Promise<Result<Signature, SignerFailure>> {
  const answer = await signDigest(digest, signal)
  if (!answer.ok) return answer
  return canonicalSignature(digest, answer.value, address)
}

/** Makes a canonical signature of r and s, if they are one by `address` over `digest`. */
export function canonicalSignature(digest: Hex, { r, s }: RawSignature, address: string): Result<Signature, SignerFailure> {
  if (r <= 0n || r >= GROUP_ORDER || s <= 0n || s >= GROUP_ORDER) return err({ code: 'BAD_ANSWER', detail: 'r or s out of range' })
  const low = s > HALF_ORDER ? GROUP_ORDER - s : s
  for (const yParity of [0, 1] as const) {
    const signature = Signature.from({ r: word(r), s: word(low), yParity })
    if (recovers(digest, signature, address)) return ok(signature)
  }
  return err({ code: 'BAD_ANSWER', detail: 'the signature is not by the expected key over what was asked' })
}

function recovers(digest: Hex, signature: Signature, address: string): boolean {
  try {
    return sameAddress(recoverAddress(digest, signature), address)
  } catch {
    return false // no point on the curve for this parity
  }
}

/** Reads a DER ECDSA-Sig-Value (RFC 3279, 2.2.3): exactly one sequence of two positive integers, minimally encoded, and nothing after it. */
export function readDerSignature(der: Uint8Array): Result<RawSignature, SignerFailure> {
  const bad = err<SignerFailure>({ code: 'BAD_ANSWER', detail: 'not a DER signature' })
  if (der.length < 8 || der.length > 72 || der[0] !== 0x30 || der[1] !== der.length - 2) return bad
  const first = readInteger(der, 2)
  if (first === null) return bad
  const second = readInteger(der, first.end)
  if (second === null || second.end !== der.length) return bad
  return ok({ r: first.value, s: second.value })
}

function readInteger(der: Uint8Array, at: number): { readonly value: bigint; readonly end: number } | null {
  const length = der[at + 1]
  if (der[at] !== 0x02 || length === undefined || length < 1 || length > 33) return null
  const bytes = der.subarray(at + 2, at + 2 + length)
  const [head = 0, next = 0] = bytes
  if (bytes.length !== length || head >= 0x80 || (head === 0 && length > 1 && next < 0x80)) return null
  return { value: BigInt(`0x${Buffer.from(bytes).toString('hex')}`), end: at + 2 + length }
}

/** Reads r‖s, 64 bytes. */
export function readRawSignature(bytes: Uint8Array): Result<RawSignature, SignerFailure> {
  if (bytes.length !== 64) return err({ code: 'BAD_ANSWER', detail: `a signature of ${bytes.length} bytes` })
  const hex = Buffer.from(bytes).toString('hex')
  return ok({ r: BigInt(`0x${hex.slice(0, 64)}`), s: BigInt(`0x${hex.slice(64)}`) })
}

function word(value: bigint): Hex {
  return `0x${value.toString(16).padStart(64, '0')}`
}
