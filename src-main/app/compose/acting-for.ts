import { OPERATOR } from '../../authority/app-lock'
import type { AuditAppender } from '../../domain/audit-event'

/** A log for parts that do not know who is at the app: what they record of the operator is recorded of whoever that is then. */
export function actingFor(audit: AuditAppender, actor: () => string): AuditAppender {
  return { append: (fact) => audit.append(fact.actor === OPERATOR ? { ...fact, actor: actor() } : fact) }
}
