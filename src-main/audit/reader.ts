import type { Database, Statement } from '../storage/database'
import type {
  AuditEntry,
  AuditFilter,
  AuditPage,
  AuditPageRequest,
  AuditQueryPage,
  AuditQueryRequest,
  AuditReader,
  AuditRow,
  Interruptible,
} from './audit'
import { type AuditContent, EMPTIED_BODY, isAuditCategory, isAuditSeverity, parseBody } from './body'
import { ENTRY_ROWS } from './entry-rows'
import { EntryScan, type SeqRange } from './entry-scan'
import { isUnrestricted } from './filter-sql'
import { FilterViews } from './filter-view'
import { retentionPointer } from './retention-record'

/** A page holds no more; who wants everything exports. */
const MAX_LIMIT = 1_000

/** So many of the last entries are read themselves, before the facets are asked. */
const NEAR = 2_000

const ROW_COLUMNS = 'seq, at_ms, category, severity, type, actor, subject'

type RowColumns = readonly [
  seq: number,
  atMs: unknown,
  category: unknown,
  severity: unknown,
  type: unknown,
  actor: unknown,
  subject: unknown,
]

/** An entry whose text somebody damaged is shown as what it is, instead of failing the page that it stands on. */
const UNREADABLE_CONTENT: AuditContent = {
  atMs: 0,
  category: 'SECURITY_VIOLATION',
  severity: 'critical',
  type: 'UnreadableEntry',
  actor: 'unknown',
  subject: null,
  data: {},
}

/** Reads an audit log. Needs no key and writes nothing, so it works beside the app on a database that is open read-only. */
export class DatabaseAuditReader implements AuditReader {
  private readonly scan: EntryScan
  private readonly views: FilterViews
  private readonly selectRow: Statement<[number], RowColumns>
  private readonly selectEntry: Statement<[number], [body: unknown, hash: Buffer, prevHash: Buffer]>
  private readonly lastRetentionSeq: () => number
  private readonly knownTypes = new Set<string>()
  private typesThroughSeq = 0

  constructor(db: Database) {
    this.scan = new EntryScan(db)
    this.views = new FilterViews(this.scan)
    this.lastRetentionSeq = retentionPointer(db)
    this.selectRow = db.prepare(`SELECT ${ROW_COLUMNS} FROM ${ENTRY_ROWS} WHERE seq = ?`).raw() as never
    this.selectEntry = db.prepare('SELECT body, hash, prev_hash FROM audit_entries WHERE seq = ?').raw() as never
  }

  get(seq: number): AuditEntry | null {
    const found = this.selectEntry.get(seq)
    if (found === undefined || found[0] === EMPTIED_BODY) return null
    const [body, hash, prevHash] = found
    const content = (typeof body === 'string' ? parseBody(body) : null) ?? UNREADABLE_CONTENT
    return { ...content, seq, hashHex: hash.toString('hex'), prevHashHex: prevHash.toString('hex') }
  }

  hashAt(seq: number): string | null {
    return this.selectEntry.get(seq)?.[1].toString('hex') ?? null
  }

  async query({ filter, limit, beforeSeq, signal }: AuditQueryRequest): Promise<AuditQueryPage> {
    const wanted = clampLimit(limit)
    const rows: AuditRow[] = []
    const collect = async (range: SeqRange, direct: boolean): Promise<void> => {
      const select = this.scan.prepare<RowColumns>(filter, ROW_COLUMNS, { order: 'DESC', direct })
      await this.scan.downwards(range, signal, (step) => {
        // One more than is wanted, to know whether there is a next page.
        rows.push(...select(step, wanted + 1 - rows.length).map(toRow))
        return rows.length <= wanted
      })
    }
    const through = Math.min(this.scan.lastSeq(), beforeSeq === undefined ? Infinity : beforeSeq - 1)
    const after = Math.max(0, through - NEAR)
    // What is asked for most stands at the end, and is found sooner than the facets are filled.
    await collect({ after, through }, true)
    if (rows.length <= wanted && after > 0) {
      await this.scan.ready(signal)
      await collect({ after: 0, through: after }, false)
    }
    const page = rows.slice(0, wanted)
    return { rows: page, next: rows.length > wanted ? (page.at(-1)?.seq ?? null) : null }
  }

  async page({ filter, offset, limit, signal }: AuditPageRequest): Promise<AuditPage> {
    if (isUnrestricted(filter)) {
      const page = this.wholePage(offset, clampLimit(limit))
      if (page !== null) return page
    }
    const seqs = await this.views.seqs(filter, signal)
    const end = Math.max(0, seqs.length - Math.max(0, Math.trunc(offset)))
    const window = seqs.slice(Math.max(0, end - clampLimit(limit)), end).reverse()
    const rows = window.flatMap((seq) => {
      const columns = this.selectRow.get(seq)
      return columns === undefined ? [] : [toRow(columns)]
    })
    return { total: seqs.length, rows }
  }

  /**
   * The list as it opens: without a filter, places in a whole chain are counted instead of looked up. Null when entries were emptied, or
   * are missing here, so that counting would be wrong.
   */
  private wholePage(offset: number, limit: number): AuditPage | null {
    if (this.lastRetentionSeq() !== 0) return null
    const last = this.scan.lastSeq()
    const total = last === 0 ? 0 : last - this.scan.firstSeq() + 1
    const from = Math.max(0, Math.trunc(offset))
    const wanted = Math.max(0, Math.min(limit, total - from))
    const rows: AuditRow[] = []
    for (let seq = last - from; rows.length < wanted; seq--) {
      const columns = this.selectRow.get(seq)
      if (columns === undefined) return null
      rows.push(toRow(columns))
    }
    return { total, rows }
  }

  async count(filter: AuditFilter, { signal }: Interruptible = {}): Promise<number> {
    return (await this.views.seqs(filter, signal)).length
  }

  async types({ signal }: Interruptible = {}): Promise<readonly string[]> {
    const through = await this.scan.ready(signal)
    const select = this.scan.prepare<[unknown]>({}, 'DISTINCT type')
    await this.scan.upwards({ after: this.typesThroughSeq, through }, signal, (step) => {
      for (const [type] of select(step)) if (typeof type === 'string') this.knownTypes.add(type)
      this.typesThroughSeq = Math.max(this.typesThroughSeq, step.through)
      return true
    })
    return [...this.knownTypes].sort()
  }

  /** To be called when entries were emptied: what was found before is no longer true. */
  forget(): void {
    this.scan.forget()
    this.views.clear()
    this.knownTypes.clear()
    this.typesThroughSeq = 0
  }
}

function clampLimit(limit: number): number {
  return Math.min(MAX_LIMIT, Math.max(0, Math.trunc(limit)))
}

function toRow([seq, atMs, category, severity, type, actor, subject]: RowColumns): AuditRow {
  if (
    typeof atMs === 'number' &&
    isAuditCategory(category) &&
    isAuditSeverity(severity) &&
    typeof type === 'string' &&
    typeof actor === 'string' &&
    (subject === null || typeof subject === 'string')
  ) {
    return { seq, atMs, category, severity, type, actor, subject }
  }
  const { data: _data, ...content } = UNREADABLE_CONTENT
  return { seq, ...content }
}
