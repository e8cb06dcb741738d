import { failure, type Failure } from '../../domain/codes'
import type { Hex, UnsignedTx } from '../../domain/evm'
import type { Cancel, Clock, Scheduler } from '../../lib/clock'
import { err, ok, type Result } from '../../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction, MarketFees, ReplacementReads } from '../chain'
import type { LastLook, Placeable, PlaceOutcome, VenuePlacer } from '../venue'

/** The id of the chain of a rehearsal: one that development chains use. */
export const REHEARSAL_CHAIN_ID = 31_337
/** Between two blocks, ms. */
const BLOCK_MS = 500
const GWEI = 1_000_000_000n
/** What a transaction must offer for its gas to be mined: what offers less waits. */
const REHEARSAL_BASE_FEE_WEI = 10n * GWEI
/** By how much a replacement must offer more, of both fees, percent (go-ethereum's `pricebump`). */
const BUMP_PCT = 10n
const TRANSFER_GAS = 21_000n

/** What a node reads off signed bytes; null where they are no transaction. */
type DecodeSigned = (raw: Hex) => UnsignedTx | null

interface Waiting {
  readonly hash: Hex
  readonly tx: UnsignedTx
}

/**
 * A chain of a rehearsal (product row B7), in this process and of nobody's worth: a pool by the rules of the real ones (one transaction a nonce, taken over by
 * what offers a tenth more of both fees; what offers less than the base fee waits), and a block every half second.
 */
export class RehearsalChain implements ChainReader, ReplacementReads, VenuePlacer {
  readonly chainId = REHEARSAL_CHAIN_ID
  readonly finalityDeadlineMs = 60_000
  readonly #pool = new Map<number, Waiting>()
  readonly #mined = new Map<string, { readonly tx: UnsignedTx; readonly receipt: ChainReceipt }>()
  readonly #blocks: ChainBlock[] = []
  #stopTimer: Cancel = () => undefined

  constructor(private readonly parts: { readonly clock: Clock; readonly scheduler: Scheduler; readonly decode: DecodeSigned }) {
    this.#addBlock()
    this.#mineLater()
  }

  /** Which transaction used a nonce, by the chain's own word; null while none has. */
  minedAt(nonce: number): Hex | null {
    return [...this.#mined.values()].find(({ tx }) => tx.nonce === nonce)?.receipt.hash ?? null
  }

  /** Which transaction waits at a nonce; null when none does. */
  waitingAt(nonce: number): Hex | null {
    return this.#pool.get(nonce)?.hash ?? null
  }

  /** No block comes after this. */
  stop(): void {
    this.#stopTimer()
  }

  place(what: Placeable, lastLook: LastLook): Promise<PlaceOutcome> {
    return Promise.resolve(this.#place(what, lastLook))
  }

  /** There are no resting orders here. */
  cancel(): Promise<{ readonly kind: 'not-open' }> {
    return Promise.resolve({ kind: 'not-open' })
  }

  block(which: number | 'latest' | 'finalized'): Promise<Result<ChainBlock | null, Failure>> {
    return read(which === 'latest' || which === 'finalized' ? (this.#blocks.at(-1) ?? null) : (this.#blocks[which] ?? null))
  }

  receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>> {
    return read(this.#mined.get(hash)?.receipt ?? null)
  }

  transaction(hash: Hex): Promise<Result<ChainTransaction | null, Failure>> {
    const mined = this.#mined.get(hash)
    if (mined !== undefined) return read({ hash, from: mined.tx.from, nonce: mined.tx.nonce, blockNumber: mined.receipt.blockNumber })
    const waiting = [...this.#pool.values()].find((each) => each.hash === hash)
    return read(waiting === undefined ? null : { hash, from: waiting.tx.from, nonce: waiting.tx.nonce, blockNumber: null })
  }

  transactionCount(): Promise<Result<number, Failure>> {
    return read(this.#nextNonce)
  }

  revertReason(): Promise<string | null> {
    return Promise.resolve(null)
  }

  marketFees(): Promise<Result<MarketFees, Failure>> {
    return read({
      maxFeePerGasWei: 2n * REHEARSAL_BASE_FEE_WEI + GWEI,
      maxPriorityFeePerGasWei: GWEI,
      expectedPerGasWei: REHEARSAL_BASE_FEE_WEI + GWEI,
    })
  }

  selfTransferGas(): Promise<Result<bigint, Failure>> {
    return read(TRANSFER_GAS)
  }

  nonceUser(_address: string, nonce: number): Promise<Result<Hex | null, Failure>> {
    return read(this.minedAt(nonce))
  }

  revertClass(): 'REVERTED' {
    return 'REVERTED'
  }

  /** What is swapped here was never worth anything, and none of it is to be mined. */
  realised(): Promise<Result<never, Failure>> {
    return Promise.resolve(err(failure('UNSUPPORTED', 'nothing is traded in a rehearsal')))
  }

  get #nextNonce(): number {
    return this.#mined.size
  }

  #place(what: Placeable, lastLook: LastLook): PlaceOutcome {
    if (what.kind !== 'signed-tx')
      return { kind: 'rejected', failure: failure('UNSUPPORTED', 'this chain takes transactions'), neverOut: true }
    const tx = this.parts.decode(what.raw)
    if (tx === null || tx.chainId !== this.chainId)
      return { kind: 'rejected', failure: failure('INVALID_INSTRUCTION', 'no transaction of this chain') }
    const refusal = lastLook()
    if (refusal !== null) return { kind: 'withheld', denial: refusal }
    if (tx.nonce < this.#nextNonce) return { kind: 'rejected', failure: failure('NONCE_TOO_LOW') }
    const before = this.#pool.get(tx.nonce)
    if (before !== undefined && !outbids(tx, before.tx)) return { kind: 'rejected', failure: failure('REPLACEMENT_UNDERPRICED') }
    this.#pool.set(tx.nonce, { hash: what.hash, tx })
    return { kind: 'accepted', ref: what.hash }
  }

  #mineLater(): void {
    this.#stopTimer = this.parts.scheduler.after(BLOCK_MS, () => {
      this.#addBlock()
      this.#mineLater()
    })
  }

  #addBlock(): void {
    const number = this.#blocks.length
    const block: ChainBlock = {
      number,
      hash: hashOf(number + 1),
      parentHash: hashOf(number),
      timestampSec: Math.floor(this.parts.clock.wallMs() / 1_000),
    }
    this.#blocks.push(block)
    for (let next = this.#pool.get(this.#nextNonce); next !== undefined; next = this.#pool.get(this.#nextNonce)) {
      const { hash, tx } = next
      if (tx.maxFeePerGasWei < REHEARSAL_BASE_FEE_WEI) break
      this.#pool.delete(tx.nonce)
      const receipt: ChainReceipt = {
        hash,
        blockNumber: number,
        blockHash: block.hash,
        succeeded: true,
        gasUsed: TRANSFER_GAS,
        effectiveGasPriceWei: REHEARSAL_BASE_FEE_WEI,
      }
      this.#mined.set(hash, { tx, receipt })
    }
  }
}

function outbids(tx: UnsignedTx, before: UnsignedTx): boolean {
  const isMore = (after: bigint, than: bigint): boolean => after * 100n >= than * (100n + BUMP_PCT)
  return isMore(tx.maxFeePerGasWei, before.maxFeePerGasWei) && isMore(tx.maxPriorityFeePerGasWei, before.maxPriorityFeePerGasWei)
}

function hashOf(number: number): Hex {
  return `0x${number.toString(16).padStart(64, '0')}`
}

function read<T>(value: T): Promise<Result<T, Failure>> {
  return Promise.resolve(ok(value))
}
