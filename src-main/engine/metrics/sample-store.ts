import type { MetricName, MetricPoint } from '../../domain/metrics'
import type { Database } from '../../storage/database'

/** How long samples are kept, ms. */
export const SAMPLES_KEPT_MS = 31 * 24 * 3_600_000

/** Figures over time, in the environment's database. */
export class SampleStore {
  constructor(private readonly db: Database) {}

  /** Keeps one figure. Anything that is no finite number is left out: a chart must not show what was not measured. */
  add(name: MetricName, atMs: number, value: number): void {
    if (!Number.isFinite(value)) return
    this.db.prepare('INSERT INTO metric_samples(name, at_ms, value) VALUES (?, ?, ?)').run(name, Math.floor(atMs), value)
  }

  /** A figure from `sinceMs` to `untilMs`, in at most `points` equal stretches; those without a sample are left out. */
  series(name: MetricName, sinceMs: number, untilMs: number, points: number): readonly MetricPoint[] {
    const stretchMs = Math.max(1, Math.ceil((untilMs - sinceMs) / points))
    const rows = this.db
      .prepare(
        `SELECT (at_ms - ?) / ? AS slot, COUNT(*) AS count, AVG(value) AS mean, MIN(value) AS min, MAX(value) AS max
         FROM metric_samples WHERE name = ? AND at_ms >= ? AND at_ms < ? GROUP BY slot ORDER BY slot`,
      )
      .all(sinceMs, stretchMs, name, sinceMs, untilMs) as (Omit<MetricPoint, 'atMs'> & { readonly slot: number })[]
    return rows.map(({ slot, ...figures }) => ({ atMs: sinceMs + slot * stretchMs, ...figures }))
  }

  /** Count and mean of a figure since then; null when there is none. */
  summary(name: MetricName, sinceMs: number): { readonly count: number; readonly mean: number } | null {
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
