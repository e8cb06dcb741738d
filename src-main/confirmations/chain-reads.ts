import { failure, type Failure } from '../domain/codes'
import type { Hex } from '../domain/evm'
import type { Scheduler } from '../lib/clock'
import { describeError } from '../lib/errors'
import { err, type Result } from '../lib/result'
import type { ChainBlock, ChainReader, ChainReceipt, ChainTransaction } from '../venues/chain'

type Read<T> = Promise<Result<T, Failure>>

/**
 * A chain's reading side for the length of one poll: each thing is asked for once, however many transactions want it, each answer has a
 * deadline, and a reader that throws has failed like any other.
 */
export class ChainReads {
  private readonly chain: ChainReader
  private readonly scheduler: Scheduler
  private readonly timeoutMs: number
  private readonly blocks = new Map<number | 'latest' | 'finalized', Read<ChainBlock | null>>()
  private readonly counts = new Map<string, Read<number>>()

  constructor(chain: ChainReader, scheduler: Scheduler, timeoutMs: number) {
    this.chain = chain
    this.scheduler = scheduler
    this.timeoutMs = timeoutMs
  }

  block(which: number | 'latest' | 'finalized'): Read<ChainBlock | null> {
    return once(this.blocks, which, () => this.limited(() => this.chain.block(which)))
  }

  /** The newest block as of now, not as of the beginning of the poll. */
  newestNow(): Read<ChainBlock | null> {
    return this.limited(() => this.chain.block('latest'))
  }

  transactionCount(address: string): Read<number> {
    return once(this.counts, address.toLowerCase(), () => this.limited(() => this.chain.transactionCount(address)))
  }

  receipt(hash: Hex): Read<ChainReceipt | null> {
    return this.limited(() => this.chain.receipt(hash))
  }

  transaction(hash: Hex): Read<ChainTransaction | null> {
    return this.limited(() => this.chain.transaction(hash))
  }

  /** Null when it cannot be told. */
  async revertReason(hash: Hex): Promise<string | null> {
    const reason = await this.limited(async () => ({ ok: true, value: await this.chain.revertReason(hash) }) as const)
    return reason.ok ? reason.value : null
  }

  private limited<T>(ask: () => Read<T>): Read<T> {
    return new Promise((resolve) => {
      const stopTimer = this.scheduler.after(this.timeoutMs, () => {
        resolve(err(failure('TIMEOUT_ERROR', `the chain did not answer within ${this.timeoutMs} ms`)))
      })
      const settle = (result: Result<T, Failure>) => {
        stopTimer()
        resolve(result)
      }
      Promise.resolve()
        .then(ask)
        .then(settle, (thrown: unknown) => {
          settle(err(failure('INTERNAL', describeError(thrown))))
        })
    })
  }
}

function once<K, T>(known: Map<K, Read<T>>, key: K, ask: () => Read<T>): Read<T> {
  const before = known.get(key)
  if (before !== undefined) return before
  const asked = ask()
  known.set(key, asked)
  return asked
}
