import type { Scheduler } from '../../lib/clock'
import { describeError } from '../../lib/errors'
import { err, ok, type Result } from '../../lib/result'

/** What an answer that is waited for comes to: the answer, or why there is none in time. */
export type InTime<T> = Result<T, { readonly code: 'TIMEOUT_ERROR' | 'INTERNAL'; readonly detail: string }>

/** Waits for an answer no longer than `ms`; a throw is an answer that did not come. What comes later is nobody's business any more. */
export function within<T>(scheduler: Scheduler, ms: number, asking: () => Promise<T>): Promise<InTime<T>> {
  return new Promise((resolve) => {
    const stopTimer = scheduler.after(ms, () => resolve(err({ code: 'TIMEOUT_ERROR', detail: 'no answer in time' })))
    Promise.resolve()
      .then(asking)
      .then(
        (value) => resolve(ok(value)),
        (thrown: unknown) => resolve(err({ code: 'INTERNAL', detail: describeError(thrown) })),
      )
      .finally(stopTimer)
  })
}
