import { uptime } from 'node:os'

/**
 * Time as the engine sees it, injected so that windows, back-offs and recoveries are tested without sleeping.
 *
 * `wallMs` is the calendar (ms since the Unix epoch) and may jump. `steadyMs` starts at the wall time of process start and
 * then only counts elapsed time, so a clock that is set forward cannot shorten an open breaker or a back-off.
 */
export interface Clock {
  /** Calendar time, ms since the Unix epoch. */
  wallMs(): number
  /** Steady time, ms; comparable with wall time, never jumps within a process. */
  steadyMs(): number
  /** Time since the machine started, ms, sleep included; no clock setting moves it. A clock that cannot tell has none. */
  bootMs?(): number
}

/** Cancels what was scheduled; calling it twice, or after it ran, does nothing. */
export type Cancel = () => void

/** Runs things later; injected together with {@link Clock}. */
export interface Scheduler {
  /** Runs `task` once after `delayMs`. */
  after(delayMs: number, task: () => void): Cancel
}

const startedWallMs = Date.now()
const startedMonotonicMs = performance.now()

/** The machine's own clock. */
export const systemClock: Clock = {
  wallMs: () => Date.now(),
  steadyMs: () => startedWallMs + (performance.now() - startedMonotonicMs),
  bootMs: () => uptime() * 1_000,
}

/** The event loop's own timers; they do not keep the process alive. */
export const systemScheduler: Scheduler = {
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    if (typeof timer === 'object') timer.unref()
    return () => {
      clearTimeout(timer)
    }
  },
}
