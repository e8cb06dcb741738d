import { failure, type Failure } from '../../domain/codes'
import { err, ok, type Result } from '../../lib/result'
import type { Head } from './chain-head'
import type { RpcClient } from './rpc'
import { feeHistoryValue, quantity, toQuantity } from './rpc-values'

/** What a transaction offers for its gas, wei, and what it will likely pay. */
export interface GasFees {
  readonly maxFeePerGasWei: bigint
  readonly maxPriorityFeePerGasWei: bigint
  readonly expectedPerGasWei: bigint
  /** The chain has no base fee: both fees are the one gas price of a legacy transaction. */
  readonly legacy?: true
}

const GWEI = 1_000_000_000n
const BLOCKS = 10
const MEDIAN = 50
/** Enough to be wanted where nobody tips; more than the highest tip that was ever sensible is somebody else's mistake, or a lie. */
const MIN_TIP = GWEI / 100n
const MAX_TIP = 500n * GWEI
const MAX_BASE_FEE = 10_000n * GWEI

/**
 * Fees from the last ten blocks: the median of the median tips, and a cap of twice the next base fee, which lets a transaction through for at
 * least five full blocks in a row (each raises the base fee by an eighth at most). Where blocks have no base fee, the node's own price.
 */
export function readGasFees(rpc: RpcClient, head: Head): Promise<Result<GasFees, Failure>> {
  return head.hasBaseFee ? readDynamicFees(rpc, head.number) : readGasPrice(rpc)
}

async function readGasPrice(rpc: RpcClient): Promise<Result<GasFees, Failure>> {
  const read = await rpc.call('eth_gasPrice', [], quantity)
  if (!read.ok) return read
  if (read.value > MAX_BASE_FEE) return err(failure('BAD_ANSWER', `a gas price of ${read.value} wei cannot be`))
  const price = read.value < MIN_TIP ? MIN_TIP : read.value
  return ok({ maxFeePerGasWei: price, maxPriorityFeePerGasWei: price, expectedPerGasWei: price, legacy: true })
}

async function readDynamicFees(rpc: RpcClient, block: number): Promise<Result<GasFees, Failure>> {
  const read = await rpc.call('eth_feeHistory', [toQuantity(BLOCKS), toQuantity(block), [MEDIAN]], feeHistoryValue)
  if (!read.ok) return read
  const baseFee = read.value.baseFeePerGas.at(-1) ?? 0n
  if (baseFee > MAX_BASE_FEE) return err(failure('BAD_ANSWER', `a base fee of ${baseFee} wei cannot be`))
  const tips = (read.value.reward ?? []).flatMap((rewards) => rewards.slice(0, 1)).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const median = tips[Math.floor(tips.length / 2)] ?? 0n
  const tip = median < MIN_TIP ? MIN_TIP : median > MAX_TIP ? MAX_TIP : median
  return ok({ maxFeePerGasWei: 2n * baseFee + tip, maxPriorityFeePerGasWei: tip, expectedPerGasWei: baseFee + tip })
}
