import { Transaction, keccak256 } from 'ethers'

import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { ChainReader, ReplacementReads } from '../chain'
import type { CancelOutcome, LastLook, PlaceOutcome, Placeable, VenuePlacer } from '../venue'
import { checkChainId } from './chain-head'
import type { RpcClient } from './rpc'
import { classifySendError } from './rpc-errors'
import { hash32 } from './rpc-values'

/** Parts of a {@link DexPlacer}. */
export interface DexPlacerParts {
  readonly rpc: RpcClient
  readonly chainId: number
  /** What is known of the chain; compared between two endpoints where there are two. */
  readonly chain: Pick<ChainReader, 'transaction' | 'transactionCount'>
  readonly replacing: Pick<ReplacementReads, 'nonceUser'>
  /** Hears that the endpoint calls a nonce used that the chain has not counted. */
  readonly onNonceLie: (said: string, counted: string) => void
}

/**
 * Sends signed transactions to a chain, each once. Before the last look it makes sure that the bytes are those that are named, that they are
 * for this chain, and that the endpoint still serves it; after the look there is nothing but the socket.
 */
export class DexPlacer implements VenuePlacer {
  constructor(private readonly parts: DexPlacerParts) {}

  async place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome> {
    if (what.kind !== 'signed-tx') return neverLeft(failure('UNSUPPORTED', 'a chain takes signed transactions only'))
    const { rpc, chainId } = this.parts
    const sound = checkBytes(what.raw, what.hash, chainId)
    if (!sound.ok) return neverLeft(sound.error)
    const chain = await checkChainId(rpc, chainId)
    if (!chain.ok) return neverLeft(chain.error)

    const sent = await rpc.send(what.raw, lastLook)
    switch (sent.kind) {
      case 'withheld':
        return sent
      case 'failed': {
        const why = failure(sent.failure.code, sent.failure.detail)
        return sent.sent ? { kind: 'unknown', failure: why } : neverLeft(why)
      }
      case 'turned-away':
        return { kind: 'rejected', failure: failure(sent.failure.code, sent.failure.detail) }
      case 'result': {
        const told = hash32.safeParse(sent.value)
        if (told.success && told.data === what.hash.toLowerCase()) return { kind: 'accepted', ref: what.hash }
        return { kind: 'unknown', failure: failure('BAD_ANSWER', 'the node names another transaction than the one it was sent') }
      }
      case 'refused': {
        const refusal = classifySendError(sent.error)
        if (refusal.kind === 'known') return { kind: 'accepted', ref: what.hash }
        if (refusal.kind === 'lookup') return this.lookUp(sound.value, refusal.failure)
        return refusal
      }
    }
  }

  /** Nothing rests on a chain: what was sent is canceled by a transaction of its own, with the same nonce. */
  async cancel(): Promise<CancelOutcome> {
    return { kind: 'rejected', failure: failure('UNSUPPORTED', 'a sent transaction is canceled by replacing it') }
  }

  /**
   * Its nonce is used, the endpoint says. By this very transaction: it was taken. By another, which both endpoints name: it never can be. In every other case
   * nobody knows, and that one who has the bytes calls a free nonce used is told.
   */
  private async lookUp({ hash, from, nonce }: Sound, refusal: Failure): Promise<PlaceOutcome> {
    const { chain, replacing, onNonceLie } = this.parts
    const unknown = (why: Failure): PlaceOutcome => ({ kind: 'unknown', failure: failure(why.code, why.detail) })
    const [known, count] = await Promise.all([chain.transaction(hash), chain.transactionCount(from)])
    if (!known.ok) return unknown(known.error)
    if (known.value !== null) return { kind: 'accepted', ref: hash }
    if (!count.ok) return unknown(count.error)
    if (count.value <= nonce) {
      const [said, counted] = [`nonce ${nonce} is used`, `the next nonce is ${count.value}`]
      onNonceLie(said, counted)
      return unknown(failure('ENDPOINTS_DISAGREE', `the endpoint says that ${said}, but ${counted}`))
    }
    const user = await replacing.nonceUser(from, nonce)
    if (!user.ok) return unknown(user.error)
    return user.value === null || user.value === hash ? unknown(refusal) : neverLeft(refusal)
  }
}

function neverLeft(why: Failure): PlaceOutcome {
  return { kind: 'rejected', failure: failure(why.code, why.detail), neverOut: true }
}

/** What signed bytes are. */
interface Sound {
  readonly hash: Hex
  readonly from: string
  readonly nonce: number
}

function checkBytes(raw: Hex, named: Hex, chainId: number): Result<Sound, Failure> {
  try {
    const tx = Transaction.from(raw)
    const hash = named.toLowerCase() as Hex
    if (!tx.isSigned() || keccak256(raw) !== hash) return err(failure('INVALID_INSTRUCTION', 'the bytes are not those of this hash'))
    if (tx.chainId !== BigInt(chainId)) return err(failure('WRONG_CHAIN', `signed for chain ${tx.chainId}, not ${chainId}`))
    return ok({ hash, from: tx.from, nonce: tx.nonce })
  } catch (error) {
    return err(failure('INVALID_INSTRUCTION', `not a signed transaction: ${describeError(error)}`))
  }
}
