import type { AlertSink } from '../../domain/alert'
import { isOpen } from '../../domain/order'
import type { StuckRules } from '../../domain/stuck'
import type { Cancel } from '../../lib/clock'
import type { Journal } from '../journal/journal'
import type { TransactionRecord } from '../journal/records'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { EnginePorts } from '../ports'
import { waitingRoot } from './plan-replacement'
import type { OrderReplacer, ReplaceOutcome } from './replace-order'

/** Who acts when nobody does. */
const SYSTEM = 'system'

/** What the handler works with. */
export interface StuckParts {
  readonly ports: Pick<EnginePorts, 'clock' | 'scheduler' | 'gate'>
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly replacer: Pick<OrderReplacer, 'speedUp' | 'cancelOnChain'>
  readonly rules: () => StuckRules
  readonly alerts: AlertSink
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Watches how long what was sent to a chain waits to be mined. Past the limit it is sped up or canceled, as the settings say and as often as they
 * say, also after its order has ended; whatever cannot be done without a person, or was not asked for, is told instead. While halted nothing is done: what a halt cancels, it
 * cancels by itself.
 */
export class StuckHandler {
  private readonly timers = new Map<string, Cancel>()
  private readonly stopHearing: Cancel

  constructor(private readonly parts: StuckParts) {
    this.stopHearing = parts.journal.onChange(({ orderId, state }) => {
      const isWatched = isOpen(state) ? state !== 'confirming' && state !== 'finalizing' : this.rootOf(orderId) !== null
      if (isWatched) this.watch(orderId)
      else this.forget(orderId)
    })
  }

  /** Watches what the last run left open, and what orders that ended left waiting. */
  resume(): void {
    const { journal, transactions } = this.parts
    for (const { orderId } of [...journal.open(), ...transactions.inFlight()]) this.watch(orderId)
  }

  stop(): void {
    this.stopHearing()
    for (const orderId of [...this.timers.keys()]) this.forget(orderId)
  }

  private watch(orderId: string): void {
    if (!this.timers.has(orderId)) this.lookAfter(orderId, this.parts.rules().afterMs)
  }

  private forget(orderId: string): void {
    this.timers.get(orderId)?.()
    this.timers.delete(orderId)
  }

  /** What waits of an order. One that has ended may have left an allowance: it holds its nonce, and what comes after it cannot be mined before it. */
  private rootOf(orderId: string): TransactionRecord | null {
    return waitingRoot(this.parts.transactions.ofOrder(orderId))
  }

  private lookAfter(orderId: string, delayMs: number): void {
    this.forget(orderId)
    const run = (): void => {
      this.timers.delete(orderId)
      this.look(orderId).catch((thrown: unknown) => {
        this.parts.onFault(orderId, thrown)
      })
    }
    this.timers.set(orderId, this.parts.ports.scheduler.after(delayMs, run))
  }

  private async look(orderId: string): Promise<void> {
    const { ports, journal, transactions } = this.parts
    const rules = this.parts.rules()
    const state = journal.get(orderId)?.state
    if (state === undefined) return
    const txs = transactions.ofOrder(orderId)
    const root = waitingRoot(txs)
    // Nothing of it waits now: its next event begins the watch anew.
    if (root === null) return
    const rivals = rivalsOf(txs, root)
    const newest = contenders(rivals).at(-1) ?? root
    const waitedMs = ports.clock.wallMs() - newest.updatedAtMs
    // A calendar that was set back prolongs the wait by no more than one period.
    if (waitedMs < rules.afterMs) {
      this.lookAfter(orderId, Math.min(rules.afterMs, rules.afterMs - waitedMs))
      return
    }
    const bumps = contenders(rivals).length - 1
    const outcome = await this.act(orderId, rules, bumps, isOpen(state))
    if (outcome !== 'done') this.tell(orderId, outcome, { waitedSec: String(Math.round(waitedMs / 1_000)), bumps: String(bumps) })
    const after = journal.get(orderId)?.state
    if (after !== undefined && (isOpen(after) || this.rootOf(orderId) !== null)) this.lookAfter(orderId, rules.afterMs)
  }

  /** Does what the settings say; `done`, or why it was not. */
  private async act(orderId: string, { action, mostBumps }: StuckRules, bumps: number, open: boolean): Promise<string> {
    const { ports, replacer } = this.parts
    if (action === 'off') return 'off'
    if (ports.gate.snapshot().state !== 'armed') return 'halted'
    if (bumps >= mostBumps) return 'bumps-used'
    // What an order that has ended left serves nothing any more: it is not paid more for.
    if (action === 'speed-up' && !open) return 'order-ended'
    const outcome = action === 'cancel' ? await replacer.cancelOnChain(orderId, SYSTEM) : await replacer.speedUp(orderId, SYSTEM)
    return whyNot(outcome)
  }

  private tell(orderId: string, why: string, figures: Readonly<Record<string, string>>): void {
    if (why === 'mined') return
    this.parts.alerts.raise({ kind: 'transaction-stuck', subject: orderId, figures: { ...figures, why } })
  }
}

/** Why a replacement was not sent, for a sentence; `done` when it was. */
function whyNot(outcome: ReplaceOutcome): string {
  switch (outcome.kind) {
    case 'sent':
    case 'unknown':
      return 'done'
    case 'too-late':
    case 'not-open':
      return 'mined'
    case 'needs-owner':
      return outcome.why === 'SIGNER_LOCKED' ? 'signer-locked' : 'signer-attended'
    case 'denied':
      return outcome.denial.code
    case 'failed':
      return outcome.failure.code
    case 'not-sent-yet':
    case 'busy':
    case 'canceling':
    case 'outcome-unknown':
    case 'budget':
      return outcome.kind
  }
}
