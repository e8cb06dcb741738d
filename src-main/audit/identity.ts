import { randomBytes } from 'node:crypto'

import { ENVIRONMENTS, type Environment } from '../domain/environment'
import type { Database } from '../storage/database'
import type { LogIdentity } from './keys'

/** What the database says about which log it holds. */
export type IdentityReading =
  | { readonly state: 'present'; readonly identity: LogIdentity }
  /** Nothing was ever written. */
  | { readonly state: 'new' }
  /** There are entries and no identity, or one that cannot be. */
  | { readonly state: 'lost' }

/** Reads which log the database holds. */
export function readIdentity(db: Database): IdentityReading {
  const stored = new Map(
    db
      .prepare<[], { key: string; value: string }>('SELECT key, value FROM audit_meta')
      .all()
      .map(({ key, value }) => [key, value]),
  )
  const logId = stored.get('log_id')
  const environment = ENVIRONMENTS.find((known) => known === stored.get('environment'))
  if (logId !== undefined && environment !== undefined && /^[0-9a-f]{32}$/.test(logId)) {
    return { state: 'present', identity: { logId, environment } }
  }
  const isUntouched = stored.size === 0 && db.prepare('SELECT 1 FROM audit_entries LIMIT 1').get() === undefined
  return isUntouched ? { state: 'new' } : { state: 'lost' }
}

/** Gives a new log its identity. */
export function writeIdentity(db: Database, environment: Environment, atMs: number): LogIdentity {
  const identity = { environment, logId: randomBytes(16).toString('hex') }
  const insert = db.prepare<[string, string]>('INSERT INTO audit_meta (key, value) VALUES (?, ?)')
  db.transaction(() => {
    insert.run('log_id', identity.logId)
    insert.run('environment', environment)
    insert.run('created_at_ms', String(Math.trunc(atMs)))
  }).immediate()
  return identity
}
