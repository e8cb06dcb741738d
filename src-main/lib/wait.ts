import type { Scheduler } from './clock'

/** Waits so long, ms, or until the signal is aborted, whichever comes first; not at all where it is already. Look at the signal afterwards. */
export function wait(delayMs: number, scheduler: Scheduler, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = (): void => {
      cancel()
      signal.removeEventListener('abort', over)
      resolve()
    }
    const cancel = scheduler.after(delayMs, over)
    signal.addEventListener('abort', over, { once: true })
    if (signal.aborted) over()
  })
}
