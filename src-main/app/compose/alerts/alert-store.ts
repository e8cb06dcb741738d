import { z } from 'zod'

import type { AlertBacking } from '../../../alerts/alerts'
import { DELIVERY_STATES, type AlertRecord } from '../../../alerts/record'
import { ALERT_KINDS, ALERTS } from '../../../domain/alert'
import type { AuditAppender } from '../../../domain/audit-event'
import type { Environment } from '../../../domain/environment'
import type { Clock } from '../../../lib/clock'
import type { Database } from '../../../storage/database'
import { StoredSetting } from '../../../storage/stored-setting'

const row = z.object({
  alert_id: z.string(),
  kind: z.enum(ALERT_KINDS),
  subject: z.string().nullable(),
  figures_json: z.string().transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  audit_seq: z.number().nullable(),
  first_at_ms: z.number(),
  last_at_ms: z.number(),
  count: z.number(),
  acknowledged_by: z.string().nullable(),
  acknowledged_at_ms: z.number().nullable(),
  delivery: z.enum(DELIVERY_STATES),
  attempts: z.number(),
})

/** An environment's database and audit log, as alerts use them. */
export function createAlertBacking(db: Database, audit: AuditAppender, clock: Clock, environment: Environment): AlertBacking {
  // Alerts read the form of their settings themselves, and tell when it is odd; so there is no value for what cannot be read.
  const kept = new StoredSetting<unknown>(db, clock, { key: 'alerts', schema: z.unknown(), fresh: null })
  const read = new StoredSetting(db, clock, { key: 'alerts-read', schema: z.number().int().nonnegative(), fresh: 0 })
  return {
    environment,
    store: {
      load: () => db.prepare('SELECT * FROM alerts').all().flatMap(recordOf),
      save: (changed, forgotten, readUpToSeq) => {
        const put = db.prepare(
          `INSERT OR REPLACE INTO alerts(alert_id, kind, subject, figures_json, audit_seq, first_at_ms, last_at_ms, count, acknowledged_by,
             acknowledged_at_ms, delivery, attempts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        const remove = db.prepare('DELETE FROM alerts WHERE alert_id = ?')
        db.transaction(() => {
          for (const record of changed) put.run(...valuesOf(record))
          for (const id of forgotten) remove.run(id)
          read.save(readUpToSeq)
        }).immediate()
      },
      readUpToSeq: () => read.load(),
    },
    loadSettings: () => kept.load(),
    saveSettings: (settings, { actor, type, data }) => {
      const isKey = type !== 'AlertSettingsChanged'
      kept.saveOnRecord(settings, () => {
        audit.append({
          category: isKey ? 'KEY_OPERATION' : 'SYSTEM_EVENT',
          severity: isKey ? 'high' : 'medium',
          type,
          actor,
          subject: null,
          data: { ...data },
        })
      })
    },
  }
}

/** A row that an alert can be read from; another is left where it is, and hides none of the others. */
function recordOf(found: unknown): AlertRecord[] {
  const parsed = row.safeParse(found)
  if (!parsed.success) return []
  const { data } = parsed
  const { acknowledged_by: by, acknowledged_at_ms: atMs } = data
  return [
    {
      id: data.alert_id,
      kind: data.kind,
      severity: ALERTS[data.kind],
      subject: data.subject,
      figures: data.figures_json,
      auditSeq: data.audit_seq,
      firstAtMs: data.first_at_ms,
      lastAtMs: data.last_at_ms,
      count: data.count,
      acknowledged: by === null || atMs === null ? null : { by, atMs },
      delivery: data.delivery,
      attempts: data.attempts,
    },
  ]
}

function valuesOf(record: AlertRecord): unknown[] {
  const { id, kind, subject, figures, auditSeq, firstAtMs, lastAtMs, count, acknowledged, delivery, attempts } = record
  return [
    id,
    kind,
    subject,
    JSON.stringify(figures),
    auditSeq,
    firstAtMs,
    lastAtMs,
    count,
    acknowledged?.by ?? null,
    acknowledged?.atMs ?? null,
    delivery,
    attempts,
  ]
}
