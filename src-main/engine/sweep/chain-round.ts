import type { SweepMode } from '../../domain/sweep'
import type { Clock } from '../../lib/clock'
import type { Journal } from '../journal/journal'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import { waitingRoot } from '../orders/plan-replacement'
import type { OrderReplacer, ReplaceOutcome } from '../orders/replace-order'
import type { SweepItems } from './items'

/** How long a cancel may wait to be mined before it is sent again for more, ms. */
export const RECANCEL_MS = 60_000

/** What going after transactions on a chain works with. */
export interface ChainRoundParts {
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly replacer: OrderReplacer
  readonly clock: Clock
  readonly actor: string
  readonly mode: SweepMode
}

/** Orders with something of theirs out on a chain, waiting to be mined, by venue; also what an order that ended has left waiting. */
export function waitingOnChains(parts: Journals): ReadonlyMap<string, readonly string[]> {
  return lookAtChains(parts).byVenue
}

type Journals = Pick<ChainRoundParts, 'journal' | 'transactions'>

interface OnChains {
  readonly byVenue: ReadonlyMap<string, readonly string[]>
  /** Those of them of which something cannot be read. */
  readonly unreadable: ReadonlySet<string>
}

function lookAtChains({ journal, transactions }: Journals): OnChains {
  const byVenue = new Map<string, string[]>()
  // What cannot be read may be out: nothing says otherwise.
  const unreadable = new Set(transactions.unreadable())
  for (const orderId of new Set([...transactions.inFlight().map((tx) => tx.orderId), ...unreadable])) {
    const venue = journal.venueOf(orderId)
    const kept = transactions.readableOf(orderId)
    // Also where it is what has ended long ago that cannot be read: nobody can tell what competes with it.
    if (journal.get(orderId) === null || kept.unreadable > 0) unreadable.add(orderId)
    if (venue === null || (!unreadable.has(orderId) && waitingRoot(kept.transactions) === null)) continue
    byVenue.set(venue, [...(byVenue.get(venue) ?? []), orderId])
  }
  return { byVenue, unreadable }
}

/**
 * One round on a chain: graceful lets what was sent finish, emergency replaces each by a cancel of the same nonce. A cancel that is out is sent again,
 * for more, only when it has waited long: each costs.
 */
export async function chainRound(parts: ChainRoundParts, venue: string, items: SweepItems): Promise<void> {
  const { mode } = parts
  const { byVenue, unreadable } = lookAtChains(parts)
  const waiting = new Set(byVenue.get(venue) ?? [])
  for (const { orderId } of items.all()) if (!waiting.has(orderId)) items.set(orderId, wasCanceled(parts, orderId) ? 'canceled' : 'ended')
  if (mode === 'graceful') {
    for (const orderId of waiting) items.set(orderId, 'left-to-finish')
    return
  }
  for (const orderId of waiting) if (unreadable.has(orderId)) items.set(orderId, 'unknown', { detail: 'what is kept of it cannot be read' })
  await Promise.all([...waiting].filter((orderId) => !unreadable.has(orderId)).map((orderId) => replaceOne(parts, items, orderId)))
}

async function replaceOne(parts: ChainRoundParts, items: SweepItems, orderId: string): Promise<void> {
  if (cancelIsFresh(parts, orderId)) {
    items.set(orderId, 'cancel-sent')
    return
  }
  items.tried(orderId)
  const outcome = await parts.replacer.cancelOnChain(orderId, parts.actor, { personPresent: false })
  settle(items, orderId, outcome, () => waitingRoot(parts.transactions.ofOrder(orderId)) !== null)
}

/** Also what an order that had ended left waiting: the chain took the cancel in its place. */
function wasCanceled({ journal, transactions }: Journals, orderId: string): boolean {
  if (journal.get(orderId)?.state === 'canceled') return true
  return transactions.readableOf(orderId).transactions.some(({ purpose, state }) => purpose === 'cancel' && state === 'mined')
}

function cancelIsFresh({ transactions, clock }: ChainRoundParts, orderId: string): boolean {
  const txs = transactions.ofOrder(orderId)
  const root = waitingRoot(txs)
  if (root === null) return false
  const newest = contenders(rivalsOf(txs, root)).at(-1)
  return newest?.purpose === 'cancel' && Math.abs(clock.wallMs() - newest.updatedAtMs) < RECANCEL_MS
}

function settle(items: SweepItems, orderId: string, outcome: ReplaceOutcome, waits: () => boolean): void {
  switch (outcome.kind) {
    case 'sent':
    case 'unknown':
    case 'canceling': {
      items.set(orderId, 'cancel-sent')
      return
    }
    case 'busy': {
      items.set(orderId, 'canceling')
      return
    }
    // Mined, says the chain or the journal.
    case 'too-late': {
      items.set(orderId, 'ended')
      return
    }
    // What still waits although nothing could be done about it now is tried again; it has not ended.
    case 'not-open':
    case 'not-sent-yet': {
      items.set(orderId, waits() ? 'canceling' : 'ended')
      return
    }
    case 'needs-owner': {
      items.set(orderId, 'needs-owner', { code: outcome.why })
      return
    }
    case 'budget': {
      items.set(orderId, 'refused', {
        code: 'FEE_BUDGET',
        detail: `${outcome.neededPerGasWei} wei per gas needed, ${outcome.limitPerGasWei} allowed`,
      })
      return
    }
    case 'denied': {
      items.set(orderId, 'refused', { code: outcome.denial.code })
      return
    }
    case 'failed': {
      items.set(orderId, 'no-answer', outcome.failure)
      return
    }
    case 'outcome-unknown': {
      items.set(orderId, 'unknown')
      return
    }
  }
}
