import { randomBytes, randomUUID } from 'node:crypto'

import { systemClock, systemScheduler } from '../../../src-main/lib/clock'
import { type Database, openDatabase } from '../../../src-main/storage/database'
import { openPaperVenue, type PaperVenue } from '../../../src-main/venues/paper/paper-venue'
import type { PaperRow } from '../../../src-main/venues/paper/store'

/** The paper venue on a real encrypted database and the machine's own clock. */
export function openPaperOn(path: string, keyHex: string): { readonly venue: PaperVenue; readonly db: Database } {
  const opened = openDatabase({ path, key: Buffer.from(keyHex, 'hex'), nativeBinding: process.env['HOLDFAST_SQLITE_BINDING'] })
  if (!opened.ok) throw opened.error
  const db = opened.value
  const put = db.prepare('INSERT INTO paper_state (key, json) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET json = excluded.json')
  const save = db.transaction((rows: readonly PaperRow[]) => {
    for (const { key, json } of rows) put.run(key, json)
  })
  const venue = openPaperVenue({
    clock: systemClock,
    scheduler: systemScheduler,
    random: { bytes: (length) => randomBytes(length), uuid: randomUUID },
    store: { load: () => db.prepare('SELECT key, json FROM paper_state').all() as PaperRow[], save: (rows) => save(rows) },
  })
  if (!venue.ok) throw new Error(`${venue.error.code}: ${venue.error.detail}`)
  return { venue: venue.value, db }
}
