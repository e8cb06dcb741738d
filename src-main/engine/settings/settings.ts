import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import { RISK_PROFILES } from '../../domain/intent'
import { STUCK_ACTIONS, type StuckRules } from '../../domain/stuck'
import type { SlippageSettings } from '../../guards/guard'
import { DEFAULT_SLIPPAGE_SETTINGS } from '../../guards/slippage/settings'
import type { Clock } from '../../lib/clock'
import { decimal } from '../../lib/decimal'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'

/** An environment's settings. Bounds are part of the schema: a setting that would switch a guard off cannot be stored. */
const settingsSchema = z.strictObject({
  riskProfile: z.enum(RISK_PROFILES),
  unlockMinutes: z.number().int().min(1).max(480),
  maxQuoteAgeSec: z.number().int().min(1).max(300),
  /** Percent, above zero and at most 100. */
  maxVolatilityPct: z
    .string()
    .regex(/^(?:100(?:\.0+)?|(?:0|[1-9]\d?)(?:\.\d{1,6})?)$/)
    .refine((text) => Number(text) > 0),
  stuckAction: z.enum(STUCK_ACTIONS).default('off'),
  stuckAfterSec: z.number().int().min(30).max(3_600).default(180),
  stuckMostBumps: z.number().int().min(1).max(10).default(3),
})
export type Settings = z.output<typeof settingsSchema>

/** What a fresh environment starts with. */
export const DEFAULT_SETTINGS: Settings = {
  riskProfile: 'conservative',
  unlockMinutes: 15,
  maxQuoteAgeSec: DEFAULT_SLIPPAGE_SETTINGS.maxQuoteAgeMs / 1_000,
  maxVolatilityPct: DEFAULT_SLIPPAGE_SETTINGS.maxVolatilityPct.toFixed(),
  stuckAction: 'off',
  stuckAfterSec: 180,
  stuckMostBumps: 3,
}

/** Odd stored settings fall back to the defaults, which are the strictest. */
const SETTINGS: SettingKind<Settings> = { key: 'settings', schema: settingsSchema, fresh: DEFAULT_SETTINGS, unreadable: DEFAULT_SETTINGS }

/** Keeps an environment's settings in its database; each change is recorded before it is made. */
export class SettingsStore {
  private readonly stored: StoredSetting<Settings>
  private current: Settings

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    clock: Clock,
  ) {
    this.stored = new StoredSetting(db, clock, SETTINGS)
    this.current = this.stored.load()
  }

  /** The settings in force. */
  get(): Settings {
    return this.current
  }

  /** Which of these values is out of bounds; null when none is. */
  wrongWith(change: Partial<Settings>): string | null {
    const parsed = settingsSchema.safeParse({ ...this.current, ...change })
    return parsed.success ? null : (parsed.error.issues[0]?.path.join('.') ?? '')
  }

  /** The settings as they would be; throws on values out of bounds. */
  changed(change: Partial<Settings>): Settings {
    return settingsSchema.parse({ ...this.current, ...change })
  }

  /** Changes some of them. Throws on values out of bounds, and when the change cannot be recorded. */
  update(change: Partial<Settings>, actor: string): Settings {
    const next = this.changed(change)
    this.stored.saveOnRecord(next, () => {
      this.audit.append({
        category: 'SYSTEM_EVENT',
        severity: 'medium',
        type: 'SettingsChanged',
        actor,
        subject: null,
        data: { before: { ...this.current }, after: { ...next } },
      })
    })
    this.current = next
    return next
  }

  /** What is done by itself with a transaction that waits too long. */
  stuck(): StuckRules {
    const { stuckAction, stuckAfterSec, stuckMostBumps } = this.current
    return { action: stuckAction, afterMs: stuckAfterSec * 1_000, mostBumps: stuckMostBumps }
  }

  /** The settings as the slippage guard needs them. */
  slippage(): SlippageSettings {
    return {
      ...DEFAULT_SLIPPAGE_SETTINGS,
      maxQuoteAgeMs: this.current.maxQuoteAgeSec * 1_000,
      maxVolatilityPct: decimal(this.current.maxVolatilityPct),
    }
  }
}
