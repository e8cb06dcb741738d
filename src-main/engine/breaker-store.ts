import type { BreakerId } from '../domain/breaker'
import type { BreakerEvent, BreakerEventKind, BreakerStore } from '../guards/breakers/breaker-store'
import { STATE_CHANGES } from '../guards/breakers/ribbon'
import type { Clock } from '../lib/clock'
import type { Database } from '../storage/database'

const KEPT_EVENTS = 60
/** How much of a breaker's history is kept: so long, and so many lines. What breakers count by is kept with their state, not here. */
export const HISTORY_KEPT = { forMs: 90 * 86_400_000, lines: 2_000 } as const
/** So many lines are written before the old ones are looked for again. */
const PRUNE_EVERY = 100
/** How many lines of one breaker's history a picture is made of. */
const MAX_SHOWN = 1_500

/** Keeps the breakers in the environment's database, so that they outlive a restart. */
export function createBreakerStore(db: Database, clock: Clock): BreakerStore {
  const load = db.prepare('SELECT state_json FROM breakers WHERE breaker_id = ?')
  const save = db.prepare(
    `INSERT INTO breakers(breaker_id, state_json, updated_at_ms) VALUES (?, ?, ?)
     ON CONFLICT(breaker_id) DO UPDATE SET state_json = excluded.state_json, updated_at_ms = excluded.updated_at_ms`,
  )
  const note = db.prepare('INSERT INTO breaker_events(breaker_id, at_ms, kind, detail_json) VALUES (?, ?, ?, ?)')
  const recent = db.prepare('SELECT at_ms, kind, detail_json FROM breaker_events WHERE breaker_id = ? ORDER BY id DESC LIMIT ?')
  const prune = pruner(db)
  const written = new Map<BreakerId, number>()
  return {
    load: (id: BreakerId) => (load.get(id) as { state_json: string } | undefined)?.state_json ?? null,
    save: (id, json) => void save.run(id, json, clock.wallMs()),
    event: (id, kind, detail, by) => {
      note.run(id, clock.wallMs(), kind, JSON.stringify({ by, detail }))
      const lines = written.get(id) ?? 0
      if (lines % PRUNE_EVERY === 0) prune(id, clock.wallMs() - HISTORY_KEPT.forMs)
      written.set(id, lines + 1)
    },
    recent(id): readonly BreakerEvent[] {
      return (recent.all(id, KEPT_EVENTS) as EventRow[]).reverse().map(eventOf)
    },
  }
}

/** Forgets what is too old and what is too much, but for the last change of state among it: what the breaker was since then must stay known. */
function pruner(db: Database): (id: BreakerId, untilMs: number) => void {
  const lastOf = db.prepare(
    `SELECT MAX(id) AS id FROM (
       SELECT MAX(id) AS id FROM breaker_events WHERE breaker_id = @id AND at_ms < @untilMs
       UNION ALL
       SELECT id FROM (SELECT id FROM breaker_events WHERE breaker_id = @id ORDER BY id DESC LIMIT 1 OFFSET ${HISTORY_KEPT.lines})
     )`,
  )
  const kinds = STATE_CHANGES.map((kind) => `'${kind}'`).join(', ')
  const forget = db.prepare(
    `DELETE FROM breaker_events WHERE breaker_id = @id AND id <= @last AND id IS NOT
       (SELECT MAX(id) FROM breaker_events WHERE breaker_id = @id AND id <= @last AND kind IN (${kinds}))`,
  )
  return (id, untilMs) => {
    const { id: last } = lastOf.get({ id, untilMs }) as { id: number | null }
    if (last !== null) forget.run({ id, last })
  }
}

interface EventRow {
  readonly at_ms: number
  readonly kind: BreakerEventKind
  readonly detail_json: string
}

function eventOf({ at_ms: atMs, kind, detail_json }: EventRow): BreakerEvent {
  return { atMs, kind, ...(JSON.parse(detail_json) as { by: string; detail: string }) }
}

/** A breaker's history since a wall time, oldest first, with the last change of its state before it, so that what it was then is known. */
export function breakerHistory(db: Database, id: BreakerId, sinceMs: number): readonly BreakerEvent[] {
  const kinds = STATE_CHANGES.map(() => '?').join(', ')
  const before = db
    .prepare(`SELECT * FROM breaker_events WHERE breaker_id = ? AND at_ms < ? AND kind IN (${kinds}) ORDER BY id DESC LIMIT 1`)
    .all(id, sinceMs, ...STATE_CHANGES) as EventRow[]
  const since = db
    .prepare('SELECT * FROM breaker_events WHERE breaker_id = ? AND at_ms >= ? ORDER BY id DESC LIMIT ?')
    .all(id, sinceMs, MAX_SHOWN) as EventRow[]
  return [...before, ...since.reverse()].map(eventOf)
}
