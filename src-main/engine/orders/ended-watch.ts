import type { ConfirmationEvent, FollowRequest } from '../../confirmations/confirmations'
import type { Hex } from '../../domain/evm'
import { assertNever } from '../../lib/assert-never'
import type { Cancel } from '../../lib/clock'
import { NO_PROGRESS, type OrderRecord, type TransactionRecord } from '../journal/records'
import { rivalsOf } from '../journal/transactions'
import type { ChainSide } from '../ports'
import { chainOf } from './chain-of'
import { guarded, type FollowerParts } from './follow-parts'
import { endsFinal } from './nonce-facts'

/** How far back a start looks for what may not be final yet, ms: longer than finality takes on any chain that is spoken to. */
const NOT_YET_FINAL_MS = 2 * 60 * 60_000

/** What of an order's transactions is watched, and through which connection. */
interface Watched {
  readonly chain: ChainSide
  readonly cancel: Cancel
}

/**
 * Goes on watching what orders did on a chain after they have ended without that being final (product row X3: below $10 000 one or two blocks are enough),
 * until it is. A filled order stays filled, because what came of it has been told, counted and traded on; that the chain took it back is said, loudly, and a
 * person judges. An order that was canceled, or had failed, and whose swap the chain carries out after all, is open again, told, counted and followed.
 */
export class EndedWatch {
  readonly #watched = new Map<string, Watched>()
  /** Filled orders whose block was dropped, and that are in no other. */
  readonly #out = new Set<string>()

  constructor(
    private readonly parts: FollowerParts,
    /** Follows an order that is open again. */
    private readonly follow: (orderId: string) => void,
  ) {}

  /** Hears of every change of an order. */
  observe(record: OrderRecord): void {
    if (this.#watched.has(record.orderId) || this.parts.ports.venues.get(record.plan.intent.venue)?.chain == null) return
    if (record.state === 'filled') this.#observeFilled(record)
    else if (record.state === 'canceled' || record.state === 'failed' || record.state === 'rejected') this.#observeUndone(record)
  }

  /** Takes up what an earlier run, or an earlier connection, left, once its chain is connected. One that cannot be watched keeps no other from it. */
  resume(): void {
    const { journal, ports, onFault } = this.parts
    const ids = new Set(this.#endStale())
    // Without a chain nothing can be watched: the day's orders need not be read once more at every start.
    if (ports.venues.all().every(({ chain }) => chain === null)) return
    try {
      for (const { orderId } of journal.changedSince(ports.clock.wallMs() - NOT_YET_FINAL_MS)) ids.add(orderId)
    } catch (thrown) {
      onFault('orders that have ended', thrown)
    }
    for (const orderId of ids) {
      try {
        const record = journal.get(orderId)
        if (record !== null) this.observe(record)
      } catch (thrown) {
        onFault(orderId, thrown)
      }
    }
  }

  /** Watches nothing any more. */
  stop(): void {
    for (const { cancel } of this.#watched.values()) cancel()
    this.#watched.clear()
  }

  /** A connection that is no more has nothing to say: neither of a chain that another has taken the place of, nor of the same through another endpoint. */
  #endStale(): readonly string[] {
    const connected = new Set(this.parts.ports.venues.all().map(({ chain }) => chain))
    const stale = [...this.#watched].filter(([, { chain }]) => !connected.has(chain)).map(([orderId]) => orderId)
    for (const orderId of stale) this.#end(orderId)
    return stale
  }

  #observeFilled({ orderId, plan }: OrderRecord): void {
    if (this.parts.journal.readableEvents(orderId).some(({ type }) => type === 'OrderFinalized')) return
    const mined = this.parts.transactions
      .ofOrder(orderId)
      .find(({ purpose, state, hash }) => purpose === 'order' && state === 'mined' && hash !== null)
    const chain = mined === undefined ? null : chainOf(this.parts.ports.venues, plan.intent.venue, mined)
    if (mined !== undefined && chain !== null) this.#watchFilled(orderId, chain, mined)
  }

  #watchFilled(orderId: string, chain: ChainSide, tx: TransactionRecord): void {
    const foundIn = this.#lastBlock(orderId)
    if (foundIn === null) return
    const { from, nonce, updatedAtMs: sentAtMs } = tx
    const hash = tx.hash as Hex
    const out = this.#out
    /** The same swap at another price is in a block in its place. */
    let instead = false
    const tell = (event: ConfirmationEvent): void => {
      switch (event.kind) {
        case 'reorged':
          if (!out.has(orderId)) this.#record(orderId, 'FilledOrderReorged', { hash, fromBlock: String(event.fromBlock) })
          out.add(orderId)
          return
        case 'confirmed':
          if (out.has(orderId)) this.#record(orderId, 'FilledOrderMinedAgain', { hash })
          out.delete(orderId)
          return
        case 'reverted':
        case 'replaced':
          if (!instead) this.#record(orderId, 'FilledOrderUndone', { hash, why: event.kind })
          out.delete(orderId)
          this.#end(orderId)
          return
        case 'finalized':
          out.delete(orderId)
          this.#end(orderId)
          return
        case 'timed-out':
          // A chain that never says what is final cannot be waited for.
          if (event.phase === 'finality' && !out.has(orderId)) this.#end(orderId)
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
    const tellOther = (other: Hex, event: ConfirmationEvent): void => {
      if (event.kind === 'reorged') instead = false
      if (event.kind !== 'included' || !event.succeeded) return
      if (!instead) this.#record(orderId, 'FilledOrderMinedAgain', { hash: other })
      instead = true
      out.delete(orderId)
    }
    const quietly = { from, nonce, notionalUsd: null, quiet: true } as const
    // Whoever hears that the swap is undone may trade anew: first all that may be mined in its place are listened to.
    const stops = this.parts.transactions
      .ofOrder(orderId)
      .filter(isSettled)
      .filter((other) => other.purpose === 'order' && other.hash !== hash)
      .map((other) =>
        chain.monitor.follow({ ...quietly, hash: other.hash, sentAtMs: other.updatedAtMs }, (event) => {
          tellOther(other.hash, event)
        }),
      )
    stops.push(chain.monitor.follow({ ...quietly, hash, sentAtMs, foundIn }, tell))
    const cancel = (): void => {
      for (const stop of stops) stop()
    }
    this.#watched.set(orderId, { chain, cancel })
  }

  /** A cancel, a revert or another's use of the nonce counted after a block or two: should that block go, a swap whose bytes are out may be carried out. */
  #observeUndone(record: OrderRecord): void {
    const { orderId, plan } = record
    if (endsFinal(record)) return
    const swaps = this.parts.transactions
      .ofOrder(orderId)
      .filter(isSettled)
      .filter(({ purpose }) => purpose === 'order')
    const [first] = swaps
    const chain = first === undefined ? null : chainOf(this.parts.ports.venues, plan.intent.venue, first)
    if (chain === null) return
    const left = new Map<string, Cancel>()
    const over = this.parts.ports.scheduler.after(NOT_YET_FINAL_MS, () => this.#end(orderId))
    const cancel = (): void => {
      over()
      for (const stop of left.values()) stop()
    }
    // In the table before anything can be heard of it.
    this.#watched.set(orderId, { chain, cancel })
    for (const { hash, from, nonce, updatedAtMs: sentAtMs } of swaps) {
      const tell = (event: ConfirmationEvent): void => {
        if (event.kind === 'included' && event.succeeded) guarded(this.parts, orderId, true, () => this.#comeBack(orderId, hash))
        else if (event.kind === 'replaced' || event.kind === 'reverted' || event.kind === 'finalized') {
          left.get(hash)?.()
          left.delete(hash)
          if (left.size === 0) this.#end(orderId)
        }
      }
      left.set(hash, chain.monitor.follow({ hash, from, nonce, notionalUsd: null, sentAtMs, quiet: true }, tell))
    }
  }

  /** It is in a block after all: open again and followed to its end, whichever that is. What competed for the nonce competes again. */
  #comeBack(orderId: string, hash: Hex): void {
    const { journal, transactions } = this.parts
    const ended = journal.get(orderId)?.state
    if (ended === undefined) return
    journal.together(() => {
      const txs = transactions.ofOrder(orderId)
      const root = txs.find(({ purpose, replaces }) => purpose === 'order' && replaces === null)
      for (const rival of root === undefined ? [] : rivalsOf(txs, root)) if (isSettled(rival)) transactions.waitsAgain(rival.txId)
      const data = { hash, found: 'yes', ended }
      journal.append(orderId, { type: 'OrderReconciled', leadsTo: 'submitted', data, progress: { ...NO_PROGRESS, mayBeOut: false } })
    })
    this.#end(orderId)
    this.follow(orderId)
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
    this.#watched.get(orderId)?.cancel()
    this.#watched.delete(orderId)
  }

  #record(orderId: string, type: 'FilledOrderReorged' | 'FilledOrderMinedAgain' | 'FilledOrderUndone', data: Record<string, string>): void {
    const severity = type === 'FilledOrderUndone' ? 'critical' : type === 'FilledOrderReorged' ? 'high' : 'info'
    this.parts.ports.recordAnyway({ category: 'ERROR_EVENT', severity, type, actor: 'system', subject: orderId, data })
  }
}

/** Its bytes may have left, and it is on record who has its nonce. */
function isSettled(tx: TransactionRecord): tx is TransactionRecord & { readonly hash: Hex } {
  return tx.raw !== null && tx.hash !== null && (tx.state === 'replaced' || tx.state === 'mined')
}
