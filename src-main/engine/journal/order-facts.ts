import type { AuditCategory, AuditFact, AuditSeverity } from '../../domain/audit-event'
import type { OrderEventType } from '../../domain/order'
import type { OrderEvent } from './records'

/** Events that are more than routine; everything else is `info` under TRADE_EXECUTION. */
const NOTABLE: Partial<Record<OrderEventType, readonly [AuditCategory, AuditSeverity]>> = {
  OrderDenied: ['SECURITY_VIOLATION', 'medium'],
  OrderWithheld: ['SECURITY_VIOLATION', 'high'],
  OrderRejected: ['TRADE_EXECUTION', 'medium'],
  OrderFailed: ['ERROR_EVENT', 'medium'],
  OrderTimedOut: ['ERROR_EVENT', 'medium'],
  OrderReorged: ['ERROR_EVENT', 'high'],
  OrderRetrying: ['ERROR_EVENT', 'low'],
  OrderReplacementFailed: ['ERROR_EVENT', 'low'],
  OrderReplacementUnknown: ['ERROR_EVENT', 'medium'],
  OrderNonceTaken: ['SECURITY_VIOLATION', 'high'],
  OrderTransactionDropped: ['ERROR_EVENT', 'medium'],
  AllowanceOutcomeUnknown: ['ERROR_EVENT', 'high'],
  OrderOutcomeUnknown: ['ERROR_EVENT', 'high'],
}

/** The audit record of something that happened to an order. */
export function orderFact(orderId: string, event: OrderEvent, actor: string): AuditFact {
  const [category, severity] = NOTABLE[event.type] ?? ['TRADE_EXECUTION', 'info']
  return { category, severity, type: event.type, actor, subject: orderId, data: { ...(event.data ?? {}) } }
}
