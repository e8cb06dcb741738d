import { failure } from '../../domain/codes'
import type { Journal } from '../journal/journal'
import type { TransactionJournal } from '../journal/transactions'
import { endUnsent } from './end-unsent'
import type { OrderFollower } from './follow-order'
import { RECONCILE_EVERY_MS } from './follow-parts'

interface Parts {
  readonly journal: Journal
  readonly transactions: TransactionJournal
  readonly follower: OrderFollower
  readonly onFault: (orderId: string, thrown: unknown) => void
}

/**
 * Records how an order stands whose way ended in a fault: what may have left is asked after, what has not ends. Where not even that can be written (a
 * full disk) it is tried again until it can, or settled at the next start. Never throws.
 */
export function settleFault(parts: Parts, orderId: string, wait: (delayMs: number) => Promise<void>): void {
  try {
    settle(parts, orderId)
  } catch (thrown) {
    parts.onFault(orderId, thrown)
    void wait(RECONCILE_EVERY_MS).then(() => {
      settleFault(parts, orderId, wait)
    })
  }
}

function settle({ journal, transactions, follower }: Parts, orderId: string): void {
  const record = journal.get(orderId)
  switch (record?.state) {
    // Once it may have left, only the venue can say what became of it.
    case 'submitting':
      transactions.assumeSending(orderId)
      journal.append(orderId, { type: 'OrderOutcomeUnknown', data: { code: 'INTERNAL' } })
      follower.reconcile(orderId)
      return
    // It was taken, and what came after was not done.
    case 'submitted':
      follower.follow(orderId)
      return
    case 'initialized':
    case 'approved':
    case 'signing':
    case 'signed':
      endUnsent({ journal, transactions }, orderId, failure('INTERNAL'))
      // Its allowance may be out, and holds its nonce until it is mined or canceled.
      follower.follow(orderId)
      return
    default:
  }
}
