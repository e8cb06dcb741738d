import { Signature, Transaction, getAddress } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import { sameAddress, type Hex } from '../../domain/evm'
import { fromUnits } from '../../lib/decimal'
import { err, ok, type Result } from '../../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction, RealisedSwap, SwapReceiptReader } from '../chain'
import { balanceChanges } from './balance-changes'
import { endpointName, type ChainProfile } from './chain-profile'
import type { RpcClient } from './rpc'
import { blockValue, hexBytes, index, receiptValue, toQuantity, transactionValue, type TransactionValue } from './rpc-values'

const OUT_OF_GAS = 'out of gas'

/** The next nonce of an account behind everything that waits at an endpoint. */
export interface PendingCount {
  /** What people call the endpoint. */
  readonly endpoint: string
  readonly count: number
}

/** Reads what waits of an account, at each endpoint there is. */
export interface PendingReader {
  pendingCounts(address: string): Promise<Result<readonly PendingCount[], Failure>>
}

/** Reads a chain for following transactions. Answers that do not belong to what was asked are bad answers. */
export class DexChainReader implements ChainReader, SwapReceiptReader, PendingReader {
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

  async pendingCounts(address: string): Promise<Result<readonly PendingCount[], Failure>> {
    const read = await this.rpc.call('eth_getTransactionCount', [address, 'pending'], index)
    return read.ok ? ok([{ endpoint: endpointName(this.profile.rpcUrl), count: read.value }]) : read
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

/** Whether the fields are those that the hash was made of. Ours are EIP-1559 or legacy ones; of others only the claimed hash can be compared. */
function isTransaction(tx: TransactionValue, hash: Hex): boolean {
  if (tx.hash !== hash.toLowerCase()) return false
  const { type = 0n, r, s, v } = tx
  if (type !== 2n && type !== 0n) return true
  const form = type === 2n ? dynamicForm(tx) : legacyForm(tx)
  const parity = type === 2n ? (tx.yParity ?? v) : legacyParity(v)
  if (form === null || parity == null || r === undefined || s === undefined) return false
  try {
    const rebuilt = Transaction.from({
      ...{ to: tx.to ?? null, nonce: tx.nonce, value: tx.value, data: tx.input, gasLimit: tx.gas },
      ...form,
      signature: Signature.from({ r: toQuantity(r), s: toQuantity(s), yParity: parity === 0n ? 0 : 1 }),
    })
    return rebuilt.hash === tx.hash && rebuilt.from !== null && sameAddress(rebuilt.from, tx.from)
  } catch {
    return false
  }
}

function dynamicForm({ chainId, maxFeePerGas, maxPriorityFeePerGas, accessList }: TransactionValue) {
  if (chainId == null || maxFeePerGas == null || maxPriorityFeePerGas == null) return null
  return { type: 2, chainId, maxFeePerGas, maxPriorityFeePerGas, accessList: accessList ?? [] }
}

/** The chain is the one that v binds it to (EIP-155), none for 27 and 28: not every node tells it besides. */
function legacyForm({ gasPrice, v }: TransactionValue) {
  if (gasPrice == null || v == null) return null
  return { type: 0, gasPrice, chainId: v < 35n ? 0n : (v - 35n) / 2n }
}

/** The parity that v carries: 27 or 28, or 35 and 36 with twice the chain id on top (EIP-155). */
function legacyParity(v: bigint | null | undefined): bigint | null {
  return v == null || v < 27n ? null : (v + 1n) % 2n
}
