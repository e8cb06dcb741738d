import { isOpen, type OrderState } from '../../domain/order'
import { isOver } from '../../domain/sweep'
import type { Scheduler } from '../../lib/clock'
import { err, type Result } from '../../lib/result'
import type { VenueId } from '../../domain/instrument'
import type { CancelOutcome } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { OrderCanceller } from '../orders/cancel-order'
import type { Venues } from '../ports'
import type { SweepItems } from './items'
import { within } from './within'

/** How long a venue may take to answer before it is asked again, ms. */
export const ANSWER_MS = 4_000

/** What going after the orders of an exchange works with. */
export interface ExchangeRoundParts {
  readonly venues: Venues
  readonly journal: Journal
  readonly canceller: OrderCanceller
  readonly scheduler: Scheduler
  readonly actor: string
  readonly foreignToo: boolean
  /** Whether it goes after this one of ours. */
  readonly wants: (orderId: string) => boolean
}

/** Orders of ours that have left, or may have, and have not ended. */
export function outAt({ journal }: Pick<ExchangeRoundParts, 'journal'>, venue: VenueId): readonly string[] {
  const read = journal.open().map(({ orderId, state, plan }) => ({ orderId, state, venue: plan.intent.venue }))
  return [...read, ...journal.unreadable()].flatMap((order) => (order.venue === venue && OUT.has(order.state) ? [order.orderId] : []))
}

/** Undefined for what is not ours. Of ours that cannot be read nobody knows what became. */
function stateOf(journal: Journal, orderId: string): OrderState | undefined {
  return journal.get(orderId)?.state ?? (journal.venueOf(orderId) === null ? undefined : 'unknown')
}

/** It has left, or may have. */
const OUT: ReadonlySet<OrderState> = new Set<OrderState>(['submitting', 'submitted', 'working', 'confirming', 'finalizing', 'unknown'])
/** Whether it is at the venue is not known: it may get there yet. */
const IN_DOUBT: ReadonlySet<OrderState> = new Set<OrderState>(['submitting', 'unknown'])

/**
 * One round at an exchange: asks what it holds, cancels all of ours at once, and asks again. What the venue lists counts more than what it answered to a
 * cancel, and more than the journal. Returns why it could not be asked; null when it could.
 */
export async function exchangeRound(parts: ExchangeRoundParts, venue: VenueId, items: SweepItems): Promise<string | null> {
  const before = await listed(parts, venue)
  const wanted = targets(parts, venue, items, before)
  if (wanted.length === 0) return before.ok ? null : before.error
  const outcomes = new Map(
    await Promise.all(wanted.map(async (orderId) => [orderId, await cancelOne(parts, venue, items, orderId)] as const)),
  )
  const after = await listed(parts, venue)
  for (const [orderId, outcome] of outcomes) judge(parts, items, orderId, outcome, after)
  return after.ok ? null : after.error
}

async function listed({ venues, scheduler }: ExchangeRoundParts, venue: VenueId): Promise<Result<ReadonlySet<string>, string>> {
  const orders = venues.get(venue)?.orders
  if (orders == null) return err('VENUE_CLOSED')
  const asked = await within(scheduler, ANSWER_MS, () => orders.open())
  if (!asked.ok) return err(asked.error.code)
  return asked.value.ok ? { ok: true, value: new Set(asked.value.value) } : err(asked.value.error.code)
}

function targets(
  { journal, foreignToo, wants }: ExchangeRoundParts,
  venue: VenueId,
  items: SweepItems,
  held: Result<ReadonlySet<string>, string>,
): readonly string[] {
  const wanted = new Set<string>()
  for (const orderId of held.ok ? held.value : []) {
    const isForeign = journal.venueOf(orderId) === null
    if (isForeign && !foreignToo) items.set(orderId, 'foreign')
    else if (isForeign || wants(orderId)) wanted.add(orderId)
  }
  for (const orderId of outAt({ journal }, venue)) if (wants(orderId)) wanted.add(orderId)
  for (const { orderId, fate } of items.all()) {
    if (wanted.has(orderId)) {
      // Said to be canceled and listed no more: what the journal still waits for is word of it.
      const state = stateOf(journal, orderId)
      if (held.ok && !held.value.has(orderId) && isOver(fate) && state !== undefined && !IN_DOUBT.has(state)) wanted.delete(orderId)
    } else if (!isOver(fate)) {
      // Neither listed nor open in the journal: it is over, whoever ended it.
      if (held.ok) items.set(orderId, journal.get(orderId)?.state === 'canceled' ? 'canceled' : 'ended')
      else wanted.add(orderId)
    }
  }
  return [...wanted]
}

type Asked = CancelOutcome | { readonly kind: 'unknown'; readonly failure: { readonly code: string; readonly detail: string } }

async function cancelOne(
  { canceller, journal, scheduler, actor }: ExchangeRoundParts,
  venue: VenueId,
  items: SweepItems,
  orderId: string,
): Promise<Asked> {
  const tries = items.tried(orderId)
  const state = journal.get(orderId)?.state
  // The request is on record once; what is asked again, or is over as far as the journal knows, is asked of the venue alone.
  const asks = tries === 0 && state !== undefined && isOpen(state)
  const asked = await within(scheduler, ANSWER_MS, () => (asks ? canceller.cancel(orderId, actor) : canceller.cancelHeld(venue, orderId)))
  return asked.ok ? asked.value : { kind: 'unknown', failure: asked.error }
}

function judge(
  { journal }: ExchangeRoundParts,
  items: SweepItems,
  orderId: string,
  outcome: Asked,
  held: Result<ReadonlySet<string>, string>,
): void {
  const state = stateOf(journal, orderId)
  const why = outcome.kind === 'rejected' || outcome.kind === 'unknown' ? outcome.failure : null
  if (held.ok && held.value.has(orderId)) {
    if (why === null) items.set(orderId, 'no-answer', { code: 'STILL_LISTED' })
    else items.set(orderId, outcome.kind === 'rejected' ? 'refused' : 'no-answer', why)
  } else if (state === 'canceled' || (outcome.kind === 'canceled' && held.ok)) items.set(orderId, 'canceled')
  else if (state !== undefined && !isOpen(state)) items.set(orderId, 'ended')
  else if (!held.ok) items.set(orderId, 'no-answer', why ?? { code: held.error })
  else if (state !== undefined && IN_DOUBT.has(state)) items.set(orderId, 'unknown', { code: 'NOT_LISTED_YET' })
  else items.set(orderId, 'ended')
}
