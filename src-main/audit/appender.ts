import type { AuditFact, AuditRef } from '../domain/audit-event'
import type { Clock } from '../lib/clock'
import type { Database, Statement } from '../storage/database'
import { classifyStorageError } from '../storage/errors'
import { AuditError, type AuditHead, type AuditRow } from './audit'
import { composeBody } from './body'
import { EntryHasher } from './entry-hash'
import type { EntryTable } from './entry-table'
import type { AuditKeys } from './keys'
import { redactText } from './redact'

/** An entry that was written. */
export interface Appended {
  readonly head: AuditHead
  readonly atMs: number
  readonly fact: AuditFact
}

type InsertParameters = [seq: number, body: string, expectedHead: string | null, prevHash: string, hash: string, mac: string]

/**
 * Appends entries to the chain.
 *
 * The chain's end is kept in memory, and every insert only happens if the database still ends there, so that nothing is ever appended
 * to an end that somebody else put in place, and no number is given twice. What was written within a transaction of the caller may
 * still vanish with it (as may a part of it, with a savepoint), so after that the end is read anew before anything follows it.
 */
export class ChainAppender {
  private readonly hasher = new EntryHasher()
  private readonly insert: Statement<InsertParameters>
  /** The end of what is known to be on disk. */
  private durable: AuditHead
  /** What was written since and may not have come to stay, oldest first. */
  private unsettled: Appended[] = []

  constructor(
    private readonly db: Database,
    private readonly table: EntryTable,
    private readonly keys: AuditKeys,
    private readonly clock: Clock,
    head: AuditHead,
    private readonly onDurable: (entries: readonly Appended[]) => void,
  ) {
    this.durable = head
    // An end that is not the expected one leaves nothing to follow, and a null that the table refuses.
    this.insert = db.prepare<InsertParameters>(
      `INSERT INTO audit_entries (seq, body, prev_hash, hash, mac) VALUES (?, ?,
       CASE WHEN (SELECT hash FROM audit_entries WHERE seq <= ${Number.MAX_SAFE_INTEGER} ORDER BY seq DESC LIMIT 1) IS unhex(?) THEN unhex(?) END,
       unhex(?), unhex(?))`,
    )
  }

  /** The end of what is on disk. */
  get head(): AuditHead {
    return this.durable
  }

  /** Whether something was written whose transaction has not been seen to end. */
  get isUnsettled(): boolean {
    return this.unsettled.length > 0
  }

  /** Writes one entry; durable on return, unless the caller has a transaction open. */
  append(fact: AuditFact): AuditRef {
    const insideTransaction = this.db.inTransaction
    if (this.isUnsettled) {
      this.dropUndone()
      if (!insideTransaction) this.confirm()
    }

    const base = this.unsettled.at(-1)?.head ?? this.durable
    const seq = base.seq + 1
    const atMs = Math.trunc(this.clock.wallMs())
    const body = composeBody(seq, atMs, fact)
    const prevHash = base.hashHex
    const hashHex = this.hasher.hashHex(seq, prevHash, body)
    const head = { seq, hashHex }
    try {
      this.insert.run(seq, body, seq === 1 ? null : prevHash, prevHash, hashHex, this.keys.entryKey.ofHex(hashHex))
    } catch (thrown) {
      if (isRefusedByChain(thrown)) throw headMoved(base)
      // A commit that reports an error may have taken effect all the same, and only the database knows.
      this.unsettled.push({ head, atMs, fact })
      throw classifyStorageError(thrown) ?? thrown
    }
    if (insideTransaction) this.unsettled.push({ head, atMs, fact })
    else {
      this.durable = head
      this.onDurable([{ head, atMs, fact }])
    }
    return head
  }

  /** Finds out what became of entries that were written in a transaction, once it is over. */
  settle(): void {
    if (!this.isUnsettled || this.db.inTransaction) return
    this.dropUndone()
    this.confirm()
  }

  /** Takes the actual end for the end, whatever it is. */
  adopt(head: AuditHead): void {
    this.unsettled = []
    this.durable = head
  }

  /** Forgets what was rolled back. */
  private dropUndone(): void {
    const actual = this.table.head()
    while (this.unsettled.length > 0 && this.unsettled.at(-1)?.head.hashHex !== actual?.hashHex) this.unsettled.pop()
  }

  private confirm(): void {
    const confirmed = this.unsettled
    const last = confirmed.at(-1)
    if (last === undefined) return
    this.unsettled = []
    this.durable = last.head
    this.onDurable(confirmed)
  }
}

/** The entry as a list shows it. */
export function rowOf({ head: { seq }, atMs, fact: { category, severity, type, actor, subject } }: Appended): AuditRow {
  return { seq, atMs, category, severity, type, actor: redactText(actor), subject: subject === null ? null : redactText(subject) }
}

/** The end is not where we left it, or the number is taken although it is: an entry stands behind the end. */
function isRefusedByChain(thrown: unknown): boolean {
  const code = thrown instanceof Error ? (thrown as { code?: unknown }).code : undefined
  return code === 'SQLITE_CONSTRAINT_NOTNULL' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

function headMoved({ seq }: AuditHead): AuditError {
  return new AuditError('HEAD_MOVED', 'the log does not end where it was left: another writer changed it', { expectedSeq: seq })
}
