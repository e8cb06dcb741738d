import type { Reply } from '../../../src-preload/contract/problem'
import type { OpenEnvironment } from '../compose/compose-environment'
import type { AppContext } from '../context'

/** Does something in the open environment, or says why none is open. */
export async function inEnvironment<T>(
  context: AppContext,
  work: (environment: OpenEnvironment) => Promise<Reply<T>> | Reply<T>,
): Promise<Reply<T>> {
  const opened = context.environment()
  return opened.ok ? work(opened.value) : { ok: false, problem: opened.error }
}
