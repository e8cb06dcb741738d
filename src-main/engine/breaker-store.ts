import type { BreakerId } from '../domain/breaker'
import type { BreakerEvent, BreakerEventKind, BreakerStore } from '../guards/breakers/breaker-store'
import type { Clock } from '../lib/clock'
import type { Database } from '../storage/database'

const KEPT_EVENTS = 60

/** Keeps the breakers in the environment's database, so that they outlive a restart. */
export function createBreakerStore(db: Database, clock: Clock): BreakerStore {
  const load = db.prepare('SELECT state_json FROM breakers WHERE breaker_id = ?')
  const save = db.prepare(
    `INSERT INTO breakers(breaker_id, state_json, updated_at_ms) VALUES (?, ?, ?)
     ON CONFLICT(breaker_id) DO UPDATE SET state_json = excluded.state_json, updated_at_ms = excluded.updated_at_ms`,
  )
  const note = db.prepare('INSERT INTO breaker_events(breaker_id, at_ms, kind, detail_json) VALUES (?, ?, ?, ?)')
  const recent = db.prepare('SELECT at_ms, kind, detail_json FROM breaker_events WHERE breaker_id = ? ORDER BY id DESC LIMIT ?')
  return {
    load: (id: BreakerId) => (load.get(id) as { state_json: string } | undefined)?.state_json ?? null,
    save: (id, json) => void save.run(id, json, clock.wallMs()),
    event: (id, kind, detail) => void note.run(id, clock.wallMs(), kind, JSON.stringify(detail)),
    recent(id): readonly BreakerEvent[] {
      const rows = recent.all(id, KEPT_EVENTS) as { at_ms: number; kind: BreakerEventKind; detail_json: string }[]
      return rows.reverse().map((row) => ({ atMs: row.at_ms, kind: row.kind, detail: JSON.parse(row.detail_json) as string }))
    },
  }
}
