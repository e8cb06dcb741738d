import { Transaction } from 'ethers/transaction'

import type { UnsignedTx } from '../domain/evm'

/** The transaction of ethers for ours, unsigned: EIP-1559 without an access list, or legacy with the chain id of EIP-155. */
export function transactionOf(tx: UnsignedTx): Transaction {
  const { chainId, to, nonce, valueWei, data, gasLimit, maxFeePerGasWei, maxPriorityFeePerGasWei, legacy } = tx
  const fields = { chainId, to, nonce, value: valueWei, data, gasLimit }
  return legacy === true
    ? Transaction.from({ ...fields, type: 0, gasPrice: maxFeePerGasWei })
    : Transaction.from({ ...fields, type: 2, maxFeePerGas: maxFeePerGasWei, maxPriorityFeePerGas: maxPriorityFeePerGasWei, accessList: [] })
}
