import type { ConfirmationEvent, FollowRequest } from '../../confirmations/confirmations'
import type { Hex } from '../../domain/evm'
import { assertNever } from '../../lib/assert-never'
import type { Cancel } from '../../lib/clock'
import type { OrderRecord, TransactionRecord } from '../journal/records'
import type { ChainSide } from '../ports'
import type { FollowerParts } from './follow-parts'

/** How far back a start looks for swaps that may not be final yet, ms: longer than finality takes on any chain that is spoken to. */
const NOT_YET_FINAL_MS = 2 * 60 * 60_000

/**
 * Goes on watching swaps that count as filled without being final (product row X3: below $10 000 one or two blocks are enough), until they are. A filled order
 * stays filled, because what came of it has been told, counted and traded on; that the chain took it back is said, loudly, and a person judges.
 */
export class FilledWatch {
  readonly #watched = new Map<string, Cancel>()

  constructor(private readonly parts: FollowerParts) {}

  /** Hears of every change of an order. */
  observe(record: OrderRecord): void {
    if (record.state !== 'filled' || this.#watched.has(record.orderId)) return
    const chain = this.parts.ports.venues.get(record.plan.intent.venue)?.chain ?? null
    if (chain === null || this.parts.journal.readableEvents(record.orderId).some(({ type }) => type === 'OrderFinalized')) return
    const mined = this.parts.transactions
      .ofOrder(record.orderId)
      .find(({ purpose, state, hash }) => purpose === 'order' && state === 'mined' && hash !== null)
    if (mined !== undefined) this.#watch(record.orderId, chain, mined)
  }

  /** Takes up what an earlier run left, once its chain is connected. */
  resume(): void {
    const { journal, ports } = this.parts
    const ids: string[] = []
    for (const { orderId, state } of journal.changedSince(ports.clock.wallMs() - NOT_YET_FINAL_MS))
      if (state === 'filled') ids.push(orderId)
    for (const orderId of ids) {
      const record = journal.get(orderId)
      if (record !== null) this.observe(record)
    }
  }

  /** Watches nothing any more. */
  stop(): void {
    for (const cancel of this.#watched.values()) cancel()
    this.#watched.clear()
  }

  #watch(orderId: string, chain: ChainSide, tx: TransactionRecord): void {
    const foundIn = this.#lastBlock(orderId)
    if (foundIn === null) return
    const { from, nonce, updatedAtMs: sentAtMs } = tx
    const hash = tx.hash as Hex
    let isOut = false
    const tell = (event: ConfirmationEvent): void => {
      switch (event.kind) {
        case 'reorged':
          isOut = true
          this.#record(orderId, 'FilledOrderReorged', { hash, fromBlock: String(event.fromBlock) })
          return
        case 'confirmed':
          if (isOut) this.#record(orderId, 'FilledOrderMinedAgain', { hash })
          isOut = false
          return
        case 'reverted':
        case 'replaced':
          this.#record(orderId, 'FilledOrderUndone', { hash, why: event.kind })
          this.#end(orderId)
          return
        case 'finalized':
          this.#end(orderId)
          return
        case 'timed-out':
          // A chain that never says what is final cannot be waited for.
          if (event.phase === 'finality' && !isOut) this.#end(orderId)
          return
        case 'included':
        case 'confirmations':
        case 'dropped':
        case 'read-failed':
        case 'read-succeeded':
          return
        default:
          assertNever(event)
      }
    }
    this.#watched.set(orderId, chain.monitor.follow({ hash, from, nonce, notionalUsd: null, sentAtMs, foundIn, quiet: true }, tell))
  }

  /** Where it was when it was called filled. */
  #lastBlock(orderId: string): NonNullable<FollowRequest['foundIn']> | null {
    const data = this.parts.journal
      .readableEvents(orderId)
      .filter(({ type }) => type === 'OrderIncluded')
      .at(-1)?.data
    const { block, blockHash } = data ?? {}
    return typeof block === 'string' && typeof blockHash === 'string' ? { number: Number(block), hash: blockHash as Hex } : null
  }

  #end(orderId: string): void {
    this.#watched.get(orderId)?.()
    this.#watched.delete(orderId)
  }

  #record(orderId: string, type: 'FilledOrderReorged' | 'FilledOrderMinedAgain' | 'FilledOrderUndone', data: Record<string, string>): void {
    const severity = type === 'FilledOrderUndone' ? 'critical' : type === 'FilledOrderReorged' ? 'high' : 'info'
    this.parts.ports.recordAnyway({ category: 'ERROR_EVENT', severity, type, actor: 'system', subject: orderId, data })
  }
}
