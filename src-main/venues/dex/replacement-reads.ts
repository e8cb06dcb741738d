import { getAddress } from 'ethers'
import { z } from 'zod'

import { sameAddress, type Hex } from '../../domain/evm'
import { failure, type Failure, type FailureCode } from '../../domain/codes'
import type { Clock } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { MarketFees, ReplacementReads } from '../chain'
import { readHead } from './chain-head'
import type { ChainProfile } from './chain-profile'
import { readGasFees } from './gas-fees'
import type { RpcClient } from './rpc'
import { classifyRevert } from './reverts'
import { hash32, index, toQuantity } from './rpc-values'
import { estimateGas } from './simulate'

/** How far back the use of a nonce is looked for: nodes that are no archive keep the state of about as many blocks. */
const MOST_BLOCKS_BACK = 120
/** What a transfer costs (the Yellow Paper's transaction gas); chains that charge for their own storage of it ask more. */
const TRANSFER_GAS = 21_000n

const senderValue = z.object({ hash: hash32, from: z.string(), nonce: index })
const blockWithTransactions = z.object({ number: index, transactions: z.array(senderValue) })

/** Reads what replacing a transaction needs, from one endpoint. */
export class DexReplacementReads implements ReplacementReads {
  constructor(
    private readonly rpc: RpcClient,
    private readonly profile: ChainProfile,
    private readonly clock: Clock,
  ) {}

  async marketFees(): Promise<Result<MarketFees, Failure>> {
    const head = await readHead(this.rpc, this.profile, this.clock)
    return head.ok ? readGasFees(this.rpc, head.value) : head
  }

  async selfTransferGas(address: string): Promise<Result<bigint, Failure>> {
    const estimated = await estimateGas(this.rpc, { from: address, to: address, data: '0x' })
    if (!estimated.ok) return estimated
    return ok(estimated.value <= TRANSFER_GAS ? TRANSFER_GAS : (estimated.value * 12n) / 10n)
  }

  /** Halves the blocks between the use of the nonce and a time before it, then looks through the one block in which it happened. */
  async nonceUser(address: string, nonce: number): Promise<Result<Hex | null, Failure>> {
    const newest = await this.rpc.call('eth_blockNumber', [], index)
    if (!newest.ok) return newest
    let used = newest.value
    let free = Math.max(-1, used - MOST_BLOCKS_BACK)
    const now = await this.countAt(address, used)
    if (!now.ok) return now
    if (now.value <= nonce) return ok(null)
    while (used - free > 1) {
      const middle = Math.floor((used + free) / 2)
      const count = await this.countAt(address, middle)
      // State that is gone is older than the use we look for; anything else is a failure.
      if (!count.ok && count.error.code !== 'NOT_FOUND') return count
      if (count.ok && count.value > nonce) used = middle
      else free = middle
    }
    const block = await this.rpc.call('eth_getBlockByNumber', [toQuantity(used), true], blockWithTransactions.nullable())
    if (!block.ok) return block
    const found = block.value?.transactions.find((tx) => tx.nonce === nonce && sameAddress(tx.from, address))
    return ok(found?.hash ?? null)
  }

  revertClass(reason: string | null): FailureCode {
    return classifyRevert(reason)
  }

  private async countAt(address: string, block: number): Promise<Result<number, Failure>> {
    const count = await this.rpc.call('eth_getTransactionCount', [getAddress(address), toQuantity(block)], index)
    return count.ok ? count : err(count.error)
  }
}

/**
 * The same with a second endpoint: whose a nonce is, is known only where both name the same transaction. What a replacement costs is no such fact: the lower
 * of both counts (of the ceiling, the higher), or that of the one that answers, so that one alone cannot say that a cancel costs more than is allowed, nor
 * price it too low to be mined.
 */
export class WitnessedReplacementReads implements ReplacementReads {
  constructor(
    private readonly first: ReplacementReads,
    private readonly witness: Omit<ReplacementReads, 'revertClass'>,
  ) {}

  async marketFees(): Promise<Result<MarketFees, Failure>> {
    const [one, other] = await Promise.all([this.first.marketFees(), this.witness.marketFees()])
    if (!one.ok || !other.ok) return one.ok ? one : other
    return ok({
      // A ceiling, held within what a cancel may cost: too low, and nobody mines it. What is expected to be paid, and the tip, are paid.
      maxFeePerGasWei: higher(one.value.maxFeePerGasWei, other.value.maxFeePerGasWei),
      maxPriorityFeePerGasWei: lower(one.value.maxPriorityFeePerGasWei, other.value.maxPriorityFeePerGasWei),
      expectedPerGasWei: lower(one.value.expectedPerGasWei, other.value.expectedPerGasWei),
    })
  }

  async selfTransferGas(address: string): Promise<Result<bigint, Failure>> {
    const [one, other] = await Promise.all([this.first.selfTransferGas(address), this.witness.selfTransferGas(address)])
    if (!one.ok || !other.ok) return one.ok ? one : other
    return ok(lower(one.value, other.value))
  }

  async nonceUser(address: string, nonce: number): Promise<Result<Hex | null, Failure>> {
    const [one, other] = await Promise.all([this.first.nonceUser(address, nonce), this.witness.nonceUser(address, nonce)])
    if (!one.ok) return one
    if (!other.ok) return other
    if (one.value === null || other.value === null) return ok(null)
    return one.value === other.value ? one : err(failure('ENDPOINTS_DISAGREE', `the endpoints differ about who used the nonce ${nonce}`))
  }

  revertClass(reason: string | null): FailureCode {
    return this.first.revertClass(reason)
  }
}

function lower(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

function higher(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
