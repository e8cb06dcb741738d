import { failure, type Failure, type FailureCode } from '../../domain/codes'
import type { Hex, UnsignedTx } from '../../domain/evm'
import { isOpen } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { ConfirmationEvent } from '../../confirmations/confirmations'
import type { Cancel } from '../../lib/clock'
import { decimal, fromUnits, ZERO } from '../../lib/decimal'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'
import type { VenueOrderStatus, VenueOrderUpdate } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import { NO_PROGRESS } from '../journal/records'
import type { TransactionJournal } from '../journal/transactions'
import { addFill, leftOf, realisedProgress } from './fill-progress'
import type { ChainSide, EnginePorts, Venue } from '../ports'

/** How long an allowance may take to be mined before its order gives up, ms. */
const ALLOWANCE_DEADLINE_MS = 180_000
/** How often an order of unknown outcome is looked for, ms. */
const RECONCILE_EVERY_MS = 5_000
/** Why a receipt's amounts could not be read, where another try may do. */
const READ_AGAIN: readonly FailureCode[] = ['NETWORK_ERROR', 'TIMEOUT_ERROR', 'RATE_LIMITED']

/** Parts of the follower. */
export interface FollowerParts {
  readonly ports: EnginePorts
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Follows what has left until it is final, and turns what venues and chains say into events of the order's life. It reads; it never sends.
 * An unknown outcome is asked after until the venue knows, and is never sent again.
 */
export class OrderFollower {
  private readonly stops = new Map<string, Cancel>()
  private readonly subscriptions: Cancel[] = []
  /** Orders of unknown outcome of which the venue said something while it was asked. */
  private readonly stirred = new Set<string>()
  /** Confirmed swaps whose amounts are being read. */
  private readonly settling = new Map<string, Promise<void>>()

  constructor(private readonly parts: FollowerParts) {}

  /** Starts hearing an exchange's word on our resting orders. */
  listen(venue: Venue): void {
    if (venue.orders === null) return
    this.subscriptions.push(
      venue.orders.subscribe((update) => {
        this.guarded(update.clientOrderId, false, () => {
          this.onVenueUpdate(update)
        })
      }),
    )
  }

  /** Follows an order that the venue has taken. Safe to call twice. */
  follow(orderId: string): void {
    const record = this.parts.journal.get(orderId)
    if (record === null || !isOpen(record.state)) return
    const venue = this.parts.ports.venues.get(record.plan.intent.venue)
    if (venue?.chain == null) return // an exchange tells by itself
    const tx = this.parts.transactions.ofOrder(orderId).find((candidate) => candidate.purpose === 'order' && candidate.hash !== null)
    if (tx?.hash == null) return
    const { chain } = venue
    this.stops.get(orderId)?.()
    const cancel = chain.monitor.follow(
      {
        hash: tx.hash as Hex,
        from: tx.from,
        nonce: tx.nonce,
        notionalUsd: record.plan.notionalUsd === null ? null : decimal(record.plan.notionalUsd),
        sentAtMs: tx.updatedAtMs,
      },
      (event) => {
        // Thrown on: what could not be recorded is said again by the monitor.
        this.guarded(orderId, true, () => {
          this.onChainEvent(orderId, tx.txId, tx.hash as Hex, chain, event)
        })
      },
    )
    this.stops.set(orderId, cancel)
  }

  /** Asks the venue what became of an order whose outcome is unknown, until it can tell. */
  reconcile(orderId: string): void {
    const ask = async (): Promise<void> => {
      if (this.parts.journal.get(orderId)?.state !== 'unknown') return
      const settled = await this.tryReconcile(orderId)
      if (!settled) this.stops.set(orderId, this.parts.ports.scheduler.after(RECONCILE_EVERY_MS, run))
    }
    const run = (): void => {
      ask().catch((thrown: unknown) => {
        this.parts.onFault(orderId, thrown)
        this.stops.set(orderId, this.parts.ports.scheduler.after(RECONCILE_EVERY_MS, run))
      })
    }
    run()
  }

  /** Waits until an allowance is mined once, or says why it was not. */
  awaitMined(plan: OrderPlan, hash: Hex, tx: UnsignedTx): Promise<Result<{ readonly blockNumber: number }, Failure>> {
    const chain = this.parts.ports.venues.get(plan.intent.venue)?.chain
    if (chain == null) return Promise.resolve(err(failure('VENUE_CLOSED', 'the chain is not connected')))
    return new Promise((resolve) => {
      const finish = (result: Result<{ readonly blockNumber: number }, Failure>): void => {
        stop()
        giveUp()
        this.stops.delete(plan.orderId)
        resolve(result)
      }
      const giveUp = this.parts.ports.scheduler.after(ALLOWANCE_DEADLINE_MS, () => {
        finish(err(failure('TIMEOUT_ERROR', 'the allowance was not mined in time')))
      })
      // An allowance is worth nothing by itself: the lowest tier is enough before the swap that it serves.
      const stop = chain.monitor.follow(
        { hash, from: tx.from, nonce: tx.nonce, notionalUsd: ZERO, sentAtMs: this.parts.ports.clock.wallMs() },
        (event) => {
          if (event.kind === 'confirmed') {
            chain.reader.receipt(hash).then(
              (receipt) => {
                finish(
                  receipt.ok && receipt.value !== null
                    ? ok({ blockNumber: receipt.value.blockNumber })
                    : err(failure('BAD_ANSWER', 'no receipt')),
                )
              },
              (thrown: unknown) => {
                finish(err(failure('INTERNAL', describeError(thrown))))
              },
            )
          } else if (event.kind === 'reverted') finish(err(failure('REVERTED', event.reason ?? 'the allowance was reverted')))
          else if (event.kind === 'replaced') finish(err(failure('NONCE_TOO_LOW', 'another transaction took the nonce')))
        },
      )
      this.stops.set(plan.orderId, () => {
        stop()
        giveUp()
      })
    })
  }

  /** Stops following; orders stay as they are. */
  stop(): void {
    for (const cancel of [...this.stops.values(), ...this.subscriptions]) cancel()
    this.stops.clear()
  }

  private async tryReconcile(orderId: string): Promise<boolean> {
    const { journal, ports, transactions } = this.parts
    const record = journal.get(orderId)
    const venue = record === null ? null : ports.venues.get(record.plan.intent.venue)
    if (record === null) return true
    if (venue === null) return false
    if (venue.orders !== null) {
      this.stirred.delete(orderId)
      const found = await venue.orders.find(orderId)
      if (!found.ok || journal.get(orderId)?.state !== 'unknown') return found.ok
      if (this.stirred.has(orderId)) return false
      this.settleFromVenue(orderId, found.value)
      return true
    }
    const tx = transactions.ofOrder(orderId).find((candidate) => candidate.purpose === 'order')
    if (tx?.hash == null || venue.chain === null) return false
    const seen = await venue.chain.reader.transaction(tx.hash as Hex)
    if (!seen.ok || journal.get(orderId)?.state !== 'unknown') return false
    if (seen.value !== null) {
      transactions.setState(tx.txId, 'sent')
      journal.append(orderId, { type: 'OrderReconciled', leadsTo: 'submitted', data: { hash: tx.hash, found: 'yes' } })
      this.follow(orderId)
      return true
    }
    const used = await venue.chain.reader.transactionCount(tx.from)
    if (!used.ok || used.value <= tx.nonce || journal.get(orderId)?.state !== 'unknown') return false
    transactions.setState(tx.txId, 'failed')
    journal.append(orderId, {
      type: 'OrderReconciled',
      leadsTo: 'failed',
      data: { hash: tx.hash, found: 'no' },
      progress: { why: { code: 'NONCE_TOO_LOW', figures: { nonce: String(tx.nonce) } } },
    })
    this.finish(orderId, 'failure', 'NONCE_TOO_LOW')
    return true
  }

  /** Brings an order's record to what an exchange holds of it. */
  settleFromVenue(orderId: string, status: VenueOrderStatus | null): void {
    const { journal } = this.parts
    if (status === null) {
      journal.append(orderId, {
        type: 'OrderReconciled',
        leadsTo: 'failed',
        data: { found: 'no' },
        progress: { why: { code: 'NOT_FOUND', figures: {} } },
      })
      this.finish(orderId, 'failure', 'NOT_FOUND')
      return
    }
    const leadsTo = ({ open: 'working', filled: 'filled', canceled: 'canceled', rejected: 'rejected' } as const)[status.state]
    const average = status.averagePrice
    journal.append(orderId, {
      type: 'OrderReconciled',
      leadsTo,
      data: { found: 'yes', state: status.state, filledBase: status.filledBase.toFixed() },
      progress: {
        filledBase: status.filledBase.toFixed(),
        filledQuote: average === null ? '0' : status.filledBase.mul(average).toFixed(),
        averagePrice: average === null ? null : average.toFixed(),
        fee: status.fee.toFixed(),
        feeAsset: status.feeAsset,
      },
    })
    if (leadsTo === 'filled') this.finish(orderId, 'success')
    else if (leadsTo === 'rejected') this.finish(orderId, 'failure', 'INVALID_INSTRUCTION')
    else if (leadsTo === 'canceled') this.finish(orderId, null)
  }

  /** What the venue says does not add up to what it said before, so one word was lost or overtaken: only the venue can tell what it holds. */
  private doubt(orderId: string): void {
    this.parts.journal.append(orderId, { type: 'OrderOutcomeUnknown', data: { code: 'BAD_ANSWER', detail: 'the updates do not add up' } })
    this.reconcile(orderId)
  }

  private onVenueUpdate(update: VenueOrderUpdate): void {
    const { journal } = this.parts
    const record = journal.get(update.clientOrderId)
    if (record === null || !isOpen(record.state)) return
    const { orderId } = record
    // The venue is being asked what it holds; what it says meanwhile is part of the answer to the next asking.
    if (record.state === 'unknown') {
      this.stirred.add(orderId)
      return
    }
    switch (update.kind) {
      case 'accepted':
        if (record.state !== 'working') journal.append(orderId, { type: 'OrderAccepted' })
        return
      case 'fill': {
        // A venue may say a fill twice: what is left tells whether this one is already counted.
        const known = leftOf(record)
        if (update.remainingBase.gte(known)) return
        if (!known.sub(update.baseAmount).eq(update.remainingBase)) {
          this.doubt(orderId)
          return
        }
        const done = update.remainingBase.lte(0)
        journal.append(orderId, {
          type: done ? 'OrderFilled' : 'OrderPartiallyFilled',
          data: {
            baseAmount: update.baseAmount.toFixed(),
            price: update.price.toFixed(),
            fee: update.fee.toFixed(),
            feeAsset: update.feeAsset,
            remainingBase: update.remainingBase.toFixed(),
          },
          progress: addFill(record, update.baseAmount, update.price, update.fee, update.feeAsset),
        })
        if (done) this.finish(orderId, 'success')
        return
      }
      case 'canceled':
        if (!leftOf(record).eq(update.remainingBase)) {
          this.doubt(orderId)
          return
        }
        journal.append(orderId, { type: 'OrderCanceled', data: { remainingBase: update.remainingBase.toFixed(), why: update.why } })
        this.finish(orderId, decimal(record.progress.filledBase).gt(0) ? 'success' : null)
    }
  }

  private onChainEvent(orderId: string, txId: string, hash: Hex, chain: ChainSide, event: ConfirmationEvent): void {
    const { journal, ports, transactions } = this.parts
    const record = journal.get(orderId)
    if (record === null || !isOpen(record.state)) return
    switch (event.kind) {
      case 'included':
        transactions.setState(txId, 'mined')
        journal.append(orderId, {
          type: 'OrderIncluded',
          data: {
            hash,
            block: String(event.blockNumber),
            blockHash: event.blockHash,
            gasUsed: event.gasUsed.toString(),
            feePaidWei: event.feePaidWei.toString(),
          },
          progress: { fee: fromUnits(event.feePaidWei, 18).toFixed(), feeAsset: 'ETH' },
        })
        return
      case 'confirmations':
        journal.note(orderId, {
          confirmations: { have: event.have, need: event.need, finalityNeeded: record.progress.confirmations?.finalityNeeded ?? false },
        })
        return
      case 'confirmed':
        ports.breakers.record('confirmation', 'success', { orderId })
        this.settling.set(orderId, this.settleSwap(orderId, hash, chain, event))
        return
      case 'finalized':
        // Said in the same breath as `confirmed` where the block is old: what the swap moved is recorded first.
        void this.settling.get(orderId)?.then(() => {
          this.finalize(orderId, event.blockNumber)
        })
        return
      case 'reverted':
        journal.append(orderId, {
          type: 'OrderFailed',
          data: { code: 'REVERTED', reason: event.reason ?? '', block: String(event.blockNumber) },
          progress: { why: { code: 'REVERTED', figures: { detail: event.reason ?? '' } } },
        })
        this.finish(orderId, 'failure', 'REVERTED')
        return
      case 'reorged':
        journal.append(orderId, { type: 'OrderReorged', data: { fromBlock: String(event.fromBlock) }, progress: NO_PROGRESS })
        transactions.setState(txId, 'sent')
        return
      case 'timed-out':
        journal.append(orderId, { type: 'OrderTimedOut', data: { phase: event.phase } })
        ports.breakers.record('confirmation', 'failure', { orderId, why: event.phase })
        return
      case 'replaced':
        transactions.setState(txId, 'failed')
        journal.append(orderId, {
          type: 'OrderFailed',
          data: { code: 'NONCE_TOO_LOW' },
          progress: { why: { code: 'NONCE_TOO_LOW', figures: {} } },
        })
        this.finish(orderId, 'failure', 'NONCE_TOO_LOW')
        return
      case 'dropped':
        // Nodes forget; the bytes may still be mined, so the order stays open and followed.
        return
      case 'read-failed':
        // The transport has counted the call that failed; counted twice, one lost answer would open the breaker.
        return
      case 'read-succeeded':
        // The transport knows no orders: in the order's name, so that a probe closes the breaker it was sent to try.
        ports.breakers.record('network', 'success', { orderId })
    }
  }

  /** Records what the swap really moved, from its receipt, when it has its confirmations. */
  private async settleSwap(
    orderId: string,
    hash: Hex,
    chain: ChainSide,
    event: Extract<ConfirmationEvent, { kind: 'confirmed' }>,
  ): Promise<void> {
    const { journal, ports } = this.parts
    try {
      const record = journal.get(orderId)
      if (record === null) return
      const { intent } = record.plan
      const account = ports.accounts.addressOf(intent.account) ?? ''
      const realised = await chain.receipts.realised(hash, account, intent.instrument, intent.side)
      const now = journal.get(orderId)
      if (now?.state !== 'confirming') return // a reorg came in between; following goes on
      if (!realised.ok && READ_AGAIN.includes(realised.error.code)) {
        this.followLater(orderId)
        return
      }
      journal.append(orderId, {
        type: 'OrderConfirmed',
        leadsTo: event.awaitsFinality ? 'finalizing' : 'filled',
        data: {
          confirmations: String(event.confirmations),
          ...(realised.ok
            ? { paid: realised.value.paid.toFixed(), received: realised.value.received.toFixed() }
            : { realised: realised.error.code }),
        },
        ...(realised.ok ? { progress: realisedProgress(intent.side, realised.value, record.plan.quote) } : {}),
      })
      if (!event.awaitsFinality) this.finish(orderId, 'success')
    } catch (thrown) {
      ports.breakers.record('system', 'failure', { orderId, why: describeError(thrown) })
      this.parts.onFault(orderId, thrown)
      this.followLater(orderId)
    }
  }

  private finalize(orderId: string, blockNumber: number): void {
    const { journal } = this.parts
    try {
      if (journal.get(orderId)?.state !== 'finalizing') return
      journal.append(orderId, { type: 'OrderFinalized', data: { block: String(blockNumber) } })
      this.finish(orderId, 'success')
    } catch (thrown) {
      this.parts.onFault(orderId, thrown)
      this.followLater(orderId)
    }
  }

  /** The monitor has said all it had to say: it is asked again, from the beginning. */
  private followLater(orderId: string): void {
    this.stops.get(orderId)?.()
    this.stops.set(
      orderId,
      this.parts.ports.scheduler.after(RECONCILE_EVERY_MS, () => {
        this.follow(orderId)
      }),
    )
  }

  private finish(orderId: string, trade: 'success' | 'failure' | null, why?: string): void {
    const { breakers } = this.parts.ports
    if (trade !== null) breakers.record('trade', trade, { orderId, ...(why === undefined ? {} : { why }) })
    if (trade === 'success') breakers.record('system', 'success', { orderId })
    breakers.releaseProbes(orderId)
    this.stops.get(orderId)?.()
    this.stops.delete(orderId)
    this.settling.delete(orderId)
    this.stirred.delete(orderId)
  }

  private guarded(orderId: string, throwsOn: boolean, work: () => void): void {
    try {
      work()
    } catch (thrown) {
      this.parts.ports.breakers.record('system', 'failure', { orderId, why: describeError(thrown) })
      this.parts.onFault(orderId, thrown)
      if (throwsOn) throw thrown
    }
  }
}
