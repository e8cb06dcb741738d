import type { WatchSettings } from '../../domain/watch'

/** When the operator was last seen. */
export interface SeenAt {
  /** Wall time, ms. */
  readonly wallMs: number
  /** Steady time, ms; null when it was in an earlier run. */
  readonly steadyMs: number | null
}

/** What the dead-man switch says now. */
export type Presence =
  | { readonly kind: 'off' }
  | { readonly kind: 'present'; readonly leftMs: number }
  | { readonly kind: 'warning'; readonly leftMs: number }
  | { readonly kind: 'absent'; readonly awayMs: number | null }

const MINUTE = 60_000
/** A sign that lies further ahead than this cannot be believed, ms. */
const AHEAD_MS = MINUTE

/**
 * Whether the operator is there (product row B4). Time off and asleep counts, by the calendar; a calendar that is set back does not buy time, by steady
 * time. Never seen, or seen in the future: nobody can tell, so nobody is there.
 */
export function judgePresence(
  { deadManOn, deadManAfterMin, deadManWarnMin }: Pick<WatchSettings, 'deadManOn' | 'deadManAfterMin' | 'deadManWarnMin'>,
  seen: SeenAt | null,
  now: { readonly wallMs: number; readonly steadyMs: number },
): Presence {
  if (!deadManOn) return { kind: 'off' }
  if (seen === null) return { kind: 'absent', awayMs: null }
  if (seen.steadyMs === null && seen.wallMs - now.wallMs > AHEAD_MS) return { kind: 'absent', awayMs: null }
  const awayMs = Math.max(0, now.wallMs - seen.wallMs, seen.steadyMs === null ? 0 : now.steadyMs - seen.steadyMs)
  const leftMs = deadManAfterMin * MINUTE - awayMs
  if (leftMs <= 0) return { kind: 'absent', awayMs }
  return leftMs <= deadManWarnMin * MINUTE ? { kind: 'warning', leftMs } : { kind: 'present', leftMs }
}
