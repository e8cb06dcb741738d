import { z } from 'zod'

import type { AuditAppender } from '../domain/audit-event'
import { BREAKER_IDS, BREAKER_THRESHOLDS, outOfBounds, sameThresholds, type BreakerId, type BreakerThresholds } from '../domain/breaker'
import type { Clock } from '../lib/clock'
import { toJson } from '../lib/json'
import type { Database } from '../storage/database'
import { StoredSetting } from '../storage/stored-setting'

const thresholds = z.strictObject({
  failuresInWindow: z.number(),
  windowMs: z.number(),
  consecutive: z.number().nullable(),
  ratePct: z.number().nullable(),
  recoveryMs: z.number(),
})
const tuned = z
  .partialRecord(z.enum(BREAKER_IDS), thresholds)
  .refine((all) => BREAKER_IDS.every((id) => all[id] === undefined || outOfBounds(id, all[id]) === null))

/** Thresholds of the breakers that have others than the product's own. */
type Tuned = z.output<typeof tuned>

/** Who changes a breaker's thresholds, and why. */
export interface TuningAct {
  readonly by: string
  readonly reason: string
}

/** Thresholds of breakers that differ from product row X4's table, kept in the environment's database; each change is recorded before it is made. */
export class BreakerTuning {
  private readonly stored: StoredSetting<Tuned>
  private current: Tuned

  constructor(
    db: Database,
    private readonly audit: AuditAppender,
    clock: Clock,
  ) {
    this.stored = new StoredSetting(db, clock, { key: 'breaker-thresholds', schema: tuned, fresh: {}, unreadable: strictest() })
    this.current = this.stored.load()
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
    this.stored.saveOnRecord(kept, () => {
      this.audit.append({
        category: 'SYSTEM_EVENT',
        severity: 'high',
        type: 'BreakerTuned',
        actor: by,
        subject: id,
        data: { reason, before: toJson(dropped ?? BREAKER_THRESHOLDS[id]), after: toJson(after) },
      })
    })
    this.current = kept
    return after
  }
}

/** What counts when nobody can tell what was set: one failure opens any breaker, until a person sets them anew. */
function strictest(): Tuned {
  return Object.fromEntries(BREAKER_IDS.map((id) => [id, { ...BREAKER_THRESHOLDS[id], failuresInWindow: 1 }]))
}
