import type { Failure } from '../../domain/codes'
import type { Journal } from '../journal/journal'
import type { TransactionJournal } from '../journal/transactions'

/**
 * Ends an order that has not left itself: what was reserved or signed for it is given back, and of an allowance that may have left it is said that nobody
 * knows. All of it is recorded, or nothing is and it throws. What may have left is to be followed afterwards.
 */
export function endUnsent(
  { journal, transactions }: { readonly journal: Pick<Journal, 'append' | 'together'>; readonly transactions: TransactionJournal },
  orderId: string,
  { code, detail }: Failure,
): void {
  journal.together(() => {
    transactions.abandonUnsent(orderId)
    for (const { purpose, replaces, state, hash } of transactions.ofOrder(orderId)) {
      if (purpose !== 'approve' || replaces !== null || state !== 'sending') continue
      journal.append(orderId, { type: 'AllowanceOutcomeUnknown', data: { ...(hash === null ? {} : { hash }), code, detail } })
    }
    journal.append(orderId, { type: 'OrderFailed', data: { code, detail }, progress: { why: { code, figures: {} } } })
  })
}
