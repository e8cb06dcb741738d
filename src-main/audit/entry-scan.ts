import type { Database, Statement } from '../storage/database'
import type { AuditFilter } from './audit'
import { createEntryRows, ENTRY_ROWS } from './entry-rows'
import { Facets, FACETS_TABLE } from './facets'
import { filterCondition } from './filter-sql'
import { Slices } from './slices'

/** Entries looked at in a step; how many of them match does not matter. */
const STEP = { initial: 1_024, min: 16, max: 32_768 }

/** A range of entries: greater than `after`, up to and with `through`. */
export interface SeqRange {
  readonly after: number
  readonly through: number
}

/** Selects columns of the matching entries in a range. */
export type SelectRange<Row> = (range: SeqRange, limit?: number) => Row[]

/** How entries are selected. */
export interface SelectOptions {
  readonly order?: 'ASC' | 'DESC'
  /** Reads the entries themselves even where the facets would do. */
  readonly direct?: boolean
}

/** Finds entries that match a filter, step by step, so that a long search never blocks. */
export class EntryScan {
  private readonly facets: Facets
  private readonly selectNext: Statement<[number], number | null>
  private readonly selectPrevious: Statement<[number], number | null>

  constructor(private readonly db: Database) {
    createEntryRows(db)
    this.facets = new Facets(db)
    this.selectNext = db
      .prepare<[number], number | null>(`SELECT min(seq) FROM audit_entries WHERE seq > ? AND seq <= ${Number.MAX_SAFE_INTEGER}`)
      .pluck()
    this.selectPrevious = db.prepare<[number], number | null>('SELECT max(seq) FROM audit_entries WHERE seq < ? AND seq > 0').pluck()
  }

  /** The smallest number of an entry of ours; 0 when there is none. */
  firstSeq(): number {
    return this.selectNext.get(0) ?? 0
  }

  /** The greatest number; 0 when there is no entry. */
  lastSeq(): number {
    return this.selectPrevious.get(Number.MAX_SAFE_INTEGER + 1) ?? 0
  }

  /**
   * Selects from the facets where they know enough, which `ready` has to have filled, and from the entries where text is asked for.
   * `columns` are ours, never a caller's.
   */
  prepare<Row>(filter: AuditFilter, columns: string, { order = 'ASC', direct = false }: SelectOptions = {}): SelectRange<Row> {
    const { sql, parameters, readsText } = filterCondition(filter)
    const table = direct || readsText ? ENTRY_ROWS : FACETS_TABLE
    const statement = this.db
      .prepare<unknown[], Row>(`SELECT ${columns} FROM ${table} WHERE seq > ? AND seq <= ? AND ${sql} ORDER BY seq ${order} LIMIT ?`)
      .raw()
    return ({ after, through }, limit = -1) => statement.all(after, through, ...parameters, limit)
  }

  /** Fills the facets up to the last entry, which is returned. */
  async ready(signal: AbortSignal | undefined): Promise<number> {
    const lastSeq = this.lastSeq()
    await this.facets.catchUp(lastSeq, (after) => this.selectNext.get(after) ?? null, signal)
    return lastSeq
  }

  /** Forgets what was found, because entries were emptied. */
  forget(): void {
    this.facets.clear()
  }

  /** Goes upwards through a range. `visit` gets one step's range at a time, and says whether to go on. */
  async upwards(range: SeqRange, signal: AbortSignal | undefined, visit: (step: SeqRange) => boolean | Promise<boolean>): Promise<void> {
    const slices = new Slices(STEP.initial, STEP, signal)
    for (let after = range.after; after < range.through;) {
      // Over numbers that nobody holds, be there a thousand or a billion, in one leap.
      const next = this.selectNext.get(after) ?? null
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
      const previous = this.selectPrevious.get(through + 1) ?? null
      if (previous === null || previous <= range.after) return
      const after = Math.max(range.after, previous - slices.stepSize)
      if (!visit({ after, through: previous })) return
      through = after
      await slices.pause()
    }
  }
}
