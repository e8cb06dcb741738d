import type { Database, Statement } from '../storage/database'
import { ENTRY_ROWS } from './entry-rows'
import { Slices } from './slices'

/** The table of facets, in memory, of this connection alone. */
export const FACETS_TABLE = 'temp.entry_facets'

/** Entries taken in at a time. */
const STEP = { initial: 512, min: 16, max: 4_096 }

/**
 * What entries are searched by, kept apart from their long texts: a table in memory, filled from the hashed texts when somebody looks,
 * and from then on by what is new.
 *
 * An index on disk would do the same and cost every append a second page to encrypt and to flush before the act that it describes;
 * and it would be a second copy that could be edited apart from what was hashed.
 */
export class Facets {
  private throughSeq = 0
  private readonly insert: Statement<[number, number]>

  constructor(private readonly db: Database) {
    db.exec(`CREATE TABLE IF NOT EXISTS ${FACETS_TABLE} (
      seq INTEGER PRIMARY KEY, at_ms INTEGER, category TEXT, severity TEXT, type TEXT, actor TEXT, subject TEXT)`)
    this.insert = db.prepare(
      `INSERT OR REPLACE INTO ${FACETS_TABLE}
       SELECT seq, at_ms, category, severity, type, actor, subject FROM ${ENTRY_ROWS} WHERE seq > ? AND seq <= ? AND at_ms IS NOT NULL`,
    )
  }

  /** Takes in what is new, in slices. Two callers may do so at once: each step begins where the last one, of either, ended. */
  async catchUp(throughSeq: number, nextSeq: (after: number) => number | null, signal: AbortSignal | undefined): Promise<void> {
    const slices = new Slices(STEP.initial, STEP, signal)
    while (this.throughSeq < throughSeq) {
      // What a transaction has written may still vanish, and with it what we would write now.
      if (!this.db.inTransaction) {
        const next = nextSeq(this.throughSeq)
        if (next === null || next > throughSeq) break
        const through = Math.min(throughSeq, next - 1 + slices.stepSize)
        this.insert.run(next - 1, through)
        this.throughSeq = through
      }
      await slices.pause(this.db.inTransaction)
    }
  }

  /** Starts over, because entries were emptied. */
  clear(): void {
    this.db.exec(`DELETE FROM ${FACETS_TABLE}`)
    this.throughSeq = 0
  }
}
