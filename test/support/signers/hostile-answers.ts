import { Wallet } from 'ethers/wallet'
import { Signature } from 'ethers/crypto'
import { Transaction } from 'ethers/transaction'

import type { Hex, UnsignedTx } from '../../../src-main/domain/evm'
import { GROUP_ORDER } from '../../../src-main/signers/digest'
import { transactionOf } from '../../../src-main/signers/unsigned-transaction'

/** What a hostile or broken signer may answer instead of what it was asked for. */
export const HOSTILE_ANSWERS = [
  'changed-to',
  'changed-value',
  'changed-data',
  'changed-nonce',
  'changed-chain',
  'changed-fee',
  'changed-tip',
  'changed-gas',
  'added-access-list',
  'legacy',
  'other-type',
  'other-key',
  'other-digest',
  'high-s',
  'other-parity',
  'garbage',
  'empty',
  'oversized',
  'slow',
  'endless',
  'reset',
] as const
/** What a hostile or broken signer may answer. */
export type HostileAnswer = (typeof HOSTILE_ANSWERS)[number]
/** What of it applies to a message as well. Of its signature the half of s and the parity are found here, whatever is said of them. */
export const HOSTILE_MESSAGE_ANSWERS: ReadonlySet<HostileAnswer> = new Set<HostileAnswer>([
  'other-key',
  'other-digest',
  'garbage',
  'empty',
  'oversized',
  'slow',
  'endless',
  'reset',
])
/** Those that are a matter of the bytes answered; the others are a matter of how the connection behaves. */
export type HostileBytes = Exclude<HostileAnswer, 'slow' | 'endless' | 'reset'>

const STRANGER = '0x00000000000000000000000000000000DeaDBeef'
const OTHER_KEY = `0x${'7b'.repeat(32)}`

/** The raw transaction that a hostile signer with this key would answer. */
export function hostileRaw(tx: UnsignedTx, key: string, how: HostileBytes): Hex {
  switch (how) {
    case 'changed-to':
      return rawOf({ ...tx, to: STRANGER }, key)
    case 'changed-value':
      return rawOf({ ...tx, valueWei: tx.valueWei + 1n }, key)
    case 'changed-data':
      return rawOf({ ...tx, data: `${tx.data}00` }, key)
    case 'changed-nonce':
      return rawOf({ ...tx, nonce: tx.nonce + 1 }, key)
    case 'changed-chain':
      return rawOf({ ...tx, chainId: tx.chainId + 1 }, key)
    case 'changed-fee':
      return rawOf({ ...tx, maxFeePerGasWei: tx.maxFeePerGasWei + 1n }, key)
    case 'changed-gas':
      return rawOf({ ...tx, gasLimit: tx.gasLimit + 1n }, key)
    case 'changed-tip':
      return rawOf({ ...tx, maxPriorityFeePerGasWei: tx.maxPriorityFeePerGasWei + 1n }, key)
    case 'added-access-list': {
      const listing = transactionOf(tx)
      listing.accessList = [{ address: STRANGER, storageKeys: [] }]
      return signedBy(listing, key)
    }
    case 'legacy':
      return signedBy(ofType(0, tx), key)
    case 'other-type':
      return signedBy(ofType(1, tx), key)
    case 'other-key':
      return rawOf(tx, OTHER_KEY)
    case 'other-digest':
      return withSignature(tx, key, transactionOf({ ...tx, nonce: tx.nonce + 1 }).unsignedHash)
    case 'high-s':
      return highS(rawOf(tx, key))
    case 'other-parity':
      return otherParity(rawOf(tx, key))
    case 'garbage':
      return '0x02c0ffee'
    case 'empty':
      return '0x'
    case 'oversized':
      return `0x02${'00'.repeat(200_000)}`
  }
}

/** What a hostile signer with this key would answer for the digest of a message; null for what applies to transactions alone. */
export function hostileMessageSignature(digest: string, key: string, how: HostileBytes): string | null {
  switch (how) {
    case 'other-key':
      return new Wallet(OTHER_KEY).signingKey.sign(digest).serialized
    case 'other-digest':
      return new Wallet(key).signingKey.sign(`0x${'5a'.repeat(32)}`).serialized
    case 'garbage':
      return '0xc0ffee'
    case 'empty':
      return '0x'
    case 'oversized':
      return `0x${'00'.repeat(200_000)}`
    default:
      return null
  }
}

/** The r and s that a hostile signer of bare digests would answer, for what applies to it. */
export function hostileDigestSignature(
  digest: Hex,
  key: string,
  how: 'other-key' | 'other-digest' | 'high-s',
): { readonly r: bigint; readonly s: bigint } {
  const wallet = new Wallet(how === 'other-key' ? OTHER_KEY : key)
  const signature = wallet.signingKey.sign(how === 'other-digest' ? `0x${'5a'.repeat(32)}` : digest)
  const s = BigInt(signature.s)
  return { r: BigInt(signature.r), s: how === 'high-s' ? GROUP_ORDER - s : s }
}

/** The honest signed bytes. */
export function rawOf(tx: UnsignedTx, key: string): Hex {
  return withSignature(tx, key, transactionOf(tx).unsignedHash)
}

function withSignature(tx: UnsignedTx, key: string, digest: string): Hex {
  const unsigned = transactionOf(tx)
  unsigned.signature = new Wallet(key).signingKey.sign(digest)
  return unsigned.serialized as Hex
}

function signedBy(unsigned: Transaction, key: string): Hex {
  unsigned.signature = new Wallet(key).signingKey.sign(unsigned.unsignedHash)
  return unsigned.serialized as Hex
}

/** The same with one price for gas: a legacy transaction, or one of EIP-2930. */
function ofType(type: 0 | 1, tx: UnsignedTx): Transaction {
  return Transaction.from({
    type,
    chainId: tx.chainId,
    to: tx.to,
    nonce: tx.nonce,
    value: tx.valueWei,
    data: tx.data,
    gasLimit: tx.gasLimit,
    gasPrice: tx.maxFeePerGasWei,
  })
}

/** The same r and s, said to be of the other parity: they recover to somebody else, or to nobody. */
function otherParity(raw: Hex): Hex {
  const signed = Transaction.from(raw)
  if (signed.signature === null) throw new Error('unsigned')
  const { r, s, yParity } = signed.signature
  signed.signature = Signature.from({ r, s, yParity: yParity === 0 ? 1 : 0 })
  return signed.serialized as Hex
}

/** The same transaction with the other s of the pair, which recovers to the same key with the other parity (EIP-2). ethers refuses to write one. */
function highS(raw: Hex): Hex {
  const { signature } = Transaction.from(raw)
  if (signature === null) throw new Error('unsigned')
  const high = (GROUP_ORDER - BigInt(signature.s)).toString(16).padStart(64, '0')
  const low = Signature.from(signature).s.slice(2)
  const at = raw.lastIndexOf(low)
  if (at < 0 || signature.s.startsWith('0x00')) throw new Error('pick another transaction: s is short')
  return `${raw.slice(0, at)}${high}` as Hex
}
