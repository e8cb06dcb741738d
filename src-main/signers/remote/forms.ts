import { TypedDataEncoder } from 'ethers/hash'
import { z } from 'zod'

import type { Hex, UnsignedTx } from '../../domain/evm'
import type { TypedData } from '../../domain/typed-data'

/** Hex bytes; whose bytes they are is judged by the signing gate. */
export const hexBytes = z
  .string()
  .regex(/^0x[0-9a-fA-F]*$/)
  .transform((text) => text as Hex)
/** An address, of any letter case. */
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/)

/** A quantity of JSON-RPC: hex without leading zeros. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/**
 * The fields of a transaction as Ethereum's JSON-RPC names them, every one of them given: Web3Signer makes a legacy transaction at price 0 where a fee is
 * missing, assumes a gas limit of its own, and creates a contract where `to` is missing.
 */
export function rpcTransaction(tx: UnsignedTx) {
  const { from, to, nonce, valueWei, data, gasLimit, maxFeePerGasWei, maxPriorityFeePerGasWei, legacy } = tx
  return {
    from,
    to,
    gas: quantity(gasLimit),
    ...(legacy === true
      ? { gasPrice: quantity(maxFeePerGasWei) }
      : { maxFeePerGas: quantity(maxFeePerGasWei), maxPriorityFeePerGas: quantity(maxPriorityFeePerGasWei) }),
    value: quantity(valueWei),
    nonce: quantity(nonce),
    data,
  }
}

/** Typed data as EIP-712's own JSON, `EIP712Domain` among its types. Throws on data that does not fit its own types. */
export function typedDataJson({ domain, types, message }: TypedData): unknown {
  return TypedDataEncoder.getPayload(domain, types as Record<string, { name: string; type: string }[]>, message)
}

/** JSON in which a bigint is an exact integer, as Python writes it. */
export function exactJson(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`)
  return `{${members.join(',')}}`
}
