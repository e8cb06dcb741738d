import type { AuditFact } from '../../domain/audit-event'
import { isOpen } from '../../domain/order'
import type { Journal } from '../journal/journal'
import { orderFact } from '../journal/order-facts'
import type { OrderEvent } from '../journal/records'

/** Records an event of an order's life; of an order that has ended, whose life has no more events, in the audit log alone, by `record`. Throws as they do. */
export function tellOfOrder(
  journal: Pick<Journal, 'get' | 'append'>,
  record: (fact: AuditFact) => unknown,
  orderId: string,
  event: OrderEvent,
  actor = 'system',
): void {
  const order = journal.get(orderId)
  if (order !== null && isOpen(order.state)) journal.append(orderId, event, actor)
  else record(orderFact(orderId, event, actor))
}
