import { isError, type JsonRpcProvider, type TransactionRequest } from 'ethers'

import { failure } from '../../../src-main/domain/codes'
import type { Hex } from '../../../src-main/domain/evm'
import { describeError } from '../../../src-main/lib/errors'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { ChainReader } from '../../../src-main/venues/chain'

async function read<T>(ask: () => Promise<T>): Promise<Result<T, ReturnType<typeof failure>>> {
  try {
    return ok(await ask())
  } catch (thrown) {
    return err(failure('NETWORK_ERROR', describeError(thrown)))
  }
}

/** A chain reader over an ethers provider: small enough to be seen to be right, and independent of the app's own. */
export function ethersReader(provider: JsonRpcProvider, finalityDeadlineMs: number): ChainReader {
  return {
    chainId: 31337,
    finalityDeadlineMs,
    block: (which) =>
      read(async () => {
        const block = await provider.getBlock(which)
        return (
          block && { number: block.number, hash: block.hash as Hex, parentHash: block.parentHash as Hex, timestampSec: block.timestamp }
        )
      }),
    receipt: (hash) =>
      read(async () => {
        const receipt = await provider.getTransactionReceipt(hash)
        return (
          receipt && {
            hash: receipt.hash as Hex,
            blockNumber: receipt.blockNumber,
            blockHash: receipt.blockHash as Hex,
            succeeded: receipt.status === 1,
            gasUsed: receipt.gasUsed,
            effectiveGasPriceWei: receipt.gasPrice,
          }
        )
      }),
    transaction: (hash) =>
      read(async () => {
        const tx = await provider.getTransaction(hash)
        return tx && { hash: tx.hash as Hex, from: tx.from, nonce: tx.nonce, blockNumber: tx.blockNumber }
      }),
    transactionCount: (address) => read(() => provider.getTransactionCount(address, 'latest')),
    async revertReason(hash) {
      const tx = await provider.getTransaction(hash)
      if (tx?.blockNumber == null) return null
      const replay: TransactionRequest = { from: tx.from, to: tx.to, data: tx.data, value: tx.value, blockTag: tx.blockNumber - 1 }
      try {
        await provider.call(replay)
        return null
      } catch (thrown) {
        return isError(thrown, 'CALL_EXCEPTION') ? thrown.reason : null
      }
    },
  }
}
