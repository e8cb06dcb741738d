import type { Clock } from '../../lib/clock'
import type { RepeatKey } from './usage-of'

interface Time {
  readonly orderId: string
  readonly wallMs: number
  readonly steadyMs: number
}

interface Repeated {
  times: Time[]
  acknowledgedAtMs: number
  /** Wall ms of the last refusal for repetition; 0 when there was none. */
  throttledAtMs: number
}

/** An order that repeats itself, as people see it. */
export interface RepeatedOrder {
  readonly key: RepeatKey
  readonly count: number
  readonly throttledSinceMs: number | null
}

/** The longest window that a setting allows, ms; older times are forgotten. */
export const MOST_REPEAT_WINDOW_MS = 86_400_000

/**
 * How often the very same order went out (RTS 6 Art. 15: a repeated-execution throttle stays shut until a person opens it). Who waits until the window
 * has passed may place it again; once one was refused, only a person's acknowledgement opens it, however long ago it was.
 */
export class Repeats {
  readonly #byKey = new Map<RepeatKey, Repeated>()

  constructor(private readonly clock: Clock) {}

  admit(key: RepeatKey, orderId: string): void {
    const repeated = this.#of(key)
    repeated.times = repeated.times.filter((time) => this.#ageMs(time) < MOST_REPEAT_WINDOW_MS)
    repeated.times.push({ orderId, wallMs: this.clock.wallMs(), steadyMs: this.clock.steadyMs() })
  }

  /** Counts an order of the last run. */
  restore(key: RepeatKey, orderId: string, wallMs: number): void {
    const repeated = this.#of(key)
    if (wallMs < repeated.acknowledgedAtMs) return
    const ageMs = Math.max(0, this.clock.wallMs() - wallMs)
    repeated.times.push({ orderId, wallMs, steadyMs: this.clock.steadyMs() - ageMs })
  }

  /** The order was refused for its repetition. */
  throttle(key: RepeatKey, wallMs: number): void {
    this.#of(key).throttledAtMs = wallMs
  }

  /** It was refused in an earlier run; where a person has looked since, that is over. */
  restoreThrottle(key: RepeatKey, wallMs: number): void {
    const repeated = this.#of(key)
    if (wallMs > repeated.acknowledgedAtMs) repeated.throttledAtMs = Math.max(repeated.throttledAtMs, wallMs)
  }

  acknowledge(key: RepeatKey, wallMs: number): void {
    const repeated = this.#of(key)
    repeated.acknowledgedAtMs = wallMs
    repeated.throttledAtMs = 0
    repeated.times = []
  }

  /** What the order meets; one that was let through meets those of before it. */
  of(key: RepeatKey, orderId: string, windowMs: number): { readonly repeats: number; readonly throttled: boolean } {
    const repeated = this.#byKey.get(key)
    if (repeated === undefined) return { repeats: 0, throttled: false }
    const own = repeated.times.findIndex((time) => time.orderId === orderId)
    if (own < 0) return { repeats: this.#within(repeated.times, windowMs), throttled: repeated.throttledAtMs > 0 }
    return { repeats: this.#within(repeated.times.slice(0, own), windowMs), throttled: false }
  }

  /** What repeats itself now, or was refused for it. */
  overview(windowMs: number): readonly RepeatedOrder[] {
    const found: RepeatedOrder[] = []
    for (const [key, repeated] of this.#byKey) {
      repeated.times = repeated.times.filter((time) => this.#ageMs(time) < MOST_REPEAT_WINDOW_MS)
      const count = this.#within(repeated.times, windowMs)
      const throttledSinceMs = repeated.throttledAtMs > 0 ? repeated.throttledAtMs : null
      if (count > 1 || throttledSinceMs !== null) found.push({ key, count, throttledSinceMs })
      else if (repeated.times.length === 0) this.#byKey.delete(key)
    }
    return found
  }

  #within(times: readonly Time[], windowMs: number): number {
    return times.reduce((count, time) => (this.#ageMs(time) < windowMs ? count + 1 : count), 0)
  }

  /** By the clock that says less: neither a calendar set forward nor one set back makes a repetition older than it is. */
  #ageMs({ wallMs, steadyMs }: Time): number {
    return Math.min(this.clock.wallMs() - wallMs, this.clock.steadyMs() - steadyMs)
  }

  #of(key: RepeatKey): Repeated {
    const known = this.#byKey.get(key)
    if (known !== undefined) return known
    const fresh: Repeated = { times: [], acknowledgedAtMs: 0, throttledAtMs: 0 }
    this.#byKey.set(key, fresh)
    return fresh
  }
}
