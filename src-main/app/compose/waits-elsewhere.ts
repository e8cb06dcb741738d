import type { ActChange } from '../../domain/admin-act'
import type { Engine } from '../../engine/engine'
import type { TransactionState } from '../../engine/journal/records'
import { isOpen } from '../../domain/order'

/** States in which something of an open order is under way; one that has ended has no more under way than what left and is in no block. */
const UNDER_WAY: ReadonlySet<TransactionState> = new Set<TransactionState>(['reserved', 'signed', 'sending', 'sent', 'mined'])
const OUT: ReadonlySet<TransactionState> = new Set<TransactionState>(['sending', 'sent'])

/**
 * What waits on the chain that would be left (null: on any) for another one, as whoever allows that reads it. It is a warning and no refusal: what waits
 * keeps waiting, counts in the limits, and is followed again with its chain; a refusal would bar everybody whose chain is gone for ever.
 */
export function waitsElsewhere(
  { journal, transactions }: Pick<Engine, 'journal' | 'transactions'>,
  { from, to }: { readonly from: number | null; readonly to: number },
): readonly ActChange[] {
  const orders = new Set([...journal.open().map(({ orderId }) => orderId), ...transactions.inFlight().map(({ orderId }) => orderId)])
  return [...orders].flatMap((orderId): readonly ActChange[] => {
    const states = isOpen(journal.get(orderId)?.state ?? 'failed') ? UNDER_WAY : OUT
    const left = transactions
      .readableOf(orderId)
      .transactions.find(({ chainId, state }) => chainId !== to && (from === null || chainId === from) && states.has(state))
    if (left === undefined) return []
    const after = 'nobody looks after it until that chain is connected again'
    return [{ label: `Order ${orderId}`, before: `waits on chain ${left.chainId}`, after }]
  })
}
