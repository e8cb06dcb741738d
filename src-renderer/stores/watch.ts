import { create } from 'zustand'

import type { Problem, Reply } from '../../src-preload/contract/problem'
import type { HaltHistory, StandView, WatchView } from '../../src-preload/contract/watch'
import { call, on, type CallInput } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

/** Lines of the history that are asked for. */
const HISTORY_LINES = 100

interface WatchState {
  readonly watch: Remote<WatchView>
  /** The dead-man switch and maintenance: on every screen, also while the app is locked. */
  readonly stand: StandView | null
  readonly history: Remote<HaltHistory>
}

/** What halts by itself, whether the operator is there, maintenance, and the history of halts. */
export const useWatch = create<WatchState>(() => ({ watch: LOADING, stand: null, history: LOADING }))

/** Asks what the triggers find, and what they are set to. */
export async function refreshWatch(): Promise<void> {
  const watch = await fetchRemote('watch.get', {}, known(useWatch.getState().watch))
  useWatch.setState({ watch })
}

/** Asks for the newest of the history. */
export async function refreshHistory(): Promise<void> {
  const history = await fetchRemote('halt.history', { limit: HISTORY_LINES }, known(useWatch.getState().history))
  useWatch.setState({ history })
}

async function refreshStand(): Promise<void> {
  const reply = await call('presence.get', {})
  if (reply.ok) useWatch.setState({ stand: reply.value })
}

/** Says that the person at the window is there. */
export async function hereIAm(): Promise<Problem | null> {
  const reply = await call('presence.here', {})
  if (!reply.ok) return reply.problem
  useWatch.setState({ stand: reply.value })
  return null
}

/** Changes when trading halts by itself. What lets more pass asks for authority in a window of its own. */
export async function changeWatch(change: CallInput<'watch.update'>['change'], reason: string): Promise<Problem | null> {
  const outcome = doneOrWhy(await call('watch.update', { change, reason }), ({ changed }) => changed)
  await refreshWatch()
  return outcome
}

/** Begins maintenance; asks for authority in a window of its own. Trading is halted by it. */
export async function enterMaintenance(purpose: CallInput<'maintenance.enter'>['purpose'], reason: string): Promise<Problem | null> {
  return doneOrWhy(await call('maintenance.enter', { purpose, reason }), ({ entered }) => entered)
}

/** Ends maintenance; asks for authority in a window of its own. Trading stays halted. */
export async function leaveMaintenance(reason: string): Promise<Problem | null> {
  return doneOrWhy(await call('maintenance.leave', { reason }), ({ left }) => left)
}

/** Puts on record what became of an order whose outcome is unknown. */
export async function explainOrder(orderId: string, reason: string): Promise<Problem | null> {
  const reply = await call('halt.explainOrder', { orderId, reason })
  if (!reply.ok) return reply.problem
  await refreshWatch()
  return null
}

function doneOrWhy<T>(reply: Reply<T>, done: (value: T) => boolean): Problem | null {
  if (!reply.ok) return reply.problem
  return done(reply.value) ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Starts hearing whether the operator is missed, and what the triggers find; returns how to stop. */
export function startWatch(): () => void {
  const stops = [
    on('presence.changed', (stand) => useWatch.setState({ stand })),
    on('watch.changed', (value) => useWatch.setState({ watch: { kind: 'ready', value } })),
    on('halt.changed', () => {
      void refreshStand()
      // Only what somebody has looked at is asked for again.
      if (useWatch.getState().history.kind !== 'loading') void refreshHistory()
      if (useWatch.getState().watch.kind !== 'loading') void refreshWatch()
    }),
    on('app.status', () => {
      // The watch begins when its environment is open; until then there was nothing to ask.
      if (useWatch.getState().stand === null) void refreshStand()
    }),
  ]
  void refreshStand()
  return () => {
    for (const stop of stops) stop()
  }
}
