import { Signature, Transaction, getAddress } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import { sameAddress, type Hex } from '../../domain/evm'
import { fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction, RealisedSwap, SwapReceiptReader } from '../chain'
import { balanceChanges } from './balance-changes'
import type { ChainProfile } from './chain-profile'
import type { RpcClient } from './rpc'
import { blockValue, hexBytes, index, receiptValue, toQuantity, transactionValue, type TransactionValue } from './rpc-values'

const OUT_OF_GAS = 'out of gas'

/** Reads a chain for following transactions. Answers that do not belong to what was asked are bad answers. */
export class DexChainReader implements ChainReader, SwapReceiptReader {
  readonly chainId: number
  readonly finalityDeadlineMs: number

  constructor(
    private readonly rpc: RpcClient,
    private readonly profile: ChainProfile,
  ) {
    this.chainId = profile.chainId
    this.finalityDeadlineMs = profile.finalityDeadlineMs
  }

  async block(which: number | 'latest' | 'finalized'): Promise<Result<ChainBlock | null, Failure>> {
    const tag = typeof which === 'number' ? toQuantity(which) : which
    const read = await this.rpc.call('eth_getBlockByNumber', [tag, false], blockValue.nullable())
    if (!read.ok) return read
    if (read.value === null) return ok(null)
    const { number, hash, parentHash, timestamp } = read.value
    if (typeof which === 'number' && number !== which) return err(failure('BAD_ANSWER', `block ${number} for block ${which}`))
    return ok({ number, hash, parentHash, timestampSec: timestamp })
  }

  async receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>> {
    const read = await this.readReceipt(hash)
    if (!read.ok) return read
    if (read.value === null) return ok(null)
    const { blockNumber, blockHash, status, gasUsed, effectiveGasPrice } = read.value
    return ok({ hash, blockNumber, blockHash, succeeded: status === '0x1', gasUsed, effectiveGasPriceWei: effectiveGasPrice })
  }

  async transaction(hash: Hex): Promise<Result<ChainTransaction | null, Failure>> {
    const read = await this.readTransaction(hash)
    if (!read.ok) return read
    if (read.value === null) return ok(null)
    const { from, nonce, blockNumber } = read.value
    return ok({ hash, from: getAddress(from), nonce, blockNumber: blockNumber ?? null })
  }

  async transactionCount(address: string): Promise<Result<number, Failure>> {
    return this.rpc.call('eth_getTransactionCount', [address, 'latest'], index)
  }

  /** As {@link transactionCount}, as of a block. */
  async transactionCountAt(address: string, block: number): Promise<Result<number, Failure>> {
    return this.rpc.call('eth_getTransactionCount', [address, toQuantity(block)], index)
  }

  /**
   * Replays the call on the state before its block, then on the state after it: what came before it in the same block is not told apart, so
   * this is the likely reason, not a proven one.
   */
  async revertReason(hash: Hex): Promise<string | null> {
    const [tx, receipt] = await Promise.all([this.readTransaction(hash), this.readReceipt(hash)])
    if (!tx.ok || tx.value === null || !receipt.ok || receipt.value === null || receipt.value.status === '0x1') return null
    const { from, to, input, value, gas } = tx.value
    if (receipt.value.gasUsed === gas) return OUT_OF_GAS
    const { blockNumber } = receipt.value
    const call = { from, to, input, value: toQuantity(value) }
    for (const block of [blockNumber - 1, blockNumber]) {
      const replayed = await this.rpc.call('eth_call', [{ ...call, gas: toQuantity(gas) }, toQuantity(block)], hexBytes)
      if (replayed.ok || !replayed.error.reverted) continue
      if (replayed.error.revertReason !== null) return replayed.error.revertReason
      // A contract whose inner call ran dry reverts without a reason and keeps a remainder: with more gas it does not.
      const unlimited = await this.rpc.call('eth_call', [call, toQuantity(block)], hexBytes)
      if (unlimited.ok) return OUT_OF_GAS
    }
    return null
  }

  async realised(hash: Hex, account: string, instrument: string, side: 'buy' | 'sell'): Promise<Result<RealisedSwap, Failure>> {
    const [baseSymbol, quoteSymbol] = instrument.split('-')
    const base = this.profile.tokens.find((token) => token.symbol === baseSymbol)
    const quote = this.profile.tokens.find((token) => token.symbol === quoteSymbol)
    if (base === undefined || quote === undefined) return err(failure('NOT_FOUND', `no tokens of ${instrument}`))
    const read = await this.readReceipt(hash)
    if (!read.ok) return read
    if (read.value === null) return err(failure('NOT_FOUND', 'it is not mined'))
    if (read.value.status !== '0x1') return err(failure('REVERTED', 'it moved nothing'))
    const changes = balanceChanges(this.profile, account, read.value.logs)
    const delta = (token: string) =>
      changes.find((change) => sameAddress(change.account, account) && change.token === token)?.deltaRaw ?? 0n
    const [paid, received] = side === 'buy' ? [quote, base] : [base, quote]
    const [paidRaw, receivedRaw] = [-delta(paid.address), delta(received.address)]
    if (paidRaw <= 0n || receivedRaw <= 0n) return err(failure('BAD_ANSWER', 'the receipt shows no such swap'))
    return ok({ paid: fromUnits(paidRaw, paid.decimals), received: fromUnits(receivedRaw, received.decimals) })
  }

  private async readReceipt(hash: Hex) {
    const read = await this.rpc.call('eth_getTransactionReceipt', [hash], receiptValue.nullable())
    if (!read.ok || read.value === null) return read
    return read.value.transactionHash === hash.toLowerCase() ? read : err(failure('BAD_ANSWER', 'the receipt of another transaction'))
  }

  private async readTransaction(hash: Hex): Promise<Result<TransactionValue | null, Failure>> {
    const read = await this.rpc.call('eth_getTransactionByHash', [hash], transactionValue.nullable())
    if (!read.ok || read.value === null) return read
    return isTransaction(read.value, hash) ? read : err(failure('BAD_ANSWER', 'the fields are not those of this transaction'))
  }
}

/** Whether the fields are those that the hash was made of. Ours are of type 2; of others only the claimed hash can be compared. */
function isTransaction(tx: TransactionValue, hash: Hex): boolean {
  if (tx.hash !== hash.toLowerCase()) return false
  if (tx.type !== 2n) return true
  const { chainId, to, nonce, value, input, gas, maxFeePerGas, maxPriorityFeePerGas, accessList, r, s } = tx
  const parity = tx.yParity ?? tx.v
  if (r === undefined || s === undefined || parity == null || chainId == null || maxFeePerGas == null || maxPriorityFeePerGas == null)
    return false
  try {
    const rebuilt = Transaction.from({
      ...{ type: 2, chainId, to: to ?? null, nonce, value, data: input, gasLimit: gas, maxFeePerGas, maxPriorityFeePerGas },
      accessList: accessList ?? [],
      signature: Signature.from({ r: toQuantity(r), s: toQuantity(s), yParity: parity === 0n ? 0 : 1 }),
    })
    return rebuilt.hash === tx.hash && rebuilt.from !== null && sameAddress(rebuilt.from, tx.from)
  } catch {
    return false
  }
}
