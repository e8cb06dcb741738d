import { create } from 'zustand'

import type { BreakerStatusView } from '../../src-preload/contract/breakers'
import type { GuardsView, ReleaseCheckView } from '../../src-preload/contract/guards'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface GuardsState {
  readonly guards: Remote<GuardsView>
  readonly checks: Remote<readonly ReleaseCheckView[]>
}

/** The kill switch, the seven breakers, and the release checks while somebody looks at them. */
export const useGuards = create<GuardsState>(() => ({ guards: LOADING, checks: LOADING }))

async function refreshGuards(): Promise<void> {
  const guards = await fetchRemote('guards.status', {}, known(useGuards.getState().guards))
  useGuards.setState({ guards })
}

/** Asks how the release checks stand now. */
export async function refreshChecks(): Promise<void> {
  const before = known(useGuards.getState().checks)
  const checks = await fetchRemote('halt.checks', {}, before === null ? null : [...before])
  useGuards.setState({ checks })
}

/** Opens the main-owned window that asks for the recovery key; answers when it is closed. Null means released. */
export async function release(reason: string, acknowledge: ReleaseCheckView['id'][]): Promise<Problem | null> {
  const reply = await call('halt.release', { reason, acknowledge })
  if (!reply.ok) return reply.problem
  return reply.value.released ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Gives up a release that is under way; trading stays halted. */
export async function cancelRelease(): Promise<Problem | null> {
  const reply = await call('halt.cancelRelease', {})
  return reply.ok ? null : reply.problem
}

/** Opens a breaker by hand. */
export async function isolate(breaker: BreakerStatusView['id'], reason: string): Promise<Problem | null> {
  const reply = await call('breaker.isolate', { breaker, reason })
  return reply.ok ? null : reply.problem
}

/** Closes a breaker by hand; the main-owned window asks for a recovery key. */
export async function closeBreaker(breaker: BreakerStatusView['id'], reason: string): Promise<Problem | null> {
  const reply = await call('breaker.close', { breaker, reason })
  if (!reply.ok) return reply.problem
  return reply.value.closed ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Starts hearing the guards; returns how to stop. */
export function startGuards(): () => void {
  const stop = on('guards.changed', (value) => useGuards.setState({ guards: { kind: 'ready', value } }))
  void refreshGuards()
  return stop
}
