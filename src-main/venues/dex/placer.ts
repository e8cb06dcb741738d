import { Transaction, keccak256 } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { CancelOutcome, LastLook, PlaceOutcome, Placeable, VenuePlacer } from '../venue'
import { checkChainId } from './chain-head'
import type { RpcClient } from './rpc'
import { classifySendError } from './rpc-errors'
import { hash32 } from './rpc-values'

/**
 * Sends signed transactions to a chain, each once. Before the last look it makes sure that the bytes are those that are named, that they are
 * for this chain, and that the endpoint still serves it; after the look there is nothing but the socket.
 */
export class DexPlacer implements VenuePlacer {
  constructor(
    private readonly rpc: RpcClient,
    private readonly chainId: number,
    private readonly isKnown: (hash: Hex) => Promise<Result<boolean, Failure>>,
  ) {}

  async place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome> {
    if (what.kind !== 'signed-tx') return { kind: 'rejected', failure: failure('UNSUPPORTED', 'a chain takes signed transactions only') }
    const sound = checkBytes(what.raw, what.hash, this.chainId)
    if (!sound.ok) return { kind: 'rejected', failure: sound.error }
    const chain = await checkChainId(this.rpc, this.chainId)
    if (!chain.ok) return { kind: 'rejected', failure: chain.error }

    const sent = await this.rpc.send(what.raw, lastLook)
    switch (sent.kind) {
      case 'withheld':
        return sent
      case 'failed':
        return { kind: sent.sent ? 'unknown' : 'rejected', failure: failure(sent.failure.code, sent.failure.detail) }
      case 'result': {
        const told = hash32.safeParse(sent.value)
        if (told.success && told.data === what.hash.toLowerCase()) return { kind: 'accepted', ref: what.hash }
        return { kind: 'unknown', failure: failure('BAD_ANSWER', 'the node names another transaction than the one it was sent') }
      }
      case 'refused': {
        const refusal = classifySendError(sent.error)
        if (refusal.kind === 'known') return { kind: 'accepted', ref: what.hash }
        if (refusal.kind === 'lookup') return this.lookUp(what.hash, refusal.failure)
        return refusal
      }
    }
  }

  /** Nothing rests on a chain: what was sent is canceled by a transaction of its own, with the same nonce. */
  async cancel(): Promise<CancelOutcome> {
    return { kind: 'rejected', failure: failure('UNSUPPORTED', 'a sent transaction is canceled by replacing it') }
  }

  /** Its nonce is used, by another or by this very transaction: only the chain knows. */
  private async lookUp(hash: Hex, refusal: Failure): Promise<PlaceOutcome> {
    const known = await this.isKnown(hash)
    if (!known.ok) return { kind: 'unknown', failure: known.error }
    return known.value ? { kind: 'accepted', ref: hash } : { kind: 'rejected', failure: refusal }
  }
}

function checkBytes(raw: Hex, hash: Hex, chainId: number): Result<void, Failure> {
  try {
    const tx = Transaction.from(raw)
    if (!tx.isSigned() || keccak256(raw) !== hash.toLowerCase())
      return err(failure('INVALID_INSTRUCTION', 'the bytes are not those of this hash'))
    if (tx.chainId !== BigInt(chainId)) return err(failure('WRONG_CHAIN', `signed for chain ${tx.chainId}, not ${chainId}`))
    return ok(undefined)
  } catch (error) {
    return err(failure('INVALID_INSTRUCTION', `not a signed transaction: ${describeError(error)}`))
  }
}
