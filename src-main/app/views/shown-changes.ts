import type { ActChange } from '../../domain/admin-act'

/** As many changes as the main-owned window shows of one act. */
export const MOST_CHANGES = 100

/** As much as the main-owned window shows, and how much more there is. Not for what a page proposes: of that, all must be seen before it is allowed. */
export function shownChanges(changes: readonly ActChange[]): readonly ActChange[] {
  if (changes.length <= MOST_CHANGES) return changes
  const shown = changes.slice(0, MOST_CHANGES - 1)
  return [...shown, { label: 'And more', before: null, after: `${changes.length - shown.length} more, of the same kinds` }]
}
