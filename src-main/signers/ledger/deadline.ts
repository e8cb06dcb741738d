import type { Cancel, Scheduler } from '../../lib/clock'

/** The end of something's time: by the clock, or because nobody wants the answer any more. */
export class Deadline {
  readonly #over = new AbortController()
  readonly #expire = (): void => this.#over.abort()
  #cancel: Cancel = () => undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly wanted: AbortSignal,
  ) {
    wanted.addEventListener('abort', this.#expire, { once: true })
    if (wanted.aborted) this.#expire()
  }

  /** Aborted at the end. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** From now on there is this much time, ms. */
  within(ms: number): void {
    this.lift()
    this.#cancel = this.scheduler.after(ms, this.#expire)
  }

  /** The clock ends it no more. */
  lift(): void {
    this.#cancel()
  }

  done(): void {
    this.lift()
    this.wanted.removeEventListener('abort', this.#expire)
  }
}
