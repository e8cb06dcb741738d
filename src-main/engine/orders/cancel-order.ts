import type { VenueId } from '../../domain/instrument'
import { isOpen } from '../../domain/order'
import { describeError } from '../../lib/errors'
import type { CancelOutcome } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import type { EnginePorts, PlacerOf } from '../ports'

/** What came of cancelling several orders; what could not be canceled is named. */
export interface CancelReport {
  readonly asked: number
  readonly canceled: number
  readonly notCanceled: readonly { readonly orderId: string; readonly why: string }[]
}

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

  /** Cancels every resting order of ours, venue by venue, and asks again what is still open. */
  async cancelAll(actor: string): Promise<CancelReport> {
    const open = this.journal.open().filter((record) => cancelObstacle(this.ports, record) === null)
    const outcomes = await Promise.all(
      open.map(async ({ orderId }) => {
        try {
          return { orderId, outcome: await this.cancel(orderId, actor) }
        } catch (thrown) {
          return {
            orderId,
            outcome: { kind: 'unknown', failure: { code: 'INTERNAL', detail: describeError(thrown) } } satisfies CancelOutcome,
          }
        }
      }),
    )
    const notCanceled = outcomes.flatMap(({ orderId, outcome }) =>
      outcome.kind === 'rejected' || outcome.kind === 'unknown' ? [{ orderId, why: outcome.failure.code }] : [],
    )
    const sentToChain = this.journal
      .open()
      .filter((record) => cancelObstacle(this.ports, record) === 'ALREADY_SENT_TO_CHAIN')
      .map(({ orderId }) => ({ orderId, why: 'ALREADY_SENT_TO_CHAIN' }))
    return {
      asked: open.length + sentToChain.length,
      canceled: outcomes.filter(({ outcome }) => outcome.kind === 'canceled' || outcome.kind === 'not-open').length,
      notCanceled: [...notCanceled, ...sentToChain],
    }
  }

  private recordQuietly(orderId: string, actor: string): void {
    try {
      this.journal.append(orderId, { type: 'OrderCancelRequested' }, actor)
    } catch (thrown) {
      this.onFault(orderId, thrown) // the cancel is already on its way; a record that cannot be written must not stop it
    }
  }
}
