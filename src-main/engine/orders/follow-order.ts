import { isOpen } from '../../domain/order'
import type { OrderPlan } from '../../domain/plan'
import type { Cancel } from '../../lib/clock'
import type { VenueOrderStatus } from '../../venues/venue'
import type { Venue } from '../ports'
import { ChainFollower, type AllowanceOutcome } from './follow-chain'
import { ExchangeFollower } from './follow-exchange'
import { RECONCILE_EVERY_MS, type FollowerParts } from './follow-parts'
import { ExchangeReview, REVIEW_EVERY_MS } from './review-exchange'

/**
 * Follows what has left until it is final, and turns what venues and chains say into events of the order's life. It reads; it never sends.
 * An unknown outcome is asked after until the venue knows, and is never sent again.
 */
export class OrderFollower {
  private readonly asking = new Map<string, Cancel>()
  private readonly subscriptions: Cancel[] = []
  private readonly reviews: ExchangeReview[] = []
  private stopReviews: Cancel = () => undefined
  private stopped = false
  private readonly exchange: ExchangeFollower
  private readonly chain: ChainFollower

  constructor(
    private readonly parts: FollowerParts,
    onDropped: (orderId: string, txId: string) => void = () => undefined,
  ) {
    const hooks = {
      finish: this.finish.bind(this),
      reconcile: this.reconcile.bind(this),
    }
    this.exchange = new ExchangeFollower(parts, hooks)
    this.chain = new ChainFollower(parts, hooks, onDropped)
  }

  /** Starts hearing an exchange's word on our resting orders. */
  listen(venue: Venue): void {
    if (venue.orders === null) return
    this.subscriptions.push(this.exchange.listen(venue))
    this.reviews.push(
      new ExchangeReview(this.parts, venue, (orderId) => {
        this.parts.journal.append(orderId, {
          type: 'OrderOutcomeUnknown',
          data: { code: 'NOT_FOUND', detail: 'the venue lists it no more' },
        })
        this.reconcile(orderId)
      }),
    )
    if (this.reviews.length === 1) this.reviewLater()
  }

  /** Asks exchanges at once what they list of what rests with them, as after a sleep. */
  async review(): Promise<void> {
    await Promise.all(this.reviews.map((review) => review.look()))
  }

  /** Follows an order that a chain has taken; an exchange tells by itself. Safe to call twice. */
  follow(orderId: string): void {
    this.chain.follow(orderId)
  }

  /** Something that replaces an order's transaction may have left: it is followed as well. */
  join(orderId: string): void {
    this.chain.join(orderId)
  }

  /** Waits until an allowance is mined once, or says why it was not. */
  awaitAllowance(plan: OrderPlan, txId: string): Promise<AllowanceOutcome> {
    return this.chain.awaitAllowance(plan, txId)
  }

  /** Asks the venue what became of an order whose outcome is unknown, until it can tell. */
  reconcile(orderId: string): void {
    const later = (): void => {
      this.asking.set(orderId, this.parts.ports.scheduler.after(RECONCILE_EVERY_MS, run))
    }
    const ask = async (): Promise<void> => {
      if (this.parts.journal.get(orderId)?.state !== 'unknown') return
      if (!(await this.tryReconcile(orderId))) later()
    }
    const run = (): void => {
      ask().catch((thrown: unknown) => {
        this.parts.onFault(orderId, thrown)
        later()
      })
    }
    run()
  }

  /** Brings an order's record to what an exchange holds of it. */
  settleFromVenue(orderId: string, status: VenueOrderStatus | null): void {
    this.exchange.settle(orderId, status)
  }

  /** Stops following; orders stay as they are. */
  stop(): void {
    for (const cancel of [...this.asking.values(), ...this.subscriptions, this.stopReviews]) cancel()
    this.asking.clear()
    this.chain.stopAll()
    this.stopped = true
  }

  private reviewLater(): void {
    this.stopReviews = this.parts.ports.scheduler.after(REVIEW_EVERY_MS, () => {
      void this.review().then(() => {
        if (!this.stopped) this.reviewLater()
      })
    })
  }

  private async tryReconcile(orderId: string): Promise<boolean> {
    const record = this.parts.journal.get(orderId)
    if (record === null || !isOpen(record.state)) return true
    const venue = this.parts.ports.venues.get(record.plan.intent.venue)
    if (venue === null) return false
    if (venue.orders !== null) return this.exchange.tryReconcile(orderId, venue.orders)
    return venue.chain !== null && this.chain.tryReconcile(orderId, venue.chain)
  }

  private finish(orderId: string, trade: 'success' | 'failure' | null, why?: string): void {
    const { breakers } = this.parts.ports
    if (trade !== null) breakers.record('trade', trade, { orderId, ...(why === undefined ? {} : { why }) })
    if (trade === 'success') breakers.record('system', 'success', { orderId })
    breakers.releaseProbes(orderId)
    this.asking.get(orderId)?.()
    this.asking.delete(orderId)
    this.chain.forget(orderId)
    this.exchange.forget(orderId)
  }
}
