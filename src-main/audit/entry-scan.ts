import type { Database, Statement } from '../storage/database'
import type { AuditFilter } from './audit'
import { type FilterCondition, filterCondition } from './filter-sql'
import { Slices } from './slices'

const FACETS_INDEX = 'audit_entries_facets'

/** Entries looked at in a step; how many of them match does not matter. */
const STEP = { initial: 4_096, min: 32, max: 32_768 }

/** A range of entries: greater than `after`, up to and with `through`. */
export interface SeqRange {
  readonly after: number
  readonly through: number
}

/** Finds entries that match a filter, step by step, so that a long search never blocks. */
export class EntryScan {
  private readonly table: string
  private readonly selectNext: Statement<[number], number>
  private readonly selectPrevious: Statement<[number], number>

  constructor(private readonly db: Database) {
    const index = db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = '${FACETS_INDEX}'`).get()
    // Without the index, which only somebody with the key can drop, reading is slow and still works.
    this.table = index === undefined ? 'audit_entries' : `audit_entries INDEXED BY ${FACETS_INDEX}`
    this.selectNext = db.prepare(`SELECT min(seq) FROM audit_entries WHERE seq > ? AND seq <= ${Number.MAX_SAFE_INTEGER}`).pluck() as never
    this.selectPrevious = db.prepare(`SELECT max(seq) FROM audit_entries WHERE seq < ? AND seq > 0`).pluck() as never
  }

  /** The greatest number; 0 when there is no entry. */
  lastSeq(): number {
    return (this.selectPrevious.get(Number.MAX_SAFE_INTEGER + 1) as number | null) ?? 0
  }

  /** Selects columns of matching entries in a range; `columns` is ours, never a caller's. */
  prepare<Row>(filter: AuditFilter, columns: string, order: 'ASC' | 'DESC'): (range: SeqRange, limit?: number) => Row[] {
    const condition = filterCondition(filter)
    const statement = this.db
      .prepare<unknown[], Row>(
        `SELECT ${columns} FROM ${this.sourceOf(condition)} WHERE seq > ? AND seq <= ? AND ${condition.sql} ORDER BY seq ${order} LIMIT ?`,
      )
      .raw()
    return ({ after, through }, limit = -1) => statement.all(after, through, ...condition.parameters, limit)
  }

  /** Goes upwards through a range. `visit` gets one step's range at a time, and says whether to go on. */
  async upwards(range: SeqRange, signal: AbortSignal | undefined, visit: (step: SeqRange) => boolean | Promise<boolean>): Promise<void> {
    const slices = new Slices(STEP.initial, STEP, signal)
    for (let after = range.after; after < range.through;) {
      // Over numbers that nobody holds, be there a thousand or a billion, in one leap.
      const next = this.selectNext.get(after) as number | null
      if (next === null || next > range.through) return
      const through = Math.min(range.through, next - 1 + slices.stepSize)
      if (!(await visit({ after: next - 1, through }))) return
      after = through
      await slices.pause()
    }
  }

  /** The same downwards. */
  async downwards(range: SeqRange, signal: AbortSignal | undefined, visit: (step: SeqRange) => boolean): Promise<void> {
    const slices = new Slices(STEP.initial, STEP, signal)
    for (let through = range.through; through > range.after;) {
      const previous = this.selectPrevious.get(through + 1) as number | null
      if (previous === null || previous <= range.after) return
      const after = Math.max(range.after, previous - slices.stepSize)
      if (!visit({ after, through: previous })) return
      through = after
      await slices.pause()
    }
  }

  private sourceOf({ readsText }: FilterCondition): string {
    return readsText ? 'audit_entries NOT INDEXED' : this.table
  }
}
