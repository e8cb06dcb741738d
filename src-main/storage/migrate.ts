import type { Database } from './database-type'
import { storageError } from './errors'
import type { Migration } from './migrations/migration'

/** The schema's version: the number of the last migration that ran; 0 in an empty database. */
export function schemaVersion(db: Database): number {
  return Number(db.pragma('user_version', { simple: true }))
}

/**
 * Runs the migrations that the database has not seen, each in a transaction of its own together with the new version number, so that
 * a crash leaves it at a whole step. Throws OLDER_THAN_APP when there is something to do and the database is read-only.
 */
export function migrate(db: Database, migrations: readonly Migration[]): void {
  const due = migrations.filter(({ id }) => id > schemaVersion(db))
  if (due.length === 0) return
  if (db.readonly) throw storageError('OLDER_THAN_APP', { schemaVersion: schemaVersion(db) })

  // Rebuilding a table means dropping one that others refer to; SQLite's own recipe is to switch the check off and look afterwards.
  db.pragma('foreign_keys = OFF')
  try {
    for (const { id, sql } of due) {
      db.transaction(() => {
        db.exec(sql)
        const dangling = db.pragma('foreign_key_check') as unknown[]
        if (dangling.length > 0) throw new Error(`migration ${id} leaves ${dangling.length} rows that refer to nothing`)
        db.pragma(`user_version = ${id}`)
      }).immediate()
    }
  } finally {
    db.pragma('foreign_keys = ON')
  }
}
