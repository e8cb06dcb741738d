import type { Cancel, Scheduler } from '../lib/clock'
import type { AuditLog, RetentionPolicy } from './audit'
import { DEFAULT_RETENTION } from './retention'

const DAY_MS = 24 * 60 * 60 * 1_000
/** The first time: soon, for an app that never runs for a day, and not while it starts. */
const FIRST_AFTER_MS = 10 * 60 * 1_000

/** Which log to keep to which policy. */
export interface RetentionSchedule {
  readonly audit: Pick<AuditLog, 'applyRetention' | 'status'>
  readonly scheduler: Scheduler
  readonly policy?: RetentionPolicy | undefined
  /** Whether nobody has vouched yet for a calendar that moved apart from the time that passed. */
  readonly clockInDoubt: () => boolean
  /** Called with what kept it from being applied; it is tried again the next day. */
  readonly onFault: (thrown: unknown) => void
}

/**
 * Applies retention (product row C12) every day, the first time some minutes from now. What it empties is on record in the log itself.
 * A log that refuses entries is left as it is, and so is any while the calendar is in doubt. Returns how to stop, also in the middle.
 */
export function keepRetention({ audit, scheduler, policy = DEFAULT_RETENTION, clockInDoubt, onFault }: RetentionSchedule): Cancel {
  const stopped = new AbortController()
  const run = async (): Promise<void> => {
    try {
      if (audit.status().refuses === null && !clockInDoubt())
        await audit.applyRetention({ policy, actor: 'system', signal: stopped.signal })
    } catch (thrown) {
      if (!stopped.signal.aborted) onFault(thrown)
    }
    if (!stopped.signal.aborted) cancelTimer = scheduler.after(DAY_MS, () => void run())
  }
  let cancelTimer = scheduler.after(FIRST_AFTER_MS, () => void run())
  return () => {
    stopped.abort()
    cancelTimer()
  }
}
