import type { FailureCode } from '../../domain/codes'
import { isOpen } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import { firstDenial } from '../../guards/run-guards'
import type { Cancel } from '../../lib/clock'
import type { Journal } from '../journal/journal'
import type { OrderRecord, RetryDecision, TransactionRecord } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import type { EnginePorts } from '../ports'
import { hashPlan } from './build-plan'
import { classToRetry, materialChanges, MOST_ATTEMPTS, planAttempt } from './next-attempt'
import { endsFinal } from './nonce-facts'
import type { Pipeline } from './pipeline'

/** How long after its failure an order is tried anew, ms. */
const RETRY_AFTER_MS = 1_000

/** What the retrier works with. It sends nothing itself: a further attempt goes the way of every order. */
export interface RetrierParts {
  readonly ports: EnginePorts
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly pipeline: Pick<Pipeline, 'start'>
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Tries anew what failed for a reason that a fresh attempt does away with (product row X3): expired, its nonce used, out of gas. The attempt is an
 * order of its own, judged by all guards. Where price, amount or fee changed materially, or somebody else used our nonce, it waits for a person.
 * Only for orders of this run: nothing trades by itself because the app was started.
 */
export class OrderRetrier {
  readonly #parts: RetrierParts
  readonly #begun = new Set<string>()
  readonly #waits = new Set<Cancel>()
  readonly #stopHearing: Cancel

  constructor(parts: RetrierParts) {
    this.#parts = parts
    this.#stopHearing = parts.journal.onChange((record) => {
      if (record.state === 'initialized') this.#begun.add(record.orderId)
      // Nothing is kept of what has ended, well or not.
      else if (!isOpen(record.state) && this.#begun.delete(record.orderId) && classToRetry(record) !== null) this.#retrySoon(record)
    })
  }

  stop(): void {
    this.#stopHearing()
    for (const cancel of this.#waits) cancel()
  }

  /** After a moment: whoever recorded the failure is not done with the order yet, and orders keep a distance from each other. */
  #retrySoon(record: OrderRecord): void {
    const cancel = this.#parts.ports.scheduler.after(RETRY_AFTER_MS, () => {
      this.#waits.delete(cancel)
      this.#retry(record).catch((thrown: unknown) => {
        this.#parts.onFault(record.orderId, thrown)
      })
    })
    this.#waits.add(cancel)
  }

  async #retry(record: OrderRecord): Promise<void> {
    const { ports, journal, transactions, pipeline } = this.#parts
    const code = classToRetry(record)
    if (code === null || ports.venues.get(record.plan.intent.venue)?.chain == null) return
    const notTried = (...why: string[]): void => {
      this.#decide(record, code, { kind: 'not-tried', orderId: null, why })
    }
    if ((record.plan.attempt?.number ?? 1) >= MOST_ATTEMPTS) {
      notTried('tried often enough')
      return
    }
    if (ports.gate.snapshot().state !== 'armed') {
      notTried('halted')
      return
    }
    const { plan, verdicts, obstacle } = await planAttempt(ports, transactions, record)
    const refused = firstDenial(verdicts)?.denial ?? obstacle
    if (plan === null || refused !== null) {
      notTried(refused?.code ?? 'no plan')
      return
    }
    if (!competesWithRefused(transactions.ofOrder(record.orderId), plan)) {
      notTried('what was refused may be out')
      return
    }
    const taken = journal.events(record.orderId).some(({ type }) => type === 'OrderNonceTaken')
    const changes = [
      ...(taken ? ['somebody else used the nonce'] : []),
      ...(mayStillBeMined(transactions.ofOrder(record.orderId), record) ? ['not final'] : []),
      ...materialChanges(record.plan, plan),
    ]
    if (changes.length > 0) {
      this.#decide(record, code, { kind: 'needs-sign-off', orderId: null, why: changes })
      return
    }
    this.#decide(record, code, { kind: 'continued', orderId: plan.orderId, why: [] })
    const started = pipeline.start(plan, hashPlan(plan), 'system')
    if (!started.ok) notTried(started.error.code)
  }

  #decide({ orderId }: OrderRecord, code: FailureCode, decision: RetryDecision): void {
    this.#parts.ports.audit.append({
      category: 'TRADE_EXECUTION',
      severity: 'info',
      type: 'OrderRetryDecided',
      actor: 'system',
      subject: orderId,
      data: { code, decision: decision.kind, next: decision.orderId, why: [...decision.why] },
    })
    this.#parts.journal.note(orderId, { retry: decision })
  }
}

/** A node that refused a swap has its bytes: another may only be sent at the same nonce, of which the chain takes one. */
function competesWithRefused(txs: readonly TransactionRecord[], { steps }: OrderPlan): boolean {
  const nonces = steps.flatMap((step) => (step.kind === 'evm-tx' ? [step.tx.nonce] : []))
  return txs.every(({ state, purpose, nonce }) => state !== 'refused' || purpose !== 'order' || nonces.includes(nonce))
}

/**
 * What ended it is in a block that may go, and its swap may then be carried out, at a nonce that no further attempt can compete for. To wait until it is final
 * would be no better: minutes after somebody saw it fail, and may have traded by hand, nothing is sent by itself.
 */
function mayStillBeMined(txs: readonly TransactionRecord[], record: OrderRecord): boolean {
  return !endsFinal(record) && txs.some(({ purpose, state }) => purpose === 'order' && state === 'mined')
}
