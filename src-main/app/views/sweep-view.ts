import type { SweepView } from '../../../src-preload/contract/halt'
import { isOver, type SweepReport } from '../../domain/sweep'

/** Orders of one venue that a window is shown at most; what is still out comes first. */
const SHOWN = 200

/** A sweep as windows see it. */
export function sweepView({ venues, by, ...report }: SweepReport): SweepView {
  return {
    ...report,
    by: by.slice(0, 200),
    startedAtMs: Math.floor(report.startedAtMs),
    finishedAtMs: report.finishedAtMs === null ? null : Math.floor(report.finishedAtMs),
    venues: venues.map(({ venue, phase, problem, items }) => {
      const ordered = [...items].sort((a, b) => Number(isOver(a.fate)) - Number(isOver(b.fate)))
      return {
        venue,
        phase,
        problem: problem?.slice(0, 200) ?? null,
        items: ordered.slice(0, SHOWN).map(({ orderId, fate, code, tries }) => ({ orderId: orderId.slice(0, 200), fate, code, tries })),
        omitted: Math.max(0, items.length - SHOWN),
      }
    }),
  }
}
