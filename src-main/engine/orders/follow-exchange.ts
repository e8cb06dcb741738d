import { isOpen } from '../../domain/order'
import type { Cancel } from '../../lib/clock'
import { decimal } from '../../lib/decimal'
import type { VenueOrderStatus, VenueOrderUpdate } from '../../venues/venue'
import type { Venue } from '../ports'
import { addFill, leftOf } from './fill-progress'
import { guarded, type FollowerHooks, type FollowerParts } from './follow-parts'

/** What is done once an update is on record: an order ends, or its venue is asked. */
type FollowUp = () => void

/** Turns what exchanges say of our orders into events of their lives. */
export class ExchangeFollower {
  /** Orders of unknown outcome of which the venue said something while it was asked. */
  private readonly stirred = new Set<string>()
  /** Orders of unknown outcome that the venue has once said it does not know. */
  private readonly notThere = new Set<string>()

  constructor(
    private readonly parts: FollowerParts,
    private readonly hooks: FollowerHooks,
  ) {}

  /** Starts hearing an exchange's word on our resting orders; returns how to stop. */
  listen({ orders }: Venue): Cancel {
    if (orders === null) return () => undefined
    return orders.subscribe((updates) => {
      if (updates.length > 1 && this.hearTogether(updates)) return
      for (const update of updates) {
        guarded(this.parts, update.clientOrderId, false, () => {
          this.hear(update)?.()
        })
      }
    })
  }

  /** Asks an exchange once what became of an order of unknown outcome; whether that settled it. */
  async tryReconcile(orderId: string, orders: NonNullable<Venue['orders']>): Promise<boolean> {
    const { journal, ports } = this.parts
    this.stirred.delete(orderId)
    const found = await orders.find(orderId)
    // Nothing else counts the calls to an exchange; in the order's name, so that a probe closes the breaker it was sent to try.
    ports.breakers.record('network', found.ok ? 'success' : 'failure', { orderId, ...(found.ok ? {} : { why: found.error.code }) })
    if (!found.ok || journal.get(orderId)?.state !== 'unknown') return found.ok
    if (this.stirred.has(orderId)) return false
    // It may be on its way there still: only what is not there at the next asking either was never there.
    if (found.value === null && !this.notThere.has(orderId)) {
      this.notThere.add(orderId)
      return false
    }
    this.settle(orderId, found.value)
    return true
  }

  /** Brings an order's record to what an exchange holds of it. */
  settle(orderId: string, status: VenueOrderStatus | null): void {
    const { journal } = this.parts
    if (status === null) {
      journal.append(orderId, {
        type: 'OrderReconciled',
        leadsTo: 'failed',
        data: { found: 'no' },
        progress: { why: { code: 'NOT_FOUND', figures: {} } },
      })
      this.hooks.finish(orderId, 'failure', 'NOT_FOUND')
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
    if (leadsTo === 'filled') this.hooks.finish(orderId, 'success')
    else if (leadsTo === 'rejected') this.hooks.finish(orderId, 'failure', 'INVALID_INSTRUCTION')
    else if (leadsTo === 'canceled') this.hooks.finish(orderId, null)
  }

  /** Nothing more is kept of an order that has ended. */
  forget(orderId: string): void {
    this.stirred.delete(orderId)
    this.notThere.delete(orderId)
  }

  /** What the venue says does not add up to what it said before, so one word was lost or overtaken: only the venue can tell what it holds. */
  private doubt(orderId: string): FollowUp {
    this.parts.journal.append(orderId, { type: 'OrderOutcomeUnknown', data: { code: 'BAD_ANSWER', detail: 'the updates do not add up' } })
    return () => this.hooks.reconcile(orderId)
  }

  /**
   * What happened together is on record in one go, and what follows from it is done after that. False when it could not be recorded so: then
   * nothing of it was, and each is to be heard by itself, so that what is wrong with one does not keep the others back.
   */
  private hearTogether(updates: readonly VenueOrderUpdate[]): boolean {
    const { journal } = this.parts
    try {
      const followUps = journal.together(() => updates.map((update) => [update.clientOrderId, this.hear(update)] as const))
      for (const [orderId, followUp] of followUps) if (followUp !== null) guarded(this.parts, orderId, false, followUp)
      return true
    } catch {
      return false
    }
  }

  /** Records an update; what is to be done once it is on record, or null. */
  private hear(update: VenueOrderUpdate): FollowUp | null {
    const { journal } = this.parts
    const record = journal.get(update.clientOrderId)
    if (record === null || !isOpen(record.state)) return null
    const { orderId } = record
    // The venue is being asked what it holds; what it says meanwhile is part of the answer to the next asking.
    if (record.state === 'unknown') {
      this.stirred.add(orderId)
      return null
    }
    switch (update.kind) {
      case 'accepted':
        if (record.state !== 'working') journal.append(orderId, { type: 'OrderAccepted' })
        return null
      case 'fill': {
        // A venue may say a fill twice: what is left tells whether this one is already counted.
        const known = leftOf(record)
        if (update.remainingBase.gte(known)) return null
        if (!known.sub(update.baseAmount).eq(update.remainingBase)) return this.doubt(orderId)
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
        return done ? () => this.hooks.finish(orderId, 'success') : null
      }
      case 'canceled':
        if (!leftOf(record).eq(update.remainingBase)) return this.doubt(orderId)
        journal.append(orderId, { type: 'OrderCanceled', data: { remainingBase: update.remainingBase.toFixed(), why: update.why } })
        return () => this.hooks.finish(orderId, decimal(record.progress.filledBase).gt(0) ? 'success' : null)
    }
  }
}
