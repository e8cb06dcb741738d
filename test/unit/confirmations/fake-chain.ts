import { failure, type Failure } from '../../../src-main/domain/codes'
import type { Hex } from '../../../src-main/domain/evm'
import { err, ok, type Result } from '../../../src-main/lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction } from '../../../src-main/venues/chain'

/** A transaction of the fake chain. */
export interface FakeTx {
  readonly hash: Hex
  readonly from: string
  readonly nonce: number
  readonly succeeds?: boolean
}

interface FakeBlock extends ChainBlock {
  readonly txs: readonly FakeTx[]
}

/** What a reader can be asked for. */
export type Method = 'block' | 'receipt' | 'transaction' | 'transactionCount' | 'revertReason'

const BLOCK_SEC = 12

/** A chain in memory, mined and reorganised by hand, and a node of it that can be made to fail, lag, hang and lie. */
export class FakeChain implements ChainReader {
  readonly chainId = 1
  readonly finalityDeadlineMs = 30 * 60_000
  readonly asked: Method[] = []
  /** Answers instead of the true ones, by method; `undefined` from one means the true answer. */
  lies: { [M in Method]?: (...args: Parameters<ChainReader[M]>) => Awaited<ReturnType<ChainReader[M]>> | undefined } = {}
  /** What every read fails with; null: they succeed. */
  down: Failure | null = null
  hangs = false
  finalizedNumber: number | null = null
  private blocks: FakeBlock[] = []
  private pool: FakeTx[] = []
  private made = 0

  constructor(private readonly startSec: number) {
    this.mine()
  }

  get head(): ChainBlock {
    return this.blocks.at(-1)!
  }

  /** A transaction comes to the node's pool. */
  submit(tx: FakeTx): void {
    this.pool.push(tx)
  }

  /** The node forgets a pending transaction. */
  drop(hash: Hex): void {
    this.pool = this.pool.filter((tx) => tx.hash !== hash)
  }

  /** Mines one block, with these transactions, on top. */
  mine(...txs: FakeTx[]): ChainBlock {
    const number = this.blocks.length
    const block: FakeBlock = {
      number,
      hash: `0x${(++this.made).toString(16).padStart(64, 'b')}`,
      parentHash: this.blocks.at(-1)?.hash ?? `0x${'0'.repeat(64)}`,
      timestampSec: this.startSec + number * BLOCK_SEC,
      txs,
    }
    this.blocks.push(block)
    for (const tx of txs) this.drop(tx.hash)
    return block
  }

  mineEmpty(count: number): void {
    for (let made = 0; made < count; made++) this.mine()
  }

  /** Takes the newest blocks away; what was in them is gone, as on anvil. */
  rollback(count: number): void {
    this.blocks.length -= count
  }

  async block(which: number | 'latest' | 'finalized'): Promise<Result<ChainBlock | null, Failure>> {
    return this.answer('block', [which], () => {
      const number = which === 'latest' ? this.blocks.length - 1 : which === 'finalized' ? this.finalizedNumber : which
      const found = number === null ? undefined : this.blocks[number]
      return ok(
        found === undefined
          ? null
          : { number: found.number, hash: found.hash, parentHash: found.parentHash, timestampSec: found.timestampSec },
      )
    })
  }

  async receipt(hash: Hex): Promise<Result<ChainReceipt | null, Failure>> {
    return this.answer('receipt', [hash], () => ok(this.receiptOf(hash)))
  }

  async transaction(hash: Hex): Promise<Result<ChainTransaction | null, Failure>> {
    return this.answer('transaction', [hash], () => {
      const mined = this.receiptOf(hash)
      const tx = [...this.pool, ...this.blocks.flatMap((block) => block.txs)].find((candidate) => candidate.hash === hash)
      return ok(tx === undefined ? null : { hash, from: tx.from, nonce: tx.nonce, blockNumber: mined?.blockNumber ?? null })
    })
  }

  async transactionCount(address: string): Promise<Result<number, Failure>> {
    return this.answer('transactionCount', [address], () => {
      const nonces = this.blocks.flatMap((block) => block.txs).filter((tx) => tx.from === address)
      return ok(Math.max(0, ...nonces.map((tx) => tx.nonce + 1)))
    })
  }

  async revertReason(hash: Hex): Promise<string | null> {
    return this.answer('revertReason', [hash], () => 'UniswapV2Router: EXPIRED')
  }

  private receiptOf(hash: Hex): ChainReceipt | null {
    for (const block of this.blocks) {
      const tx = block.txs.find((candidate) => candidate.hash === hash)
      if (tx === undefined) continue
      return {
        hash,
        blockNumber: block.number,
        blockHash: block.hash,
        succeeded: tx.succeeds ?? true,
        gasUsed: 100_000n,
        effectiveGasPriceWei: 7n,
      }
    }
    return null
  }

  private async answer<M extends Method>(
    method: M,
    args: Parameters<ChainReader[M]>,
    truth: () => Awaited<ReturnType<ChainReader[M]>>,
  ): Promise<Awaited<ReturnType<ChainReader[M]>>> {
    this.asked.push(method)
    if (this.hangs) return new Promise<never>(() => {})
    if (this.down !== null) {
      if (method === 'revertReason') throw new Error('down')
      return err(this.down) as Awaited<ReturnType<ChainReader[M]>>
    }
    const lie = this.lies[method] as ((...asked: Parameters<ChainReader[M]>) => Awaited<ReturnType<ChainReader[M]>> | undefined) | undefined
    return lie?.(...args) ?? truth()
  }
}

/** A failure of the network. */
export const NETWORK_DOWN = failure('NETWORK_ERROR', 'refused')
