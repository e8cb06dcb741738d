import type { AuditFact, AuditRef } from '../domain/audit-event'
import type { Clock } from '../lib/clock'
import type { Database, Statement } from '../storage/database'
import { classifyStorageError } from '../storage/errors'
import { AuditError, type AuditHead, type AuditRow } from './audit'
import { composeBody, envelopeName } from './body'
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

type InsertParameters = [seq: number, body: string, prevHash: string, hash: string, mac: string]

/**
 * Appends entries to the chain.
 *
 * The chain's end is kept in memory: what follows follows what we wrote, so whatever somebody else does to the end shows as exactly that;
 * and as no number can be taken twice, the chain never forks. What was written within a transaction of the caller may still vanish with
 * it (as may a part of it, with a savepoint), so after that the end is read anew before anything follows it.
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
    /** Hears of facts that were written and vanished with their transaction, oldest first. */
    private readonly onUndone: (facts: readonly AuditFact[]) => void,
  ) {
    this.durable = head
    this.insert = db.prepare<InsertParameters>(
      'INSERT INTO audit_entries (seq, body, prev_hash, hash, mac) VALUES (?, ?, unhex(?), unhex(?), unhex(?))',
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

  /** Finds out what is still there of what was written in transactions, also where one is open; once before anything is appended. */
  lookBack(): void {
    if (!this.isUnsettled) return
    this.dropUndone()
    if (!this.db.inTransaction) this.confirm()
  }

  /** Writes one entry; durable on return, unless the caller has a transaction open. */
  append(fact: AuditFact): AuditRef {
    const base = this.isUnsettled ? (this.unsettled.at(-1)?.head ?? this.durable) : this.durable
    const seq = base.seq + 1
    const atMs = Math.trunc(this.clock.wallMs())
    const body = composeBody(seq, atMs, fact)
    const prevHash = base.hashHex
    const hashHex = this.hasher.hashHex(seq, prevHash, body)
    const head = { seq, hashHex }
    try {
      this.insert.run(seq, body, prevHash, hashHex, this.keys.entryKey.ofHex(hashHex))
    } catch (thrown) {
      if (isTaken(thrown)) throw headMoved(seq)
      // A commit that reports an error may have taken effect all the same, and only the database knows.
      this.unsettled.push({ head, atMs, fact })
      throw classifyStorageError(thrown) ?? thrown
    }
    if (this.db.inTransaction) this.unsettled.push({ head, atMs, fact })
    else {
      this.durable = head
      this.onDurable([{ head, atMs, fact }])
    }
    return head
  }

  /** Finds out what became of entries that were written in a transaction, once it is over. */
  settle(): void {
    if (!this.db.inTransaction) this.lookBack()
  }

  /**
   * Throws when the log in the database no longer ends where we left it: at what is known to be on disk, or at something that we have written since and
   * not looked after yet.
   */
  checkEnd(): void {
    const actual = this.table.head() ?? { seq: 0, hashHex: null }
    const isOurs = (head: AuditHead): boolean => head.seq === actual.seq && (actual.hashHex === null || head.hashHex === actual.hashHex)
    if (!isOurs(this.durable) && !this.unsettled.some(({ head }) => isOurs(head))) throw headMoved(this.durable.seq)
  }

  /** Takes the actual end for the end, whatever it is. */
  adopt(head: AuditHead): void {
    this.unsettled = []
    this.durable = head
  }

  /** Forgets what was rolled back. */
  private dropUndone(): void {
    const actual = this.table.head()
    const undone: AuditFact[] = []
    for (let last = this.unsettled.at(-1); last !== undefined && last.head.hashHex !== actual?.hashHex; last = this.unsettled.at(-1)) {
      undone.unshift(last.fact)
      this.unsettled.pop()
    }
    if (undone.length > 0) this.onUndone(undone)
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
  const shown = (name: string): string => redactText(envelopeName(name))
  return { seq, atMs, category, severity, type, actor: shown(actor), subject: subject === null ? null : shown(subject) }
}

/** The number is taken: an entry that is not ours stands behind the end. */
function isTaken(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown as { code?: unknown }).code === 'SQLITE_CONSTRAINT_PRIMARYKEY'
}

function headMoved(seq: number): AuditError {
  return new AuditError('HEAD_MOVED', 'the log does not end where it was left: somebody else changed it', { seq })
}
