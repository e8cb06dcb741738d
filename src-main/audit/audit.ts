import type { Writable } from 'node:stream'

import type { AuditAppender, AuditCategory, AuditFact, AuditRef, AuditSeverity } from '../domain/audit-event'
import type { Environment } from '../domain/environment'
import type { HeadVoucher } from '../domain/head-voucher'
import { HoldfastError } from '../lib/errors'
import type { JsonObject } from '../lib/json'
import type { Result } from '../lib/result'

/** What can be wrong with a chain. Every kind names the entries that it is about. */
export const CHAIN_BREAK_KINDS = [
  /** The entry's text or hash is not what was written. */
  'EDITED',
  /** The entry's authentication code was not made with this log's key. */
  'BAD_MAC',
  /** The entry follows another entry than the one that stands before it. */
  'LINK_BROKEN',
  /** A genuine entry that stands at another place. */
  'REORDERED',
  /** Entries are missing between others. */
  'DELETED',
  /** An entry that does not belong to the chain. */
  'INSERTED',
  /** The stored page is damaged, so the entry cannot be read. */
  'UNREADABLE',
  /** Entries that the external anchor attests are missing at the end. */
  'TRUNCATED',
  /** There are entries and no anchor. */
  'ANCHOR_MISSING',
  /** The anchor cannot be read, or does not have an anchor's form. */
  'ANCHOR_UNREADABLE',
  /** The anchor belongs to another log. */
  'ANCHOR_FOREIGN',
  /** The anchor was not made with this log's key. */
  'ANCHOR_FORGED',
  /** The entry that the anchor names has another hash. */
  'ANCHOR_MISMATCH',
  /** The anchor is further behind than a crash can leave it. */
  'ANCHOR_STALE',
  /** A head that was signed or written down elsewhere is not in this chain. */
  'WITNESS_MISMATCH',
  /** An entry that says who vouched for a head: the signature is not theirs, or that entry has another hash than they vouched for. */
  'VOUCHER_MISMATCH',
  /** The log belongs to another environment, or has lost its identity. */
  'FOREIGN_LOG',
  /** Tables, indexes or triggers of the log are not as the app makes them. */
  'SCHEMA_CHANGED',
] as const
/** What can be wrong with a chain. */
export type ChainBreakKind = (typeof CHAIN_BREAK_KINDS)[number]

/** One finding: every entry from `fromSeq` to `toSeq` is concerned; both 0 when it is about the log as a whole. */
export interface ChainBreak {
  readonly kind: ChainBreakKind
  readonly fromSeq: number
  readonly toSeq: number
  /** For the log and for experts, in English. */
  readonly detail: string
}

/** A finding, with what was found: while it is the same, so is the damage. */
export interface ObservedBreak extends ChainBreak {
  /** SHA-256 over everything that is stored at these places, or over what else the finding is about. */
  readonly observedHex: string
}

/** A finding that was sealed: looked at, let be, and on record in the chain with everything that it was then. */
export interface SealedBreak extends ObservedBreak {
  /** The entry that seals it. */
  readonly sealSeq: number
  readonly sealedAtMs: number
  /** Who authorised it. */
  readonly by: readonly string[]
  readonly reason: string
}

/** What a check came to. `sealed`: nothing is wrong but what was sealed, and that is as it was then. */
export const CHAIN_VERDICTS = ['intact', 'sealed', 'broken'] as const
/** What a check came to. */
export type ChainVerdict = (typeof CHAIN_VERDICTS)[number]

/** Where the chain ends: the last entry, or seq 0 and the genesis hash. */
export interface AuditHead {
  readonly seq: number
  readonly hashHex: string
}

/** What the quick check at start found: schema, identity, the last entries, and the anchor. */
export interface OpenReport {
  /** Whether nothing was found but what is sealed. */
  readonly intact: boolean
  /** What was found and is not sealed. */
  readonly breaks: readonly ChainBreak[]
  readonly head: AuditHead
  /** Entries after the anchor; null when there is no valid anchor. */
  readonly lag: number | null
  /** Number of last entries whose hash and authentication code were checked. */
  readonly checkedEntries: number
  /** Whether this log was started just now. */
  readonly created: boolean
}

/** A voucher as it stands in the chain. */
export interface RecordedVoucher extends HeadVoucher {
  /** The entry that holds it. */
  readonly seq: number
  /** Who had it signed. */
  readonly by: string
}

/** What checking the whole chain found. */
export interface VerifyReport {
  readonly verdict: ChainVerdict
  /** What was found and is not sealed. */
  readonly breaks: readonly ObservedBreak[]
  /** What was sealed and has not changed since: known damage, which stays known. */
  readonly sealed: readonly SealedBreak[]
  /** Findings beyond the number that a report holds. */
  readonly omittedBreaks: number
  /** Entries that were read. */
  readonly entries: number
  /** Of these, entries whose text retention has emptied. */
  readonly emptiedEntries: number
  readonly head: AuditHead
  /** The entry that the external anchor attests; null when there is no valid anchor. */
  readonly anchorSeq: number | null
  /** Who vouched for which head, as far as signature and hash hold: the newest, in their order. */
  readonly vouchers: readonly RecordedVoucher[]
  /** How many hold in all. */
  readonly voucherCount: number
  /** Entries after the anchor: written in the last moments before it would have moved. */
  readonly lag: number | null
  readonly durationMs: number
}

/** A head that was kept outside this machine's reach, such as one that a hardware wallet signed. */
export interface Witness {
  readonly seq: number
  readonly hashHex: string
  /** Where it comes from, for the report. */
  readonly source: string
}

/** Which entries to show; what is left out or null does not restrict. */
export interface AuditFilter {
  /** From this time on. */
  readonly sinceMs?: number | null | undefined
  /** Before this time. */
  readonly untilMs?: number | null | undefined
  /** Empty means all. */
  readonly categories?: readonly AuditCategory[] | undefined
  /** Empty means all. */
  readonly severities?: readonly AuditSeverity[] | undefined
  readonly type?: string | null | undefined
  readonly actor?: string | null | undefined
  readonly subject?: string | null | undefined
  /** Appears anywhere in the entry; upper and lower case of ASCII letters are the same. */
  readonly text?: string | null | undefined
}

/** An entry as a list shows it. */
export interface AuditRow {
  readonly seq: number
  readonly atMs: number
  readonly category: AuditCategory
  readonly severity: AuditSeverity
  readonly type: string
  readonly actor: string
  readonly subject: string | null
}

/** An entry with everything that is stored about it. */
export interface AuditEntry extends AuditRow {
  readonly data: JsonObject
  readonly hashHex: string
  readonly prevHashHex: string
}

/** Reading stops between slices, so that a long search never blocks; a signal ends it. */
export interface Interruptible {
  readonly signal?: AbortSignal | undefined
}

/** Entries by offset, newest first, for a list that shows a window of many. */
export interface AuditPageRequest extends Interruptible {
  readonly filter: AuditFilter
  readonly offset: number
  readonly limit: number
}

/** One window of a list. */
export interface AuditPage {
  /** Entries that match, in all. */
  readonly total: number
  readonly rows: readonly AuditRow[]
}

/** Entries before a given one, newest first. */
export interface AuditQueryRequest extends Interruptible {
  readonly filter: AuditFilter
  readonly limit: number
  /** Only entries with a smaller number; the `next` of the page before. */
  readonly beforeSeq?: number | undefined
}

/** One page of a query. */
export interface AuditQueryPage {
  readonly rows: readonly AuditRow[]
  /** Hand this over as `beforeSeq` for the next page; null when there is none. */
  readonly next: number | null
}

/** How far checking or exporting has come. */
export interface Progress {
  readonly done: number
  readonly total: number
}

/** The reading side: works on a database that is open read-only, too. */
export interface AuditReader {
  /** One entry with its data; null when there is none, or retention has emptied it. */
  get(seq: number): AuditEntry | null
  /** The stored hash of one entry, also where retention has emptied its text; null when there is none. */
  hashAt(seq: number): string | null
  query(request: AuditQueryRequest): Promise<AuditQueryPage>
  page(request: AuditPageRequest): Promise<AuditPage>
  count(filter: AuditFilter, options?: Interruptible): Promise<number>
  /** Every type that occurs, sorted. */
  types(options?: Interruptible): Promise<readonly string[]>
}

/** What an export wrote. */
export interface ExportSummary {
  readonly written: number
  readonly head: AuditHead
}

/** Whether what was appended is attested outside the database, and what keeps it from being so. */
export interface AuditStatus {
  readonly head: AuditHead
  readonly anchoredSeq: number | null
  readonly lag: number | null
  /** The last attempt to move the anchor failed with this. */
  readonly anchorProblem: string | null
  /** Why entries cannot be appended now; null when they can. */
  readonly refuses: AuditErrorCode | null
}

/** The audit log of one environment. */
export interface AuditLog extends AuditAppender, AuditReader {
  readonly environment: Environment
  /** Identifies this chain, in every export and anchor. */
  readonly logId: string
  /** What opening found. While it is not intact nothing is appended, until `continueAfterBreak`. */
  readonly openReport: OpenReport
  /**
   * Records a fact. Durable on return; inside a transaction of the caller it becomes durable, and vanishes, together with it.
   * Throws a StorageError (such as DISK_FULL) or an AuditError, and leaves the chain as it was then.
   */
  append(fact: AuditFact): AuditRef
  /**
   * Holds a fact back until the next entry, whoever's it is, and writes both in one go, this one first: for what is asked for, where nothing can be
   * done about it that is not recorded before. Throws where the log refuses entries, and on a fact that it would not take.
   */
  appendWithNext(fact: AuditFact): void
  /** Writes what is still held back. Throws as {@link append} does; then it is still held back. */
  writeHeld(): void
  head(): AuditHead
  status(): AuditStatus
  /** Moves the external anchor to the head at once: on a halt or a signature. In an open transaction it moves right after it. */
  anchorNow(): Result<AuditHead, AuditError>
  /** Goes on from the actual head of a log that was found broken, and records who said so and why. */
  continueAfterBreak(by: { readonly actor: string; readonly reason: string }): AuditRef
  /**
   * Seals what a check found broken: the chain goes on, and a fact in it lists every finding with what was found, who authorised it and why.
   * From then on checks name these findings as sealed, and as broken again as soon as anything in them changes.
   */
  seal(request: SealRequest): Promise<Result<SealOutcome, AuditError>>
  /** Called with every entry once it is durable. Returns how to stop. */
  onAppend(listener: (row: AuditRow) => void): () => void
  /** Checks the whole chain, in slices. */
  verify(options?: VerifyOptions): Promise<VerifyReport>
  /** Writes matching entries, oldest first, one JSON object a line. */
  exportJsonl(stream: Writable, options?: ExportOptions): Promise<ExportSummary>
  /** Empties the text of entries that were kept long enough, on record and without breaking the chain. Returns how many. */
  applyRetention(options: RetentionOptions): Promise<number>
  /** Moves the anchor a last time and stops the timer. The database stays open. */
  close(): void
}

/** The authority that a seal takes: this many, different from one another. */
export const SEAL_AUTHORITIES = 2

/** What is to be sealed, and on whose word. */
export interface SealRequest extends Interruptible {
  /** The findings of a check that those who authorise it have seen: all of them, or it is refused. */
  readonly breaks: readonly Pick<ObservedBreak, 'kind' | 'fromSeq' | 'toSeq' | 'observedHex'>[]
  /** Who authorises it, as they were proven: operators or keys; at least {@link SEAL_AUTHORITIES}. */
  readonly by: readonly string[]
  readonly reason: string
  /** The heads that the check was given. */
  readonly witnesses?: readonly Witness[] | undefined
}

/** What sealing left. */
export interface SealOutcome {
  /** The last entry of the seal. */
  readonly ref: AuditRef
  /** The check after it; its verdict is `sealed`. */
  readonly report: VerifyReport
}

/** Options of a whole-chain check. */
export interface VerifyOptions extends Interruptible {
  readonly witnesses?: readonly Witness[] | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** How long entries of one sort are kept; what a rule leaves out does not restrict it. */
export interface RetentionRule {
  readonly types?: readonly string[] | undefined
  readonly categories?: readonly AuditCategory[] | undefined
  readonly severities?: readonly AuditSeverity[] | undefined
  readonly keepMs: number
}

/** The first rule that fits decides; without one, the last member does. */
export interface RetentionPolicy {
  readonly rules: readonly RetentionRule[]
  readonly otherwiseMs: number
}

/** Who applies which policy. */
export interface RetentionOptions extends Interruptible {
  readonly policy: RetentionPolicy
  readonly actor: string
}

/** Options of an export. */
export interface ExportOptions extends Interruptible {
  readonly filter?: AuditFilter | undefined
  readonly onProgress?: ((progress: Progress) => void) | undefined
}

/** Why the audit log refuses. */
export const AUDIT_ERROR_CODES = [
  /** The log was found broken when it was opened, and nobody has decided to go on. */
  'LOG_BROKEN',
  /** The log belongs to another environment. */
  'FOREIGN_LOG',
  /** The chain's end in the database is not the one that we wrote: somebody else changed it while we ran. */
  'HEAD_MOVED',
  /** The fact cannot be recorded as it is. */
  'INVALID_FACT',
  /** The external anchor could not be written. */
  'ANCHOR_NOT_WRITTEN',
  /** Not inside a transaction; it will be done right after it. */
  'IN_TRANSACTION',
  /** A seal needs more authority, or a reason. */
  'NOT_AUTHORISED',
  /** The log is not broken otherwise than was sealed before. */
  'NOTHING_TO_SEAL',
  /** The log is broken in another way than those who authorised the seal have seen. */
  'BREAKS_CHANGED',
  /** What was found cannot be vouched for by a seal: it is not of the past, or not of this log, or too much to be listed. */
  'NOT_SEALABLE',
  /** The seal was written, and the log is broken all the same. */
  'SEAL_INCOMPLETE',
  /** The same is under way. */
  'IN_PROGRESS',
  /** The log was closed. */
  'CLOSED',
] as const
/** Why the audit log refuses. */
export type AuditErrorCode = (typeof AUDIT_ERROR_CODES)[number]

/** A refusal of the audit log. */
export class AuditError extends HoldfastError<AuditErrorCode> {
  constructor(code: AuditErrorCode, message: string, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(code, message, detail, cause)
    this.name = 'AuditError'
  }
}
