import type { Clock, Scheduler } from '../../lib/clock'
import { HoldfastError } from '../../lib/errors'
import type { Random } from '../../lib/random'
import type { Database } from '../../storage/database'
import { openPaperVenue, type PaperVenue } from '../../venues/paper/paper-venue'
import type { PaperRow, PaperStore } from '../../venues/paper/store'

/** Opens the paper exchange on the environment's own database. Throws with code CORRUPT when what is kept of it cannot be trusted. */
export function openPaper(parts: {
  readonly db: Database
  readonly clock: Clock
  readonly scheduler: Scheduler
  readonly random: Random
  /** Hears of what a listener of the venue threw. */
  readonly onFault: (thrown: unknown) => void
}): PaperVenue {
  const { db, ...rest } = parts
  const opened = openPaperVenue({ ...rest, store: paperStore(db) })
  if (!opened.ok)
    throw new HoldfastError('CORRUPT', `the paper exchange could not be opened: ${opened.error.detail}`, { code: opened.error.code })
  return opened.value
}

function paperStore(db: Database): PaperStore {
  const save = db.prepare('INSERT INTO paper_state(key, json) VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET json = excluded.json')
  const saveAll = db.transaction((rows: readonly PaperRow[]) => {
    for (const { key, json } of rows) save.run(key, json)
  })
  return {
    load: () => db.prepare('SELECT key, json FROM paper_state').all() as PaperRow[],
    save: (rows) => saveAll(rows),
  }
}
