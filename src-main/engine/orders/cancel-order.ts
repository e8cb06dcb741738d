import type { VenueId } from '../../domain/instrument'
import { isOpen } from '../../domain/order'
import type { CancelOutcome } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import type { EnginePorts, PlacerOf } from '../ports'
import type { SigningWaits } from './signing-waits'

/** Why an order cannot be canceled, or null when it can. */
function cancelObstacle(
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
    private readonly signingWaits: SigningWaits,
    placerOf: PlacerOf,
    private readonly onFault: (orderId: string, thrown: unknown) => void,
  ) {
    this.#placerOf = placerOf
  }

  /** Why an order cannot be canceled, or null when it can: at its venue, or because its signature still waits for a person. */
  obstacle(record: OrderRecord): ReturnType<typeof cancelObstacle> {
    return this.signingWaits.has(record.orderId) ? null : cancelObstacle(this.ports, record)
  }

  /** Cancels one order at its venue; one whose signature waits for a person at a device is given up instead, and nothing of it is ever sent. */
  async cancel(orderId: string, actor: string): Promise<CancelOutcome> {
    const record = this.journal.get(orderId)
    if (record === null || this.obstacle(record) !== null) return { kind: 'not-open' }
    if (this.signingWaits.giveUp(orderId)) {
      this.recordQuietly(orderId, actor)
      return { kind: 'canceled' }
    }
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
