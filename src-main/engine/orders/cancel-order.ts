import type { VenueId } from '../../domain/instrument'
import { isOpen } from '../../domain/order'
import type { CancelOutcome } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import type { EnginePorts, PlacerOf } from '../ports'

/** Why an order cannot be canceled, or null when it can. */
export function cancelObstacle(
  ports: Pick<EnginePorts, 'venues'>,
  record: OrderRecord,
): 'NOT_OPEN' | 'ALREADY_SENT_TO_CHAIN' | 'NOT_SENT_YET' | null {
  if (!isOpen(record.state)) return 'NOT_OPEN'
  if (['initialized', 'approved', 'signing', 'signed'].includes(record.state)) return 'NOT_SENT_YET'
  if (ports.venues.get(record.plan.intent.venue)?.orders === null) return 'ALREADY_SENT_TO_CHAIN'
  return null
}

/** Cancels resting orders. Cancels reduce risk: they pass no guard, pass while halted, and never wait for a record. */
export class OrderCanceller {
  readonly #placerOf: PlacerOf

  constructor(
    private readonly ports: EnginePorts,
    private readonly journal: Journal,
    placerOf: PlacerOf,
    private readonly onFault: (orderId: string, thrown: unknown) => void,
  ) {
    this.#placerOf = placerOf
  }

  /** Cancels one order at its venue. */
  async cancel(orderId: string, actor: string): Promise<CancelOutcome> {
    const record = this.journal.get(orderId)
    if (record === null || cancelObstacle(this.ports, record) !== null) return { kind: 'not-open' }
    const placer = this.#placerOf(record.plan.intent.venue)
    if (placer === null) return { kind: 'rejected', failure: { code: 'VENUE_CLOSED', detail: 'the venue is not connected' } }
    const asking = placer.cancel(orderId)
    this.recordQuietly(orderId, actor)
    const outcome = await asking
    if (outcome.kind === 'unknown') this.ports.breakers.record('network', 'failure', { orderId, why: outcome.failure.code })
    return outcome
  }

  /**
   * Cancels what a venue says it holds, whatever the journal says of it, and leaves no record of its own: for going after what is out, which records
   * what it does as a whole. The only way to an order that is not ours.
   */
  async cancelHeld(venue: VenueId, clientOrderId: string): Promise<CancelOutcome> {
    const placer = this.#placerOf(venue)
    if (placer === null) return { kind: 'rejected', failure: { code: 'VENUE_CLOSED', detail: 'the venue is not connected' } }
    return placer.cancel(clientOrderId)
  }

  private recordQuietly(orderId: string, actor: string): void {
    try {
      this.journal.append(orderId, { type: 'OrderCancelRequested' }, actor)
    } catch (thrown) {
      this.onFault(orderId, thrown) // the cancel is already on its way; a record that cannot be written must not stop it
    }
  }
}
