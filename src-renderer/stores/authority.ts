import { create } from 'zustand'

import type { AuthorityView, SessionView } from '../../src-preload/contract/authority'
import type { Problem } from '../../src-preload/contract/problem'
import { call, on, type CallInput, type CallName } from '../api/bridge'
import { fetchRemote, known, LOADING, type Remote } from './remote'

/** How often main is asked who is here even when it says nothing, ms. */
const ASK_EVERY_MS = 5_000

interface AuthorityState {
  /** Who is here; null before main has said so. */
  readonly session: SessionView | null
  readonly view: Remote<AuthorityView>
}

/** Who is at the app, and who may do what. */
export const useAuthority = create<AuthorityState>(() => ({ session: null, view: LOADING }))

async function askSession(): Promise<void> {
  const reply = await call('authority.session', {})
  if (reply.ok) useAuthority.setState({ session: reply.value })
}

/** Starts hearing who is here; returns how to stop. */
export function startSession(): () => void {
  const stops = [
    on('authority.session', (session) => useAuthority.setState({ session })),
    on('authority.changed', (value) => useAuthority.setState({ view: { kind: 'ready', value } })),
  ]
  const timer = setInterval(() => void askSession(), ASK_EVERY_MS)
  void askSession()
  return () => {
    clearInterval(timer)
    for (const stop of stops) stop()
  }
}

/** Reads who may do what. */
export async function refreshAuthority(): Promise<void> {
  useAuthority.setState({ view: await fetchRemote('authority.get', {}, known(useAuthority.getState().view)) })
}

/** Forgets who may do what, as the locked app must not show it. */
export function forgetAuthority(): void {
  useAuthority.setState({ view: LOADING })
}

/** Locks the app at once. */
export async function lockApp(): Promise<Problem | null> {
  const reply = await call('authority.lock', {})
  await askSession()
  return reply.ok ? null : reply.problem
}

/** Opens the main-owned window, where somebody proves who they are. */
export async function unlockApp(): Promise<Problem | null> {
  const reply = await call('authority.unlock', {})
  await askSession()
  if (!reply.ok) return reply.problem
  return reply.value.unlocked ? null : CLOSED
}

/** Changes of who may do what; each is asked for in the main-owned window. */
type Change = Exclude<Extract<CallName, `authority.${string}`>, `authority.${'session' | 'lock' | 'unlock' | 'get'}`>

/** Asks for a change; null when it was made, `CANCELED_BY_USER` when the main-owned window was closed. */
export async function changeAuthority<N extends Change>(name: N, input: CallInput<N>): Promise<Problem | null> {
  const reply = await call(name, input)
  await refreshAuthority()
  if (!reply.ok) return reply.problem
  return (reply.value as { readonly done: boolean }).done ? null : CLOSED
}

const CLOSED: Problem = { code: 'CANCELED_BY_USER', figures: {} }
