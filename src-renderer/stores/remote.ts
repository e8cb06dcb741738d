import { call, type CallInput, type CallName, type CallOutput } from '../api/bridge'
import type { Problem } from '../../src-preload/contract/problem'

/** Something that main knows: not here yet, here, or not to be had. A failure keeps what was known before, so that nothing vanishes. */
export type Remote<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly value: T }
  | { readonly kind: 'failed'; readonly problem: Problem; readonly before: T | null }

/** Not here yet. */
export const LOADING = { kind: 'loading' } as const

/** What is known, even if the last attempt failed; null when nothing is. */
export function known<T>(remote: Remote<T>): T | null {
  if (remote.kind === 'ready') return remote.value
  return remote.kind === 'failed' ? remote.before : null
}

/** Asks main and turns the reply into a {@link Remote}, keeping `before` when it fails. */
export async function fetchRemote<N extends CallName>(
  name: N,
  input: CallInput<N>,
  before: CallOutput<N> | null = null,
): Promise<Remote<CallOutput<N>>> {
  const reply = await call(name, input)
  return reply.ok ? { kind: 'ready', value: reply.value } : { kind: 'failed', problem: reply.problem, before }
}
