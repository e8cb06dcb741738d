import { create } from 'zustand'

import type { AppStatus } from '../../src-preload/contract/app'
import type { KillSwitchView } from '../../src-preload/contract/guards'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on } from '../api/bridge'

/** How often main is asked even when it says nothing, so that a silent main is noticed, ms. */
const ASK_EVERY_MS = 5_000
/** Silence after which the strip says so, ms. */
export const SILENT_AFTER_MS = 15_000

interface StatusState {
  readonly status: AppStatus | null
  /** Why the last question failed. */
  readonly problem: Problem | null
  /** When main last said something, wall ms. */
  readonly heardAtMs: number | null
}

/** What the status strip shows, and when main last said so. */
export const useStatus = create<StatusState>(() => ({ status: null, problem: null, heardAtMs: null }))

function heard(status: AppStatus): void {
  useStatus.setState({ status, problem: null, heardAtMs: Date.now() })
}

async function ask(): Promise<void> {
  const reply = await call('app.status', {})
  if (reply.ok) heard(reply.value)
  else useStatus.setState({ problem: reply.problem })
}

/** Puts a newer kill-switch state into the status: a halt must show before the next status arrives. */
export function patchKillSwitch(killSwitch: KillSwitchView): void {
  useStatus.setState(({ status }) => (status === null ? {} : { status: { ...status, killSwitch } }))
}

/** Starts hearing main; returns how to stop. */
export function startStatus(): () => void {
  const stops = [on('app.status', heard), on('halt.changed', patchKillSwitch)]
  const timer = setInterval(() => void ask(), ASK_EVERY_MS)
  void ask()
  return () => {
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}
