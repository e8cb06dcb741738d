import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { err, ok, type Result } from '../../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction, RealisedSwap, SwapReceiptReader } from '../chain'
import type { DexChainReader, PendingCount, PendingReader } from './chain-reader'

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
/** From how deep on people are told that one endpoint has a receipt and the other has not: nodes index a block a moment after they have it. */
const RECEIPT_LAG_BLOCKS = 2

type Both<T> = readonly [T, T]

/**
 * Reads a chain through two endpoints and believes only what both say (architecture decision 9): one cannot unmask itself. What only one of them knows
 * yet, because the other has not got that far, is not known yet; where they contradict each other, also when asked once more, nothing is believed and {@link Disagreement} is told. An endpoint
 * that does not answer is no witness: the read fails as it would with a single endpoint that is down.
 */
export class WitnessedReader implements ChainReader, SwapReceiptReader, PendingReader {
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

  /** Null is a statement too: what one endpoint has in a block that both have, the other may not deny. */
  async receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>> {
    const said = (receipt: ChainReceipt | null): string =>
      receipt === null ? 'none' : [receipt.blockHash, receipt.blockNumber, receipt.succeeded, receipt.gasUsed].join(' ')
    for (const isLastTry of [false, true]) {
      const both = await this.ask((reader) => reader.receipt(hash))
      if (!both.ok) return both
      const [first, second] = both.value
      if (said(first) === said(second)) return ok(first)
      let depth = RECEIPT_LAG_BLOCKS
      if (first === null || second === null) {
        const known = first ?? second
        const shared = known === null ? ok(null) : await this.depthOfShared(known)
        if (!shared.ok) return shared
        if (shared.value === null) return ok(null)
        depth = shared.value
      }
      if (isLastTry && depth >= RECEIPT_LAG_BLOCKS) this.tell('receipt', said(first), said(second))
    }
    return this.differ('receipt')
  }

  /** How many blocks both have on top of a receipt's; null while its block is not one that both have. */
  private async depthOfShared({ blockNumber, blockHash }: ChainReceipt): Promise<Result<number | null, Failure>> {
    const head = await this.block('latest')
    if (!head.ok) return head
    if (head.value === null || head.value.number < blockNumber) return ok(null)
    const block = await this.block(blockNumber)
    if (!block.ok) return block
    return ok(block.value !== null && block.value.hash !== blockHash ? null : head.value.number - blockNumber)
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

  /** A failed order may be tried anew by the class of its reason, so it is one only where both replays find the same. */
  async revertReason(hash: Hex): Promise<string | null> {
    const [first, second] = await Promise.all(this.sides.map(({ reader }) => reader.revertReason(hash)))
    return first !== undefined && first === second ? first : null
  }

  /** What each endpoint counts with all that waits there: what waits is no part of the chain, so they may differ. */
  async pendingCounts(address: string): Promise<Result<readonly PendingCount[], Failure>> {
    const counts = await this.ask((reader) => reader.pendingCounts(address))
    return counts.ok ? ok(this.sides.map(({ name }, side) => ({ endpoint: name, count: counts.value[side]?.[0]?.count ?? 0 }))) : counts
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
      if (isLastTry) this.tell(about, first, second)
    }
    return this.differ(about)
  }

  private tell(about: Disagreement['about'], first: string, second: string): void {
    const [one, other] = this.sides
    this.onDisagreement({ about, first: `${one.name}: ${first}`, second: `${other.name}: ${second}` })
  }

  private differ(about: Disagreement['about']): Result<never, Failure> {
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
