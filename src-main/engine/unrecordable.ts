import { createHash } from 'node:crypto'

import { AuditError } from '../audit/audit'
import type { AuditFact } from '../domain/audit-event'
import { canonicalJson } from '../lib/json'

/** What of a name is kept of a fact that can never be recorded. */
const KEPT = 100

/** Whether the log will never take this very fact, whatever state it is in. */
export function isUnrecordable(thrown: unknown): boolean {
  return thrown instanceof AuditError && thrown.code === 'INVALID_FACT'
}

/** What is recorded in the place of a fact that can never be: that there was one, when, why it is not there, and the hash of its canonical JSON. */
export function standInFor(fact: AuditFact, thrown: unknown): AuditFact {
  const { actor, subject, type, data } = fact
  const text = textOf(fact)
  const happenedAtMs = typeof data === 'object' ? data['happenedAtMs'] : undefined
  return {
    category: 'ERROR_EVENT',
    severity: 'high',
    type: 'RecordUnwritable',
    actor: 'system',
    subject: null,
    data: {
      what: type.slice(0, KEPT),
      by: actor.slice(0, KEPT),
      about: subject?.slice(0, KEPT) ?? null,
      detail: `unwritable, hash ${text === null ? 'unknown' : createHash('sha256').update(text).digest('hex')}`,
      length: text?.length ?? null,
      why: thrown instanceof Error ? thrown.message.slice(0, KEPT) : '',
      ...(typeof happenedAtMs === 'number' ? { happenedAtMs } : {}),
    },
  }
}

function textOf(fact: AuditFact): string | null {
  try {
    return canonicalJson(fact)
  } catch {
    return null
  }
}
