import type { Sensitivity } from '../../domain/pattern'

/** How one sensitivity did on the recorded month (test/fixtures/patterns/month.jsonl). */
export interface MonthFigures {
  /** Alarms about what the owner did. */
  readonly falseAlarms: number
  /** Orders and refusals of the owner after the first ten days, that could have raised one. */
  readonly judged: number
  /** Unusual episodes that raised an alarm. */
  readonly found: number
  readonly episodes: number
}

/** Shown beside the choice, and kept true by test/unit/engine/patterns/month.test.ts. */
export const MONTH_FIGURES: Readonly<Record<Exclude<Sensitivity, 'off'>, MonthFigures>> = {
  relaxed: { falseAlarms: 0, judged: 173, found: 12, episodes: 14 },
  balanced: { falseAlarms: 1, judged: 173, found: 14, episodes: 14 },
  strict: { falseAlarms: 2, judged: 173, found: 14, episodes: 14 },
}
