import { create } from 'zustand'

import type { Problem } from '../../src-preload/contract/problem'
import type { ReadinessView } from '../../src-preload/contract/readiness'
import { call } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface ReadinessState {
  readonly report: Remote<ReadinessView>
}

/** What stands between this environment and real money, as main found it. */
export const useReadiness = create<ReadinessState>(() => ({ report: LOADING }))

/** Asks what stands now; `fresh` has signers, disk and the whole record looked at anew first. */
export async function refreshReadiness(fresh = false): Promise<void> {
  const report = await fetchRemote('readiness.report', { fresh }, known(useReadiness.getState().report))
  useReadiness.setState({ report })
}

/** Has everything looked at anew, and a copy kept in the audit record. Why it was not, or null. */
export async function recordReadiness(): Promise<Problem | null> {
  const reply = await call('readiness.record', {})
  if (!reply.ok) return reply.problem
  useReadiness.setState({ report: { kind: 'ready', value: reply.value } })
  return null
}
