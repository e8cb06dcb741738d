import { failure, type Failure } from '../../domain/codes'
import type { Clock } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { ChainProfile } from './chain-profile'
import type { RpcClient } from './rpc'
import { rpcFailure } from './rpc-errors'
import { blockValue, index } from './rpc-values'

/** The newest block: everything of one decision is read at this one. */
export interface Head {
  readonly number: number
  readonly timestampSec: number
  /** Whether blocks have a base fee (EIP-1559). */
  readonly hasBaseFee: boolean
}

/** Blocks that may be missing before a node counts as standing still, and the least time that is given, ms. */
const STALE_BLOCKS = 25
const STALE_MS = 300_000

/** Reads the newest block. A node that lags far behind the clock would show prices of the past: that is a bad answer. */
export async function readHead(rpc: RpcClient, profile: ChainProfile, clock: Clock): Promise<Result<Head, Failure>> {
  const block = await rpc.call('eth_getBlockByNumber', ['latest', false], blockValue)
  if (!block.ok) return block
  const { number, timestamp, baseFeePerGas } = block.value
  const ageMs = clock.wallMs() - timestamp * 1000
  if (ageMs > Math.max(STALE_MS, STALE_BLOCKS * profile.blockTimeMs)) {
    return err(failure('BAD_ANSWER', `the newest block is ${Math.round(ageMs / 1000)} s old: the node stands still`))
  }
  return ok({ number, timestampSec: timestamp, hasBaseFee: baseFeePerGas != null })
}

/** Asks the endpoint which chain it serves. */
export async function checkChainId(rpc: Pick<RpcClient, 'call'>, chainId: number): Promise<Result<void, Failure>> {
  const answer = await rpc.call('eth_chainId', [], index)
  if (!answer.ok) return answer
  if (answer.value !== chainId) return err(rpcFailure('WRONG_CHAIN', `the endpoint serves chain ${answer.value}, not ${chainId}`))
  return ok(undefined)
}
