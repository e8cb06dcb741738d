import { failure, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import { isOpen } from '../../domain/order'
import { describeError } from '../../lib/errors'
import type { LastLook, PlaceOutcome } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { TransactionRecord } from '../journal/records'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { ChainSide, EnginePorts, PlacerOf } from '../ports'

/** Parts of the rebroadcaster. It is one of the few that may send. */
export interface RebroadcasterParts {
  readonly ports: EnginePorts
  readonly placerOf: PlacerOf
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Hands a node the very bytes again that it took once and has forgotten since (docs/adr/0013). The chain takes a nonce once, so the same bytes
 * cannot be carried out twice. Never what is of unknown outcome, never what was replaced, never a swap whose time has passed, and behind the
 * last look like everything that leaves.
 */
export class Rebroadcaster {
  readonly #parts: RebroadcasterParts

  constructor(parts: RebroadcasterParts) {
    this.#parts = parts
  }

  /** The node has forgotten this transaction of an order. Never throws. */
  async dropped(orderId: string, txId: string): Promise<void> {
    try {
      await this.#rebroadcast(orderId, txId)
    } catch (thrown) {
      this.#parts.onFault(orderId, thrown)
    }
  }

  async #rebroadcast(orderId: string, txId: string): Promise<void> {
    const { ports, journal, placerOf } = this.#parts
    const record = journal.get(orderId)
    const venue = record === null ? null : ports.venues.get(record.plan.intent.venue)
    const placer = venue === null ? null : placerOf(venue.id)
    if (venue?.chain == null || placer === null) return
    if (!(await this.#isForgotten(orderId, txId, venue.chain))) return
    // Looked at again: reading took its time.
    const tx = this.#newestSent(orderId, txId)
    if (tx === null || this.#isPast(tx)) return
    journal.append(orderId, { type: 'OrderRebroadcast', data: { hash: tx.hash } })
    const look: LastLook = tx.purpose === 'cancel' ? () => null : ports.gate.lastLook
    const outcome = await placer
      .place({ kind: 'signed-tx', raw: tx.raw, hash: tx.hash }, look)
      .catch((thrown: unknown): PlaceOutcome => ({ kind: 'unknown', failure: failure('INTERNAL', describeError(thrown)) }))
    // What may have left is followed as it was; what did not is told.
    const why = whyNot(outcome)
    if (why === null || !isOpen(journal.get(orderId)?.state ?? 'failed')) return
    journal.append(orderId, { type: 'OrderReplacementFailed', data: { how: 'rebroadcast', hash: tx.hash, ...why } })
  }

  /** The node says so now, and nobody has used the nonce; what cannot be read is no leave to send. */
  async #isForgotten(orderId: string, txId: string, chain: ChainSide): Promise<boolean> {
    const tx = this.#newestSent(orderId, txId)
    if (tx === null) return false
    const [seen, used] = await Promise.all([chain.reader.transaction(tx.hash), chain.reader.transactionCount(tx.from)])
    return seen.ok && seen.value === null && used.ok && used.value <= tx.nonce
  }

  /** The transaction, if it was taken once, nothing has replaced it, and its order is not of unknown outcome. */
  #newestSent(orderId: string, txId: string): (TransactionRecord & { readonly hash: Hex; readonly raw: Hex }) | null {
    const state = this.#parts.journal.get(orderId)?.state
    if (state !== 'submitted' && state !== 'approved') return null
    const txs = this.#parts.transactions.ofOrder(orderId)
    const found = txs.find((tx) => tx.txId === txId)
    const root = txs.find((tx) => tx.txId === (found?.replaces ?? txId))
    const newest = root === undefined ? undefined : contenders(rivalsOf(txs, root)).at(-1)
    return newest?.txId === txId && newest.state === 'sent' ? newest : null
  }

  /** A swap that could only fail any more. */
  #isPast({ unsigned }: TransactionRecord): boolean {
    const call = this.#parts.ports.decodeCall(unsigned)
    return call.kind === 'swap' && call.deadlineSec * 1_000 <= this.#parts.ports.clock.wallMs()
  }
}

function whyNot(outcome: PlaceOutcome): Record<string, string> | null {
  switch (outcome.kind) {
    case 'accepted':
      return null
    case 'withheld':
      return { ...outcome.denial.figures, code: outcome.denial.code, guard: 'kill-switch' }
    case 'rejected':
    case 'unknown':
      return asData(outcome.failure)
  }
}

function asData({ code, detail }: Failure): Record<string, string> {
  return { code, detail }
}
