import type { Database, Statement } from '../storage/database'
import type { AuditHead } from './audit'
import { HASH_HEX_DIGITS } from './encoding'
import type { StoredEntry } from './entry-judge'

/** Entries as they are stored; one string of digits is far cheaper to hand over than three buffers. */
const STORED = 'seq, lower(hex(prev_hash) || hex(hash) || hex(mac)), body'

type StoredColumns = [seq: number, links: string, body: unknown]

/** Numbers beyond these cannot come from us: they are no exact JavaScript numbers, or no places in a chain. */
const SENSIBLE_SEQ = `seq BETWEEN 1 AND ${Number.MAX_SAFE_INTEGER}`

/** As many entries with impossible numbers are named. */
const MAX_STRANGE = 500

/** The entries' table, for what has to do with the chain. */
export class EntryTable {
  private readonly selectHead: Statement<[], [seq: number, hash: Buffer]>
  private readonly selectLast: Statement<[number], StoredColumns>
  private readonly selectAfter: Statement<[number, number, number], StoredColumns>
  private readonly selectOne: Statement<[number], StoredColumns>
  private readonly selectStrange: Statement<[], bigint>

  constructor(db: Database) {
    this.selectHead = db
      .prepare<[], [number, Buffer]>(`SELECT seq, hash FROM audit_entries WHERE ${SENSIBLE_SEQ} ORDER BY seq DESC LIMIT 1`)
      .raw()
    this.selectLast = db
      .prepare<[number], StoredColumns>(`SELECT ${STORED} FROM audit_entries WHERE ${SENSIBLE_SEQ} ORDER BY seq DESC LIMIT ?`)
      .raw()
    this.selectAfter = db
      .prepare<[number, number, number], StoredColumns>(
        `SELECT ${STORED} FROM audit_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
      )
      .raw()
    this.selectOne = db.prepare<[number], StoredColumns>(`SELECT ${STORED} FROM audit_entries WHERE seq = ?`).raw()
    // Two ranges, each found at once; one condition for both would read the whole table.
    this.selectStrange = db
      .prepare<[], bigint>(
        `SELECT * FROM (SELECT seq FROM audit_entries WHERE seq < 1 ORDER BY seq LIMIT ${MAX_STRANGE})
         UNION ALL SELECT * FROM (SELECT seq FROM audit_entries WHERE seq > ${Number.MAX_SAFE_INTEGER} ORDER BY seq LIMIT ${MAX_STRANGE})`,
      )
      .pluck()
      .safeIntegers()
  }

  /** The entry with the greatest number; null when there is none. */
  head(): AuditHead | null {
    const row = this.selectHead.get()
    return row === undefined ? null : { seq: row[0], hashHex: row[1].toString('hex') }
  }

  /** The hash of one entry; null when there is no such entry. */
  hashAt(seq: number): string | null {
    const entry = this.one(seq)
    return entry === null ? null : entry.links.slice(HASH_HEX_DIGITS, 2 * HASH_HEX_DIGITS)
  }

  one(seq: number): StoredEntry | null {
    const row = this.selectOne.get(seq)
    return row === undefined ? null : toStored(row)
  }

  /** The last entries, in the order of the chain. */
  last(count: number): StoredEntry[] {
    return this.selectLast.all(count).map(toStored).reverse()
  }

  /** The next entries after `seq`, up to and with `throughSeq`. */
  after(seq: number, throughSeq: number, count: number): StoredEntry[] {
    return this.selectAfter.all(seq, throughSeq, count).map(toStored)
  }

  /** Numbers that no entry of ours can have: below 1, or too great to be exact. */
  strangeSeqs(): readonly bigint[] {
    return this.selectStrange.all()
  }
}

function toStored([seq, links, body]: StoredColumns): StoredEntry {
  return { seq, links, body: typeof body === 'string' ? body : null }
}
