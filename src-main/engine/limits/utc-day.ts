const DAY_MS = 86_400_000

/** The first moment of the UTC day, ms. */
export function utcDayStart(wallMs: number): number {
  return Math.floor(wallMs / DAY_MS) * DAY_MS
}

/** The first moment of the next UTC day, ms. */
export function utcDayEnd(wallMs: number): number {
  return utcDayStart(wallMs) + DAY_MS
}

/** A UTC day's name, such as `2026-03-01`. */
export function utcDayName(wallMs: number): string {
  return new Date(wallMs).toISOString().slice(0, 10)
}
