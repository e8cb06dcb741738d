import { parseMarks, type MarkStore } from '../../authority/marks'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'

const KEY = 'authority-marks'

/** Marks of the files that say who may do what, in an environment's encrypted database. */
export function markStore(db: Database, clock: Clock): MarkStore {
  return {
    load: () => {
      const row = db.prepare('SELECT value_json FROM settings WHERE key = ?').get(KEY) as { value_json: string } | undefined
      return row === undefined ? {} : parseMarks(row.value_json)
    },
    save: (marks) => {
      db.prepare(
        `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
         ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
      ).run(KEY, JSON.stringify(marks), clock.wallMs())
    },
  }
}
