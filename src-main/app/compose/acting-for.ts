import { OPERATOR } from '../../authority/app-lock'
import type { AuditAppender, AuditFact } from '../../domain/audit-event'
import type { RecordAnyway } from '../../engine/record-anyway'

/** A log for parts that do not know who is at the app: what they record of the operator is recorded of whoever that is then. */
export function actingFor(audit: AuditAppender, actor: () => string): AuditAppender {
  return { append: (fact) => audit.append(named(fact, actor)) }
}

/** The same for what never waits for a record. */
export function anywayFor(record: RecordAnyway, actor: () => string): RecordAnyway {
  return (fact) => record(named(fact, actor))
}

function named(fact: AuditFact, actor: () => string): AuditFact {
  return fact.actor === OPERATOR ? { ...fact, actor: actor() } : fact
}
