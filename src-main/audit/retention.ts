import type { AuditAppender, AuditCategory, AuditSeverity } from '../domain/audit-event'
import { AUDIT_HEAD_SIGNED } from '../domain/head-voucher'
import type { Database } from '../storage/database'
import { rethrowClassified } from '../storage/errors'
import type { RetentionPolicy } from './audit'
import { EMPTIED_BODY } from './body'
import { CONTINUED_AFTER_BREAK } from './continued'
import { EntryScan } from './entry-scan'
import { EntryHasher } from './entry-hash'
import { EntryTable } from './entry-table'
import { HASH_HEX_DIGITS } from './encoding'
import type { AuditKeys } from './keys'
import { SEGMENT_SEALED } from './seal-record'
import { formatRanges, noteRetention, RETENTION_APPLIED, retentionPointer } from './retention-record'

const DAY_MS = 24 * 60 * 60 * 1_000
const YEAR_MS = 365 * DAY_MS

/** Product row C12: signing requests and failed authentications one year; rotations, policy violations, halts and the rest two. */
export const DEFAULT_RETENTION: RetentionPolicy = {
  rules: [
    { types: ['SigningRequested', 'TransactionSigned', 'MessageSigned', 'SigningFailed'], keepMs: YEAR_MS },
    { types: ['RecoveryKeyRefused', 'OperatorRefused', 'ApiRefused'], keepMs: YEAR_MS },
    { categories: ['KEY_OPERATION', 'SECURITY_VIOLATION'], keepMs: 2 * YEAR_MS },
  ],
  otherwiseMs: 2 * YEAR_MS,
}

/** Nothing is emptied sooner, whatever a policy says. */
const SHORTEST_KEEP_MS = DAY_MS

/**
 * The most that the time between two entries, or since the last one, adds to the age of what was written before. Nobody saw a longer one pass: one wrong calendar
 * may not age a whole record, and what a stretch without the app adds too little, entries are kept longer for.
 */
const LONGEST_GAP_MS = 30 * DAY_MS

/** They say why the chain looks as it does, or who vouched for it, and stay for ever. */
const NEVER_EMPTIED: readonly string[] = [RETENTION_APPLIED, CONTINUED_AFTER_BREAK, SEGMENT_SEALED, AUDIT_HEAD_SIGNED]

/** Entries emptied in one transaction; more would hold up the main process. */
const BATCH = 400

type Candidate = [seq: number, atMs: number | null, category: AuditCategory, severity: AuditSeverity, type: string]

/** What applying a policy needs. */
export interface RetentionRun {
  readonly db: Database
  readonly keys: AuditKeys
  readonly audit: AuditAppender
  readonly policy: RetentionPolicy
  readonly nowMs: number
  readonly actor: string
  readonly signal?: AbortSignal | undefined
}

/**
 * Empties the text of entries that were kept long enough, by the time that entries after them bear out, not by the calendar alone. Their numbers, hashes and codes stay, so the chain stays whole, and a fact in
 * the chain names every entry that was emptied; one whose text is gone without such a fact is reported as edited. An entry that is damaged,
 * or next to one that is, keeps its text: it is evidence, and without it nobody could tell the damage any more.
 * Returns how many were emptied.
 */
export async function applyRetention({ db, keys, audit, policy, nowMs, actor, signal }: RetentionRun): Promise<number> {
  const scan = new EntryScan(db)
  const select = scan.prepare<Candidate>({}, 'seq, at_ms, category, severity, type', { order: 'DESC', direct: true })
  const empty = db.prepare<[string, string]>('UPDATE audit_entries SET body = ? WHERE seq IN (SELECT value FROM json_each(?))')
  const isWhole = wholeness(db, keys)
  const newestRecord = retentionPointer(db)
  const emptyBatch = db.transaction((seqs: readonly number[]) => {
    const data = { emptied: formatRanges(seqs), count: seqs.length, previousSeq: newestRecord() }
    const { seq } = audit.append({ category: 'SYSTEM_EVENT', severity: 'info', type: RETENTION_APPLIED, actor, subject: null, data })
    noteRetention(db, seq)
    empty.run(EMPTIED_BODY, JSON.stringify(seqs))
  })

  let emptied = 0
  let due: number[] = []
  const flush = (): void => {
    if (due.length === 0) return
    emptyBatch.immediate(due.reverse())
    emptied += due.length
    due = []
  }
  try {
    const lastSeq = scan.lastSeq()
    let ageMs = 0
    let afterMs = nowMs
    await scan.downwards({ after: 0, through: lastSeq }, signal, (step) => {
      for (const [seq, atMs, category, severity, type] of select(step)) {
        // Emptied before, or damaged: it tells no time.
        if (atMs === null || atMs === 0) continue
        ageMs += Math.min(LONGEST_GAP_MS, Math.max(0, afterMs - atMs))
        // Never back up: a calendar that swings to and fro has passed each stretch of time once, and one that was put right counts from there.
        afterMs = Math.min(afterMs, atMs)
        // The last entry is left alone: it is what the next one follows, and what the anchor may be about to attest.
        if (seq === lastSeq || NEVER_EMPTIED.includes(type)) continue
        // Nor is anything older than its own date says, unless that lies ahead.
        const oldestMs = atMs > nowMs ? ageMs : Math.min(ageMs, nowMs - atMs)
        if (oldestMs < keepMs(policy, category, severity, type)) continue
        if (!isWhole(seq)) continue
        due.push(seq)
        if (due.length >= BATCH) flush()
      }
      return true
    })
    flush()
  } catch (thrown) {
    rethrowClassified(thrown)
  }
  return emptied
}

/** Whether an entry is as the key vouches for it, and stands between its neighbours. */
function wholeness(db: Database, keys: AuditKeys): (seq: number) => boolean {
  const table = new EntryTable(db)
  const hasher = new EntryHasher()
  return (seq) => {
    const entry = table.one(seq)
    const before = seq === 1 ? keys.genesisHex : table.hashAt(seq - 1)
    const after = table.one(seq + 1)
    if (entry?.body == null || before === null || after === null) return false
    const hashHex = hasher.hashHex(seq, before, entry.body)
    return entry.links === before + hashHex + keys.entryKey.ofHex(hashHex) && after.links.slice(0, HASH_HEX_DIGITS) === hashHex
  }
}

function keepMs({ rules, otherwiseMs }: RetentionPolicy, category: AuditCategory, severity: AuditSeverity, type: string): number {
  const fits = <T>(allowed: readonly T[] | undefined, value: T): boolean => allowed === undefined || allowed.includes(value)
  const rule = rules.find(
    (candidate) => fits(candidate.types, type) && fits(candidate.categories, category) && fits(candidate.severities, severity),
  )
  return Math.max(SHORTEST_KEEP_MS, rule?.keepMs ?? otherwiseMs)
}
