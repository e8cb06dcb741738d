import type { AuditFact } from '../domain/audit-event'
import type { ChainBreak } from './audit'

/** The type of the fact that says that a broken log was continued. */
export const CONTINUED_AFTER_BREAK = 'AuditContinuedAfterBreak'

/** Findings named in the fact; the whole list is in the report of the check. */
const MAX_NAMED = 50

/** The fact that somebody decided to go on with a log that was found broken. */
export function continuedFact(breaks: readonly ChainBreak[], actor: string, reason: string): AuditFact {
  const named = breaks.slice(0, MAX_NAMED).map(({ kind, fromSeq, toSeq, detail }) => ({ kind, fromSeq, toSeq, detail }))
  return {
    category: 'SECURITY_VIOLATION',
    severity: 'critical',
    type: CONTINUED_AFTER_BREAK,
    actor,
    subject: null,
    data: { reason, breaks: named, breakCount: breaks.length },
  }
}
