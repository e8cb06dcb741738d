import { failure, type Denial, type Failure } from '../../domain/codes'
import type { Hex } from '../../domain/evm'
import type { GuardId } from '../../domain/guard'
import { isOpen } from '../../domain/order'
import { firstDenial } from '../../guards/run-guards'
import { describeError } from '../../lib/errors'
import { collectFetched } from '../../lib/fetched'
import { toJson } from '../../lib/json'
import { ok, type Result } from '../../lib/result'
import type { LastLook, PlaceOutcome } from '../../venues/venue'
import { guardFacts, judge } from '../guard-facts'
import type { Journal } from '../journal/journal'
import type { OrderRecord, TransactionRecord } from '../journal/records'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { ChainSide, EnginePorts, PlacerOf } from '../ports'
import type { PlanFacts } from './build-plan'
import { askAgain } from './judged-after-wait'
import { chainOf } from './chain-of'
import { guardOfLook, lastLookAt } from './last-look'
import { intentOf, quoteOf } from './stored-plan'

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
 * cannot be carried out twice. Never what is of unknown outcome, never what was replaced, never a swap whose time has passed. All guards judge it
 * again by what the market says now, and the last look stands before it, like everything that leaves; a cancel passes.
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
    const dropped = this.#newestSent(orderId, txId)
    if (record === null || dropped === null) return
    const { venue } = record.plan.intent
    const chain = chainOf(ports.venues, venue, dropped)
    const placer = placerOf(venue)
    if (chain === null || placer === null) return
    if (!(await this.#isForgotten(orderId, txId, chain))) return
    const facts = await this.#factsOf(record, txId)
    // Looked at again: reading took its time.
    const tx = this.#newestSent(orderId, txId)
    if (tx === null || this.#isPast(tx)) return
    const held = ports.breakers.probes().includes(orderId)
    let outcome: PlaceOutcome | null = null
    try {
      const look = this.#judge(tx, facts)
      if (typeof look !== 'function') {
        this.#refused(tx, look)
        return
      }
      journal.append(orderId, { type: 'OrderRebroadcast', data: { hash: tx.hash } })
      outcome = await placer
        .place({ kind: 'signed-tx', raw: tx.raw, hash: tx.hash }, look)
        .catch((thrown: unknown): PlaceOutcome => ({ kind: 'unknown', failure: failure('INTERNAL', describeError(thrown)) }))
    } finally {
      // What may have left is followed as it was, and tells the breakers what came of it.
      const mayHaveLeft = outcome?.kind === 'accepted' || outcome?.kind === 'unknown'
      if (!mayHaveLeft && !held) ports.breakers.releaseProbes(orderId)
    }
    const why = whyNot(outcome)
    if (why !== null) this.#refused(tx, why)
  }

  /** What all guards judge it by, and on record: the market as it is now. Null for a cancel, which always passes. */
  async #factsOf(record: OrderRecord, txId: string): Promise<Result<Omit<PlanFacts, 'orderId'>, Failure> | null> {
    const { ports } = this.#parts
    const tx = this.#newestSent(record.orderId, txId)
    if (tx === null || tx.purpose === 'cancel') return null
    const intent = intentOf(record.plan)
    const { value: now, fetched } = await collectFetched(() => askAgain(ports, { intent, quote: quoteOf(record.plan) }))
    ports.audit.append({
      category: 'TRADE_EXECUTION',
      severity: 'info',
      type: 'ReplacementPrepared',
      actor: 'system',
      subject: record.orderId,
      data: {
        how: 'rebroadcast',
        outcome: now.ok ? 'quoted' : now.error.code,
        quote: now.ok ? toJson(now.value.quote) : null,
        fetched: toJson(fetched),
      },
    })
    return now.ok ? ok({ intent, ...now.value }) : now
  }

  /** The last look of what may be sent, or why it may not. A half-open breaker lets it through as its probe, or not at all. */
  #judge(
    { orderId, purpose, unsigned }: TransactionRecord,
    facts: Result<Omit<PlanFacts, 'orderId'>, Failure> | null,
  ): LastLook | Record<string, string> {
    const { ports } = this.#parts
    if (purpose === 'cancel') return () => null
    if (facts?.ok !== true) return asData(facts?.error ?? failure('INTERNAL', 'it was not judged'))
    ports.breakers.acquireProbes(orderId)
    const { intent, quote, notionalUsd, heldBase } = facts.value
    const judged = guardFacts(ports, { orderId, purpose, intent, quote, notionalUsd, heldBase, request: null, tx: unsigned })
    const refused = firstDenial(judge(ports, judged))
    return refused === null ? lastLookAt(ports, judged) : denialData(refused.denial, refused.guard)
  }

  /** Says that it was not sent again, and why, as long as that matters. */
  #refused({ orderId, hash }: TransactionRecord, why: Record<string, string>): void {
    const { journal } = this.#parts
    if (!isOpen(journal.get(orderId)?.state ?? 'failed')) return
    journal.append(orderId, { type: 'OrderReplacementFailed', data: { how: 'rebroadcast', hash: hash ?? '', ...why } })
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

/** What is told of an outcome: nothing where it was taken. */
function whyNot(outcome: PlaceOutcome): Record<string, string> | null {
  switch (outcome.kind) {
    case 'accepted':
      return null
    case 'withheld':
      return denialData(outcome.denial, guardOfLook(outcome.denial))
    case 'rejected':
    case 'unknown':
      return asData(outcome.failure)
  }
}

function denialData({ code, figures }: Denial, guard: GuardId | null): Record<string, string> {
  return { ...figures, code, ...(guard === null ? {} : { guard }) }
}

function asData({ code, detail }: Failure): Record<string, string> {
  return { code, detail }
}
