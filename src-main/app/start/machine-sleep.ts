import type { AuditFact } from '../../domain/audit-event'
import type { Clock } from '../../lib/clock'
import { systemFact } from '../app-records'
import type { OpenEnvironment } from '../compose/compose-environment'

/** What {@link MachineSleep} works with. */
export interface MachineSleepParts {
  readonly clock: Clock
  /** The open environment; null while none is open. */
  readonly opened: () => OpenEnvironment | null
  readonly record: (fact: AuditFact) => void
  /** Looks whether somebody has closed the gate. */
  readonly lastLook: () => void
}

/** The machine goes to sleep and wakes up, on record. */
export class MachineSleep {
  /** Wall time of the last going to sleep, ms; null while awake. */
  #sinceMs: number | null = null

  constructor(private readonly parts: MachineSleepParts) {}

  /** It goes to sleep: what is known up to now is anchored. */
  begin(): void {
    this.#sinceMs = this.parts.clock.wallMs()
    this.parts.record(systemFact('SystemSuspended', {}))
    this.parts.opened()?.audit.anchorNow()
  }

  /** It woke up: what somebody closed meanwhile counts at once, and what is out is looked at before anything else. */
  end(): void {
    const sleptMs = this.#sinceMs === null ? null : Math.max(0, this.parts.clock.wallMs() - this.#sinceMs)
    this.#sinceMs = null
    this.parts.lastLook()
    this.parts.record(systemFact('SystemResumed', { sleptMs: String(sleptMs ?? 'unknown') }))
    const opened = this.parts.opened()
    opened?.chain.wake()
    opened?.engine.resumeFollowing()
  }
}
