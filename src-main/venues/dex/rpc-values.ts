import { z } from 'zod'

import type { Hex } from '../../domain/evm'

// What an Ethereum node answers (execution-apis, JSON-RPC). Everything here is untrusted: a value of another shape is a bad answer.

/** Lower-cased hex bytes. */
export const hexBytes = z
  .string()
  .regex(/^0x(?:[0-9a-fA-F]{2})*$/)
  .transform((text) => text.toLowerCase() as Hex)
const fixedBytes = (length: number) => hexBytes.refine((text) => text.length === 2 + 2 * length)
/** A 32-byte hash. */
export const hash32 = fixedBytes(32)
/** A 20-byte address, lower case. */
const address20 = fixedBytes(20)

/** An unsigned integer of at most 256 bits. */
export const quantity = z
  .string()
  .regex(/^0x[0-9a-fA-F]{1,64}$/)
  .transform((text) => BigInt(text))

/** A block number, index or time: an integer that a number holds. */
export const index = quantity.refine((value) => value <= BigInt(Number.MAX_SAFE_INTEGER)).transform(Number)

/** An integer as a node takes it. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`
}

/** A block's head. */
export const blockValue = z.object({ number: index, hash: hash32, parentHash: hash32, timestamp: index, baseFeePerGas: quantity.nullish() })

/** A log entry; `blockTimestamp` only where the node tells it. */
export const logValue = z.object({
  address: address20,
  topics: z.array(hash32).max(4),
  data: hexBytes,
  blockNumber: index.nullish(),
  blockTimestamp: index.nullish(),
  removed: z.boolean().optional(),
})
export type LogValue = z.infer<typeof logValue>

/** A mined transaction's receipt; one without a status is older than Byzantium and of no use here. */
export const receiptValue = z.object({
  transactionHash: hash32,
  blockNumber: index,
  blockHash: hash32,
  status: z.enum(['0x0', '0x1']),
  gasUsed: quantity,
  effectiveGasPrice: quantity,
  logs: z.array(logValue),
})

/** A transaction; the optional parts are those of type 2, from which its hash is computed again. */
export const transactionValue = z.object({
  hash: hash32,
  from: address20,
  nonce: index,
  blockNumber: index.nullish(),
  type: quantity.optional(),
  chainId: index.nullish(),
  to: address20.nullish(),
  value: quantity,
  input: hexBytes,
  gas: quantity,
  gasPrice: quantity.nullish(),
  maxFeePerGas: quantity.nullish(),
  maxPriorityFeePerGas: quantity.nullish(),
  accessList: z.array(z.object({ address: address20, storageKeys: z.array(hash32) })).nullish(),
  r: quantity.optional(),
  s: quantity.optional(),
  yParity: quantity.nullish(),
  v: quantity.nullish(),
})
export type TransactionValue = z.infer<typeof transactionValue>

/** `eth_feeHistory`. */
export const feeHistoryValue = z.object({
  baseFeePerGas: z.array(quantity).min(1),
  reward: z.array(z.array(quantity)).nullish(),
})

/** `eth_simulateV1`: one block, its calls in order. */
export const simulationValue = z
  .array(
    z.object({
      calls: z.array(
        z.object({
          status: z.enum(['0x0', '0x1']),
          returnData: hexBytes,
          gasUsed: quantity,
          logs: z.array(logValue),
          error: z.object({ message: z.string(), data: hexBytes.optional() }).nullish(),
        }),
      ),
    }),
  )
  .length(1)

/** The 32-byte words of event data as unsigned integers. */
export function wordsOf(data: string): readonly bigint[] {
  const words: bigint[] = []
  for (let at = 2; at + 64 <= data.length; at += 64) words.push(BigInt(`0x${data.slice(at, at + 64)}`))
  return words
}
