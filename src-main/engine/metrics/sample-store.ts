import type { MetricName, MetricPoint } from '../../domain/metrics'
import type { Database } from '../../storage/database'

/** How long samples are kept, ms. */
export const SAMPLES_KEPT_MS = 31 * 24 * 3_600_000

/** A disk that takes nothing must not fill the memory. */
const MOST_WAITING = 10_000

/**
 * Figures over time, in the environment's database. New ones wait in memory and are written together, so that no order pays a sync of the disk for a
 * chart; a crash costs the last of them.
 */
export class SampleStore {
  private waiting: (readonly [MetricName, number, number])[] = []

  constructor(private readonly db: Database) {}

  /** Keeps one figure. Anything that is no finite number is left out: a chart must not show what was not measured. */
  add(name: MetricName, atMs: number, value: number): void {
    if (Number.isFinite(value) && this.waiting.length < MOST_WAITING) this.waiting.push([name, Math.floor(atMs), value])
  }

  /** Writes what waits, all or nothing. */
  flush(): void {
    if (this.waiting.length === 0) return
    const insert = this.db.prepare('INSERT INTO metric_samples(name, at_ms, value) VALUES (?, ?, ?)')
    this.db.transaction(() => {
      for (const sample of this.waiting) insert.run(...sample)
    })()
    this.waiting = []
  }

  /** A figure from `sinceMs` to `untilMs`, in at most `points` equal stretches; those without a sample are left out. */
  series(name: MetricName, sinceMs: number, untilMs: number, points: number): readonly MetricPoint[] {
    this.flush()
    const stretchMs = Math.max(1, Math.ceil((untilMs - sinceMs) / points))
    const rows = this.db
      .prepare(
        `SELECT (at_ms - ?) / ? AS slot, COUNT(*) AS count, AVG(value) AS mean, MIN(value) AS min, MAX(value) AS max
         FROM metric_samples WHERE name = ? AND at_ms >= ? AND at_ms < ? GROUP BY slot ORDER BY slot`,
      )
      .all(sinceMs, stretchMs, name, sinceMs, untilMs) as (Omit<MetricPoint, 'atMs'> & { readonly slot: number })[]
    return rows.map(({ slot, ...figures }) => ({ atMs: sinceMs + slot * stretchMs, ...figures }))
  }

  /** The newest samples since then, newest first, no more than so many. */
  newest(name: MetricName, sinceMs: number, most: number): readonly { readonly atMs: number; readonly value: number }[] {
    this.flush()
    return this.db
      .prepare('SELECT at_ms AS atMs, value FROM metric_samples WHERE name = ? AND at_ms >= ? ORDER BY at_ms DESC, rowid DESC LIMIT ?')
      .all(name, sinceMs, most) as { atMs: number; value: number }[]
  }

  /** Count and mean of a figure since then; null when there is none. */
  summary(name: MetricName, sinceMs: number): { readonly count: number; readonly mean: number } | null {
    this.flush()
    const row = this.db
      .prepare('SELECT COUNT(*) AS count, AVG(value) AS mean FROM metric_samples WHERE name = ? AND at_ms >= ?')
      .get(name, sinceMs) as { count: number; mean: number | null }
    return row.mean === null ? null : { count: row.count, mean: row.mean }
  }

  /** Forgets what is too old to be shown. */
  prune(nowMs: number): void {
    this.db.prepare('DELETE FROM metric_samples WHERE at_ms < ?').run(nowMs - SAMPLES_KEPT_MS)
  }
}
