import { failure } from '../../domain/codes'
import { isOpen } from '../../domain/order'
import { decimal } from '../../lib/decimal'
import type { VenueOrderStatus } from '../../venues/venue'
import type { Journal } from '../journal/journal'
import type { OrderRecord } from '../journal/records'
import { isUnsentReplacement, type TransactionJournal } from '../journal/transactions'
import { assertNever } from '../../lib/assert-never'
import type { EnginePorts } from '../ports'
import { endUnsent } from './end-unsent'
import type { OrderFollower } from './follow-order'
import { tellOfOrder } from './tell-of-order'

/** What recovery found. */
export interface RecoveryReport {
  readonly resumed: number
  readonly unknown: number
  readonly neverLeft: number
}

/**
 * Settles what the last run left open. An order that was not yet being submitted never left: it ends. One that may have left becomes
 * UNKNOWN and is asked after, never sent again. The rest is followed on.
 */
export async function recoverOrders(
  ports: EnginePorts,
  journal: Journal,
  transactions: TransactionJournal,
  follower: OrderFollower,
): Promise<RecoveryReport> {
  let resumed = 0
  let unknown = 0
  let neverLeft = 0
  for (const record of journal.open()) {
    const { orderId, state } = record
    settleReplacements(ports, journal, transactions, orderId)
    switch (state) {
      case 'initialized':
      case 'approved':
      case 'signing':
      case 'signed':
        neverLeft += 1
        endUnsent({ journal, transactions }, orderId, failure('EXPIRED', 'the app stopped before it was sent'))
        break
      case 'submitting':
        unknown += 1
        transactions.assumeSending(orderId)
        journal.append(orderId, {
          type: 'OrderOutcomeUnknown',
          data: { code: 'INTERNAL', detail: 'the app stopped while it was being sent' },
        })
        follower.reconcile(orderId)
        break
      case 'unknown':
        unknown += 1
        follower.reconcile(orderId)
        break
      case 'submitted':
      case 'working':
      case 'confirming':
      case 'finalizing': {
        resumed += 1
        const orders = ports.venues.get(record.plan.intent.venue)?.orders ?? null
        if (orders === null) follower.follow(orderId)
        else {
          const held = await orders.find(orderId)
          if (held.ok && changed(record, held.value)) {
            journal.append(orderId, { type: 'OrderOutcomeUnknown', data: { code: 'INTERNAL', detail: 'it changed while the app was off' } })
            follower.settleFromVenue(orderId, held.value)
          }
        }
        break
      }
      case 'denied':
      case 'rejected':
      case 'filled':
      case 'canceled':
      case 'failed':
        break
      default:
        assertNever(state, 'order state')
    }
  }
  // Those that are left are of orders that have ended, and would bar every later cancel of what such an order left waiting.
  for (const orderId of transactions.withUnsentReplacements()) settleReplacements(ports, journal, transactions, orderId)
  return { resumed, unknown, neverLeft }
}

/** A replacement whose bytes were kept and never sent is given up; one that may have left is followed with the rest. */
function settleReplacements(ports: EnginePorts, journal: Journal, transactions: TransactionJournal, orderId: string): void {
  for (const tx of transactions.ofOrder(orderId)) {
    const { txId, replaces, state, hash } = tx
    if (replaces === null) continue
    const about = hash === null ? {} : { hash }
    if (isUnsentReplacement(tx)) {
      transactions.setState(txId, 'abandoned')
      tellOfOrder(journal, ports.recordAnyway, orderId, {
        type: 'OrderReplacementFailed',
        data: { ...about, code: 'EXPIRED', detail: 'the app stopped before it was sent' },
      })
    } else if (
      isOpen(journal.get(orderId)?.state ?? 'failed') &&
      state === 'sending' &&
      !journal.events(orderId).some(({ type, data }) => type === 'OrderReplacementUnknown' && data['hash'] === hash)
    ) {
      journal.append(orderId, {
        type: 'OrderReplacementUnknown',
        data: { ...about, code: 'INTERNAL', detail: 'the app stopped while it was being sent' },
      })
    }
  }
}

/** Whether the venue holds something else of an order than is on record. */
function changed({ progress }: OrderRecord, held: VenueOrderStatus | null): boolean {
  return held?.state !== 'open' || !held.filledBase.eq(decimal(progress.filledBase))
}
