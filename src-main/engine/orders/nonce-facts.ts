import type { Journal } from '../journal/journal'
import type { TransactionRecord } from '../journal/records'
import { contenders, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { ChainSide } from '../ports'

/** Whether a transaction of an order is there to cancel it. */
export function isCancelOf(txs: readonly TransactionRecord[], txId: string): boolean {
  return txs.some((tx) => tx.txId === txId && tx.purpose === 'cancel')
}

/** Whether a transaction of an order took the place of another. */
export function isReplacement(txs: readonly TransactionRecord[], txId: string): boolean {
  return txs.some((tx) => tx.txId === txId && tx.replaces !== null)
}

/** Whether the journal has it already: after a restart, and when following began anew, the monitor tells again of the block that the order is known to be in. */
export function isKnownInclusion(journal: Pick<Journal, 'get' | 'events'>, orderId: string, blockHash: string): boolean {
  const state = journal.get(orderId)?.state
  if (state !== 'confirming' && state !== 'finalizing') return false
  const last = journal
    .events(orderId)
    .filter(({ type }) => type === 'OrderIncluded' || type === 'OrderCancelIncluded' || type === 'OrderReorged')
    .at(-1)
  return last?.data['blockHash'] === blockHash
}

/** Of the transactions of one nonce, one is in the chain for good (none of ours where `winner` is none of them), and the others never will be. */
export function settleStates(transactions: TransactionJournal, orderId: string, root: TransactionRecord, winner: string): void {
  for (const { txId } of contenders(rivalsOf(transactions.ofOrder(orderId), root)))
    transactions.setState(txId, txId === winner ? 'mined' : 'replaced')
}

/** What is known of a transaction that took our nonce; not knowing its hash keeps nobody from knowing that it is there. */
export async function takenBy(chain: ChainSide, { from, nonce }: TransactionRecord): Promise<Record<string, string>> {
  const user = await chain.replacing.nonceUser(from, nonce)
  return { nonce: String(nonce), ...(user.ok && user.value !== null ? { hash: user.value } : {}) }
}
