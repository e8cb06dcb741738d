import { create } from 'zustand'

import type { PoliciesView, PolicyKind, PolicyProposal, PolicyVersionView } from '../../src-preload/contract/policy'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, on, type CallInput, type CallOutput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface PolicyStoreState {
  readonly policies: Remote<PoliciesView>
  readonly history: Readonly<Record<PolicyKind, Remote<PolicyVersionView[]>>>
}

/** Both policies as main holds them, and how each came about. */
export const usePolicy = create<PolicyStoreState>(() => ({ policies: LOADING, history: { trading: LOADING, signing: LOADING } }))

/** Readings that were begun. */
let readings = 0

/** Reads both, and their histories. What a later reading found is not overwritten by an earlier one that took longer. */
export async function refreshPolicies(): Promise<void> {
  const reading = ++readings
  const before = usePolicy.getState()
  const [policies, trading, signing] = await Promise.all([
    fetchRemote('policy.get', {}, known(before.policies)),
    fetchRemote('policy.history', { which: 'trading' }, known(before.history.trading)),
    fetchRemote('policy.history', { which: 'signing' }, known(before.history.signing)),
  ])
  if (reading === readings) usePolicy.setState({ policies, history: { trading, signing } })
}

/** Reads both, and again whenever somebody changed one; returns how to stop. */
export function startPolicies(): () => void {
  void refreshPolicies()
  return on('policy.changed', () => void refreshPolicies())
}

/** What a proposal would change, or what is wrong with it. */
export function comparePolicy(proposal: PolicyProposal): Promise<Reply<CallOutput<'policy.compare'>>> {
  return call('policy.compare', { proposal })
}

/** Reads a proposal from somewhere; nothing comes into force by it. */
export function importPolicy(which: PolicyKind, from: CallInput<'policy.import'>['from']): Promise<Reply<CallOutput<'policy.import'>>> {
  return call('policy.import', { which, from })
}

/** An earlier version, as a proposal. */
export function versionOf(which: PolicyKind, version: number): Promise<Reply<PolicyProposal>> {
  return call('policy.version', { which, version })
}

/** Changes a policy. What loosens opens the main-owned window; answers when that is done. */
export async function changePolicy(proposal: PolicyProposal, base: number, reason: string): Promise<Problem | null> {
  return after(await call('policy.change', { proposal, base, reason }))
}

/** Puts what set-up makes in the place of a policy that cannot be read; the main-owned window asks. */
export async function beginPolicyAnew(which: PolicyKind, reason: string): Promise<Problem | null> {
  return after(await call('policy.beginAnew', { which, reason }))
}

/** What came of it; what is shown is read anew, whatever it was. */
async function after(reply: Reply<{ done: boolean }>): Promise<Problem | null> {
  await refreshPolicies()
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}
