import { create } from 'zustand'

import type { CallOutput } from '../api/bridge'
import type { Problem } from '../../src-preload/contract/problem'
import type { SweepView } from '../../src-preload/contract/halt'
import { call, on } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'
import { patchKillSwitch, useStatus } from './status'

type HaltMode = CallOutput<'halt.chosen'>['mode']

/** Where the last press of the halt button stands. What the strip shows as halted comes from main alone. */
export type HaltPress =
  | { readonly kind: 'none' }
  /** Pressed; the gate is not confirmed closed yet. */
  | { readonly kind: 'halting'; readonly pressedAtMs: number }
  /** Main answered: the gate is closed, since `sinceMs` (wall ms), which tells this halt from a later one. */
  | {
      readonly kind: 'closed'
      readonly sinceMs: number
      readonly tookMs: number
      readonly durable: boolean | null
      readonly durableDetail: string
    }
  /** Main answered with a problem: the gate may be open. */
  | { readonly kind: 'failed'; readonly problem: Problem }

/** Where cancelling everything stands. */
export type CancelAll =
  | { readonly kind: 'none' }
  | { readonly kind: 'canceling' }
  | { readonly kind: 'done'; readonly report: CallOutput<'order.cancelAll'> }
  | { readonly kind: 'failed'; readonly problem: Problem }

/** Where the second press stands: what main says of it comes as a sweep. */
export type SecondPress = { readonly kind: 'none' } | { readonly kind: 'asking' } | { readonly kind: 'failed'; readonly problem: Problem }

interface HaltState {
  readonly press: HaltPress
  readonly cancelAll: CancelAll
  readonly second: SecondPress
  /** What this halt does, or did, about what was out; null when nothing. */
  readonly sweep: SweepView | null
  /** What a halt does about what is out, as chosen beforehand. */
  readonly chosen: Remote<CallOutput<'halt.chosen'>>
}

/** The halt button and its second offer. */
export const useHalt = create<HaltState>(() => ({
  press: { kind: 'none' },
  cancelAll: { kind: 'none' },
  second: { kind: 'none' },
  sweep: null,
  chosen: LOADING,
}))

/**
 * Closes the gate for everything on this machine. Every press asks main again, even while an earlier one is under way: halting twice is
 * harmless, a lost press is not.
 */
export async function haltAll(source: 'button' | 'shortcut'): Promise<void> {
  const pressedAtMs = Date.now()
  useHalt.setState({ press: { kind: 'halting', pressedAtMs }, cancelAll: { kind: 'none' } })
  // Asked at once, so that the way there is paid for once; main answers the halt first.
  const asked = call('halt.trigger', { mode: 'gate-only', scope: 'machine', source })
  const askedDurable = call('halt.durable', {})
  const reply = await asked
  if (!reply.ok) {
    useHalt.setState({ press: { kind: 'failed', problem: reply.problem } })
    return
  }
  const tookMs = Date.now() - pressedAtMs
  useHalt.setState({ press: { kind: 'closed', sinceMs: reply.value.sinceMs, tookMs, durable: null, durableDetail: '' } })
  const before = useStatus.getState().status?.killSwitch
  if (before !== undefined && before.state !== reply.value.state) {
    const { state, sinceMs } = reply.value
    patchKillSwitch({ state, sinceMs, source, by: before.by, reason: null, scope: 'machine' })
  }
  const durable = await askedDurable
  useHalt.setState(({ press }) =>
    press.kind !== 'closed'
      ? {}
      : {
          press: {
            ...press,
            durable: durable.ok && durable.value.durable,
            durableDetail: durable.ok ? durable.value.detail : durable.problem.code,
          },
        },
  )
}

/** The second press: goes after what is out. A press is never lost, and the further of two counts. */
export async function sweepAll(mode: SweepView['mode']): Promise<void> {
  useHalt.setState({ second: { kind: 'asking' } })
  const reply = await call('halt.sweep', { mode })
  if (reply.ok) useHalt.setState(({ sweep }) => ({ second: { kind: 'none' }, sweep: newer(sweep, reply.value) }))
  else useHalt.setState({ second: { kind: 'failed', problem: reply.problem } })
}

/** Also orders at exchanges that are not ours. */
export async function sweepForeign(): Promise<void> {
  useHalt.setState({ second: { kind: 'asking' } })
  const reply = await call('halt.sweepForeign', {})
  if (reply.ok) useHalt.setState(({ sweep }) => ({ second: { kind: 'none' }, sweep: newer(sweep, reply.value) }))
  else useHalt.setState({ second: { kind: 'failed', problem: reply.problem } })
}

/** The answer to a press may be overtaken by the news of what came of it. */
function newer(heard: SweepView | null, answered: SweepView | null): SweepView | null {
  return answered !== null && heard?.sweepId === answered.sweepId ? heard : answered
}

/** Reads what a halt does about what is out, as chosen beforehand. */
export async function refreshChosen(): Promise<void> {
  useHalt.setState({ chosen: await fetchRemote('halt.chosen', {}, known(useHalt.getState().chosen)) })
}

/** Chooses it; null when it was done. To choose less asks in the main-owned window. */
export async function chooseHalt(mode: HaltMode, reason: string): Promise<Problem | null> {
  const reply = await call('halt.choose', { mode, reason })
  await refreshChosen()
  if (!reply.ok) return reply.problem
  return reply.value.done ? null : { code: 'CANCELED_BY_USER', figures: {} }
}

/** Hears what is done about what is out; returns how to stop. */
export function startHalt(): () => void {
  void call('halt.sweepReport', {}).then((reply) => {
    if (reply.ok) useHalt.setState(({ sweep }) => ({ sweep: sweep ?? reply.value }))
  })
  return on('halt.swept', (sweep) => {
    useHalt.setState({ sweep })
  })
}

/** Cancels every resting order of ours. While halted it is the second press, which asks again until none is left. */
export async function cancelAll(): Promise<void> {
  const state = useStatus.getState().status?.killSwitch.state
  if (state !== undefined && state !== 'armed') return sweepAll('graceful')
  if (useHalt.getState().cancelAll.kind === 'canceling') return
  useHalt.setState({ cancelAll: { kind: 'canceling' } })
  const reply = await call('order.cancelAll', {})
  useHalt.setState({ cancelAll: reply.ok ? { kind: 'done', report: reply.value } : { kind: 'failed', problem: reply.problem } })
}

/** Forgets what became of cancelling everything, once it has been dealt with. */
export function forgetCancelAll(): void {
  useHalt.setState({ cancelAll: { kind: 'none' } })
}
