import type { OrderState } from '../../domain/order'
import { describeError } from '../../lib/errors'
import type { Venue } from '../ports'
import type { FollowerParts } from './follow-parts'

/** How often what rests at an exchange is compared with what the exchange lists, ms. */
export const REVIEW_EVERY_MS = 30_000

const AT_REST: ReadonlySet<OrderState> = new Set<OrderState>(['submitted', 'working'])

/**
 * Notices the word of an exchange that never came, or that could not be written when it did: an order that is open as far as we know, and that the
 * exchange lists no more. Only at the second look without a word in between, for the word may be on its way.
 */
export class ExchangeReview {
  /** When what is not listed was last changed, at the look before this one, wall ms. */
  private missing = new Map<string, number>()

  constructor(
    private readonly parts: FollowerParts,
    private readonly venue: Venue,
    /** The venue is to be asked what became of it. */
    private readonly doubt: (orderId: string) => void,
  ) {}

  /** Looks once; asks nothing where nothing rests. Never throws. */
  async look(): Promise<void> {
    try {
      await this.compare()
    } catch (thrown) {
      this.parts.onFault(this.venue.id, thrown)
      this.parts.ports.breakers.record('system', 'failure', { why: describeError(thrown) })
    }
  }

  private async compare(): Promise<void> {
    const { orders, id } = this.venue
    const resting = () => this.parts.journal.open().filter(({ state, plan }) => plan.intent.venue === id && AT_REST.has(state))
    const before = new Set(resting().map(({ orderId }) => orderId))
    if (orders === null || before.size === 0) {
      this.missing.clear()
      return
    }
    const listed = await orders.open()
    this.parts.ports.breakers.record('network', listed.ok ? 'success' : 'failure', listed.ok ? {} : { why: listed.error.code })
    if (!listed.ok) return
    const held = new Set(listed.value)
    const gone = resting().filter(({ orderId }) => before.has(orderId) && !held.has(orderId))
    const known = this.missing
    this.missing = new Map(gone.map(({ orderId, updatedAtMs }) => [orderId, updatedAtMs]))
    for (const { orderId, updatedAtMs } of gone) if (known.get(orderId) === updatedAtMs) this.doubt(orderId)
  }
}
