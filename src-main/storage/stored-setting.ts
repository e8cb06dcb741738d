import type { z } from 'zod'

import type { Clock } from '../lib/clock'
import type { Database } from './database-type'

/** One row of the table `settings`: its name, its form, and what counts without it. */
export interface SettingKind<T> {
  readonly key: string
  /** What is stored must be of this form. It is not looked at when it is kept: whoever changes it has checked it. */
  readonly schema: z.ZodType<T>
  /** What counts while nothing is stored. */
  readonly fresh: T
  /** What counts when what is stored cannot be understood: whatever lets least pass. Left out where nothing can: then loading throws. */
  readonly unreadable?: T
}

/** A setting as JSON in an environment's database. */
export class StoredSetting<T> {
  readonly #db: Database
  readonly #clock: Clock
  readonly #kind: SettingKind<T>

  constructor(db: Database, clock: Clock, kind: SettingKind<T>) {
    this.#db = db
    this.#clock = clock
    this.#kind = kind
  }

  /** What is stored. Throws when the database cannot be read, and on what is not understood where the setting has no value for that. */
  load(): T {
    const { key, schema, fresh } = this.#kind
    const row = this.#db.prepare('SELECT value_json FROM settings WHERE key = ?').get(key) as { value_json: string } | undefined
    if (row === undefined) return fresh
    try {
      return schema.parse(JSON.parse(row.value_json))
    } catch (thrown) {
      if (!('unreadable' in this.#kind)) throw thrown
      return this.#kind.unreadable
    }
  }

  /** Keeps a value; durable when it returns, unless a transaction is open. Throws when it is not kept. */
  save(value: T): void {
    this.#db
      .prepare(
        `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
         ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
      )
      .run(this.#kind.key, JSON.stringify(value), Math.floor(this.#clock.wallMs()))
  }

  /** The same with what is on record of the change: written before it, and both or neither. Throws when either fails. */
  saveOnRecord(value: T, record: () => void): void {
    this.#db
      .transaction(() => {
        record()
        this.save(value)
      })
      .immediate()
  }
}
