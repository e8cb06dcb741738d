import type { Journal } from '../journal/journal'
import type { OrderEvent, OrderRecord, TransactionRecord } from '../journal/records'
import { mayBeMined, rivalsOf, type TransactionJournal } from '../journal/transactions'
import type { ChainSide } from '../ports'

/**
 * Whether an order ended only once the chain could not take that back any more (product row X3: at $10 000 and more, finality is waited for); false where
 * that is not on record.
 */
export function endsFinal({ progress }: Pick<OrderRecord, 'progress'>): boolean {
  return progress.confirmations?.finalityNeeded === true
}

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
  const rivals = mayBeMined(rivalsOf(transactions.ofOrder(orderId), root))
  transactions.setStates(rivals.map(({ txId }) => [txId, txId === winner ? 'mined' : 'replaced']))
}

/**
 * Records how an order ended together with what became of each transaction of its nonce. Were they two records, a crash between them would leave
 * transactions of an order that has ended waiting for ever: only what is open is followed to its end.
 */
export function recordEnd(
  { journal, transactions }: { readonly journal: Pick<Journal, 'append' | 'together'>; readonly transactions: TransactionJournal },
  orderId: string,
  events: readonly OrderEvent[],
  settled: { readonly root: TransactionRecord; readonly winner: string } | null,
): void {
  journal.together(() => {
    for (const event of events) journal.append(orderId, event)
    if (settled !== null) settleStates(transactions, orderId, settled.root, settled.winner)
  })
}

/** What an order that has ended still has out: the first transaction of its lowest nonce of which not all is settled, or null. */
export function leftoverRoot(txs: readonly TransactionRecord[]): TransactionRecord | null {
  const roots = txs.filter(({ replaces }) => replaces === null)
  return roots.find((root) => mayBeMined(rivalsOf(txs, root)).some(({ state }) => state !== 'mined')) ?? null
}

/**
 * What is known of a transaction that took our nonce; not knowing its hash keeps nobody from knowing that it is there. Null where it is one of ours after all,
 * or the endpoints contradict each other about it: then nothing is known.
 */
export async function takenBy(
  chain: ChainSide,
  root: TransactionRecord,
  txs: readonly TransactionRecord[],
): Promise<Record<string, string> | null> {
  const { from, nonce } = root
  const user = await chain.replacing.nonceUser(from, nonce)
  if (!user.ok && user.error.code === 'ENDPOINTS_DISAGREE') return null
  const hash = user.ok ? user.value : null
  if (mayBeMined(rivalsOf(txs, root)).some((rival) => rival.hash === hash)) return null
  return { nonce: String(nonce), ...(hash === null ? {} : { hash }) }
}
