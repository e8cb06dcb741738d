import { marksSchema, type MarkStore } from '../../authority/marks'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'
import { StoredSetting } from '../../storage/stored-setting'

/** Marks of the files that say who may do what, in an environment's encrypted database. */
export function markStore(db: Database, clock: Clock): MarkStore {
  return new StoredSetting(db, clock, { key: 'authority-marks', schema: marksSchema, fresh: {} })
}
