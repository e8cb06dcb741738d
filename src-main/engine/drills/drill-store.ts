import { z } from 'zod'

import { DRILL_KINDS, DRILL_MEASURES, DRILL_RESULTS, type DrillReport } from '../../domain/drill'
import type { Clock } from '../../lib/clock'
import type { Database } from '../../storage/database'

const KEY = 'drills'
/** Reports that are kept; the audit log has them all. */
const KEPT = 50

const tookMs = z.number().min(0).nullable()
const reportSchema = z.strictObject({
  drillId: z.string().min(1).max(80),
  kind: z.enum(DRILL_KINDS),
  by: z.string().max(200),
  startedAtMs: z.number().int().min(0),
  endedAtMs: z.number().int().min(0).nullable(),
  result: z.enum(DRILL_RESULTS),
  measures: z.array(z.strictObject({ name: z.enum(DRILL_MEASURES), tookMs, targetMs: tookMs })),
  chain: z.strictObject({ waiting: z.number().int().min(0), canceled: z.number().int().min(0) }).nullable(),
  notes: z.array(z.string().max(200)).max(20),
})

/** Keeps reports of drills in the environment's database, newest first. */
export class DrillStore {
  constructor(
    private readonly db: Database,
    private readonly clock: Clock,
  ) {}

  /** What is kept; a report that cannot be read is left out, the audit log has it. */
  all(): readonly DrillReport[] {
    const row = this.db.prepare('SELECT value_json FROM settings WHERE key = ?').get(KEY) as { value_json: string } | undefined
    if (row === undefined) return []
    try {
      return z
        .array(z.unknown())
        .parse(JSON.parse(row.value_json))
        .flatMap((each) => {
          const parsed = reportSchema.safeParse(each)
          return parsed.success ? [parsed.data] : []
        })
    } catch {
      return []
    }
  }

  /** Keeps a report in the place of what was known of the drill. Throws when it is not durable. */
  put(report: DrillReport): void {
    const others = this.all().filter(({ drillId }) => drillId !== report.drillId)
    const next = [report, ...others].sort((a, b) => b.startedAtMs - a.startedAtMs).slice(0, KEPT)
    this.db
      .prepare(
        `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
         ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
      )
      .run(KEY, JSON.stringify(next), this.clock.wallMs())
  }
}
