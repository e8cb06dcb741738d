import { create } from 'zustand'

import type { BreakerStatusView, TradingStateView } from '../../src-preload/contract/breakers'
import type { GuardsView, ReleaseCheckView, ReleaseVerificationView } from '../../src-preload/contract/guards'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, on, type CallInput, type CallOutput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface GuardsState {
  readonly guards: Remote<GuardsView>
  readonly checks: Remote<readonly ReleaseCheckView[]>
  /** What was looked at after the last release of this session; empty before one. */
  readonly verification: readonly ReleaseVerificationView[]
  /** What each breaker was over the last 24 hours. */
  readonly day: Remote<CallOutput<'breaker.day'>>
}

/** The kill switch, the trading state, the seven breakers, and the release checks while somebody looks at them. */
export const useGuards = create<GuardsState>(() => ({ guards: LOADING, checks: LOADING, verification: [], day: LOADING }))

/** Reads the guards anew. */
export async function refreshGuards(): Promise<void> {
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
  const { released, verification } = reply.value
  useGuards.setState({ verification })
  // What failed the verification is shown as that, and is no slip of the person.
  return released || verification.length > 0 ? null : { code: 'CANCELED_BY_USER', figures: {} }
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

/** What each breaker was over the last 24 hours, asked again. */
export async function refreshDay(): Promise<void> {
  const day = await fetchRemote('breaker.day', {}, known(useGuards.getState().day))
  useGuards.setState({ day })
}

/** Changes a breaker's thresholds; null for the product's own. What makes it milder asks for authority in a window of its own. */
export async function tuneBreaker(
  breaker: BreakerStatusView['id'],
  thresholds: CallInput<'breaker.tune'>['thresholds'],
  reason: string,
): Promise<Problem | null> {
  return doneOrWhy(await call('breaker.tune', { breaker, thresholds, reason }))
}

/** From now on only sales of what is held pass. */
export async function reduceTrading(reason: string): Promise<Problem | null> {
  const reply = await call('trading.reduce', { reason })
  return reply.ok ? null : reply.problem
}

/** Halts all trading of the environment, short of the kill switch. */
export async function haltTrading(reason: string, recoverAfterMs: number | null): Promise<Problem | null> {
  const reply = await call('trading.halt', { reason, recoverAfterMs })
  return reply.ok ? null : reply.problem
}

/** Ends reducing, or the system-wide halt; asks for authority in a window of its own. */
export async function resumeTrading(what: 'reducing' | 'halt', reason: string): Promise<Problem | null> {
  return doneOrWhy(await call('trading.resume', { what, reason }))
}

/** Changes when breakers halt all trading. What makes the rule milder asks for authority in a window of its own. */
export async function changeHaltRule(rule: TradingStateView['rule'], reason: string): Promise<Problem | null> {
  return doneOrWhy(await call('trading.rule', { rule, reason }))
}

function doneOrWhy(reply: Reply<{ done: boolean }>): Problem | null {
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Starts hearing the guards; returns how to stop. */
export function startGuards(): () => void {
  const stop = on('guards.changed', (value) => useGuards.setState({ guards: { kind: 'ready', value } }))
  void refreshGuards()
  return stop
}
