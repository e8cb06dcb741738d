import type { Failure, FailureCode } from '../domain/codes'
import type { Hex } from '../domain/evm'
import type { Decimal } from '../lib/decimal'
import type { Result } from '../lib/result'

/** A block as confirmations need it. */
export interface ChainBlock {
  readonly number: number
  readonly hash: Hex
  readonly parentHash: Hex
  readonly timestampSec: number
}

/** A mined transaction's receipt. */
export interface ChainReceipt {
  readonly hash: Hex
  readonly blockNumber: number
  readonly blockHash: Hex
  readonly succeeded: boolean
  readonly gasUsed: bigint
  readonly effectiveGasPriceWei: bigint
}

/** A transaction as a node knows it; `blockNumber` null while pending. */
export interface ChainTransaction {
  readonly hash: Hex
  readonly from: string
  readonly nonce: number
  readonly blockNumber: number | null
}

/** The reading side of a chain, as following a transaction needs it. */
export interface ChainReader {
  readonly chainId: number
  /** How long finality may take before it is late, ms (Ethereum: about 13 minutes, so 30). */
  readonly finalityDeadlineMs: number
  block(which: number | 'latest' | 'finalized'): Promise<Result<ChainBlock | null, Failure>>
  receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>>
  transaction(hash: Hex): Promise<Result<ChainTransaction | null, Failure>>
  /** Mined transactions of the account: the next nonce the chain will accept. */
  transactionCount(address: string): Promise<Result<number, Failure>>
  /** Why a mined transaction failed, by replaying it; null when it cannot be told. */
  revertReason(hash: Hex): Promise<string | null>
}

/** What a mined swap really moved, from its receipt's Transfer logs. */
export interface RealisedSwap {
  readonly paid: Decimal
  readonly received: Decimal
}

/** Reads from the receipt what an order's transaction moved for `account`. */
export interface SwapReceiptReader {
  realised(hash: Hex, account: string, instrument: string, side: 'buy' | 'sell'): Promise<Result<RealisedSwap, Failure>>
}

/** What the chain's fees are now, wei per gas (EIP-1559). */
export interface MarketFees {
  readonly maxFeePerGasWei: bigint
  readonly maxPriorityFeePerGasWei: bigint
  /** What a transaction in the next block likely pays. */
  readonly expectedPerGasWei: bigint
}

/** What replacing a transaction must know of the chain. */
export interface ReplacementReads {
  marketFees(): Promise<Result<MarketFees, Failure>>
  /** The gas of a transaction from `address` to itself, of no value and without data. */
  selfTransferGas(address: string): Promise<Result<bigint, Failure>>
  /** Which mined transaction of the account has the nonce; null when none has, or it cannot be told any more. */
  nonceUser(address: string, nonce: number): Promise<Result<Hex | null, Failure>>
  /** Which class of failure the reason of a revert is of. */
  revertClass(reason: string | null): FailureCode
}
