import { z } from 'zod'

import type { AuditAppender } from '../../domain/audit-event'
import { ALARM_ACTIONS, PATTERN_KINDS, SENSITIVITIES, type PatternKind, type PatternSettings, type Sensitivity } from '../../domain/pattern'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'
import { StoredSetting, type SettingKind } from '../../storage/stored-setting'

const sensitivity = z.enum(SENSITIVITIES)
const settingsSchema = z.strictObject({
  sensitivity: z.strictObject({
    rate: sensitivity,
    hour: sensitivity,
    size: sensitivity,
    counterparty: sensitivity,
    signing: sensitivity,
    failures: sensitivity,
  } satisfies Record<PatternKind, typeof sensitivity>),
  onAlarm: z.enum(ALARM_ACTIONS),
})

const everywhere = (value: Sensitivity): PatternSettings['sensitivity'] => ({
  rate: value,
  hour: value,
  size: value,
  counterparty: value,
  signing: value,
  failures: value,
})

/** What a fresh environment starts with. */
export const DEFAULT_PATTERNS: PatternSettings = { sensitivity: everywhere('balanced'), onAlarm: 'tell' }
/** What is in force where the settings cannot be read. */
const STRICTEST: PatternSettings = { sensitivity: everywhere('strict'), onAlarm: 'reduce' }
const SETTINGS: SettingKind<PatternSettings> = { key: 'patterns', schema: settingsSchema, fresh: DEFAULT_PATTERNS, unreadable: STRICTEST }

/** An alarm as it is kept. */
export interface PatternAlarm {
  readonly alarmId: string
  readonly atMs: number
  readonly account: string
  readonly kind: PatternKind
  /** The order that raised it. */
  readonly orderId: string
  readonly figures: Readonly<Record<string, string>>
  /** Every order that it is about. */
  readonly orderIds: readonly string[]
  /** Who said that it was them, and when; null while nobody has. */
  readonly acknowledged: { readonly by: string; readonly atMs: number; readonly note: string } | null
}

interface AlarmRow {
  readonly alarm_id: string
  readonly at_ms: number
  readonly account: string
  readonly kind: PatternKind
  readonly subject: string
  readonly figures_json: string
  readonly acknowledged_json: string | null
}

/** Which settings of a change speak less, or do less, than before. */
export function loosenedPatterns(before: PatternSettings, after: PatternSettings): string[] {
  const quieter = PATTERN_KINDS.filter(
    (kind) => SENSITIVITIES.indexOf(after.sensitivity[kind]) < SENSITIVITIES.indexOf(before.sensitivity[kind]),
  )
  return [...quieter, ...(before.onAlarm === 'reduce' && after.onAlarm === 'tell' ? ['onAlarm'] : [])]
}

/** Keeps how an environment watches for unusual activity, and its alarms. */
export class PatternStore {
  readonly #stored: StoredSetting<PatternSettings>
  #settings: PatternSettings

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
  ) {
    this.#stored = new StoredSetting(db, clock, SETTINGS)
    this.#settings = this.#stored.load()
  }

  /** The settings in force. */
  get(): PatternSettings {
    return this.#settings
  }

  /** Changes them, on record. Whoever loosens has been authorised before. Throws when it cannot be recorded. */
  change(after: PatternSettings, by: { readonly actor: string; readonly reason: string }): void {
    const before = this.#settings
    const loosened = loosenedPatterns(before, after)
    this.#stored.saveOnRecord(settingsSchema.parse(after), () => {
      this.audit.append({
        category: loosened.length > 0 ? 'SECURITY_VIOLATION' : 'SYSTEM_EVENT',
        severity: loosened.length > 0 ? 'high' : 'medium',
        type: 'PatternSettingsChanged',
        actor: by.actor,
        subject: null,
        data: {
          before: { ...before.sensitivity, onAlarm: before.onAlarm },
          after: { ...after.sensitivity, onAlarm: after.onAlarm },
          loosened,
          reason: by.reason,
        },
      })
    })
    this.#settings = after
  }

  /** Alarms since then, newest first. */
  alarms(sinceMs: number): PatternAlarm[] {
    const rows = this.db.prepare('SELECT * FROM activity_alarms WHERE at_ms >= ? ORDER BY at_ms DESC, alarm_id').all(sinceMs) as AlarmRow[]
    return rows.map((row) => {
      const { orderIds, ...figures } = JSON.parse(row.figures_json) as Record<string, string> & { orderIds: string }
      return {
        alarmId: row.alarm_id,
        atMs: row.at_ms,
        account: row.account,
        kind: row.kind,
        orderId: row.subject,
        figures,
        orderIds: orderIds.split(' '),
        acknowledged: row.acknowledged_json === null ? null : (JSON.parse(row.acknowledged_json) as PatternAlarm['acknowledged']),
      }
    })
  }

  /** Keeps an alarm, or what it has grown to. */
  save({ alarmId, atMs, account, kind, orderId, figures, orderIds }: PatternAlarm): void {
    this.db
      .prepare(
        `INSERT INTO activity_alarms(alarm_id, at_ms, account, kind, subject, figures_json, acknowledged_json) VALUES (?, ?, ?, ?, ?, ?, NULL)
         ON CONFLICT(alarm_id) DO UPDATE SET figures_json = excluded.figures_json`,
      )
      .run(alarmId, atMs, account, kind, orderId, JSON.stringify({ ...figures, orderIds: orderIds.join(' ') }))
  }

  /** Records that somebody owned up to what raised an alarm. Throws when it cannot be recorded. */
  acknowledge(alarm: PatternAlarm, by: string, note: string): NonNullable<PatternAlarm['acknowledged']> {
    const acknowledged = { by, atMs: this.clock.wallMs(), note }
    this.db
      .transaction(() => {
        this.audit.append({
          category: 'SECURITY_VIOLATION',
          severity: 'medium',
          type: 'UnusualActivityAcknowledged',
          actor: by,
          subject: alarm.orderId,
          data: { alarm: alarm.alarmId, kind: alarm.kind, account: alarm.account, note },
        })
        this.db
          .prepare('UPDATE activity_alarms SET acknowledged_json = ? WHERE alarm_id = ?')
          .run(JSON.stringify(acknowledged), alarm.alarmId)
      })
      .immediate()
    return acknowledged
  }
}
