import { z } from 'zod'

import type { AuditAppender } from '../domain/audit-event'
import { BREAKER_IDS, BREAKER_THRESHOLDS, outOfBounds, sameThresholds, type BreakerId, type BreakerThresholds } from '../domain/breaker'
import type { Clock } from '../lib/clock'
import { toJson } from '../lib/json'
import type { Database } from '../storage/database'

const KEY = 'breaker-thresholds'

const thresholds = z.strictObject({
  failuresInWindow: z.number(),
  windowMs: z.number(),
  consecutive: z.number().nullable(),
  ratePct: z.number().nullable(),
  recoveryMs: z.number(),
})
const tuned = z.partialRecord(z.enum(BREAKER_IDS), thresholds)

/** Who changes a breaker's thresholds, and why. */
export interface TuningAct {
  readonly by: string
  readonly reason: string
}

/** Thresholds of breakers that differ from product row X4's table, kept in the environment's database; each change is recorded before it is made. */
export class BreakerTuning {
  private current: Partial<Record<BreakerId, BreakerThresholds>>

  constructor(
    private readonly db: Database,
    private readonly audit: AuditAppender,
    private readonly clock: Clock,
  ) {
    this.current = this.load()
  }

  /** What is in force of every breaker. */
  all(): Readonly<Record<BreakerId, BreakerThresholds>> {
    return { ...BREAKER_THRESHOLDS, ...this.current }
  }

  /** Keeps other thresholds, or null for the product's own. Throws when they are out of bounds, and when the change cannot be recorded. */
  change(id: BreakerId, next: BreakerThresholds | null, { by, reason }: TuningAct): BreakerThresholds {
    const after = next ?? BREAKER_THRESHOLDS[id]
    const wrong = outOfBounds(id, after)
    if (wrong !== null) throw new RangeError(`${wrong} of breaker ${id} is out of bounds`)
    const { [id]: dropped, ...others } = this.current
    const kept = sameThresholds(after, BREAKER_THRESHOLDS[id]) ? others : { ...others, [id]: { ...after } }
    this.db
      .transaction(() => {
        this.audit.append({
          category: 'SYSTEM_EVENT',
          severity: 'high',
          type: 'BreakerTuned',
          actor: by,
          subject: id,
          data: { reason, before: toJson(dropped ?? BREAKER_THRESHOLDS[id]), after: toJson(after) },
        })
        this.db
          .prepare(
            `INSERT INTO settings(key, value_json, updated_at_ms) VALUES (?, ?, ?)
             ON CONFLICT(key) DO UPDATE SET value_json = excluded.value_json, updated_at_ms = excluded.updated_at_ms`,
          )
          .run(KEY, JSON.stringify(kept), this.clock.wallMs())
      })
      .immediate()
    this.current = kept
    return after
  }

  private load(): Partial<Record<BreakerId, BreakerThresholds>> {
    try {
      const row = this.db.prepare('SELECT value_json FROM settings WHERE key = ?').get(KEY) as { value_json: string } | undefined
      if (row === undefined) return {}
      const read = tuned.parse(JSON.parse(row.value_json)) as Partial<Record<BreakerId, BreakerThresholds>>
      for (const id of BREAKER_IDS) if (read[id] !== undefined && outOfBounds(id, read[id]) !== null) return strictest()
      return read
    } catch {
      return strictest()
    }
  }
}

/** What counts when nobody can tell what was set: one failure opens any breaker, until a person sets them anew. */
function strictest(): Partial<Record<BreakerId, BreakerThresholds>> {
  return Object.fromEntries(BREAKER_IDS.map((id) => [id, { ...BREAKER_THRESHOLDS[id], failuresInWindow: 1 }]))
}
