import { failure } from '../../domain/codes'
import { isOpen } from '../../domain/order'
import { decimal } from '../../lib/decimal'
import { HoldfastError } from '../../lib/errors'
import type { VenueOrderStatus } from '../../venues/venue'
import { orderFact } from '../journal/order-facts'
import type { OrderRecord, UnreadableOrder } from '../journal/records'
import { isUnsentReplacement } from '../journal/transactions'
import { assertNever } from '../../lib/assert-never'
import { endUnsent } from './end-unsent'
import type { OrderFollower } from './follow-order'
import type { FollowerParts } from './follow-parts'
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
export async function recoverOrders(parts: FollowerParts, follower: OrderFollower): Promise<RecoveryReport> {
  const { journal, transactions, onFault } = parts
  const report = { resumed: 0, unknown: 0, neverLeft: 0 }
  for (const record of journal.open()) {
    try {
      const found = await recoverOne(parts, follower, record)
      if (found !== null) report[found] += 1
    } catch (thrown) {
      holdUnknown(parts, follower, record.orderId, thrown)
      report.unknown += 1
    }
  }
  // Those that are left are of orders that have ended, and would bar every later cancel of what such an order left waiting.
  for (const orderId of transactions.withUnsentReplacements()) {
    try {
      settleReplacements(parts, orderId)
    } catch (thrown) {
      onFault(orderId, thrown)
      if (!isStillOpen(parts, orderId)) transactions.abandonUnsent(orderId)
    }
  }
  for (const order of journal.unreadable()) {
    holdUnreadable(parts, order)
    report.unknown += 1
  }
  for (const orderId of transactions.unreadable())
    if (!isStillOpen(parts, orderId))
      tellOfOrder(journal, parts.ports.recordAnyway, orderId, { type: 'AllowanceOutcomeUnknown', data: UNREADABLE })
  return report
}

const UNREADABLE = { code: 'INTERNAL', detail: 'what is kept of it cannot be read' }

function isStillOpen({ journal }: FollowerParts, orderId: string): boolean {
  return isOpen(journal.get(orderId)?.state ?? 'failed')
}

/** Settles one order; what it is counted as. */
async function recoverOne(parts: FollowerParts, follower: OrderFollower, record: OrderRecord): Promise<keyof RecoveryReport | null> {
  const { ports, journal, transactions } = parts
  const { orderId, state } = record
  settleReplacements(parts, orderId)
  switch (state) {
    case 'initialized':
    case 'approved':
    case 'signing':
    case 'signed':
      endUnsent({ journal, transactions }, orderId, failure('EXPIRED', 'the app stopped before it was sent'))
      return 'neverLeft'
    case 'submitting':
      transactions.assumeSending(orderId)
      journal.append(orderId, {
        type: 'OrderOutcomeUnknown',
        data: { code: 'INTERNAL', detail: 'the app stopped while it was being sent' },
      })
      follower.reconcile(orderId)
      return 'unknown'
    case 'unknown':
      follower.reconcile(orderId)
      return 'unknown'
    case 'submitted':
    case 'working':
    case 'confirming':
    case 'finalizing': {
      const orders = ports.venues.get(record.plan.intent.venue)?.orders ?? null
      if (orders === null) follower.follow(orderId)
      else {
        const held = await orders.find(orderId)
        if (held.ok && changed(record, held.value)) {
          journal.append(orderId, { type: 'OrderOutcomeUnknown', data: { code: 'INTERNAL', detail: 'it changed while the app was off' } })
          follower.settleFromVenue(orderId, held.value)
        }
      }
      return 'resumed'
    }
    case 'denied':
    case 'rejected':
    case 'filled':
    case 'canceled':
    case 'failed':
      return null
    default:
      return assertNever(state, 'order state')
  }
}

/**
 * An order that cannot be settled, such as one with a transaction that cannot be read, keeps neither the others nor the environment from opening: it is
 * told, and held as of unknown outcome; what had not left is given back. Throws on where not even that can be recorded.
 */
function holdUnknown({ journal, transactions, onFault }: FollowerParts, follower: OrderFollower, orderId: string, thrown: unknown): void {
  onFault(orderId, thrown)
  const isUnreadable = () => transactions.unreadable().includes(orderId)
  try {
    journal.together(() => {
      const state = journal.get(orderId)?.state ?? 'failed'
      if (state === 'initialized' || state === 'approved' || state === 'signing' || state === 'signed') {
        transactions.abandonUnsent(orderId)
        if (state === 'approved' && isUnreadable()) journal.append(orderId, { type: 'AllowanceOutcomeUnknown', data: UNREADABLE })
        journal.append(orderId, { type: 'OrderFailed', data: UNREADABLE, progress: { why: { code: UNREADABLE.code, figures: {} } } })
      } else if (isOpen(state) && state !== 'unknown') journal.append(orderId, { type: 'OrderOutcomeUnknown', data: UNREADABLE })
    })
  } catch {
    throw thrown
  }
  // What cannot be read cannot be asked after.
  if (!isUnreadable()) follower.reconcile(orderId)
}

/**
 * An order whose own record cannot be read is told at each start, and is in doubt until somebody says what became of it. Its record stays as it was found.
 * By its state what it had not sent is given back: as long as it is held, no other order of its account can leave.
 */
function holdUnreadable({ ports, transactions, onFault }: FollowerParts, { orderId, state }: UnreadableOrder): void {
  onFault(orderId, new HoldfastError('BAD_RECORD', 'a kept order cannot be read', { orderId, state }))
  if (state === 'initialized' || state === 'approved' || state === 'signing' || state === 'signed') transactions.abandonUnsent(orderId)
  else if (state === 'submitting') transactions.assumeSending(orderId)
  ports.recordAnyway(orderFact(orderId, { type: 'OrderOutcomeUnknown', data: UNREADABLE }, 'system'))
}

/** A replacement whose bytes were kept and never sent is given up; one that may have left is followed with the rest. */
function settleReplacements({ ports, journal, transactions }: FollowerParts, orderId: string): void {
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
