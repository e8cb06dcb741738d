import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction, RealisedSwap, SwapReceiptReader } from '../chain'
import type { DexChainReader } from './chain-reader'

/** One endpoint, and what people call it: its host, never its whole address, which may hold a key. */
export interface WitnessSide {
  readonly name: string
  readonly reader: DexChainReader
}

/** Two endpoints that say different things of the same chain. */
export interface Disagreement {
  readonly about: 'block' | 'nonce' | 'receipt' | 'amounts'
  readonly first: string
  readonly second: string
}

/** How many blocks one endpoint may be behind the other before it is no witness any more. */
const MAX_LAG_BLOCKS = 10
/** The same for the newest finalized block: two epochs of 32 slots (Ethereum consensus specification, Gasper). */
const MAX_FINALIZED_LAG_BLOCKS = 64

type Both<T> = readonly [T, T]

/**
 * Reads a chain through two endpoints and believes only what both say (architecture decision 9): one cannot unmask itself. What only one of them knows
 * yet is not known yet; where they contradict each other, also when asked once more, nothing is believed and {@link Disagreement} is told. An endpoint
 * that does not answer is no witness: the read fails as it would with a single endpoint that is down.
 */
export class WitnessedReader implements ChainReader, SwapReceiptReader {
  readonly chainId: number
  readonly finalityDeadlineMs: number

  constructor(
    private readonly sides: Both<WitnessSide>,
    private readonly onDisagreement: (what: Disagreement) => void,
  ) {
    this.chainId = sides[0].reader.chainId
    this.finalityDeadlineMs = sides[0].reader.finalityDeadlineMs
  }

  async block(which: number | 'latest' | 'finalized'): Promise<Result<ChainBlock | null, Failure>> {
    if (typeof which === 'number') {
      return this.agreed(
        'block',
        (reader) => reader.block(which),
        ([a, b]) => (a === null || b === null ? null : a),
        (block) => block?.hash ?? null,
      )
    }
    const heads = await this.ask((reader) => reader.block(which))
    if (!heads.ok) return heads
    const [first, second] = heads.value
    if (first === null || second === null) return ok(null)
    // One is a little ahead: what both can know is the lower one's newest block.
    const lowest = Math.min(first.number, second.number)
    const lag = Math.max(first.number, second.number) - lowest
    // The newest finalized block moves an epoch at a time, so two honest endpoints may be one or two epochs apart.
    if (lag > (which === 'latest' ? MAX_LAG_BLOCKS : MAX_FINALIZED_LAG_BLOCKS)) {
      const behind = first.number < second.number ? this.sides[0] : this.sides[1]
      return err(failure('BAD_ANSWER', `${behind.name} is ${lag} blocks behind the other endpoint`))
    }
    return this.block(lowest)
  }

  async receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>> {
    return this.agreed(
      'receipt',
      (reader) => reader.receipt(hash),
      ([a, b]) => (a === null || b === null ? null : a),
      (receipt) => (receipt === null ? null : [receipt.blockHash, receipt.blockNumber, receipt.succeeded, receipt.gasUsed].join(' ')),
    )
  }

  /** A transaction that either endpoint knows may still be mined: it counts as known, and as mined only where both say so. */
  async transaction(hash: Hex): Promise<Result<ChainTransaction | null, Failure>> {
    const seen = await this.ask((reader) => reader.transaction(hash))
    if (!seen.ok) return seen
    const [first, second] = seen.value
    const known = first ?? second
    if (known === null) return ok(null)
    return ok({ ...known, blockNumber: first?.blockNumber === second?.blockNumber ? known.blockNumber : null })
  }

  /** Counted at a block that both have, so that one that is a little ahead does not count more. */
  async transactionCount(address: string): Promise<Result<number, Failure>> {
    const head = await this.block('latest')
    if (!head.ok) return head
    if (head.value === null) return err(failure('BAD_ANSWER', 'an endpoint has no newest block'))
    const { number } = head.value
    return this.agreed(
      'nonce',
      (reader) => reader.transactionCountAt(address, number),
      ([a]) => a,
      String,
    )
  }

  /** A likely reason for people; nothing is decided by it, so one endpoint's word will do. */
  async revertReason(hash: Hex): Promise<string | null> {
    return this.sides[0].reader.revertReason(hash)
  }

  async realised(hash: Hex, account: string, instrument: string, side: 'buy' | 'sell'): Promise<Result<RealisedSwap, Failure>> {
    return this.agreed(
      'amounts',
      (reader) => reader.realised(hash, account, instrument, side),
      ([a]) => a,
      ({ paid, received }) => `${paid.toFixed()} ${received.toFixed()}`,
    )
  }

  /** Asks both, and once more where they differ: at the tip of a chain two honest nodes may differ for a moment. */
  private async agreed<T>(
    about: Disagreement['about'],
    read: (reader: DexChainReader) => Promise<Result<T, Failure>>,
    merge: (both: Both<T>) => T,
    essence: (value: T) => string | null,
  ): Promise<Result<T, Failure>> {
    for (const isLastTry of [false, true]) {
      const both = await this.ask(read)
      if (!both.ok) return both
      const [first, second] = [essence(both.value[0]), essence(both.value[1])]
      if (first === null || second === null || first === second) return ok(merge(both.value))
      if (!isLastTry) continue
      const [one, other] = this.sides
      this.onDisagreement({ about, first: `${one.name}: ${first}`, second: `${other.name}: ${second}` })
    }
    const [one, other] = this.sides
    return err(failure('ENDPOINTS_DISAGREE', `${one.name} and ${other.name} differ about the ${about}`))
  }

  private async ask<T>(read: (reader: DexChainReader) => Promise<Result<T, Failure>>): Promise<Result<Both<T>, Failure>> {
    const [first, second] = await Promise.all([read(this.sides[0].reader), read(this.sides[1].reader)])
    if (!first.ok) return named(first.error, this.sides[0].name)
    if (!second.ok) return named(second.error, this.sides[1].name)
    return ok([first.value, second.value])
  }
}

function named({ code, detail }: Failure, name: string): Result<never, Failure> {
  return err(failure(code, `${name}: ${detail}`))
}
