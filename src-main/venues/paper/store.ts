/** One row of the paper venue's state. */
export interface PaperRow {
  readonly key: string
  readonly json: string
}

/**
 * Where the paper venue keeps its state: rows by key, in SQL
 * `CREATE TABLE paper_state (key TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT, WITHOUT ROWID`.
 */
export interface PaperStore {
  /** Every row; none on the first run. Throws when they cannot be read. */
  load(): readonly PaperRow[]
  /** Inserts or replaces all of these rows, or none. Durable when it returns; throws when they could not be written. */
  save(rows: readonly PaperRow[]): void
}
