import type { AuditAppender } from '../../domain/audit-event'
import type { Environment } from '../../domain/environment'
import type { ExposureLimits } from '../../guards/limits/facts'
import type { Clock } from '../../lib/clock'
import { decimal } from '../../lib/decimal'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'
import { compareLimits, DEFAULT_LIMITS, limitSettingsSchema, type LimitSettings } from './limit-settings'

/** Limits that cannot be read are the strictest that there are. */
const kindOf = (environment: Environment): SettingKind<LimitSettings> => ({
  key: 'limits',
  schema: limitSettingsSchema(environment),
  fresh: DEFAULT_LIMITS[environment],
  unreadable: DEFAULT_LIMITS.live,
})

/** Keeps an environment's limits and what people acknowledged in its database; each change is recorded with it, in one transaction. */
export class LimitsStore {
  readonly #stored: StoredSetting<LimitSettings>
  #settings: LimitSettings
  #limits: ExposureLimits

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
    private readonly environment: Environment,
  ) {
    this.#stored = new StoredSetting(db, clock, kindOf(environment))
    this.#settings = this.#stored.load()
    this.#limits = limitsOf(this.#settings)
  }

  /** The limits in force. */
  get(): LimitSettings {
    return this.#settings
  }

  /** The same as the guard needs them. */
  limits(): ExposureLimits {
    return this.#limits
  }

  /** Which of these values is out of bounds; null when none is. */
  wrongWith(change: Partial<LimitSettings>): string | null {
    const parsed = limitSettingsSchema(this.environment).safeParse({ ...this.#settings, ...change })
    return parsed.success ? null : (parsed.error.issues[0]?.path.join('.') ?? '')
  }

  /** What a change would do. */
  compare(change: Partial<LimitSettings>): ReturnType<typeof compareLimits> {
    return compareLimits(this.#settings, { ...this.#settings, ...change })
  }

  /** Changes limits, on record. Whoever loosens one has been authorised before. Throws on values out of bounds, and when it cannot be recorded. */
  change(change: Partial<LimitSettings>, by: { readonly actor: string; readonly reason: string }): LimitSettings {
    const before = this.#settings
    const after = limitSettingsSchema(this.environment).parse({ ...before, ...change })
    const { changed, loosened } = compareLimits(before, after)
    const values = (of: LimitSettings) => Object.fromEntries(changed.map((name) => [name, of[name]]))
    this.#stored.saveOnRecord(after, () => {
      this.audit.append({
        category: loosened.length > 0 ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
        severity: loosened.length > 0 ? 'high' : 'medium',
        type: 'LimitsChanged',
        actor: by.actor,
        subject: null,
        data: { before: values(before), after: values(after), loosened, reason: by.reason },
      })
    })
    this.#settings = after
    this.#limits = limitsOf(after)
    return after
  }

  /** When a person last looked at each repeated order, wall ms. */
  acknowledged(): ReadonlyMap<string, number> {
    const rows = this.db.prepare('SELECT repeat_key, at_ms FROM repeat_acknowledgements').all() as { repeat_key: string; at_ms: number }[]
    return new Map(rows.map(({ repeat_key, at_ms }) => [repeat_key, at_ms]))
  }

  /** Records that a person looked at a repeated order; returns when, wall ms. */
  acknowledge(key: string, by: { readonly actor: string; readonly reason: string }): number {
    const atMs = this.clock.wallMs()
    this.db
      .transaction(() => {
        this.audit.append({
          category: 'SECURITY_VIOLATION',
          severity: 'medium',
          type: 'RepeatedOrderAcknowledged',
          actor: by.actor,
          subject: null,
          data: { order: key, reason: by.reason },
        })
        this.db
          .prepare(
            `INSERT INTO repeat_acknowledgements(repeat_key, at_ms, actor) VALUES (?, ?, ?)
             ON CONFLICT(repeat_key) DO UPDATE SET at_ms = excluded.at_ms, actor = excluded.actor`,
          )
          .run(key, atMs, by.actor)
      })
      .immediate()
    return atMs
  }
}

function limitsOf(settings: LimitSettings): ExposureLimits {
  return {
    maxOrderUsd: decimal(settings.maxOrderUsd),
    maxAssetDayUsd: decimal(settings.maxAssetDayUsd),
    maxDayUsd: decimal(settings.maxDayUsd),
    maxOrdersPerSecond: settings.maxOrdersPerSecond,
    maxOrdersPerMinute: settings.maxOrdersPerMinute,
    maxOpenOrders: settings.maxOpenOrders,
    repeatCount: settings.repeatCount,
    repeatWindowMs: settings.repeatWindowMin * 60_000,
  }
}
