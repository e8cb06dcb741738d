import type { DecodedCall, Hex, UnsignedTx } from '../../domain/evm'
import { AbiWords, NotCanonical } from './abi-words'
import { checksummed } from './addresses'
import { decodeUniswapV2, UNISWAP_V2_SELECTORS } from './decode-uniswap-v2'
import { decodeUniswapV3, UNISWAP_V3_SELECTORS } from './decode-uniswap-v3'

/** Longer calldata is not looked at; no call that we know comes near. */
const MAX_DATA_BYTES = 8_192
const APPROVE = '0x095ea7b3'
/** Selectors that move tokens or rights of their own and are never part of a trade: named, so that the refusal can say so. */
const REFUSED: Readonly<Record<string, string>> = {
  '0xa9059cbb': 'an ERC-20 transfer is no trade',
  '0x23b872dd': 'an ERC-20 transferFrom is no trade',
  '0x39509351': 'increaseAllowance is not approve',
  '0xd505accf': 'permit is not approve',
}
/**
 * From here on an allowance counts as unlimited: beyond any supply there is (2^128 units are 3.4 × 10²⁰ whole tokens of 18 decimals), and
 * 2^96 − 1, at which some tokens (UNI, COMP) cap what they store.
 */
const UNLIMITED_FROM = 1n << 128n
const UNLIMITED_UINT96 = (1n << 96n) - 1n

/**
 * Reads what a transaction does from its calldata: plain transfers, ERC-20 approvals, swaps of Uniswap's V2 Router02 and V3 SwapRouter
 * (v3-periphery 1.4.4). Everything else, and anything but the canonical encoding of these, is `unknown`. Never throws.
 */
export function decodeCall(tx: UnsignedTx): DecodedCall {
  try {
    return decode(tx)
  } catch (thrown) {
    const why = thrown instanceof NotCanonical ? thrown.message : 'the calldata cannot be read'
    return unknown(typeof tx.data === 'string' ? tx.data : '', why)
  }
}

function decode({ to, data, valueWei }: UnsignedTx): DecodedCall {
  if (!/^0x(?:[0-9a-f]{2})*$/.test(data)) return unknown(data, 'the calldata is not hex')
  const recipient = checksummed(to)
  if (recipient === null) return unknown(data, 'there is no such contract address')
  if (data === '0x') return { kind: 'transfer-native', recipient }
  if (data.length < 10) return unknown(data, 'the calldata is shorter than a selector')
  if (data.length > 2 + 2 * MAX_DATA_BYTES) return unknown(data, 'the calldata is too long')
  const selector = data.slice(0, 10) as Hex
  if (UNISWAP_V3_SELECTORS.has(selector)) return decodeUniswapV3(selector, data.slice(10), valueWei)
  if (UNISWAP_V2_SELECTORS.has(selector)) return decodeUniswapV2(selector, data.slice(10), valueWei)
  if (selector === APPROVE) return decodeApprove(recipient, data.slice(10), valueWei)
  return unknown(data, REFUSED[selector] ?? 'the function is not known')
}

function decodeApprove(token: string, digits: string, valueWei: bigint): DecodedCall {
  const words = new AbiWords(digits)
  words.expectCount(2)
  if (valueWei !== 0n) throw new NotCanonical('an approval is paid nothing')
  const amountRaw = words.uint(1)
  const unlimited = amountRaw >= UNLIMITED_FROM || amountRaw === UNLIMITED_UINT96
  return { kind: 'approve', token, spender: checksummed(words.address(0)) ?? '', amountRaw, unlimited }
}

function unknown(data: string, why: string): DecodedCall {
  return { kind: 'unknown', selector: data.slice(0, 10), why }
}
