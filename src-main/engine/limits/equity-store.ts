import type { Database } from '../../storage/database'
import type { DayEquity } from './loss'

/** What an account was worth at one moment. */
export interface EquityPoint {
  readonly atMs: number
  readonly equityUsd: string
}

/** How long single valuations are kept, ms; the days themselves stay. */
const POINTS_KEPT_MS = 31 * 86_400_000

/** Keeps what accounts were worth in the environment's database, so that a restart in the middle of a bad day does not begin it anew. */
export class EquityStore {
  constructor(private readonly db: Database) {}

  /** The day as it was last kept; null when there is none, or it cannot be read. */
  day(account: string, day: string): DayEquity | null {
    const row = this.db.prepare('SELECT json FROM equity_days WHERE account = ? AND day = ?').get(account, day) as
      { json: string } | undefined
    if (row === undefined) return null
    try {
      return JSON.parse(row.json) as DayEquity
    } catch {
      return null
    }
  }

  /** Keeps a valuation and the day that it makes. */
  save(account: string, day: string, state: DayEquity): void {
    this.db
      .transaction(() => {
        this.db
          .prepare(
            'INSERT INTO equity_days(account, day, json) VALUES (?, ?, ?) ON CONFLICT(account, day) DO UPDATE SET json = excluded.json',
          )
          .run(account, day, JSON.stringify(state))
        this.db
          .prepare(
            `INSERT INTO equity_points(account, at_ms, equity_usd) VALUES (?, ?, ?)
             ON CONFLICT(account, at_ms) DO UPDATE SET equity_usd = excluded.equity_usd`,
          )
          .run(account, state.lastAtMs, state.lastUsd)
      })
      .immediate()
  }

  /** Valuations of an account since then, oldest first. */
  points(account: string, sinceMs: number): EquityPoint[] {
    const rows = this.db
      .prepare('SELECT at_ms, equity_usd FROM equity_points WHERE account = ? AND at_ms >= ? ORDER BY at_ms')
      .all(account, sinceMs) as { at_ms: number; equity_usd: string }[]
    return rows.map(({ at_ms, equity_usd }) => ({ atMs: at_ms, equityUsd: equity_usd }))
  }

  /** Forgets valuations that nobody will look at. */
  prune(nowMs: number): void {
    this.db.prepare('DELETE FROM equity_points WHERE at_ms < ?').run(nowMs - POINTS_KEPT_MS)
  }
}
