import type { JsonObject } from '../lib/json'

/** The audit log's closed categories (product row X6). */
export const AUDIT_CATEGORIES = ['TRADE_EXECUTION', 'SECURITY_VIOLATION', 'SYSTEM_EVENT', 'ERROR_EVENT', 'KEY_OPERATION'] as const
/** A category of the audit log. */
export type AuditCategory = (typeof AUDIT_CATEGORIES)[number]

/** Severities, from least to most. */
export const AUDIT_SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const
/** A severity of the audit log. */
export type AuditSeverity = (typeof AUDIT_SEVERITIES)[number]

/** One fact to be recorded. `type` is an event name in past tense or a command in the imperative (`OrderDenied`, `SignTransaction`). */
export interface AuditFact {
  readonly category: AuditCategory
  readonly severity: AuditSeverity
  readonly type: string
  /** Who caused it: an operator, `system`, or a signal's name. */
  readonly actor: string
  /** What it is about, such as an order id; null when it is about the whole system. */
  readonly subject: string | null
  /** Detail; never a secret. */
  readonly data: JsonObject
}

/** Where a recorded fact stands in the chain. */
export interface AuditRef {
  readonly seq: number
  readonly hashHex: string
}

/** The writing side of the audit log: durable when it returns, throws when the record could not be written. */
export interface AuditAppender {
  append(fact: AuditFact): AuditRef
}
