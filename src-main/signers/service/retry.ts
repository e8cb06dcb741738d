import type { Scheduler } from '../../lib/clock'
import type { Result } from '../../lib/result'
import { wait } from '../../lib/wait'
import type { SignerFailure } from '../signer'

/** The wait before the first repetition, ms; it doubles each time. */
const FIRST_WAIT_MS = 250

/**
 * Tries again what certainly did not reach the signer, up to `retries` times. Whatever may have reached it is tried once: a second request could be a
 * second signature, and a second question to the person there.
 */
export async function retryUnsent<T>(
  retries: number,
  scheduler: Scheduler,
  signal: AbortSignal,
  attempt: () => Promise<Result<T, SignerFailure>>,
): Promise<Result<T, SignerFailure>> {
  let answer = await attempt()
  for (let done = 0; done < retries && !answer.ok && answer.error.code === 'UNAVAILABLE' && !isOver(signal); done += 1) {
    await wait(FIRST_WAIT_MS * 2 ** done, scheduler, signal)
    if (isOver(signal)) break
    answer = await attempt()
  }
  return answer
}

/** Read anew each time: it changes while we wait. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted
}
