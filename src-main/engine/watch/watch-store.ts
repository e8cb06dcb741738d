import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import { DEFAULT_WATCH_SETTINGS, type WatchSettings } from '../../domain/watch'
import type { Clock } from '../../lib/clock'
import { toJson } from '../../lib/json'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'
import type { AccountHistory } from './balances'
import { parseWatchSettings, watchSettingsSchema } from './settings'

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
/** Odd settings count as the defaults, with the dead-man switch on. */
const SETTINGS: SettingKind<WatchSettings> = {
  key: 'watch',
  schema: watchSettingsSchema,
  fresh: DEFAULT_WATCH_SETTINGS,
  unreadable: { ...DEFAULT_WATCH_SETTINGS, deadManOn: true },
}
/** What cannot be read is as good as never seen. */
const MEMORY: SettingKind<WatchMemory> = { key: 'watch-memory', schema: memorySchema, fresh: NOTHING, unreadable: NOTHING }

/** Keeps the settings of the automatic triggers, and what they remember, in the environment's database. */
export class WatchStore {
  readonly #stored: StoredSetting<WatchSettings>
  readonly #memory: StoredSetting<WatchMemory>
  #settings: WatchSettings

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    clock: Clock,
  ) {
    this.#stored = new StoredSetting(db, clock, SETTINGS)
    this.#memory = new StoredSetting(db, clock, MEMORY)
    this.#settings = this.#stored.load()
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
    this.#stored.saveOnRecord(next, () => {
      this.audit.append({
        category: 'SYSTEM_EVENT',
        severity: 'high',
        type: 'WatchSettingsChanged',
        actor,
        subject: null,
        data: { reason, before: { ...before }, after: { ...next } },
      })
    })
    this.#settings = next
  }

  /** What was remembered; what cannot be read is as good as never seen. */
  recall(): WatchMemory {
    return this.#memory.load()
  }

  /** Remembers, durably when it returns. Throws when the disk does not take it. */
  remember(memory: WatchMemory): void {
    this.#memory.save(toJson(memory))
  }
}
