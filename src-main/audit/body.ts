import { AUDIT_CATEGORIES, AUDIT_SEVERITIES, type AuditCategory, type AuditFact, type AuditSeverity } from '../domain/audit-event'
import type { JsonObject } from '../lib/json'
import { AuditError, type AuditRow } from './audit'
import { type Clean, mayHoldSecret, redactedJson, redactText } from './redact'

/** What retention leaves of an entry's text: its place in the chain stays. */
export const EMPTIED_BODY = '{}'

/** An entry's text may have this many UTF-16 units; what does not fit belongs elsewhere, with its hash in the log. */
const MAX_BODY_LENGTH = 128 * 1024
/** A type, an actor or a subject has this many in the envelope; a longer actor or subject is shortened there, and whole in the data. */
const MAX_NAME_LENGTH = 200

/** What an entry's text says. */
export interface AuditContent extends Omit<AuditRow, 'seq'> {
  readonly data: JsonObject
}

/**
 * The text of an entry that is hashed and stored: canonical JSON of the whole fact, its time and its place. The place is repeated
 * here so that an entry which was moved says where it belongs. Secrets are taken out before anything is written.
 */
export function composeBody(seq: number, atMs: number, given: AuditFact): string {
  const fact = withShortNames(given)
  if (!hasKnownNames(fact)) {
    throw new AuditError('INVALID_FACT', 'the fact lacks a known category or severity, or a name of a sensible length', { type: fact.type })
  }
  let body: string
  try {
    // Written before the act that it describes: most facts are done after one pass, and one look over the whole.
    body = bodyText(seq, atMs, fact, asItIs)
    if (mayHoldSecret(body)) body = bodyText(seq, atMs, fact, redactText)
  } catch (thrown) {
    throw new AuditError('INVALID_FACT', 'the fact has no JSON form', { type: fact.type }, thrown)
  }
  if (body.length > MAX_BODY_LENGTH) {
    throw new AuditError('INVALID_FACT', 'the fact is too long', { type: fact.type, length: body.length, longest: MAX_BODY_LENGTH })
  }
  return body
}

/** Whether a fact can be recorded at all, whatever state the log is in: what never can is not worth waiting for, nor may its act be carried out. */
export function isRecordable(fact: AuditFact): boolean {
  try {
    return composeBody(0, 0, fact) !== ''
  } catch {
    return false
  }
}

/** An actor or a subject as it stands in an entry's envelope: never longer than a list can show. */
export function envelopeName(text: string): string {
  if (text.length <= MAX_NAME_LENGTH) return text
  // Cleaned while it is whole: a secret that is cut is not recognised. Nor is a character cut in two.
  const cut = redactText(text).slice(0, MAX_NAME_LENGTH - 1)
  return `${cut.replace(/[\ud800-\udbff]$/, '')}…`
}

/** Five people with long names, or a host of the longest kind, are a fact like any other: no text of ours is too long to be recorded. */
function withShortNames(fact: AuditFact): AuditFact {
  const { actor, subject, data } = fact
  const isActorLong = actor.length > MAX_NAME_LENGTH
  const isSubjectLong = subject !== null && subject.length > MAX_NAME_LENGTH
  if (!isActorLong && !isSubjectLong) return fact
  return {
    ...fact,
    actor: envelopeName(actor),
    subject: subject === null ? null : envelopeName(subject),
    data: { ...data, ...(isActorLong ? { wholeActor: actor } : {}), ...(isSubjectLong ? { wholeSubject: subject } : {}) },
  }
}

const asItIs: Clean = (text) => text

/** The envelope's members stand in the canonical order. */
function bodyText(seq: number, atMs: number, { actor, category, data, severity, subject, type }: AuditFact, clean: Clean): string {
  const actorText = JSON.stringify(clean(actor))
  const subjectText = subject === null ? 'null' : JSON.stringify(clean(subject))
  return (
    `{"actor":${actorText},"atMs":${atMs},"category":"${category}","data":${redactedJson(data, clean)},` +
    `"seq":${seq},"severity":"${severity}","subject":${subjectText},"type":${JSON.stringify(type)}}`
  )
}

const CATEGORIES: ReadonlySet<unknown> = new Set(AUDIT_CATEGORIES)
const SEVERITIES: ReadonlySet<unknown> = new Set(AUDIT_SEVERITIES)

function hasKnownNames({ category, severity, type, actor, subject }: AuditFact): boolean {
  return CATEGORIES.has(category) && SEVERITIES.has(severity) && isName(type) && isName(actor) && (subject === null || isName(subject))
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= MAX_NAME_LENGTH
}

/** The text of an entry as values; null when it is not the text of an entry. */
export function parseBody(body: string): (AuditContent & { readonly seq: number }) | null {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return null
  }
  if (!isObject(parsed)) return null
  const { actor, atMs, category, data, seq, severity, subject, type } = parsed
  if (typeof actor !== 'string' || typeof type !== 'string' || (subject !== null && typeof subject !== 'string')) return null
  if (!Number.isSafeInteger(atMs) || !Number.isSafeInteger(seq) || !isObject(data)) return null
  if (!isAuditCategory(category) || !isAuditSeverity(severity)) return null
  return { seq: seq as number, atMs: atMs as number, category, severity, type, actor, subject, data: data as JsonObject }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether a value from outside is a category. */
export function isAuditCategory(value: unknown): value is AuditCategory {
  return CATEGORIES.has(value)
}

/** Whether a value from outside is a severity. */
export function isAuditSeverity(value: unknown): value is AuditSeverity {
  return SEVERITIES.has(value)
}
