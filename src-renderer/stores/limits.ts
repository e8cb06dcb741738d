import { create } from 'zustand'

import type { LimitSettingsView, LimitsView } from '../../src-preload/contract/limits'
import type { PatternSettingsView, PatternsView } from '../../src-preload/contract/patterns'
import type { Problem, Reply } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

interface LimitsState {
  readonly limits: Remote<LimitsView>
  readonly patterns: Remote<PatternsView>
}

/** Exposure and loss limits with what is used of them, and unusual activity. */
export const useLimits = create<LimitsState>(() => ({ limits: LOADING, patterns: LOADING }))

/** Reads both. */
export async function refreshLimits(): Promise<void> {
  const before = useLimits.getState()
  const [limits, patterns] = await Promise.all([
    fetchRemote('limits.status', {}, known(before.limits)),
    fetchRemote('patterns.status', {}, known(before.patterns)),
  ])
  useLimits.setState({ limits, patterns })
}

/** Changes limits. What loosens opens the main-owned window; answers when that is done. */
export async function changeLimits(change: Partial<LimitSettingsView>, reason: string): Promise<Problem | null> {
  return after(await call('limits.change', { change, reason }))
}

/** Says that an order that repeats itself is meant; the main-owned window asks. */
export async function acknowledgeRepeat(key: string, reason: string): Promise<Problem | null> {
  return after(await call('limits.acknowledgeRepeat', { key, reason }))
}

/** Counts an account's losses anew; the main-owned window asks. */
export async function restartLoss(account: string, reason: string): Promise<Problem | null> {
  return after(await call('limits.restartLoss', { account, reason }))
}

/** Changes how unusual activity is watched for. What makes it quieter opens the main-owned window. */
export async function changePatterns(settings: PatternSettingsView, reason: string): Promise<Problem | null> {
  return after(await call('patterns.change', { settings, reason }))
}

/** Says that the person was it. */
export async function acknowledgeAlarm(alarmId: string): Promise<Problem | null> {
  return after(await call('patterns.acknowledge', { alarmId, note: '' }))
}

/** Starts hearing both; returns how to stop. */
export function startLimits(): () => void {
  const stops = [
    on('limits.changed', (value) => useLimits.setState({ limits: { kind: 'ready', value } })),
    on('patterns.changed', (value) => useLimits.setState({ patterns: { kind: 'ready', value } })),
  ]
  void refreshLimits()
  return () => {
    for (const stop of stops) stop()
  }
}

/** What came of it; what is shown is read anew, whatever it was. */
async function after(reply: Reply<{ done: boolean }>): Promise<Problem | null> {
  await refreshLimits()
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}
