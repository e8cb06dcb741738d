import type { Writable } from 'node:stream'

import type { AuditFact, AuditRef } from '../domain/audit-event'
import type { Environment } from '../domain/environment'
import { type Clock, type Scheduler, systemScheduler } from '../lib/clock'
import { err, ok, type Result } from '../lib/result'
import type { Database } from '../storage/database'
import { classifyStorageError, rethrowClassified } from '../storage/errors'
import { AnchorKeeper } from './anchor-keeper'
import { readAnchor } from './anchor'
import { type Appended, ChainAppender, rowOf } from './appender'
import { composeBody } from './body'
import {
  AuditError,
  type AuditErrorCode,
  type AuditHead,
  type AuditLog,
  type AuditRow,
  type AuditStatus,
  type ExportOptions,
  type ExportSummary,
  type OpenReport,
  type RetentionOptions,
  type SealOutcome,
  type SealRequest,
  type VerifyOptions,
  type VerifyReport,
  type Witness,
} from './audit'
import { continuedFact } from './continued'
import { EntryTable } from './entry-table'
import { exportJsonl } from './export'
import { HeldFacts } from './held-facts'
import { readIdentity, writeIdentity } from './identity'
import { type AuditKeys, deriveAuditKeys } from './keys'
import { quickCheck } from './quick-check'
import { DatabaseAuditReader } from './reader'
import { applyRetention } from './retention'
import { prepareSeal } from './seal'
import { verifyChain } from './verify-chain'

/** How to open an environment's audit log. */
export interface OpenAuditLogOptions {
  /** The environment's database, open for writing. */
  readonly db: Database
  /** The database's key; the log's own keys are derived from it, and it is not kept. */
  readonly key: Buffer
  readonly environment: Environment
  /** The external anchor file, outside the database. */
  readonly anchorPath: string
  readonly clock: Clock
  readonly scheduler?: Scheduler | undefined
}

/** A transaction that is still open is looked at again after this. */
const RESETTLE_MS = 20

/**
 * Opens the environment's audit log, starting one when there is none, and takes a quick look at it. What the look finds is in
 * `openReport`: a log that is not intact can be read, and nothing is appended to it until `continueAfterBreak`.
 *
 * Throws a StorageError when the database or, for a new log, the anchor cannot be written.
 */
export function openAuditLog(options: OpenAuditLogOptions): AuditLog {
  try {
    return new ChainedAuditLog(options)
  } catch (thrown) {
    rethrowClassified(thrown)
  }
}

class ChainedAuditLog extends DatabaseAuditReader implements AuditLog {
  readonly environment: Environment
  readonly logId: string
  readonly openReport: OpenReport
  private readonly db: Database
  private readonly clock: Clock
  private readonly scheduler: Scheduler
  private readonly anchorPath: string
  private readonly keys: AuditKeys
  private readonly table: EntryTable
  private readonly appender: ChainAppender
  private readonly anchor: AnchorKeeper
  private readonly held = new HeldFacts()
  private readonly listeners = new Set<(row: AuditRow) => void>()
  private refusal: AuditErrorCode | null
  private settling = false
  private anchorIsDue = false
  private sealing = false

  constructor({ db, key, environment, anchorPath, clock, scheduler = systemScheduler }: OpenAuditLogOptions) {
    super(db)
    this.db = db
    this.clock = clock
    this.scheduler = scheduler
    this.anchorPath = anchorPath
    this.environment = environment

    const found = readIdentity(db)
    const created = found.state === 'new'
    const identity = found.state === 'present' ? found.identity : created ? writeIdentity(db, environment, clock.wallMs()) : null
    const isForeign = identity?.environment !== environment
    this.logId = identity?.logId ?? ''
    this.keys = deriveAuditKeys(key, { environment, logId: this.logId })
    this.table = new EntryTable(db)

    const check = quickCheck(db, this.table, this.keys, readAnchor(anchorPath))
    const foreign = {
      kind: 'FOREIGN_LOG',
      fromSeq: 0,
      toSeq: 0,
      detail: identity === null ? 'the log has lost its identity' : `the log belongs to the environment ${identity.environment}`,
    } as const
    const breaks = isForeign ? [foreign, ...check.breaks] : check.breaks
    const head = this.table.head() ?? { seq: 0, hashHex: this.keys.genesisHex }
    const intact = breaks.length === 0
    this.openReport = { intact, breaks, head, lag: check.lag, checkedEntries: check.checkedEntries, created }
    this.refusal = isForeign ? 'FOREIGN_LOG' : intact ? null : 'LOG_BROKEN'

    this.appender = new ChainAppender(
      db,
      this.table,
      this.keys,
      clock,
      head,
      (entries) => this.announce(entries),
      (facts) => this.held.undone(facts),
    )
    const anchored = intact ? (check.anchor?.seq ?? null) : null
    this.anchor = new AnchorKeeper(
      anchorPath,
      this.keys,
      clock,
      scheduler,
      () => this.appender.head,
      () => this.checkEnd(),
      anchored,
    )
    if (intact) {
      const anchoring = this.anchor.write()
      // Without its first anchor a new log would be taken for one whose anchor was removed.
      if (!anchoring.ok && anchored === null) throw (anchoring.error.cause ?? anchoring.error) as Error
    }
  }

  append(fact: AuditFact): AuditRef {
    if (this.refusal !== null) throw refused(this.refusal)
    // What was written ahead of an entry and vanished with it goes ahead of this one.
    this.appender.lookBack()
    return this.appendAll(this.held.anyWaits ? [...this.held.take(), fact] : [fact])
  }

  appendWithNext(fact: AuditFact): void {
    if (this.refusal !== null) throw refused(this.refusal)
    // What has no place in the log must not keep the next entry out of it.
    composeBody(this.appender.head.seq + 1, 0, fact)
    this.held.hold(fact)
  }

  writeHeld(): void {
    this.settle()
    if (!this.held.anyWaits) return
    if (this.refusal !== null) throw refused(this.refusal)
    this.appendAll(this.held.take())
  }

  /** All of them or none, in the caller's transaction or in one of its own. The last one's place. */
  private appendAll(facts: readonly AuditFact[]): AuditRef {
    let reached = 0
    const write = (): AuditRef => {
      let ref: AuditRef = this.appender.head
      for (const fact of facts) {
        ref = this.appender.append(fact)
        reached += 1
      }
      return ref
    }
    try {
      if (facts.length === 1 || this.db.inTransaction) return write()
      const ref = this.db.transaction(write).immediate()
      this.settle()
      return ref
    } catch (thrown) {
      this.held.undone(facts.slice(reached))
      throw classifyStorageError(thrown) ?? thrown
    } finally {
      if (this.appender.isUnsettled) this.settleSoon()
    }
  }

  head(): AuditHead {
    this.settle()
    return this.appender.head
  }

  status(): AuditStatus {
    const head = this.head()
    const anchoredSeq = this.anchor.anchoredSeq
    return {
      head,
      anchoredSeq,
      lag: anchoredSeq === null ? null : head.seq - anchoredSeq,
      anchorProblem: this.anchor.problem,
      refuses: this.refusal,
    }
  }

  anchorNow(): Result<AuditHead, AuditError> {
    if (this.refusal !== null) return err(refused(this.refusal))
    this.settle()
    if (this.appender.isUnsettled) {
      this.anchorIsDue = true
      return err(new AuditError('IN_TRANSACTION', 'the anchor moves when the open transaction has ended'))
    }
    return this.anchor.write()
  }

  continueAfterBreak({ actor, reason }: { readonly actor: string; readonly reason: string }): AuditRef {
    if (this.refusal === 'FOREIGN_LOG' || this.refusal === 'CLOSED') throw refused(this.refusal)
    this.appender.adopt(this.table.head() ?? { seq: 0, hashHex: this.keys.genesisHex })
    const before = this.refusal
    this.refusal = null
    try {
      const ref = this.append(continuedFact(this.openReport.breaks, actor, reason))
      this.anchorNow()
      return ref
    } catch (thrown) {
      this.refusal = before
      throw thrown
    }
  }

  async seal(request: SealRequest): Promise<Result<SealOutcome, AuditError>> {
    if (this.refusal === 'FOREIGN_LOG' || this.refusal === 'CLOSED') return err(refused(this.refusal))
    if (this.sealing) return err(new AuditError('IN_PROGRESS', 'a seal is being prepared'))
    this.sealing = true
    try {
      const ref = await this.writeSeal(request)
      const report = await this.verify({ witnesses: request.witnesses, signal: request.signal })
      if (report.verdict === 'sealed') return ok({ ref, report })
      return err(
        new AuditError('SEAL_INCOMPLETE', 'the seal was written, and the log is broken all the same', { breaks: report.breaks.length }),
      )
    } catch (thrown) {
      if (thrown instanceof AuditError) return err(thrown)
      rethrowClassified(thrown)
    } finally {
      this.sealing = false
    }
  }

  private async writeSeal(request: SealRequest): Promise<AuditRef> {
    this.settle()
    if (this.refusal === null && !this.appender.isUnsettled) this.noticeMovedEnd()
    const before = this.refusal
    const ours = this.appender.head
    const work = { db: this.db, keys: this.keys, reading: readAnchor(this.anchorPath), isStopped: before !== null }
    const { facts, base, head } = await prepareSeal({ ...work, witnesses: this.witnesses(request.witnesses) }, request)
    this.settle()
    if (this.appender.isUnsettled || this.db.inTransaction) throw new AuditError('IN_TRANSACTION', 'a seal is written on its own')
    if (this.refusal !== before) throw refused(this.refusal ?? 'IN_PROGRESS')
    if (before !== null) {
      const now = this.table.head() ?? { seq: 0, hashHex: this.keys.genesisHex }
      if (now.seq !== head.seq || now.hashHex !== head.hashHex) throw refused('HEAD_MOVED')
      this.appender.adopt(base)
    }
    this.refusal = null
    try {
      // All or nothing: half a seal would be none.
      this.db
        .transaction(() => {
          for (const fact of facts) this.append(fact)
        })
        .immediate()
      this.settle()
      this.anchorNow()
      return this.appender.head
    } catch (thrown) {
      this.refusal = before
      if (before !== null) this.appender.adopt(ours)
      throw thrown
    }
  }

  /** From then on the log refuses, and what is gone is known to have been there. */
  private noticeMovedEnd(): void {
    try {
      this.checkEnd()
    } catch (thrown) {
      if (!(thrown instanceof AuditError)) throw thrown
    }
  }

  onAppend(listener: (row: AuditRow) => void): () => void {
    this.listeners.add(listener)
    return () => {
      this.listeners.delete(listener)
    }
  }

  async verify(options: VerifyOptions = {}): Promise<VerifyReport> {
    this.settle()
    return verifyChain(this.db, this.keys, readAnchor(this.anchorPath), { ...options, witnesses: this.witnesses(options.witnesses) })
  }

  /** What we wrote ourselves and found gone is known to have been there, although no anchor says so yet. */
  private witnesses(given: readonly Witness[] = []): readonly Witness[] {
    return this.refusal === 'HEAD_MOVED' ? [...given, { ...this.appender.head, source: 'this run' }] : given
  }

  async exportJsonl(stream: Writable, options: ExportOptions = {}): Promise<ExportSummary> {
    return exportJsonl(this.db, this.keys, stream, options)
  }

  async applyRetention({ policy, actor, signal }: RetentionOptions): Promise<number> {
    if (this.refusal !== null) throw refused(this.refusal)
    try {
      return await applyRetention({ db: this.db, keys: this.keys, audit: this, policy, nowMs: this.clock.wallMs(), actor, signal })
    } finally {
      this.forget()
    }
  }

  close(): void {
    if (this.refusal === 'CLOSED') return
    if (this.refusal === null && this.db.open) {
      try {
        this.writeHeld()
      } catch {
        // What was held back was about something that was not done.
      }
      this.anchorNow()
    }
    this.anchor.disarm()
    this.refusal = 'CLOSED'
    this.listeners.clear()
  }

  /** Somebody who changes the end while we run is noticed when the anchor is about to move, and nothing is appended after that. */
  private checkEnd(): void {
    try {
      this.appender.checkEnd()
    } catch (thrown) {
      if (thrown instanceof AuditError) this.refusal = thrown.code
      throw thrown
    }
  }

  private settle(): void {
    if (this.db.open) this.appender.settle()
  }

  /** The caller's transaction ends before anything else can run, unless the caller keeps it open on purpose. */
  private settleSoon(delayMs = 0): void {
    if (this.settling) return
    this.settling = true
    this.scheduler.after(delayMs, () => {
      this.settling = false
      this.settle()
      if (this.appender.isUnsettled && this.refusal !== 'CLOSED') this.settleSoon(RESETTLE_MS)
    })
  }

  private announce(entries: readonly Appended[]): void {
    this.held.durable(entries.map(({ fact }) => fact))
    if (this.anchorIsDue) {
      this.anchorIsDue = false
      this.anchor.write()
    } else this.anchor.note(this.appender.head.seq)
    if (this.listeners.size === 0) return
    const rows = entries.map(rowOf)
    for (const listener of this.listeners) {
      for (const row of rows) {
        // What is on disk is on disk: a listener's fault must not look like a fact that was not recorded.
        try {
          listener(row)
        } catch (thrown) {
          process.emitWarning(thrown instanceof Error ? thrown : new Error(String(thrown)))
        }
      }
    }
  }
}

const REFUSALS: Readonly<Partial<Record<AuditErrorCode, string>>> = {
  LOG_BROKEN: 'the log was found broken, and nobody has decided to go on with it',
  FOREIGN_LOG: 'the log belongs to another environment',
  HEAD_MOVED: 'the log does not end where it was left: somebody else changed it',
  CLOSED: 'the log is closed',
}

function refused(code: AuditErrorCode): AuditError {
  return new AuditError(code, REFUSALS[code] ?? code)
}
