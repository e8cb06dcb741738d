import { createHash } from 'node:crypto'

import type { Database, Statement } from '../storage/database'
import type { ChainBreak } from './audit'
import { isDamage } from './entry-steps'
import type { Steps } from './slices'

const TAG = 'holdfast/audit-observed/v1\n'

/** Rows read at a time. */
const STEP_ROWS = 128

/** A row in full, whatever it holds: bytes, not values, so that nothing is lost on the way. */
const ROW = `printf('%lld %s %s %s %s %s %s', seq, typeof(body), hex(body), hex(prev_hash), hex(hash), hex(mac), length(CAST(body AS BLOB)))`

/** The hash of what a finding says, where it is about nothing that is stored. */
export function observedText(text: string): string {
  return createHash('sha256').update(TAG).update(text).digest('hex')
}

/** Takes down exactly what stands at places of the chain, so that any further change shows. */
export class Observer {
  private readonly selectRange: Statement<[number, number, number], [seq: number, row: string]>
  private readonly selectOne: Statement<[number], string>
  private readonly selectStrange: Statement<[], string>

  constructor(db: Database) {
    this.selectRange = db
      .prepare<[number, number, number], [number, string]>(
        `SELECT seq, ${ROW} FROM audit_entries WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`,
      )
      .raw()
    this.selectOne = db.prepare<[number], string>(`SELECT ${ROW} FROM audit_entries WHERE seq = ?`).pluck()
    this.selectStrange = db
      .prepare<[], string>(`SELECT ${ROW} FROM audit_entries WHERE seq < 1 OR seq > ${Number.MAX_SAFE_INTEGER} ORDER BY seq`)
      .pluck()
  }

  /** The hash of all rows that a finding is about, and of which of them cannot be read. */
  *rowsOf({ kind, fromSeq, toSeq }: Pick<ChainBreak, 'kind' | 'fromSeq' | 'toSeq'>): Steps<string> {
    // A link that does not fit is as much about the entry before it.
    const first = kind === 'LINK_BROKEN' ? fromSeq - 1 : fromSeq
    const hash = createHash('sha256').update(TAG)
    for (let after = first - 1; after < toSeq;) {
      const rows = this.rows(after, toSeq)
      for (const [, row] of rows) if (row !== null) hash.update(row).update('\n')
      after = rows.at(-1)?.[0] ?? toSeq
      yield
    }
    return hash.digest('hex')
  }

  /** The hash of all rows whose numbers are no places in a chain. */
  *strange(): Steps<string> {
    const hash = createHash('sha256').update(TAG)
    for (const row of this.selectStrange.iterate()) hash.update(row).update('\n')
    yield
    return hash.digest('hex')
  }

  private rows(after: number, through: number): readonly [seq: number, row: string | null][] {
    try {
      return this.selectRange.all(after, through, STEP_ROWS)
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown
    }
    const seq = after + 1
    try {
      return [[seq, this.selectOne.get(seq) ?? null]]
    } catch (thrown) {
      if (!isDamage(thrown)) throw thrown
      return [[seq, `${seq} unreadable`]]
    }
  }
}
