const DAY_MS = 86_400_000

/** When somebody's or something's time ends, as it is chosen. `as-is`: what it is now stays. */
export type End = 'never' | 'as-is' | 'day' | 'month' | 'quarter' | 'year'

/** The choices, in words. */
export const ENDS: readonly { readonly value: End; readonly label: string }[] = [
  { value: 'never', label: 'No end' },
  { value: 'as-is', label: 'As it is now' },
  { value: 'day', label: 'In one day' },
  { value: 'month', label: 'In 30 days' },
  { value: 'quarter', label: 'In 90 days' },
  { value: 'year', label: 'In one year' },
]

const DAYS = { day: 1, month: 30, quarter: 90, year: 365 }

/** The chosen end as wall time, ms; null for none. */
export function endOf(end: End, now: number | null, nowMs: number = Date.now()): number | null {
  if (end === 'never') return null
  return end === 'as-is' ? now : nowMs + DAYS[end] * DAY_MS
}
