import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import type { WatchSettings } from '../../domain/watch'
import type { Clock } from '../../lib/clock'
import { toJson } from '../../lib/json'
import type { Database } from '../../storage/database'
import type { AccountHistory } from './balances'
import { parseWatchSettings, storedWatchSettings } from './settings'

const decimalText = z.string().regex(/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/)
const memorySchema = z.strictObject({
  /** The last calendar time that stood in no doubt, ms. */
  lastWallMs: z.number().int().nullable(),
  /** When the operator was last seen, wall ms. */
  seenWallMs: z.number().int().nullable(),
  /** What stood when somebody released the halt. */
  acknowledged: z.array(z.string().max(200)).max(1_000),
  accounts: z.record(
    z.string(),
    z.strictObject({
      highs: z.array(z.strictObject({ atMs: z.number(), usd: decimalText })).max(1_000),
      pricesUsd: z.record(z.string(), decimalText),
    }),
  ),
})

/** What the watch remembers across a restart. */
export interface WatchMemory {
  readonly lastWallMs: number | null
  readonly seenWallMs: number | null
  readonly acknowledged: readonly string[]
  readonly accounts: Readonly<Record<string, AccountHistory>>
}

const NOTHING: WatchMemory = { lastWallMs: null, seenWallMs: null, acknowledged: [], accounts: {} }
const SETTINGS_KEY = 'watch'
const MEMORY_KEY = 'watch-memory'

/** Keeps the settings of the automatic triggers, and what they remember, in the environment's database. */
export class WatchStore {
  #settings: WatchSettings

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
  ) {
    this.#settings = storedWatchSettings(this.#read(SETTINGS_KEY))
  }

  /** The settings in force. */
  get settings(): WatchSettings {
    return this.#settings
  }

  /** The settings with some of them changed; null when that is out of bounds. */
  changed(change: Partial<WatchSettings>): WatchSettings | null {
    return parseWatchSettings({ ...this.#settings, ...change })
  }

  /** Puts checked settings in force; on record before they are. Whoever calls it has seen to it that a loosening is allowed. Throws when it cannot be recorded. */
  update(next: WatchSettings, actor: string, reason: string): void {
    const before = this.#settings
    this.db
      .transaction(() => {
        this.audit.append({
          category: 'SYSTEM_EVENT',
          severity: 'high',
          type: 'WatchSettingsChanged',
          actor,
          subject: null,
          data: { reason, before: { ...before }, after: { ...next } },
        })
        this.#write(SETTINGS_KEY, JSON.stringify(next))
      })
      .immediate()
    this.#settings = next
  }

  /** What was remembered; what cannot be read is as good as never seen. */
  recall(): WatchMemory {
    const text = this.#read(MEMORY_KEY)
    if (text === undefined) return NOTHING
    try {
      return memorySchema.parse(JSON.parse(text))
    } catch {
      return NOTHING
    }
  }

  /** Remembers, durably when it returns. Throws when the disk does not take it. */
  remember(memory: WatchMemory): void {
    this.#write(MEMORY_KEY, JSON.stringify(toJson(memory)))
  }

  #read(key: string): string | undefined {
    const row = this.db.prepare('SELECT value_json FROM settings WHERE key = ?').get(key) as { value_json: string } | undefined
    return row?.value_json
  }

  #write(key: string, json: string): void {
    this.db
      .prepare(
        `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
         ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
      )
      .run(key, json, Math.floor(this.clock.wallMs()))
  }
}
